"""Given names against sex, for the whole file, and all given names in the first field.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "detail").row(0)
    ('file_given_names_together', '160', '300')
"""

import polars as pl

from matching.normalize.text import words
from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted
from matching.quality.whole_file.name_tables import given_name_births

_ONE_SEX, _FEWEST_BIRTHS = 0.98, 100  # a given name that tells the sex
_FEWEST, _MANY = 5, 20  # holders whose given name tells
_MOST, _BY_CHANCE, _NOT_ALL = 0.8, 0.2, 0.1  # shares of them against their given name
_FEWEST_TOGETHER, _TOGETHER = 4, 0.08


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on the column of the sex and on the first given name."""
    holders = submitted.holders
    pairs = holders.group_by("given_name_1", "sex").agg(rows=pl.len()).drop_nulls("given_name_1")
    pairs = pairs.with_columns(words(pairs["given_name_1"]).alias("name"))
    return together([*_sex(pairs.drop_nulls("sex")), *_several(holders, pairs)])


def _sex(pairs: pl.DataFrame) -> list[pl.DataFrame]:
    births = pl.col("M") + pl.col("F")
    usual = (
        pl.when(pl.col("M") >= _ONE_SEX * births)
        .then(pl.lit("M"))
        .when(pl.col("F") >= _ONE_SEX * births)
        .then(pl.lit("F"))
    )
    first = pairs.with_columns(pl.col("name").str.extract(r"^(\S+)"))
    telling = (
        pl.concat([pairs, first.filter(pl.lit(pairs["name"].str.contains(" ", literal=True)))])
        .join(given_name_births(), on="name")
        .filter(births >= _FEWEST_BIRTHS)
        .unique(["given_name_1", "sex"], keep="first", maintain_order=True)
        .with_columns(usual=usual)
        .drop_nulls("usual")
    )
    size = int(telling["rows"].sum())
    against = int(telling.filter(pl.col("sex").cast(pl.String) != pl.col("usual"))["rows"].sum())
    told = {"value": str(against), "detail": str(size)}
    if pairs["sex"].n_unique() == 1:
        is_constant = size >= _MANY and against >= _NOT_ALL * size
        return [of_file("file_sex_constant", "sex", **told)] if is_constant else []
    if size >= _FEWEST and against >= _MOST * size:
        return [of_file("file_sex_swapped", "sex", **told)]
    return [of_file("file_rows_misaligned", **told)] if size >= _MANY and against >= _BY_CHANCE * size else []


def _several(holders: pl.DataFrame, pairs: pl.DataFrame) -> list[pl.DataFrame]:
    """Names of several words that are no compound of the table, when no other field holds a given name."""
    if holders.select(pl.any_horizontal(pl.col("given_name_2", "given_name_3").is_not_null().any())).item():
        return []
    parted = pairs.filter(
        pl.col("given_name_1").str.strip_chars().str.contains(r"\s"), pl.col("name").str.contains(" ", literal=True)
    )
    several = int(parted.join(given_name_births(), on="name", how="anti")["rows"].sum())
    if several < _FEWEST_TOGETHER or several < _TOGETHER * holders.height:
        return []
    return [of_file("file_given_names_together", "given_name_1", value=str(several), detail=str(holders.height))]
