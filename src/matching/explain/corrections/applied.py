"""Apply corrections: the passages as they would be sent again.

Example:
    >>> apply(refused, corrections.filter(pl.col("rank") == 1))["birth_month"][0]
    12
"""

import polars as pl

from matching.explain.corrections.ways import FIELDS
from matching.identity.frames import PLACE_KIND, SEX

_NUMBERS = {"birth_year": pl.Int16, "birth_month": pl.Int8, "birth_day": pl.Int8}
_PLACES = ("insee_code", "postal_code")


def apply(passages: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """The passages with the chosen corrections written.

    Args:
        passages: Contract PASSAGES.
        chosen: Columns ``passage``, ``field``, ``after`` of corrections, one row at most per passage and field; what
            is to be asked (``after`` null) is left as it was submitted.

    Returns:
        The same rows and columns in order, what was submitted and what is read of it changed together.
    """
    writable = chosen.filter(pl.col("field").is_in(FIELDS) & pl.col("after").is_not_null())
    changed = [field for field in FIELDS if field in writable["field"].unique()]
    wide = writable.pivot("field", index="passage", values="after", aggregate_function="first")
    new = {field: pl.col(f"new_{field}") for field in changed}
    wide = wide.select(pl.col("passage").cast(pl.UInt32), *(pl.col(field).alias(f"new_{field}") for field in changed))
    told = passages.join(wide, on="passage", how="left", maintain_order="left")
    told = told.with_columns(_replaced(f"raw_{field}", new[field], _text(new[field])) for field in changed)
    traits = [field for field in changed if field not in _PLACES]
    read = [_replaced(field, new[field], _read(field, new[field])) for field in traits]
    places = [new[field].is_not_null() for field in _PLACES if field in changed]
    return told.with_columns(*read, *(_place(pl.any_horizontal(places)) if places else ())).select(passages.columns)


def _replaced(column: str, new: pl.Expr, by: pl.Expr) -> pl.Expr:
    return pl.when(new.is_not_null()).then(by).otherwise(column).alias(column)


def _text(new: pl.Expr) -> pl.Expr:
    return pl.when(new != "").then(new)


def _read(field: str, new: pl.Expr) -> pl.Expr:
    """What the reader of deposits makes of the text."""
    dtype = SEX if field == "sex" else _NUMBERS.get(field, pl.String)
    return _text(new.str.strip_chars()).cast(dtype, strict=False)


def _place(is_changed: pl.Expr) -> list[pl.Expr]:
    """The columns that tell which of both codes a place is told by."""
    insee, postal = (_text(pl.col(f"raw_{field}").str.strip_chars()) for field in _PLACES)
    kind = pl.when(insee.is_not_null()).then(pl.lit("insee")).when(postal.is_not_null()).then(pl.lit("postal"))
    read = {"place_kind": kind.otherwise(pl.lit("none")).cast(PLACE_KIND), "place_code": pl.coalesce(insee, postal)}
    return [pl.when(is_changed).then(value).otherwise(name).alias(name) for name, value in read.items()]
