"""What a register holds, next to the published figures, with the gap: how far the synthetic country is from France.

Example:
    >>> for figure in describe("register"):
    ...     print(figure.section, figure.name, figure.value, figure.published)

Each figure says where its reference comes from, or that it is an assumption of the generator; figures nobody
publishes stand alone. Shares are 0..1.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from matching.reference import births, countries, foreign, names
from sngi_mock.population.demography import FIRST_YEAR, REGISTER_DATE
from sngi_mock.sampling import read_register

Section = Literal["size", "births", "people", "abroad", "surnames", "given_names", "homonyms"]
MEASURED = 6
"""Sections that take some time: all but the size."""

LISTED = 20  # names and countries shown
_KEYS_IN_MEMORY = 20_000_000  # beyond, homonyms are counted on a sample of the keys, which is unbiased
_ADULT_WOMEN_BORN = (1940, 1990)
_ILE_DE_FRANCE_SPLIT = 1968
BORN_ABROAD_2020 = 0.127

Source = Literal[
    "", "insee_births", "insee_surnames", "insee_given_names", "insee_abroad", "insee_countries", "assumption", "none"
]


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        section: What it belongs to.
        name: What is measured: a decade, a name, a country, or the key of a sentence.
        value: The register's, a share of 0..1 or a count (of section ``size``).
        published: The reference, a share too; None when there is none.
        source: Where the reference comes from: the key of a sentence.
    """

    section: Section
    name: str
    value: float
    published: float | None
    source: Source

    @property
    def gap_points(self) -> float | None:
        """Register minus reference, in percentage points."""
        return None if self.published is None else 100 * (self.value - self.published)


def describe(folder: str | Path, progress: Callable[[int], None] = lambda _: None) -> list[Figure]:
    """Every figure of a register, section by section.

    Args:
        folder: The register's.
        progress: Called with 1 after each of the ``MEASURED`` sections.

    Raises:
        RegisterError: the folder is not a register of this contract.
    """
    register = read_register(folder)
    rows = pl.scan_parquet(list(register.files))
    people = rows.filter(pl.col("kind") == "official")
    size = int(people.select(pl.len()).collect().item())
    figures = [
        Figure("size", "persons", size, None, ""),
        Figure("size", "rows", int(rows.select(pl.len()).collect().item()), None, ""),
    ]
    here = people.filter(_country().is_null())
    for part in (
        _births(here),
        _people(people, rows),
        _abroad(people),
        _surnames(here),
        _given_names(here),
        _homonyms(people, size),
    ):
        figures += part
        progress(1)
    return figures


def _share(frame: pl.LazyFrame, **of: pl.Expr) -> dict[str, float]:
    """The mean of each expression over the frame, 0 when it is empty."""
    return {name: value or 0.0 for name, value in frame.select(**of).mean().collect().row(0, named=True).items()}


def _shares(frame: pl.LazyFrame, value: pl.Expr) -> dict[str, float]:
    """The share of each value, most frequent first (then alphabetical)."""
    counted = (
        frame.group_by(value.cast(pl.String).alias("value")).len().sort(["len", "value"], descending=[True, False])
    )
    found = counted.collect(engine="streaming")
    return dict(zip(found["value"], found["len"] / max(found["len"].sum(), 1), strict=True))


def _births(here: pl.LazyFrame) -> Iterator[Figure]:
    found = _shares(here, pl.col("birth_year") // 10 * 10)
    table = births.births().filter(pl.col("year").is_between(FIRST_YEAR, REGISTER_DATE.year))
    published = _shares_of_counts(table, pl.col("year") // 10 * 10)
    for name in sorted(published):
        yield Figure("births", name, found.get(name, 0.0), published[name], "insee_births")


def _shares_of_counts(table: pl.DataFrame, value: pl.Expr) -> dict[str, float]:
    counted = table.group_by(value.cast(pl.String).alias("value")).agg(pl.col("births").sum())
    return dict(zip(counted["value"], counted["births"] / counted["births"].sum(), strict=True))


def _people(people: pl.LazyFrame, rows: pl.LazyFrame) -> Iterator[Figure]:
    found = _share(
        people,
        women=pl.col("sex") == "F",
        alive=pl.col("status") != "dead",
        provisional=pl.col("status") == "provisional",
        no_day=pl.col("birth_day").is_null(),
        two_given_names=pl.col("given_names").list.len() > 1,
        compound=pl.col("given_names").list.first().str.contains("-", literal=True),
    )
    yield Figure(
        "people", "women", found["women"], _shares_of_counts(births.births(), pl.col("sex"))["F"], "insee_births"
    )
    for name in ("alive", "provisional", "no_day", "two_given_names"):
        yield Figure("people", name, found[name], None, "assumption")
    compound = names.given_names().with_columns(pl.col("name").str.contains("-", literal=True).alias("compound"))
    published = _shares_of_counts(compound, pl.col("compound"))["true"]
    yield Figure("people", "compound", found["compound"], published, "insee_given_names")
    first, last = _ADULT_WOMEN_BORN
    adult_women = (pl.col("sex") == "F") & pl.col("birth_year").is_between(first, last)
    women = people.filter(adult_women).select(pl.len()).collect().item()
    bearers = rows.filter(adult_women & (pl.col("kind") == "usage")).select(pl.len()).collect().item()
    yield Figure("people", "usage_name", bearers / max(women, 1), None, "assumption")


def _abroad(people: pl.LazyFrame) -> Iterator[Figure]:
    """The whole among the living, as INSEE publishes it, then each country among everybody born abroad."""
    living = _share(people.filter(pl.col("status") != "dead"), abroad=_country().is_not_null())
    yield Figure("abroad", "born_abroad", living["abroad"], BORN_ABROAD_2020, "insee_abroad")
    found = _shares(people.filter(_country().is_not_null()), _country())
    expected = _expected_countries()
    for code in sorted(expected, key=lambda code: (-expected[code], code))[:LISTED]:
        state = countries.country(code)
        name = state.label if state else code
        yield Figure("abroad", name, found.get(code, 0.0), expected[code], "insee_countries")


def _country() -> pl.Expr:
    """The country of birth as coded that day, 99xxx, of North Africa before independence too; null for France."""
    former = dict(countries.former_territories().select("department", "country").iter_rows())
    code = pl.col("birth_place")
    territory = code.str.slice(0, 2).replace_strict(former, default=None, return_dtype=pl.String)
    # 91 to 95 are the new départements around Paris since 1968.
    before = pl.when(pl.col("birth_year") < _ILE_DE_FRANCE_SPLIT).then(territory)
    return pl.coalesce(before, pl.when(code.str.starts_with("99")).then(code))


def _expected_countries() -> dict[str, float]:
    """The share of each code among people born abroad that the reference table gives."""
    totals = dict(births.births().group_by("year").agg(pl.col("births").sum()).iter_rows())
    expected: Counter[str] = Counter()
    for first, last, country, _, share in foreign.born_abroad().iter_rows():
        for year in range(max(first, FIRST_YEAR), min(last, REGISTER_DATE.year) + 1):
            expected[countries.country_at(country, dt.date(year, 7, 1))] += totals[year] * share
    return {code: weight / expected.total() for code, weight in expected.items()}


def _surnames(here: pl.LazyFrame) -> Iterator[Figure]:
    found = _shares(here, pl.col("birth_name"))
    for row in names.surnames().head(LISTED).iter_rows(named=True):
        yield Figure("surnames", row["name"], found.get(row["name"], 0.0), row["share"], "insee_surnames")


def _given_names(here: pl.LazyFrame) -> Iterator[Figure]:
    found = _shares(here, pl.col("given_names").list.first())
    published = _shares_of_counts(names.given_names(), pl.col("name"))
    for name in sorted(published, key=lambda name: (-published[name], name))[:LISTED]:
        yield Figure("given_names", name, found.get(name, 0.0), published[name], "insee_given_names")


def _homonyms(people: pl.LazyFrame, size: int) -> Iterator[Figure]:
    identity = [pl.col("birth_name"), pl.col("given_names").list.first(), pl.col("sex"), pl.col("birth_year")]
    with_date = [*identity, pl.col("birth_month"), pl.col("birth_day")]
    for name, key in (("unique", identity), ("unique_with_date", with_date)):
        yield Figure("homonyms", name, _unique_share(people, key, size), None, "none")


def _unique_share(people: pl.LazyFrame, key: list[pl.Expr], size: int) -> float:
    """The share of people whose key nobody else has."""
    hashed = pl.struct(key).hash()
    kept = people.select(hashed.alias("key")).filter(pl.col("key") % (size // _KEYS_IN_MEMORY + 1) == 0)
    keys = np.sort(kept.collect(engine="streaming")["key"].to_numpy())
    differs = np.concatenate([[True], keys[1:] != keys[:-1], [True]])
    return float((differs[1:] & differs[:-1]).sum() / max(keys.size, 1))
