"""How many people share an identity, and whether as many bear a name as its frequency says.

Expected numbers follow from the published tables alone: bearers, from the share of the surname in each decade of
birth; pairs of namesakes (same surname, first given name, sex and year), from the bearers that there are in each year
and the chance that two of them were given the same name. They leave out what families do: brothers and sisters make
the number of bearers vary more than independent draws would, and twins are told apart.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from matching.reference import births, names
from sngi_mock.describe.figures import Figure, born_here, counted, first_name, official
from sngi_mock.population.rare_surnames import UNLISTED_SHARE

WATCHED = ("MARTIN", "BERNARD", "NGUYEN")
RARE_RANKS = (15_000, 20_000, 25_000, 30_000, 35_000)
"""Ranks in INSEE's list of the five rare names that are watched: 600 to 250 bearers in France."""

YEARS = range(1901, 2001)
"""Of birth: those of INSEE's list."""

_KEYS_IN_MEMORY = 20_000_000  # beyond, homonyms are counted on a sample of the keys, which is unbiased


def watched_names() -> tuple[str, ...]:
    """The frequent names, then the rare ones."""
    table = names.surnames()
    return (*WATCHED, *(table["name"][rank] for rank in RARE_RANKS))


def uniqueness(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The share of people who alone have their identity."""
    people = official(rows)
    size = int(people.select(pl.len()).collect().item())
    identity = [pl.col("birth_name"), first_name(), pl.col("sex"), pl.col("birth_year")]
    with_date = [*identity, pl.col("birth_month"), pl.col("birth_day")]
    for name, key in (("unique", identity), ("unique_with_date", with_date)):
        yield Figure("homonyms", name, _unique_share(people, key, size), None, "none")


def namesakes(rows: pl.LazyFrame) -> Iterator[Figure]:
    """Bearers of the watched names, then pairs of namesakes among them, found and expected."""
    here = born_here(rows).filter(pl.col("birth_year").is_between(YEARS.start, YEARS.stop - 1))
    people = dict(counted(here, year=pl.col("birth_year").cast(pl.Int64)).iter_rows())
    watched = watched_names()
    key = {"name": pl.col("birth_name"), "given": first_name(), "sex": pl.col("sex").cast(pl.String)}
    found = counted(
        here.filter(pl.col("birth_name").is_in(list(watched))), year=pl.col("birth_year").cast(pl.Int64), **key
    )
    same = _chance_of_same_given_name()
    for name in watched:
        bearers = found.filter(pl.col("name") == name)
        expected = _expected_bearers(name, people)
        yield Figure("bearers", name, float(bearers["n"].sum()), expected, "expected", is_count=True)
        by_cell = bearers.group_by("sex", "year").agg(pl.col("n").sum()).join(same, on=["sex", "year"])
        expected = by_cell.select((_pairs(pl.col("n")) * pl.col("chance")).sum()).item()
        pairs = float(bearers.select(_pairs(pl.col("n")).sum()).item())
        yield Figure("namesakes", name, pairs, expected, "expected", is_count=True)


def _pairs(n: pl.Expr) -> pl.Expr:
    return n * (n - 1) / 2


def _expected_bearers(name: str, people: dict[int, int]) -> float:
    table = names.surnames()
    row = table.row(by_predicate=pl.col("name") == name, named=True)
    totals = table.select(f"d{decade}" for decade in names.DECADES).sum().row(0, named=True)
    share = {column: (1 - UNLISTED_SHARE) * row[column] / total for column, total in totals.items()}
    return float(sum(n * share[f"d{(year - 1) // 10 * 10 + 1}"] for year, n in people.items()))


def _chance_of_same_given_name() -> pl.DataFrame:
    """``sex, year, chance`` that two people born then were given the same first name."""
    table = names.given_names()
    totals = births.births().select("sex", "year", total=pl.col("births").cast(pl.Float64))
    squares = table.group_by("sex", "year").agg(
        listed=pl.col("births").sum().cast(pl.Float64), squares=(pl.col("births").cast(pl.Float64) ** 2).sum()
    )
    # Before 1946 the table misses people, not names: shares are those of the people it holds.
    whole = pl.when(pl.col("year") < 1946).then("listed").otherwise(pl.max_horizontal("listed", "total"))  # noqa: PLR2004
    return squares.join(totals, on=["sex", "year"]).select(
        pl.col("sex").cast(pl.String), pl.col("year").cast(pl.Int64), chance=pl.col("squares") / whole**2
    )


def _unique_share(people: pl.LazyFrame, key: list[pl.Expr], size: int) -> float:
    """The share of people whose key nobody else has."""
    hashed = pl.struct(key).hash()
    kept = people.select(hashed.alias("key")).filter(pl.col("key") % (size // _KEYS_IN_MEMORY + 1) == 0)
    keys = np.sort(kept.collect(engine="streaming")["key"].to_numpy())
    differs = np.concatenate([[True], keys[1:] != keys[:-1], [True]])
    return float((differs[1:] & differs[:-1]).sum() / max(keys.size, 1))
