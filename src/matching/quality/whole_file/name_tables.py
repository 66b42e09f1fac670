"""The two tables of names, ready to be joined on plain texts: capitals without accents, words apart.

Example:
    >>> given_name_births().filter(pl.col("name") == "CAMILLE").row(0)
    ('CAMILLE', 66043.0, 163117.0)
"""

from functools import cache

import polars as pl

from matching.normalize.text import words
from matching.reference import names


@cache
def given_name_births() -> pl.DataFrame:
    """``name``, ``M``, ``F`` (births of each sex with it over 1900-2019), ``share`` (0..1). Do not modify it."""
    births = names.given_names().group_by("name", "sex").agg(pl.col("births").sum().cast(pl.Float64))
    plain = births.with_columns(words(births["name"]).alias("name"))
    return plain.group_by("name", maintain_order=True).agg(
        *(pl.col("births").filter(pl.col("sex").cast(pl.String) == sex).sum().alias(sex) for sex in "MF"),
        share=pl.col("births").sum() / births["births"].sum(),
    )


@cache
def surname_shares() -> pl.DataFrame:
    """``name``, ``surname``: its share of the bearers, 0..1, by its rank. Do not modify it."""
    ranked = pl.DataFrame({"name": words(names.surname_list())}).with_row_index("rank", offset=1)
    weight = 1 / (pl.col("rank") + _FLAT)
    return ranked.unique("name", keep="first", maintain_order=True).select("name", surname=weight / weight.sum())


_FLAT = 40  # first ranks are less frequent than 1 / rank says: fits MARTIN at .4 % of the bearers
