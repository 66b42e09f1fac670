"""The record that a careful certifier would submit for a person: true, complete, written as people write.

Example:
    >>> true_records(people, seed_of_register=7).columns[:3]
    ['person', 'birth_name', 'usage_name']

Surnames are in capitals, given names capitalised (Jean-Pierre). Three given names at most are sent, as many as a
deposit holds. The place is the code in force at birth, with its label; month and day are left out when unknown. A
woman sends the usage name she bears, whether the register knows it or not.
"""

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.frames import PLACE_KIND
from matching.reference import communes, countries, foreign
from sngi_mock.population import life_events
from sngi_mock.population.names import surnames
from sngi_mock.randomness import Floats, uniform_of

_ABROAD = "99"
_GIVEN_NAMES_SENT = 3
_LONGEST_GAP = 6  # years between brothers and sisters


def true_records(identities: pl.DataFrame, seed_of_register: int) -> pl.DataFrame:
    """One row per person: ``person``, the traits of the PASSAGES contract, ``former_name`` (before a change, or null).

    Args:
        identities: Rows of the REGISTER contract, every identity of each person.
        seed_of_register: A usage name that the register does not know is drawn from it and the person's number:
            two draws from one register agree on it.
    """
    people = identities.filter(pl.col("kind") == "official").sort("person")
    for kind in ("usage", "former"):
        other = identities.filter(pl.col("kind") == kind).select("person", pl.col("birth_name").alias(f"{kind}_name"))
        people = people.join(other.unique("person", keep="first", maintain_order=True), on="person", how="left")
    people = _with_places(people.with_columns(_usage_names(people, seed_of_register)), seed_of_register)
    given = pl.col("given_names").list
    abroad = pl.col("birth_place").str.starts_with(_ABROAD)
    return people.select(
        "person",
        "birth_name",
        "usage_name",
        *(
            given.get(rank, null_on_oob=True).str.to_titlecase().alias(f"given_name_{rank + 1}")
            for rank in range(_GIVEN_NAMES_SENT)
        ),
        "sex",
        "birth_year",
        "birth_month",
        "birth_day",
        pl.lit("insee").cast(PLACE_KIND).alias("place_kind"),
        pl.col("birth_place").alias("place_code"),
        "place_label",
        pl.when(abroad).then(pl.col("birth_place").str.slice(2)).alias("country_code"),
        "country_label",
        "former_name",
    )


def _usage_names(people: pl.DataFrame, seed: int) -> pl.Series:
    """The usage name each person bears: the register's, else, for some women, one it does not know."""
    ids, year = people["person"].to_numpy(), people["birth_year"].to_numpy().astype(np.int64)
    bears = life_events.bears_unknown_usage_name(year, uniform_of(ids, seed, "unknown_usage_name"))
    bears &= (people["sex"] == "F").to_numpy() & people["usage_name"].is_null().to_numpy()
    at = np.flatnonzero(bears)
    drawn = uniform_of(ids[at], seed, "which_usage_name")
    names = surnames()(life_events.husband_year(year[at]), drawn)
    usage = people["usage_name"].scatter(at, names)
    return usage.set((usage == people["birth_name"]).fill_null(value=False), None)


def _with_places(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Adds ``place_label`` and ``country_label``, as of the date of birth; abroad, a town of the country."""
    births = people.select("person", code="birth_place", on=_birthday())
    commune, country = _labels(births, communes.table()), _labels(births, countries.table())
    town = _towns_abroad(people, seed)
    territory = dict(countries.former_territories().select("department", "label").iter_rows())
    former = pl.col("birth_place").str.slice(0, 2).replace_strict(territory, default=None, return_dtype=pl.String)
    return people.with_columns(
        place_label=pl.coalesce(commune.str.to_uppercase(), town, former, _last_label(births).str.to_uppercase()),
        country_label=country,
    )


def left_out_of_family(
    own: pl.DataFrame, others: pl.DataFrame, is_twin: NDArray[np.bool_], drawn: Floats
) -> pl.DataFrame:
    """Twins, brothers and sisters of people, called like others: the traits of a deposit's record.

    Args:
        own: Records of people; their surname and birth place are kept, and for a twin their date.
        others: Records of as many people, whose given names, sex and usage name are taken; the day and month too
            of who is no twin.
        is_twin: Whether a twin is wanted. A brother or sister is one to six years apart; a twin is made instead where
            the place had another code or name by then.
        drawn: Numbers of 0..1, for the years apart.
    """
    years = 1 + (drawn * 2 * _LONGEST_GAP).astype(np.int64) % _LONGEST_GAP
    gap = pl.Series(np.where(drawn < 0.5, -years, years), dtype=pl.Int16)  # noqa: PLR2004 - as many older as younger
    month, day = (others[f"birth_{part}"] for part in ("month", "day"))
    dates = pl.DataFrame({"birth_year": own["birth_year"] + gap, "birth_month": month, "birth_day": day.clip(1, 28)})
    births = dates.select(
        pl.Series("person", np.arange(own.height, dtype=np.uint32)), code=pl.lit(own["place_code"]), on=_birthday()
    )
    known = pl.coalesce(pl.lit(_labels(births, table)) for table in (communes.table(), countries.table()))
    then = births.select(known).to_series().str.to_uppercase()
    here = pl.coalesce(
        pl.when(pl.lit(own["country_label"]).is_null()).then(pl.lit(own["place_label"])), pl.lit(own["country_label"])
    )
    is_same_date = pl.Series(is_twin) | (then != births.select(here).to_series()).fill_null(value=True)
    kept = own.select("birth_name", "place_kind", "place_code", "place_label", "country_code", "country_label")
    named = others.select("given_name_1", "given_name_2", "given_name_3", "sex", "usage_name")
    born = [own[column].zip_with(is_same_date, dates[column]) for column in dates.columns]
    return pl.concat([kept, named], how="horizontal").with_columns(born)


def _birthday() -> pl.Expr:
    """A day for births whose month or day is unknown too."""
    return pl.date("birth_year", pl.col("birth_month").fill_null(7), pl.col("birth_day").fill_null(1))


def _last_label(births: pl.DataFrame) -> pl.Series:
    """The last label a commune's code had: that of a code which the register kept too long."""
    last = communes.table().sort("start", nulls_last=False).unique("code", keep="last", maintain_order=True)
    return births.join(last.select("code", "label"), on="code", how="left", maintain_order="left")["label"]


def _labels(births: pl.DataFrame, table: pl.DataFrame) -> pl.Series:
    """The label in force on the date of each birth; null when the code was not."""
    intervals = table.select("code", "label", "start", "end")
    in_force = pl.col("start").fill_null(dt.date.min) <= pl.col("on")
    in_force &= pl.col("on") < pl.col("end").fill_null(dt.date.max)
    found = births.join(intervals, on="code").filter(in_force).unique("person", keep="last", maintain_order=True)
    return births.join(found.select("person", "label"), on="person", how="left", maintain_order="left")["label"]


def _towns_abroad(people: pl.DataFrame, seed: int) -> pl.Series:
    """A town of the country of birth, by population; null for people born in France or where no town is known."""
    drawn = pl.Series("drawn", uniform_of(people["person"].to_numpy(), seed, "town_abroad"))
    towns = foreign.towns().filter(pl.col("population") > 0).select("country", "town", "population")
    share = (pl.col("population").cum_sum() / pl.col("population").sum()).over("country")
    births = people.select("person", country="birth_place").with_columns(drawn).sort("drawn")
    found = births.join_asof(
        towns.with_columns(share=share).sort("share"),
        left_on="drawn",
        right_on="share",
        by="country",
        strategy="forward",
        check_sortedness=False,
    )
    return people.join(found.select("person", "town"), on="person", how="left", maintain_order="left")["town"]
