"""Day and month of the whole file: exchanged columns, dates read the American way, days that never pass 12.

Example:
    >>> find(Submitted.of(passages)).select("code", "value").row(0)
    ('file_days_up_to_twelve', '212')

Where dd/mm was read mm/dd, days above 12 stayed right and the others did not, and no row tells by itself. But births
are not spread evenly: some months have more, and since the 1970s far fewer fall on a Sunday. What the untouched rows
(days above 12) say of months and weekdays must hold for the others as they stand; when it holds for them with day and
month exchanged instead, the file was read the wrong way. Births that are spread evenly would not tell, and a few
hundred births do not tell either: the test is then silent.
"""

import polars as pl

from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

_TWELVE = 12
_FEWEST = 12  # days up to twelve; the chance that all are is below 1 in 80 000
_FEWEST_EXCHANGED, _EXCHANGED = 3, 0.2
_SIGMAS = 4.0  # of what chance gives: one file in 30 000
_FEWEST_TO_LEARN = 500
_PLANNED_SINCE = 1970  # births follow the week since then


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on birth days and months."""
    holders = submitted.holders
    typed = holders.select(
        pl.col(f"raw_birth_{part}").str.strip_chars().cast(pl.Int32, strict=False).alias(part)
        for part in ("month", "day")
    ).drop_nulls()
    beyond = int(typed.filter(pl.col("month").is_between(13, 31), pl.col("day").is_between(1, _TWELVE)).height)
    if beyond >= _FEWEST_EXCHANGED and beyond >= _EXCHANGED * typed.height:
        return of_file("file_month_above_twelve", "birth_month", value=str(beyond), detail=str(typed.height))
    days = holders["birth_day"].drop_nulls()
    if len(days) >= _FEWEST and days.n_unique() > 1 and (days <= _TWELVE).all():
        return of_file("file_days_up_to_twelve", "birth_day", value=str(len(days)))
    return together(_read_the_wrong_way(holders))


def _read_the_wrong_way(holders: pl.DataFrame) -> list[pl.DataFrame]:
    plain = pl.col("date_reading") == "plain"
    dates = holders.filter(plain).select(year="birth_year", month="birth_month", day="birth_day")
    known, asked = _with_calendar(dates.filter(pl.col("day") > _TWELVE)), dates.filter(pl.col("day") <= _TWELVE)
    # The first of a month and January are where unknown days and months go; exchanged, they would tell of nothing else.
    asked = asked.filter(pl.col("day") > 1, pl.col("month") > 1, pl.col("day") != pl.col("month"))
    if min(known.height, asked.height) < _FEWEST_TO_LEARN:
        return []
    exchanged = asked.select("year", month="day", day="month")
    gain = _likelihood(exchanged, known) - _likelihood(asked, known)
    total, spread = float(gain.sum()), float((gain * gain).sum()) ** 0.5
    if total <= _SIGMAS * spread:
        return []
    return [of_file("file_day_month_swapped", "birth_date", value=str(asked.height), detail=str(dates.height))]


def _with_calendar(dates: pl.DataFrame) -> pl.DataFrame:
    """With ``weekday``, 1 to 7 by period: births before planned ones are days 8 to 14."""
    since = pl.when(pl.col("year") >= _PLANNED_SINCE).then(0).otherwise(7)
    return dates.with_columns(weekday=pl.date("year", "month", "day").dt.weekday() + since)


def _likelihood(dates: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Nats of each date, by its month and its weekday, as the known ones are spread."""
    days_after_12 = {
        month: days - _TWELVE for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    }
    months = known.group_by("month").agg(of_month=pl.len() + 1)
    months = months.with_columns(of_month=(pl.col("of_month") / pl.col("month").replace_strict(days_after_12)).log())
    weekdays = known.group_by("weekday").agg(of_weekday=(pl.len() + 1.0).log())
    told = _with_calendar(dates).join(months, on="month", how="left", maintain_order="left")
    told = told.join(weekdays, on="weekday", how="left", maintain_order="left")
    return told.select(pl.col("of_month").fill_null(0) + pl.col("of_weekday").fill_null(0)).to_series()
