"""Secondary identities: what a former name was, how often, and that the register keeps both."""

import numpy as np
import polars as pl

from sngi_mock.population import life_events


def test_each_change_keeps_what_was_before() -> None:
    names = pl.Series(["MARTIN--PETIT", "BILLARD", "DURAND", "DURAND", "MARTIN--PETIT"])
    year = np.array([2007, 1950, 1950, 1930, 2007])
    uniform = np.array([0.01, 0.001, 0.003, 0.003, 0.5])
    after, before = life_events.name_changes(names, year, pl.Series(["LEROY"] * 5), uniform)
    assert after.to_list() == ["MARTIN PETIT", "BILLARD", "LEROY", "DURAND", "MARTIN--PETIT"]
    assert before.to_list() == ["MARTIN--PETIT", "BILARD", "DURAND", None, None]


def test_whom_nothing_may_concern_is_left_alone() -> None:
    names = pl.Series(["MARTIN--PETIT", "DURAND"])
    may = life_events.may_change(names, np.array([0.05, 0.05]))
    assert may.tolist() == [True, False]


def test_former_identities_differ_from_the_official_one_and_share_its_number(rows: pl.DataFrame) -> None:
    former = rows.filter(pl.col("kind") == "former")
    official = rows.filter(pl.col("kind") == "official")
    both = former.join(official, on=["person", "nir", "sex", "birth_year", "birth_place"], suffix="_now")
    assert both.height == former.height
    assert former["person"].is_unique().all()
    differs = (pl.col("birth_name") != pl.col("birth_name_now")) | (pl.col("given_names") != pl.col("given_names_now"))
    assert both.select(differs.mean()).item() > 0.98
    assert 0.005 < former.height / official.height < 0.012


def test_francisation_concerns_people_born_abroad_and_keeps_the_other_given_names(rows: pl.DataFrame) -> None:
    former = rows.filter(pl.col("kind") == "former")
    both = former.join(rows.filter(pl.col("kind") == "official"), on="person", suffix="_now")
    given = both.filter(pl.col("given_names").list.first() != pl.col("given_names_now").list.first())
    assert given.height > 100
    assert given.select(pl.col("birth_place").str.contains("^9[1-9]").mean()).item() > 0.99
    abroad = rows.filter(pl.col("kind") == "official", pl.col("birth_place").str.starts_with("99"))
    assert 0.02 < given.height / abroad.height < 0.05
