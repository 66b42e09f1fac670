"""Where people were born: countries, and how births gather in few communes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import polars as pl

from matching.reference import births, countries, foreign
from sngi_mock.describe.figures import Figure, born_here, counted, country, means, official, shares
from sngi_mock.population.demography import FIRST_YEAR, REGISTER_DATE

LISTED = 25  # countries shown
BORN_ABROAD_2020 = 0.127
LARGEST = (10, 100, 1000)
"""How many of the communes with most births are looked at together."""

PERIODS = {"homes": (1900, 1949), "maternities": (1976, 2100)}
"""Births at home, mostly, and in maternities."""


def abroad(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The whole among the living, as INSEE publishes it, then each country among everybody born abroad."""
    people = official(rows)
    living = means(people.filter(pl.col("status") != "dead"), abroad=country().is_not_null())
    yield Figure("abroad", "born_abroad", living["abroad"], BORN_ABROAD_2020, "insee_abroad")
    found = shares(counted(people.filter(country().is_not_null()), code=country()), "code")
    expected = _expected_countries()
    for code in sorted(expected, key=lambda code: (-expected[code], code))[:LISTED]:
        state = countries.country(code)
        yield Figure("abroad", state.label if state else code, found.get(code, 0.0), expected[code], "insee_countries")


def communes(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The share of births that take place in the communes that have most of them."""
    for period, years in PERIODS.items():
        found = counted(born_here(rows).filter(pl.col("birth_year").is_between(*years)), code=pl.col("birth_place"))
        by_size = found["n"].sort(descending=True)
        for largest in LARGEST:
            share = int(by_size.head(largest).sum()) / max(int(by_size.sum()), 1)
            yield Figure("communes", str(largest), share, None, "assumption", group=period)


def _expected_countries() -> dict[str, float]:
    """The share of each code among people born abroad that the reference table gives."""
    totals = dict(births.births().group_by("year").agg(pl.col("births").sum()).iter_rows())
    expected: Counter[str] = Counter()
    for first, last, present, _, share in foreign.born_abroad().iter_rows():
        for year in range(max(first, FIRST_YEAR), min(last, REGISTER_DATE.year) + 1):
            expected[countries.country_at(present, dt.date(year, 7, 1))] += totals[year] * share
    return {code: weight / expected.total() for code, weight in expected.items()}
