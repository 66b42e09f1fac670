"""Columns that are shifted, empty, or hold one value everywhere.

Example:
    >>> find(Submitted.of(passages)).select("code", "field", "value").row(0)
    ('file_no_day_or_month', 'birth_day', '312')
"""

import polars as pl

from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

_FEW = 10  # rows from which an empty or constant column is no chance
_STRAY = 0.01  # share of rows whose whole date stands in another column
_FEWEST_SHIFTED, _SHIFTED = 3, 0.2  # rows, and share of them
_AGE, _MANY_WOMEN = 30, 60  # if one in seven bears a usage name, the chance that none does is below 1 in 10 000

_MANDATORY = ("birth_name", "given_name_1", "sex", "birth_year")
_CAN_BE_CONSTANT = ("birth_name", "given_name_1", "birth_month", "birth_day")
_NEXT_GIVEN_NAMES = (("given_name_2", "given_name_1", 60), ("given_name_3", "given_name_2", 20))
"""A column, the one before it, and the holders who have that one from whom it is no chance that nobody has the next:
where files are careless one in seven has a second given name, and half of these a third."""


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on columns as wholes."""
    holders = submitted.holders
    return together([*_shifted(holders), *(_empty(holders) if holders.height >= _FEW else [])])


def _empty(holders: pl.DataFrame) -> list[pl.DataFrame]:
    """Columns without any value, and those of one value."""
    size = str(holders.height)
    found = [
        of_file("file_column_empty", column, value=size, detail=size)
        for column in _MANDATORY
        if _told(holders, column) == 0
    ]
    found += [
        of_file("file_no_day_or_month", column, value=str(holders.height - told), detail=size)
        for column in ("birth_month", "birth_day")
        if (told := _told(holders, column)) <= _STRAY * holders.height
    ]
    found += [
        of_file("file_column_constant", column, value=size, detail=size)
        for column in _CAN_BE_CONSTANT
        if not holders[column].has_nulls() and holders[column].n_unique() == 1
    ]
    for column, before, many in _NEXT_GIVEN_NAMES:
        could = _told(holders, before)
        if could >= many and _told(holders, column) == 0:
            found.append(of_file("file_no_other_given_name", column, value=str(could), detail=str(could)))
    women = _women_of_age(holders)
    if women >= _MANY_WOMEN and _told(holders, "usage_name") == 0:
        found.append(of_file("file_no_usage_name", "usage_name", value=str(women)))
    return found


def _told(holders: pl.DataFrame, column: str) -> int:
    """Rows where something is written, or was read elsewhere: a whole date may stand in one column."""
    return int(
        holders.select(pl.col(column).is_not_null() | (pl.col(f"raw_{column}").str.strip_chars() != "")).sum().item()
    )


def _women_of_age(holders: pl.DataFrame) -> int:
    """Women of 30 or more at the exam."""
    moment = pl.coalesce("exam_end", "exam_start", "validity_start").str.head(4).cast(pl.Int32, strict=False)
    age = moment - pl.col("birth_year").cast(pl.Int32)
    return int(holders.select(((pl.col("sex") == "F") & (age >= _AGE)).sum()).item())


def _shifted(holders: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows with letters for the year and no date in them, a year for the month or the day, a number for a name."""
    letters, number, year = r"^\D*\p{L}{2}\D*$", r"^\s*\d+\s*$", r"^\s*(?:19|20)\d\d\s*$"
    odd = (
        pl.col("raw_birth_year").str.contains(letters)
        | pl.any_horizontal(pl.col("raw_birth_month", "raw_birth_day").str.contains(year))
        | pl.any_horizontal(pl.col("raw_birth_name", "raw_given_name_1").str.contains(number))
        | pl.col("raw_insee_code").str.contains(r"\p{L}{3}")
    )
    count = int(holders.select(odd.sum()).item())  # null is no: a shifted column may be empty
    if count < max(_FEWEST_SHIFTED, _SHIFTED * holders.height):
        return []
    return [of_file("file_columns_shifted", value=str(count), detail=str(holders.height))]
