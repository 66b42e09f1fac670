"""A birth that was copied: from the row above, or the same date for far more people than chance gives.

Example:
    >>> repeated_dates(compared).select("value", "detail").row(0)
    ('1970-01-01', '31')
"""

import polars as pl

from matching.quality.chance import rare_bits_of
from matching.quality.finders import Finder, found
from matching.quality.rows.holders import DATE, Compared

_DAYS = 365
_SEASON = 1.5  # births on the busiest days, for the mean of the year
_FEWEST = 4  # people below whom a shared date says nothing
_EXCESS = 10  # times as many as expected
_BITS = 30  # of surprise; a file has some 25 000 dates, so chance gives one in 40 000 files
_SORTED = 0.9  # share of rows in order from which a file is sorted by date

_NAMES = ("core", "given", "usage")
_ISO = pl.concat_str(*(pl.col(part).cast(pl.String).str.zfill(2) for part in DATE), separator="-")


def copied_from_row_above(compared: Compared) -> pl.DataFrame:
    """Passages with the birth date and the place of the one just above, of somebody else: ``copied_from_row_above``.

    Silent in a file sorted by date, where neighbours share a date for that reason, and on people of one surname, who
    may be twins.
    """
    place = pl.coalesce("place_code", "place_label")
    above = pl.col("passage").diff() == 1
    same_birth = pl.all_horizontal(column == column.shift() for column in (*map(pl.col, DATE), place))
    # No name of one is any name of the other: they are not one person written in two ways, nor a family.
    others = pl.all_horizontal(
        (pl.col(mine) != pl.col(name).shift()).fill_null(value=True) for mine in _NAMES for name in _NAMES
    )
    told = pl.all_horizontal(pl.col(name).is_not_null() & pl.col(name).shift().is_not_null() for name in _NAMES[:2])
    if _is_sorted(compared.rows):
        return found(compared.rows.clear(), [])
    copied = above & same_birth & told & others
    asked = compared.rows.with_columns(copied=copied, above=pl.col("id_technique").shift())
    return found(
        asked, [Finder("copied_from_row_above", "birth_date", pl.col("copied"), value=_ISO, detail=pl.col("above"))]
    )


def repeated_dates(compared: Compared) -> pl.DataFrame:
    """Passages whose birth date is that of far too many different people of the file: ``birth_date_repeated``.

    What to expect of a date is what the file's other dates of that year give, or the year's share in an even file.
    """
    dated = compared.rows.drop_nulls(DATE)
    people = dated.select(*DATE, "core", "first").unique()
    dates = people.group_by(DATE).agg(people=pl.len())
    of_year = pl.col("people").sum().over("birth_year") - pl.col("people")
    expected = pl.max_horizontal(of_year, pl.lit(1.0)) * _SEASON / _DAYS
    many = (pl.col("people") >= _FEWEST) & (pl.col("people") >= _EXCESS * expected)
    rare = dates.with_columns(expected=expected).filter(many & (rare_bits_of(pl.col("people"), expected) > _BITS))
    asked = dated.join(rare, on=list(DATE), maintain_order="left")
    detail = pl.col("people").cast(pl.String)
    return found(asked, [Finder("birth_date_repeated", "birth_date", pl.lit(value=True), value=_ISO, detail=detail)])


def _is_sorted(rows: pl.DataFrame) -> bool:
    year, month, day = (pl.col(part).cast(pl.Int32) for part in DATE)
    steps = rows.select(step=(year * 10_000 + month * 100 + day).diff()).to_series().drop_nulls()
    if len(steps) < _FEWEST:
        return False
    return max(int((steps >= 0).sum()), int((steps <= 0).sum())) >= _SORTED * len(steps)
