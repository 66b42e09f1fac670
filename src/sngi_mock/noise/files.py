"""Failures of a whole file (E42): columns shifted or crossed, an encoding, dates read the American way.

Example:
    >>> parse_file_error("empty_column:birth_day")(rows)["birth_day"].null_count() == rows.height
    True

Each function takes and returns the traits as text. What the schema would refuse goes to the tables beside the deposit
file only. Apart from E42's own, they are the mistakes seen in the exports of public software.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from matching.identity.errors import UsageError
from sngi_mock.noise.edits import LONGEST
from sngi_mock.noise.given_names import MOJIBAKE, NAMES

_MANDATORY = ("birth_name", "given_name_1", "sex", "birth_year")
_CAN_BE_EMPTY = (
    *(*_MANDATORY, "usage_name", "given_name_2", "given_name_3", "birth_month", "birth_day"),
    *("place_code", "place_label", "country_code", "country_label"),
)
_SHIFTED = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "birth_year", "birth_month")
_LAST_MONTH = 12

Damage = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class FileError:
    """One way a whole file goes wrong.

    Attributes:
        damage: Every row as text → the same rows damaged.
        only_in_table: True when the schema would refuse the outcome.
    """

    damage: Damage
    only_in_table: bool = False


def column_shift(rows: pl.DataFrame) -> pl.DataFrame:
    """Each column from the surname to the month holds what stood on its left; the first is empty."""
    nothing = pl.lit(None, dtype=pl.String).alias(_SHIFTED[0])
    pairs = zip(_SHIFTED[1:], _SHIFTED[:-1], strict=True)
    return rows.with_columns(nothing, *(pl.col(left).alias(column) for column, left in pairs))


def name_swap(rows: pl.DataFrame) -> pl.DataFrame:
    """Surname and given name are mapped to each other's field."""
    return rows.with_columns(birth_name=pl.col("given_name_1"), given_name_1=pl.col("birth_name"))


def usage_for_birth(rows: pl.DataFrame) -> pl.DataFrame:
    """The usage name is mapped to the birth name's field, where there is one: the birth name is lost."""
    return rows.with_columns(birth_name=pl.coalesce("usage_name", "birth_name"), usage_name=pl.lit(None, pl.String))


def given_names_together(rows: pl.DataFrame) -> pl.DataFrame:
    """All given names stand in the first field."""
    ranks = [f"given_name_{rank}" for rank in (1, 2, 3)]
    nothing = pl.lit(None, dtype=pl.String)
    together = pl.concat_str(ranks, separator=" ", ignore_nulls=True).str.head(LONGEST)
    return rows.with_columns(given_name_1=together, given_name_2=nothing, given_name_3=nothing)


def sex_swap(rows: pl.DataFrame) -> pl.DataFrame:
    """M and F are mapped to each other."""
    sex = pl.col("sex")
    return rows.with_columns(
        sex=pl.when(sex == "M").then(pl.lit("F")).when(sex == "F").then(pl.lit("M")).otherwise(sex)
    )


def encoding(rows: pl.DataFrame) -> pl.DataFrame:
    """UTF-8 read as Windows-1252: every accent is two signs."""
    return rows.with_columns(pl.col(*NAMES, "place_label").str.replace_many(MOJIBAKE).str.head(LONGEST))


def day_month(rows: pl.DataFrame) -> pl.DataFrame:
    """dd/mm is read mm/dd: days up to 12 are taken for months, the others are kept as they are."""
    day, month = pl.col("birth_day"), pl.col("birth_month")
    is_read = (day.cast(pl.Int16, strict=False) <= _LAST_MONTH) & month.is_not_null()
    return rows.with_columns(
        birth_day=pl.when(is_read).then(month).otherwise(day), birth_month=pl.when(is_read).then(day).otherwise(month)
    )


def lost_zero(rows: pl.DataFrame) -> pl.DataFrame:
    """A spreadsheet has eaten the zeros that place codes start with."""
    return rows.with_columns(pl.col("place_code").str.replace("^0+", ""))


def filler_postal_code(rows: pl.DataFrame) -> pl.DataFrame:
    """Every place is the postal code 00000, the filler of some exports."""
    return rows.with_columns(place_kind=pl.lit("postal"), place_code=pl.lit("00000"))


FILE_ERRORS: dict[str, FileError] = {
    "column_shift": FileError(column_shift, only_in_table=True),
    "name_swap": FileError(name_swap),
    "usage_for_birth": FileError(usage_for_birth),
    "given_names_together": FileError(given_names_together),
    "sex_swap": FileError(sex_swap),
    "encoding": FileError(encoding),
    "day_month": FileError(day_month),
    "lost_zero": FileError(lost_zero, only_in_table=True),
    "filler_postal_code": FileError(filler_postal_code),
}
_EMPTY_COLUMN = "empty_column:"


def parse_file_error(text: str) -> FileError:
    """The failure of that name, or ``empty_column:`` and a trait.

    Raises:
        UsageError: there is none.
    """
    if text in FILE_ERRORS:
        return FILE_ERRORS[text]
    trait = text.removeprefix(_EMPTY_COLUMN)
    if text.startswith(_EMPTY_COLUMN) and trait in _CAN_BE_EMPTY:
        return FileError(_emptied(trait), only_in_table=trait in _MANDATORY)
    known = ", ".join([*FILE_ERRORS, _EMPTY_COLUMN + "|".join(_CAN_BE_EMPTY)])
    raise UsageError("sngi_mock.unknown_file_error", error=text, errors=known)


def _emptied(trait: str) -> Damage:
    def emptied(rows: pl.DataFrame) -> pl.DataFrame:
        empty = {trait: pl.lit(None, dtype=pl.String)}
        if trait == "place_code":
            empty["place_kind"] = pl.lit("none")
        return rows.with_columns(**empty)

    return emptied
