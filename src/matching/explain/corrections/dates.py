"""Corrections of birth dates: parts exchanged, one digit, what nobody knows left out.

Example:
    >>> find(prepared(refused)).select("kind", "birth_month", "birth_day").row(0)  # 12 March
    ('day_and_month_exchanged', '12', '3')

All that a year, or a day of a month, may have been mistyped for stands in a small table, worked out once.
"""

from functools import cache

import polars as pl

from matching.explain.corrections.ways import LEFT_OUT, Way, built, together

YOUNGEST, OLDEST = 10, 95
"""Ages in the year of the exam between which a corrected year is proposed."""

_SENT, _TRUE = range(1900, 2100), range(1900, 2027)  # years that control 1 lets through, and those of a birth
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Parts of the rate of ``year``: the mistakes of the noise catalogue, and how many years each may give.
_YEAR_ODDS = {1: 0.12, 10: 0.06, 100: 0.04}
_EXCHANGED_YEAR, _OTHER_DIGIT = 0.10, 0.008  # the latter only where the age cannot be: there are too many
_EXCHANGED, _DIGIT = 0.20, 0.03  # the same of the rate of ``date_digit``
_IMPLAUSIBLE = 100.0  # odds against a year that makes the holder too young or too old
_DEFAULT = 8.0  # odds that a date given by default is not the true one
_day, _month, _year = (pl.col(f"birth_{part}") for part in ("day", "month", "year"))
_is_default = ((_day == 1) & (_month == 1)) | ((_day == 31) & (_month == 12)) | (_day == 15)  # noqa: PLR2004 - days
_by_default = pl.when(_is_default).then(_DEFAULT).otherwise(1.0)

OMISSIONS: tuple[Way, ...] = (
    Way("day_left_out", {"birth_day": LEFT_OUT}, _day.is_not_null() & _month.is_not_null(), _by_default),
    Way(
        "month_and_day_left_out",
        {"birth_month": LEFT_OUT, "birth_day": LEFT_OUT},
        _month.is_not_null(),
        _by_default,
    ),
    Way("year_unsure", {}),
    Way("birth_date_unsure", {}, odds=_by_default),
    Way("birth_date_lacking", {}, _day.is_null() | _month.is_null()),
)
"""A month or a day that is not sent constrains nothing at stage 2: a hypothesis of the funnel."""


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """The corrections of birth dates: columns ``BUILT``.

    Args:
        rows: As ``prepared`` gives them.
    """
    late = rows.filter(pl.col("message") > 1)  # a wrong day is never message 1, and may be many days
    return together([_of_days(late), _of_years(rows), built(rows, OMISSIONS)])


def _of_days(rows: pl.DataFrame) -> pl.DataFrame:
    met = rows.select("passage", "birth_year", "birth_month", "birth_day").join(
        _days(), on=["birth_month", "birth_day"]
    )
    is_date = ~((pl.col("month") == 2) & (pl.col("day") == 29) & (_year % 4 != 0))  # noqa: PLR2004 - the leap day
    changes = {
        "birth_month": pl.when(pl.col("month") != _month).then("month"),
        "birth_day": pl.when(pl.col("day") != _day).then("day"),
    }
    found = met.filter(is_date.fill_null(value=True))
    both = found.filter((pl.col("month") != _month) & (pl.col("day") != _day))
    parts = [built(both, [Way("day_and_month_exchanged", changes, pl.col("kind") == "day_and_month_exchanged")])]
    for part, of in (("birth_month", "month"), ("birth_day", "day")):
        one = found.filter(pl.col(of) != pl.col(part))
        parts.append(
            built(one, [Way("date_digit", {part: pl.col(of)}, pl.col("kind") == "date_digit", pl.col("odds"))])
        )
    return together(parts)


def _of_years(rows: pl.DataFrame) -> pl.DataFrame:
    met = rows.select("passage", "birth_year", "exam_year").join(_years(), on="birth_year")
    age, other = (pl.col("exam_year") - year for year in (_year.cast(pl.Int32), pl.col("year")))
    sensible = [each.is_between(YOUNGEST, OLDEST).fill_null(value=True) for each in (age, other)]
    odds = pl.col("odds") * pl.when(sensible[0]).then(1.0).otherwise(_IMPLAUSIBLE)
    is_worth = (pl.col("odds") > _OTHER_DIGIT) | ~sensible[0]
    return built(met.filter(is_worth), [Way("year", {"birth_year": pl.col("year")}, sensible[1], odds)])


@cache
def _days() -> pl.DataFrame:
    """``birth_month``, ``birth_day`` (as sent), ``month``, ``day`` (as they may be), ``kind``, ``odds``."""
    days = [(month, day) for month, last in enumerate(_DAYS_OF_MONTH, 1) for day in range(1, last + 1)]
    known = set(days)
    rows: list[tuple[int, int, int, int, str, float]] = []
    for month, day in days:
        if (day, month) in known and day != month:
            rows.append((month, day, day, month, "day_and_month_exchanged", 1.0))
        others = [(other, day, odds) for other, odds in _mistyped(month)]
        others += [(month, other, odds) for other, odds in _mistyped(day)]
        rows += [(month, day, m, d, "date_digit", odds) for m, d, odds in others if (m, d) in known]
    columns = ["birth_month", "birth_day", "month", "day", "kind", "odds"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        pl.col("birth_month", "birth_day").cast(pl.Int8)
    )


def _mistyped(number: int) -> list[tuple[int, float]]:
    """What two digits may have been: with one other digit, or both exchanged."""
    tens, units = divmod(number, 10)
    found = {10 * digit + units: _DIGIT for digit in range(4) if digit != tens}
    found |= {10 * tens + digit: _DIGIT for digit in range(10) if digit != units}
    if tens != units:
        found[10 * units + tens] = _EXCHANGED
    return list(found.items())


@cache
def _years() -> pl.DataFrame:
    """``birth_year`` (as sent), ``year`` (as it may be), ``odds``."""
    rows = []
    for year in _SENT:
        text = str(year)
        found = {
            int(text[:at] + digit + text[at + 1 :]): _OTHER_DIGIT
            for at in range(1, len(text))
            for digit in "0123456789"
        }
        found |= {year + sign * gap: odds for gap, odds in _YEAR_ODDS.items() for sign in (-1, 1)}
        found |= {int(text[:at] + text[at + 1] + text[at] + text[at + 2 :]): _EXCHANGED_YEAR for at in (1, 2)}
        rows += [(year, other, odds) for other, odds in found.items() if other in _TRUE and other != year]
    return pl.DataFrame(rows, schema=["birth_year", "year", "odds"], orient="row").with_columns(
        pl.col("birth_year").cast(pl.Int16), pl.col("year").cast(pl.Int32)
    )
