"""Mock NIRs: true to form, key included, and impossible for a real person.

The rule: month code = 13 + (month − 1) // 2, hence 13 to 18, and 19 when the month is unknown. Such a number passes
the deposit schema and a checksum; every validator that looks at the month refuses it.

Example:
    >>> [month_code(month) for month in (1, 2, 3, 12, None)]
    [13, 13, 14, 18, 19]
    >>> is_mock_nir("267147504412366")
    True

``EMITTABLE_MONTHS`` is every month code the rule can give; a test proves it stays within 13–19 over the whole rule.
"""

import re
from typing import Final

import polars as pl

from matching.identity import nir

UNKNOWN_MONTH: Final = 19
EMITTABLE_MONTHS: Final = frozenset(range(13, 20))
_MOCK_SHAPE = re.compile(r"[12]\d{2}1[3-9](?:\d{5}|2[AB]\d{3})(?!000)\d{3}(?:\d{2})?")


def month_code(month: int | None) -> int:
    """The month code of a mock NIR, 13..19.

    Raises:
        ValueError: the month is not 1..12: such a number must never be emitted.
    """
    if month is None:
        return UNKNOWN_MONTH
    if month not in range(1, 13):
        raise ValueError(f"a birth month is 1 to 12, not {month}")
    return 13 + (month - 1) // 2


def is_mock_nir(text: str) -> bool:
    """True for 13 or 15 characters, without blanks, of the mock rule, with the right key where there is one."""
    return _MOCK_SHAPE.fullmatch(text) is not None and nir.parse(text) is not None


def month_code_of(month: pl.Expr) -> pl.Expr:
    """``month_code`` for a column of months (null = unknown), as Int64.

    The code is clipped to 13..18, so that no value of the column, however wrong, gives a number of a real month.
    """
    code = 13 + (month.cast(pl.Int64).clip(1, 12) - 1) // 2
    return code.fill_null(UNKNOWN_MONTH)


def mock_nir_of(*, sex: pl.Expr, year: pl.Expr, month: pl.Expr, place: pl.Expr, rank: pl.Expr) -> pl.Expr:
    """Mock NIRs of 15 characters for columns of a frame.

    Args:
        sex: "M" or "F".
        year: Four digits; the number keeps the last two.
        month: 1..12, null when unknown.
        place: Five characters of the COG, or 99xxx.
        rank: 1..999 in the (mock) month and commune.
    """
    body = pl.concat_str(
        pl.when(sex.cast(pl.String) == "M").then(pl.lit("1")).otherwise(pl.lit("2")),
        (year.cast(pl.Int64) % 100).cast(pl.String).str.zfill(2),
        month_code_of(month).cast(pl.String),
        place,
        rank.cast(pl.String).str.zfill(3),
    )
    return pl.concat_str(body, nir.key_of(body).cast(pl.String).str.zfill(2))
