"""The questions about the birth date."""

import numpy as np

from matching.linkage.arrays import Array, Flags
from matching.linkage.pairs import At, Pairs


def missing(p: Pairs, at: At) -> Flags:
    """A side has no year."""
    return (p.sent_date[0][at] == 0) | (p.date[0][at] == 0)


def exact(p: Pairs, at: At) -> Flags:
    """Year, month and day known on both sides, and equal."""
    return _year(p, at) & _month(p, at) & _day(p, at)


def day_unknown(p: Pairs, at: At) -> Flags:
    """Year and month equal, day unknown on a side."""
    return _year(p, at) & _month(p, at) & _unknown(p, at, 2)


def only_year_known(p: Pairs, at: At) -> Flags:
    """Year equal, month unknown on a side; days, when known, do not differ."""
    day = _unknown(p, at, 2) | _day(p, at)
    return _year(p, at) & _unknown(p, at, 1) & day


def swapped(p: Pairs, at: At) -> Flags:
    """Day and month exchanged."""
    (_, month, day), (_, sent_month, sent_day) = p.date, p.sent_date
    return _year(p, at) & (month[at] == sent_day[at]) & (day[at] == sent_month[at]) & (day[at] > 0)


def default(p: Pairs, at: At) -> Flags:
    """The year, with a date that is typed when the day is not known: 1 January, 31 December, the 1st or the 15th."""
    month, day = p.sent_date[1][at], p.sent_date[2][at]
    new_year = ((month == 1) & (day == 1)) | ((month == 12) & (day == 31))  # noqa: PLR2004 - a date
    middle = (day == 15) & ((p.date[1][at] == month) | (p.date[1][at] == 0))  # noqa: PLR2004 - same
    return _year(p, at) & (new_year | middle)


def digit_of_day(p: Pairs, at: At) -> Flags:
    """Year and month equal, one of the two digits of the day."""
    return _year(p, at) & _month(p, at) & (_digits(p.date[2][at], p.sent_date[2][at]) == 1)


def digit_of_month(p: Pairs, at: At) -> Flags:
    """Year and day equal, one of the two digits of the month."""
    return _year(p, at) & _day(p, at) & (_digits(p.date[1][at], p.sent_date[1][at]) == 1)


def digits_exchanged(p: Pairs, at: At) -> Flags:
    """Two neighbouring digits of ddmmyyyy exchanged."""
    ours, theirs = _ddmmyyyy(p.sent_date, at), _ddmmyyyy(p.date, at)
    found = np.zeros(at.size, np.bool_)
    for place in range(7):
        left, right = 10 ** (place + 1), 10**place
        gap = ours // left % 10 - ours // right % 10  # what moves from one digit to the other
        found |= (gap != 0) & (theirs == ours - gap * (left - right))
    return found & _known(p, at)


def year_off(p: Pairs, at: At) -> Flags:
    """Month and day equal; the year off by one, by ten or twenty, a century, or one digit."""
    apart = np.abs(p.date[0][at] - p.sent_date[0][at])
    near = np.isin(apart, (1, 2, 10, 20, 100)) | (_year_digits(p, at) == 1)
    return _month(p, at) & _day(p, at) & near


def day_differs(p: Pairs, at: At) -> Flags:
    """Year and month equal."""
    return _year(p, at) & _month(p, at)


def same_year(p: Pairs, at: At) -> Flags:
    """The year equal."""
    return _year(p, at)


def _year(p: Pairs, at: At) -> Flags:
    return p.date[0][at] == p.sent_date[0][at]


def _month(p: Pairs, at: At) -> Flags:
    sent = p.sent_date[1][at]
    return (p.date[1][at] == sent) & (sent > 0)


def _day(p: Pairs, at: At) -> Flags:
    sent = p.sent_date[2][at]
    return (p.date[2][at] == sent) & (sent > 0)


def _unknown(p: Pairs, at: At, part: int) -> Flags:
    return (p.date[part][at] == 0) | (p.sent_date[part][at] == 0)


def _known(p: Pairs, at: At) -> Flags:
    return ~_unknown(p, at, 1) & ~_unknown(p, at, 2)


def _digits(left: Array, right: Array) -> Array:
    """How many of the two digits differ; 3 where a number is unknown."""
    differ = (left // 10 != right // 10).astype(np.uint8) + (left % 10 != right % 10)
    return np.where((left > 0) & (right > 0), differ, 3)


def _year_digits(p: Pairs, at: At) -> Array:
    left, right = p.date[0][at], p.sent_date[0][at]
    return _digits(left // 100, right // 100) + _digits(left % 100 + 100, right % 100 + 100)


def _ddmmyyyy(date: tuple[Array, ...], at: At) -> Array:
    year, month, day = (part[at].astype(np.int64) for part in date)
    return day * 1_000_000 + month * 10_000 + year
