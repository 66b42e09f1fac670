"""Whether the NIR that was looked up says the same as the identity that was declared.

A NIR carries sex, year, month and place of birth: when they contradict the passage, either the passage is wrong or
it was attributed to somebody else.
"""

import polars as pl

from matching.identity.mock_nir import month_code_of
from matching.identity.nir import MOCK_MONTHS


def incoherent_parts() -> pl.Expr:
    """List of the parts (sex, year, month, place) of the column ``nir`` that contradict the passage's own columns.

    A part that the passage does not tell, or a month that the number does not, contradicts nothing. The place is
    compared through ``agree_birth_place``, since the number keeps the code of the time.
    """
    nir = pl.col("nir")
    is_man = nir.str.slice(0, 1).cast(pl.Int64) % 2 == 1
    return pl.concat_list(
        _when(is_man != (pl.col("sex").cast(pl.String) == "M"), "sex"),
        _when(nir.str.slice(1, 2).cast(pl.Int64) != pl.col("birth_year") % 100, "year"),
        _when(_month_contradicts(nir.str.slice(3, 2).cast(pl.Int64), pl.col("birth_month").cast(pl.Int64)), "month"),
        _when(pl.col("agree_birth_place") == "differ", "place"),
    ).list.drop_nulls()


def _month_contradicts(code: pl.Expr, month: pl.Expr) -> pl.Expr:
    """A mock number tells two months, a real one (01–12, 31–42) tells one; the other codes tell none."""
    return (
        pl.when(code.is_between(MOCK_MONTHS.start, MOCK_MONTHS.stop - 2))
        .then(code != month_code_of(month))
        .when(code.is_between(1, 12) | code.is_between(31, 42))
        .then(code % 30 != month)
    ) & month.is_not_null()


def _when(contradicts: pl.Expr, part: str) -> pl.Expr:
    return pl.when(contradicts.fill_null(value=False)).then(pl.lit(part))
