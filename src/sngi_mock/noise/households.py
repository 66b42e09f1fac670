"""The trait of somebody else: a given name or a date copied from a twin, brother, sister, parent or child.

Example:
    >>> rows = pl.DataFrame({"given_name_1": ["Paul"], "relative_given_name_1": ["Anne"], "u1": [0.1], **date})
    >>> copied(rows)["given_name_1"].item()
    'Anne'

A record carries its relative's traits in columns beside its own, null when the register holds no relative.
"""

import polars as pl

COPIED = ("given_name_1", "birth_year", "birth_month", "birth_day")
"""What may be copied; a record has a column ``relative_<trait>`` for each."""

RELATIVE = tuple(f"relative_{trait}" for trait in COPIED)

_DATE = COPIED[1:]
_has_relative = pl.col("relative_birth_year").is_not_null()


def _other_name() -> pl.Expr:
    return _has_relative & (pl.col("given_name_1") != pl.col("relative_given_name_1")).fill_null(value=False)


def _other_date() -> pl.Expr:
    return _has_relative & pl.any_horizontal(pl.col(trait).ne_missing(pl.col(f"relative_{trait}")) for trait in _DATE)


def can_copied() -> pl.Expr:
    """People with a relative of another given name or date."""
    return _other_name() | _other_date()


def copied(rows: pl.DataFrame) -> pl.DataFrame:
    """The relative's given name or date of birth, half of the time each where both differ."""
    name = _other_name() & ((pl.col("u1") < 0.5) | ~_other_date())  # noqa: PLR2004 - half
    return rows.with_columns(
        pl.when(name if trait == "given_name_1" else ~name).then(f"relative_{trait}").otherwise(trait).alias(trait)
        for trait in COPIED
    )
