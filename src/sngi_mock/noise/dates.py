"""Errors in the birth date: swapped, one digit wrong, another year, digits exchanged, default, unknown.

Example:
    >>> rows = pl.DataFrame({"birth_day": [3], "birth_month": [12]})
    >>> swapped(rows).row(0)
    (12, 3)

An error gives a date that exists: what would not be a date at all is another type, left out of a deposit.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sngi_mock.randomness import Floats, Ints

EARLIEST, LATEST = 1900, 2099
"""Years that a deposit may carry."""

_OLD = 1950  # born before: the day or month is more often unknown
_LAST_MONTH_FOR_SWAP = 12

_year, _month, _day = pl.col("birth_year"), pl.col("birth_month"), pl.col("birth_day")
_drawn = pl.col("u1")
_complete = _month.is_not_null() & _day.is_not_null()


def can_swapped() -> pl.Expr:
    """Known days up to 12 that are not the month's number."""
    return (_complete & (_day <= _LAST_MONTH_FOR_SWAP) & (_day != _month)).fill_null(value=False)


def swapped(rows: pl.DataFrame) -> pl.DataFrame:
    """Day and month swapped."""
    return rows.with_columns(birth_day=_month, birth_month=_day)


def can_digit() -> pl.Expr:
    """Complete dates."""
    return _complete


def wrong_digit(rows: pl.DataFrame) -> pl.DataFrame:
    """One of the eight digits is another one, the date still exists: any such date with equal chance."""
    digits = _digits(rows)
    other = np.repeat(digits[:, None, :], 8 * 9, axis=1)
    for position in range(8):
        for step in range(1, 10):
            other[:, position * 9 + step - 1, position] = (digits[:, position] + step) % 10
    return _one_of(rows, other)


def can_exchanged() -> pl.Expr:
    """Complete dates that have another one at two exchanged digits."""
    return _complete & pl.struct("birth_day", "birth_month", "birth_year").map_batches(
        _has_exchange, return_dtype=pl.Boolean
    )


def exchanged(rows: pl.DataFrame) -> pl.DataFrame:
    """Two neighbouring digits of the day, of the month or of the year exchanged."""
    return _one_of(rows, _exchanges(_digits(rows)))


def can_other_year() -> pl.Expr:
    """Dates that every year has."""
    return ~((_month == 2) & (_day == 29)).fill_null(value=False)  # noqa: PLR2004 - the leap day


def other_year(rows: pl.DataFrame) -> pl.DataFrame:
    """The year off by one (6 in 10), by ten (3) or by a century (1), earlier or later with equal chance."""
    gap = pl.when(_drawn < 0.6).then(1).when(_drawn < 0.9).then(10).otherwise(100)  # noqa: PLR2004 - docstring
    earlier, later = _year - gap, _year + gap
    backwards = ((pl.col("u2") < 0.5) & (earlier >= EARLIEST)) | (later > LATEST)  # noqa: PLR2004 - half
    return rows.with_columns(birth_year=pl.when(backwards).then(earlier).otherwise(later).cast(pl.Int16))


def can_default() -> pl.Expr:
    """Complete dates that are none of the default ones."""
    default = ((_day == 1) & (_month == 1)) | ((_day == 31) & (_month == 12)) | (_day == 15)  # noqa: PLR2004 - days
    return _complete & ~default.fill_null(value=False)


def default(rows: pl.DataFrame) -> pl.DataFrame:
    """1 January (5 in 10), 31 December (3), the 15th of the month (2)."""
    first, last = _drawn < 0.5, _drawn < 0.8  # noqa: PLR2004 - shares of the docstring
    return rows.with_columns(
        birth_day=pl.when(first).then(1).when(last).then(31).otherwise(15).cast(pl.Int8),
        birth_month=pl.when(first).then(1).when(last).then(12).otherwise(_month).cast(pl.Int8),
    )


def can_unknown() -> pl.Expr:
    """Known days and months of people born before 1950 or abroad."""
    return _complete & ((_year < _OLD) | pl.col("abroad"))


def unknown(rows: pl.DataFrame) -> pl.DataFrame:
    """The day is not known (6 in 10), or neither day nor month."""
    nothing = pl.lit(None, dtype=pl.Int8)
    return rows.with_columns(birth_day=nothing, birth_month=pl.when(_drawn < 0.6).then(_month))  # noqa: PLR2004


def _digits(rows: pl.DataFrame) -> Ints:
    """Shape (rows, 8): day, month, year."""
    day, month, year = (rows[f"birth_{part}"].to_numpy().astype(np.int64) for part in ("day", "month", "year"))
    return np.stack(
        [day // 10, day % 10, month // 10, month % 10, year // 1000, year // 100 % 10, year // 10 % 10, year % 10],
        axis=1,
    )


def _exchanges(digits: Ints) -> Ints:
    """Shape (rows, 5, 8): the digits with one neighbouring pair exchanged, never across day, month and year."""
    pairs = ((0, 1), (2, 3), (4, 5), (5, 6), (6, 7))
    other = np.repeat(digits[:, None, :], len(pairs), axis=1)
    for rank, (left, right) in enumerate(pairs):
        other[:, rank, [left, right]] = digits[:, [right, left]]
    return other


def _has_exchange(dates: pl.Series) -> pl.Series:
    frame = dates.struct.unnest()
    known = frame.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    digits = _digits(frame.filter(known))
    other = _exchanges(digits)
    found = np.zeros(len(dates), dtype=bool)
    found[known.to_numpy()] = (_exist(other) & (other != digits[:, None, :]).any(axis=2)).any(axis=1)
    return pl.Series(found)


def _exist(digits: Ints) -> NDArray[np.bool_]:
    """Which of (rows, candidates, 8) digits are a date of a deposit's years."""
    day, month, year = _parts(digits)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.where(month <= 12, month, 0)]  # noqa: PLR2004
    longest = longest + (leap & (month == 2))  # noqa: PLR2004 - February
    return np.asarray((day >= 1) & (day <= longest) & (year >= EARLIEST) & (year <= LATEST))


def _parts(digits: Ints) -> tuple[Ints, Ints, Ints]:
    day, month = digits[..., 0] * 10 + digits[..., 1], digits[..., 2] * 10 + digits[..., 3]
    return day, month, digits[..., 4:] @ np.array([1000, 100, 10, 1])


def _one_of(rows: pl.DataFrame, candidates: Ints) -> pl.DataFrame:
    """The rows with one of their candidate dates that exist and differ, by ``u1``; each row must have one."""
    possible = _exist(candidates) & (candidates != _digits(rows)[:, None, :]).any(axis=2)
    drawn: Floats = rows["u1"].to_numpy()
    wanted = (drawn * possible.sum(axis=1)).astype(np.int64) + 1
    chosen = (np.cumsum(possible, axis=1) >= wanted[:, None]).argmax(axis=1)
    day, month, year = _parts(candidates[np.arange(rows.height), chosen])
    return rows.with_columns(
        pl.Series("birth_day", day, dtype=pl.Int8),
        pl.Series("birth_month", month, dtype=pl.Int8),
        pl.Series("birth_year", year, dtype=pl.Int16),
    )
