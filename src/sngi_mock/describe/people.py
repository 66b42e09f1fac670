"""Births by year and sex, the living by age, and what else is known of people.

Sources: INSEE's births; the living by age, INSEE's population estimate for metropolitan France on 1 January 2022, as
INED publishes it, read 2026-11-23; twin deliveries, INSEE; double names, INSEE for births of 2014 (quoted from memory).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from matching.reference import births
from sngi_mock.describe.figures import Figure, born_here, counted, country, decade, means, official, shares
from sngi_mock.population.demography import FIRST_YEAR, REGISTER_DATE, TWIN_DELIVERIES, TWIN_YEARS

LIVING_BY_AGE = {"under_20": 15_373_142, "20_to_64": 36_317_154, "65_and_over": 13_937_158}
DOUBLE_NAMES_2014 = 0.10
_ADULT_WOMEN_BORN = (1940, 1990)
_SEXES = ("M", "F")


def size(rows: pl.LazyFrame) -> Iterator[Figure]:
    """How many people and identities."""
    kinds = dict(counted(rows, kind=pl.col("kind").cast(pl.String)).iter_rows())
    yield Figure("size", "persons", kinds.get("official", 0), None, "", is_count=True)
    yield Figure("size", "rows", sum(kinds.values()), None, "", is_count=True)
    for kind in ("usage", "former"):
        yield Figure("size", f"{kind}_rows", kinds.get(kind, 0), None, "assumption", is_count=True)


def births_by_year(rows: pl.LazyFrame) -> Iterator[Figure]:
    """Births in France by decade, then by year and sex."""
    found = counted(born_here(rows), year=pl.col("birth_year").cast(pl.Int64), sex=pl.col("sex").cast(pl.String))
    table = births.births().filter(pl.col("year").is_between(FIRST_YEAR, REGISTER_DATE.year))
    elapsed = REGISTER_DATE.timetuple().tm_yday / 365  # of the last year, which the register does not hold whole
    n = pl.col("births") * pl.when(pl.col("year") == REGISTER_DATE.year).then(elapsed).otherwise(1.0)
    table = table.select(pl.col("year").cast(pl.Int64), pl.col("sex").cast(pl.String), n=n)
    by_decade = [shares(each.with_columns(decade=pl.col("year") // 10 * 10), "decade") for each in (found, table)]
    for name, published in by_decade[1].items():
        yield Figure("births", name, by_decade[0].get(name, 0.0), published, "insee_births")
    for sex in _SEXES:
        of_sex = [each.filter(sex=sex).with_columns(n=pl.col("n") / each["n"].sum()) for each in (found, table)]
        register, reference = (dict(each.select("year", "n").iter_rows()) for each in of_sex)
        for year in sorted(reference):
            share = register.get(year, 0.0)
            yield Figure("births_by_year", str(year), share, reference[year], "insee_births", group=sex)


def ages(rows: pl.LazyFrame) -> Iterator[Figure]:
    """The living by age, then the share of each decade's births who are alive."""
    people = official(rows)
    age = REGISTER_DATE.year - pl.col("birth_year")
    band = pl.when(age < 20).then(pl.lit("under_20")).when(age < 65).then(pl.lit("20_to_64"))  # noqa: PLR2004 - ages
    found = shares(
        counted(people.filter(pl.col("status") != "dead"), band=band.otherwise(pl.lit("65_and_over"))), "band"
    )
    for name, published in LIVING_BY_AGE.items():
        share = published / sum(LIVING_BY_AGE.values())
        yield Figure("ages", name, found.get(name, 0.0), share, "ined_ages")
    alive = people.group_by(decade=decade()).agg(alive=(pl.col("status") != "dead").mean()).sort("decade").collect()
    for name, share in alive.iter_rows():
        yield Figure("alive", str(name), share, None, "assumption")


def particulars(rows: pl.LazyFrame) -> Iterator[Figure]:
    """Sex, status, partial dates, lists of given names, twins, double and usage names."""
    people = official(rows)
    found = means(
        people,
        women=pl.col("sex") == "F",
        alive=pl.col("status") != "dead",
        provisional=pl.col("status") == "provisional",
        two_given_names=pl.col("given_names").list.len() > 1,
        three_given_names=pl.col("given_names").list.len() > 2,  # noqa: PLR2004 - a count
        twins=_is_second_twin(),
    )
    totals = births.births().select("sex", "year", n="births")
    yield Figure("people", "women", found["women"], shares(totals, "sex")["F"], "insee_births")
    deliveries = np.interp(totals["year"], TWIN_YEARS, TWIN_DELIVERIES)
    second = float(np.average(deliveries / (1 + deliveries), weights=totals["n"]))
    yield Figure("people", "twins", found["twins"], second, "insee_twins")
    recent = means(born_here(rows).filter(pl.col("birth_year") >= 2012), share=_is_double())  # noqa: PLR2004 - a year
    yield Figure("people", "double_name", recent["share"], DOUBLE_NAMES_2014, "insee_double_names")
    found |= means(
        people.filter(country().is_not_null()),
        no_day=pl.col("birth_day").is_null(),
        no_month=pl.col("birth_month").is_null(),
        first_january=(pl.col("birth_month") == 1) & (pl.col("birth_day") == 1),
        last_december=(pl.col("birth_month") == 12) & (pl.col("birth_day") == 31),  # noqa: PLR2004 - a date
    )
    for name in [each for each in found if each not in {"women", "twins"}]:
        yield Figure("people", name, found[name], None, "assumption")
    women = means(
        rows.filter((pl.col("sex") == "F") & pl.col("birth_year").is_between(*_ADULT_WOMEN_BORN)),
        usage=pl.col("kind") == "usage",
        official=pl.col("kind") == "official",
    )
    yield Figure("people", "usage_name", women["usage"] / (women["official"] or 1.0), None, "assumption")


def _is_second_twin() -> pl.Expr:
    """Same name, date and place as the person before: the register keeps twins together."""
    same = ["birth_name", "birth_year", "birth_month", "birth_day", "birth_place"]
    return pl.all_horizontal(pl.col(each) == pl.col(each).shift(1) for each in same).fill_null(value=False)


def _is_double() -> pl.Expr:
    """Two surnames of three letters or more, particles left aside."""
    return pl.col("birth_name").str.contains(r"[A-Z']{4,}(?: |-)[A-Z']{4,}")
