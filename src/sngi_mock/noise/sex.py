"""Errors in the sex.

Example:
    >>> flipped(pl.DataFrame({"sex": ["M"]}, schema={"sex": SEX}))["sex"].item()
    'F'
"""

import polars as pl

from matching.identity.frames import SEX


def can_flipped() -> pl.Expr:
    """Everybody."""
    return pl.col("sex").is_not_null()


def flipped(rows: pl.DataFrame) -> pl.DataFrame:
    """The other sex."""
    return rows.with_columns(sex=pl.col("sex").replace_strict({"M": "F", "F": "M"}, return_dtype=SEX))
