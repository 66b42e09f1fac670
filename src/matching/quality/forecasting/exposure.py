"""How many other people of the register share a passage's birth name, given name, sex and birth year, by expectation.

The funnel accepts at stage 1 whoever is alone with these four; a passage that expects one namesake or more needs its
day, its month and its place to be right.

Example:
    >>> exposure(Submitted.of(passages)).row(0, named=True)  # Marie MARTIN, born in 1960
    {'passage': 0, 'namesakes': 51.5, 'namesakes_date': 0.141, 'namesakes_place': 0.0019}

Nothing but published frequencies is used, no index of a register. Within one origin (born in France, or abroad under
the names of a country), surname and given name are independent:

    namesakes = persons × share of the sex and year × sum over origins of (origin × surname × given name)

Assumptions, each of them a constant or a table below:

- The register holds everybody ever registered, the dead and those born abroad included, in the proportions of births:
  a cohort is as large as its births in France and what ``reference.foreign`` adds. About 115 million (``NATIONAL``):
  98 million births in France since 1900, 13 % more born elsewhere by ``reference.foreign``, which makes 113 million,
  and those who were born before.
- Parents choose given names whatever their surname. They do not quite, so that names of one region or language meet
  more often than this says.
- Days of birth are uniform, but for the two dates that are given by default to people born abroad.
- Brothers and sisters are ignored: they seldom share a year, and twins are named apart.

Sources: the tables of ``matching.reference`` (INSEE; read 2026-11-23). Foreseen and found, on simulated registers, the
shares of people who are alone with their key: 99.2 and 99.2 % of a million, 94.7 and 94.8 % of ten million, 79.0 and
79.1 % of 115 million.
"""

from functools import cache

import numpy as np
import polars as pl

from matching.normalize.text import funnel_text
from matching.quality.submitted import Submitted
from matching.reference import births, communes, foreign, names

NATIONAL = 115_000_000
"""People in the national register, about."""

KEY = ("birth_name", "given_name_1", "sex", "birth_year")
"""What stage 1 of the funnel compares."""

_LISTED_SURNAMES = 0.91  # share of births of 1951-2000 whose surname INSEE lists: 37.1 million of 40.8
# INSEE lists names of 30 bearers or more. Names of k bearers are as k to the power -1.45 where the list stops: carried
# on below, a person who bears an unlisted name shares it with eleven, among the births in France of 1891-2000.
_UNLISTED_BEARERS, _ALL_BEARERS = 11.0, 87_000_000
_UNLISTED_BIRTHS = 1.0  # a year, of a given name that a year does not list: fewer than three
_COMPLETE_GIVEN_NAMES = 1946  # before, the table misses people who died early: shares are of those it has
_FIRST_AND_LAST_YEAR, _YEARS_OF_GIVEN_NAMES = (1900, 2026), (1900, 2019)  # of the tables
_DAYS = 365.25
_DEFAULT_DATES = {(1, 1): 0.03, (12, 31): 0.02}  # share of those born abroad


def exposure(submitted: Submitted, persons: int = NATIONAL) -> pl.DataFrame:
    """The expected number of other people that each stage of the funnel leaves beside a passage's holder.

    Args:
        submitted: The file; names as they stand in it, compared as the funnel does: accents and case ignored.
        persons: In the register.

    Returns:
        One row per holder, in order: ``passage``, ``namesakes`` (same birth name, first given name, sex and year),
        ``namesakes_date`` (of them, same month and day; a part not sent constrains nothing), ``namesakes_place`` (of
        them, same place; at most this many: what else the passage says is not counted). All null when a name, the
        sex or the year cannot be read.
    """
    holders = submitted.holders
    keyed = holders.select(
        "passage",
        "birth_month",
        "birth_day",
        "sex",
        "birth_year",
        birth_name=funnel_text(holders["raw_birth_name"]),
        given_name_1=funnel_text(holders["raw_given_name_1"]),
        place=submitted.with_places(_place_shares(submitted.places))["place"],
    )
    keyed = keyed.join(expected(keyed.select(KEY).drop_nulls().unique(), persons), on=KEY, how="left")
    day = _share_of_day()
    by_date = {origin: pl.col(origin) * day[origin] for origin in ("here", "abroad")}
    by_place = pl.when(pl.col("place") < 0).then(by_date["abroad"]).otherwise(by_date["here"] * pl.col("place"))
    return keyed.sort("passage").select(
        "passage",
        namesakes=pl.col("here") + pl.col("abroad"),
        namesakes_date=by_date["here"] + by_date["abroad"],
        namesakes_place=pl.coalesce(by_place, by_date["here"] + by_date["abroad"]),
    )


def expected(keys: pl.DataFrame, persons: int = NATIONAL) -> pl.DataFrame:
    """The expected bearers of each key in a register.

    Args:
        keys: Columns ``KEY`` without null, names in the funnel's view.
        persons: In the register.

    Returns:
        The same rows with ``here`` (born in France, or abroad under French names) and ``abroad``.
    """
    year = pl.col("birth_year").clip(*_FIRST_AND_LAST_YEAR).cast(pl.Int16)
    known = keys.with_row_index("row").with_columns(year=year)
    known = known.join(_cohorts(), on=["sex", "year"], how="left", maintain_order="left")
    french = _surname_shares(known) * _given_name_shares(known) * known["french"]
    abroad = known.join(_abroad(known), on="row", how="left", maintain_order="left")["met"].fill_null(0)
    people = persons * known["share"]
    return keys.with_columns(here=people * french, abroad=people * abroad)


@cache
def _cohorts() -> pl.DataFrame:
    """``sex, year, share`` (of the register), ``french`` (0..1 of the cohort, who bear French names), ``cohort``."""
    table = births.births().with_columns(pl.col("births").cast(pl.Float64))
    starts = (
        foreign.born_abroad()
        .group_by("cohort_start")
        .agg(abroad=pl.col("share").sum(), other=pl.col("share").filter(~pl.col("french")).sum())
    )
    table = table.sort("year").join_asof(starts.sort("cohort_start"), left_on="year", right_on="cohort_start")
    people = pl.col("births") / (1 - pl.col("abroad"))
    return table.select("sex", "year", share=people / people.sum(), french=1 - pl.col("other"), cohort="cohort_start")


def _surname_shares(known: pl.DataFrame) -> pl.Series:
    """Share of each surname among the births of its decade."""
    ranks, shares = _surnames()
    # Asking which rows of a large table are wanted first costs less than to join all of it.
    asked = ranks.filter(pl.col("birth_name").is_in(known["birth_name"].unique().implode()))
    rank = known.join(asked, on="birth_name", how="left", maintain_order="left")["rank"]
    decade = ((known["year"].cast(pl.Int64) - names.DECADES[0]) // 10).clip(0, len(names.DECADES) - 1)
    found = shares[rank.fill_null(0).to_numpy(), decade.to_numpy()]
    return pl.Series(np.maximum(np.where(rank.is_null().to_numpy(), 0, found), _UNLISTED_BEARERS / _ALL_BEARERS))


@cache
def _surnames() -> tuple[pl.DataFrame, np.ndarray]:
    """``birth_name, rank``, and an array (rank, decade) of shares."""
    table = names.surnames()
    bearers = table.select(f"d{decade}" for decade in names.DECADES).to_numpy().astype(np.float64)
    return table.select("name", rank=pl.int_range(pl.len())).rename({"name": "birth_name"}), (
        _LISTED_SURNAMES * bearers / bearers.sum(axis=0)
    )


def _given_name_shares(known: pl.DataFrame) -> pl.Series:
    """Share of each given name among the births of its sex and year."""
    table, totals = _given_names()
    found = known.select("sex", pl.col("year").clip(*_YEARS_OF_GIVEN_NAMES), name="given_name_1")
    asked = table.filter(pl.col("name").is_in(found["name"].unique().implode()))
    found = found.join(asked, on=["sex", "name", "year"], how="left", maintain_order="left")
    found = found.join(totals, on=["sex", "year"], how="left", maintain_order="left")
    return found.select(pl.col("births").fill_null(_UNLISTED_BIRTHS) / pl.col("all")).to_series()


@cache
def _given_names() -> tuple[pl.DataFrame, pl.DataFrame]:
    """``sex, name, year, births`` without accents, and ``sex, year, all``: births that the former are a part of."""
    table = names.given_names()
    written = table["name"].unique()
    plain = pl.DataFrame({"name": written, "plain": funnel_text(written)})
    table = table.join(plain, on="name").group_by("sex", "plain", "year").agg(pl.col("births").sum())
    listed = table.group_by("sex", "year").agg(listed=pl.col("births").sum())
    totals = listed.join(births.births(), on=["sex", "year"])
    whole = pl.when(pl.col("year") < _COMPLETE_GIVEN_NAMES).then("listed")
    totals = totals.select("sex", "year", all=whole.otherwise(pl.max_horizontal("listed", "births")))
    return table.rename({"plain": "name"}).with_columns(pl.col("births").cast(pl.Float64)), totals


def _abroad(known: pl.DataFrame) -> pl.DataFrame:
    """``row, met``: sum over the countries whose names these are; rows of no country are left out."""
    surnames, given, origins = _foreign()
    asked = known.select("row", "sex", "cohort", surname="birth_name", name="given_name_1")
    found = asked.join(surnames, on="surname").join(given, on=["source", "sex", "name"])
    found = found.join(origins, on=["source", "cohort"])
    share = pl.col("share") * pl.col("surname_weight") * pl.col("weight")
    return found.group_by("row", maintain_order=True).agg(met=share.sum())


@cache
def _foreign() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Surnames and given names by the country whose list it is, and the share of each cohort who are named by it."""
    table = foreign.names().rename({"country": "source"})
    surnames = table.filter(pl.col("kind") == "surname")
    sex = {"given_m": "M", "given_f": "F"}
    given = table.filter(pl.col("kind") != "surname").with_columns(
        sex=pl.col("kind").cast(pl.String).replace_strict(sex).cast(births.births()["sex"].dtype)
    )
    origins = foreign.born_abroad().filter(~pl.col("french"))
    sources = {code: foreign.stand_in(code) for code in origins["country"].unique()}
    shares = origins.group_by(source=pl.col("country").replace_strict(sources), cohort="cohort_start")
    return (
        surnames.select("source", surname="name", surname_weight="weight"),
        given.select("source", "sex", "name", "weight"),
        shares.agg(pl.col("share").sum()),
    )


def _share_of_day() -> dict[str, pl.Expr]:
    """Share of the people of an origin who were born on the month and day sent; 1 when neither was."""
    month, day = pl.col("birth_month"), pl.col("birth_day")
    uniform = pl.when(month.is_null()).then(1.0).when(day.is_null()).then(1 / 12).otherwise(1 / _DAYS)
    abroad = (1 - sum(_DEFAULT_DATES.values())) * uniform
    for (default_month, default_day), share in _DEFAULT_DATES.items():
        same = (month.is_null() | (month == default_month)) & (day.is_null() | (day == default_day))
        abroad = abroad + pl.when(same).then(share).otherwise(0.0)
    return {"here": uniform, "abroad": abroad}


def _place_shares(places: pl.DataFrame) -> pl.DataFrame:
    """The places with ``place``: share of births in France there, by population; -1 abroad, null when nothing is read.

    Of those born abroad with the same name, all are thought to come from the same country.
    """
    people = communes.table().group_by("code").agg(pl.col("population").max()).drop_nulls()
    total = people.filter(~pl.col("code").is_in(communes.arrondissements()["city_code"].implode()))["population"].sum()
    numbered = places.with_row_index("at")
    codes = numbered.select("at", "codes").explode("codes").drop_nulls()
    shares = (
        codes.join(people, left_on="codes", right_on="code", how="left")
        .group_by("at")
        .agg(
            place=pl.when(pl.col("codes").str.starts_with("99").any())
            .then(-1.0)
            .otherwise(pl.col("population").fill_null(0).sum() / total)
        )
    )
    return numbered.join(shares, on="at", how="left", maintain_order="left").drop("at", "codes", "place_reading")
