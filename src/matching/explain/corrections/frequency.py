"""How likely a name is, as public lists have it: what an alternative is weighed by.

Example:
    >>> own(pl.Series(["MARTIN", "MARTINN"]), "surname").round(4).to_list()
    [0.0031, 0.0]
"""

from functools import cache

import polars as pl

from matching.identity.frames import SEX
from matching.normalize.text import funnel_text
from matching.quality.names.lexicon import UNLISTED, Kind, shares, spelled_bits
from matching.reference import names

FIRST_YEAR, LAST_YEAR = 1900, 2019
"""Of the table of given names."""

DECADE = 10
_FREQUENT = 1e-4  # share of a name whose letters add nothing
_ALL_YEARS = 0.2  # part of a given name's share that does not depend on the year: people named late, or elsewhere


def own(keys: pl.Series, kind: Kind) -> pl.Series:
    """The share of each text as a name, listed or as its letters go; 0..1, in order. Null has none.

    Args:
        keys: In the funnel's view.
        kind: Of the names.
    """
    distinct = keys.unique(maintain_order=True)
    listed = shares(distinct, kind)
    rare = (listed < _FREQUENT).arg_true()
    spelled = UNLISTED[kind] * 2.0 ** spelled_bits(distinct.gather(rare).str.replace_all("[^A-Z]", ""), kind)
    told = pl.DataFrame({"key": distinct, "own": listed.scatter(rare, listed.gather(rare) + spelled.fill_null(0.0))})
    return keys.to_frame("key").join(told, on="key", how="left", maintain_order="left", nulls_equal=True)["own"]


def decade(year: pl.Expr) -> pl.Expr:
    """The decade of a birth, as ``given_names`` has it; null when the year is."""
    return year.clip(FIRST_YEAR, LAST_YEAR).cast(pl.Int32) // DECADE


@cache
def given_names() -> pl.DataFrame:
    """``sex``, ``decade``, ``name`` (the funnel's view), ``share`` (0..1 of that sex and decade), frequent first."""
    table = names.given_names()
    written = table["name"].unique()
    plain = pl.DataFrame({"name": written, "plain": funnel_text(written)})
    births = (
        table.join(plain, on="name")
        .group_by("sex", decade=decade(pl.col("year")), name="plain")
        .agg(births=pl.col("births").sum().cast(pl.Float64))
    )
    ever = births.group_by("sex", "name").agg(ever=pl.col("births").sum())
    ever = ever.with_columns(ever=pl.col("ever") / pl.col("ever").sum().over("sex"))
    decades = births.select("sex", "decade").unique()
    every = decades.join(ever, on="sex").join(births, on=["sex", "decade", "name"], how="left")
    then = pl.col("births").fill_null(0.0) / pl.col("births").sum().over("sex", "decade")
    share = (1 - _ALL_YEARS) * then + _ALL_YEARS * pl.col("ever")
    told = every.select(pl.col("sex").cast(SEX), "decade", "name", share=share)
    return told.sort("share", "name", descending=[True, False])
