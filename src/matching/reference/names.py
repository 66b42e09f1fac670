"""Given names by sex and year, surnames by decade: how frequent a name is, and what people were called when.

Example:
    >>> given_name_counts("MARIE", "F").row(0)
    (1900, 'F', 48713)
    >>> surnames().row(0, named=True)["name"]
    'MARTIN'

Source: INSEE, *fichier des prénoms* (1900-2019) and *fichier des noms* (births 1891-2000), as registry packages carry
them, read 2026-11-23; ``tables/given_names.toml`` and ``tables/surnames.toml`` say what is exact and what is not.
"""

from functools import cache
from typing import Literal

import polars as pl

from matching.reference._load import load

DECADES = tuple(range(1891, 2001, 10))
_FEWEST_LISTED = 10  # bearers below which a decade does not list a name


def given_names() -> pl.DataFrame:
    """Births by sex, first given name and year, 1900-2019, sorted by sex, name and year.

    Names are INSEE's: capitals, with accents and hyphens; those given fewer than 50 times to a sex are left out. A
    year without a row had fewer than three births of that name.

    Returns:
        ``sex`` (M, F), ``name``, ``year``, ``births``. Before 1946 use shares within a year, not counts.
    """
    return load("given_names")


def given_name_counts(name: str, sex: Literal["M", "F"] | None = None) -> pl.DataFrame:
    """``year``, ``sex``, ``births`` of one given name as INSEE writes it; no row when it is not in the table."""
    rows = given_names().filter(pl.col("name") == name)
    if sex is not None:
        rows = rows.filter(pl.col("sex") == sex)
    return rows.select("year", "sex", "births").sort("year", "sex")


def surname_list() -> pl.Series:
    """The surnames alone, most frequent first, without the work that their decades take."""
    return load("surnames")["name"]


@cache
def surnames() -> pl.DataFrame:
    """Surnames of people born in France 1891-2000, most frequent first. Do not modify it: it is shared.

    Returns:
        ``name`` (capitals without accents), ``rank`` from 1, ``bearers``, ``share`` (0..1 of the bearers of the
        table; names of fewer than 30 bearers are not in it), then ``d1891`` … ``d1991``: expected bearers born in the
        ten years from there. A decade where fewer than ten were born is not published: the bearers that the listed
        decades leave over are spread there evenly, nine at most.
    """
    table = load("surnames")
    decades = [f"d{decade}" for decade in DECADES]
    unlisted = pl.sum_horizontal(pl.col(decades) == 0)
    left_over = (pl.col("bearers").cast(pl.Float64) - pl.sum_horizontal(decades)).clip(0)
    spread = (left_over / unlisted).clip(0, _FEWEST_LISTED - 1)
    return table.select(
        "name",
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("rank"),
        "bearers",
        (pl.col("bearers") / pl.col("bearers").sum()).alias("share"),
        *(pl.when(pl.col(d) == 0).then(spread).otherwise(d).cast(pl.Float32).alias(d) for d in decades),
    )
