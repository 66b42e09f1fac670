"""Families: who is written down as whose relative is so by name, date and place."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sngi_mock.population.relatives import KIN, relatives


@pytest.fixture(scope="module")
def kin(register: Path) -> pl.DataFrame:
    return pl.concat(KIN.check(pl.read_parquet(file)) for file in sorted(register.glob("kin/*.parquet")))


@pytest.fixture(scope="module")
def pairs(register: Path, people: pl.DataFrame) -> pl.DataFrame:
    """Every pair of relatives of a third of the register, with what both are."""
    found = relatives(register, people["person"].gather_every(3).to_numpy())
    return found.join(people, on="person").join(people, left_on="relative", right_on="person", suffix="_2")


def test_everybody_has_a_family_whose_members_follow_each_other(kin: pl.DataFrame, people: pl.DataFrame) -> None:
    assert kin["person"].to_list() == people["person"].sort().to_list()
    assert (kin["family"] <= kin["person"]).all()
    assert kin["family"].is_sorted()
    born = kin.join(people, on="person").sort("person")
    assert born.select((pl.col("birth_year").diff().over("family").fill_null(0) >= 0).all()).item()


def test_twins_and_siblings_share_what_they_must(pairs: pl.DataFrame) -> None:
    twins = pairs.filter(pl.col("relation") == "twin")
    assert twins.height > 500
    for trait in ("birth_year", "birth_month", "birth_day", "birth_place"):
        assert twins[trait].equals(twins[f"{trait}_2"].alias(trait)), trait
    firsts = twins.select(a=pl.col("given_names").list.first(), b=pl.col("given_names_2").list.first())
    assert (firsts["a"] != firsts["b"]).all()
    siblings = pairs.filter(pl.col("relation") == "sibling")
    assert siblings.height > 10_000
    assert siblings.select((pl.col("birth_year") != pl.col("birth_year_2")).all()).item()
    assert siblings.select((pl.col("birth_name") == pl.col("birth_name_2")).mean()).item() > 0.98


def test_parents_are_of_the_right_sex_and_age_and_some_children_bear_their_name(pairs: pl.DataFrame) -> None:
    age = pl.col("birth_year") - pl.col("birth_year_2")
    for relation, sex, youngest in (("father", "M", 22), ("mother", "F", 20)):
        parents = pairs.filter(pl.col("relation") == relation)
        assert parents.height > 2000
        assert (parents["sex_2"] == sex).all()
        assert parents.select((age >= youngest).all()).item()
    fathers = pairs.filter(pl.col("relation") == "father")
    assert fathers.select((pl.col("birth_name") == pl.col("birth_name_2")).mean()).item() > 0.97
    sons = fathers.filter(pl.col("sex") == "M")
    same = sons.select((pl.col("given_names").list.first() == pl.col("given_names_2").list.first()).mean()).item()
    assert 0.01 < same < 0.05


def test_relations_are_symmetrical(register: Path, people: pl.DataFrame) -> None:
    everybody = relatives(register, people["person"].to_numpy())
    back = {"twin": "twin", "sibling": "sibling"}
    for relation, inverse in back.items():
        forth = everybody.filter(pl.col("relation") == relation).select("person", "relative")
        turned = everybody.filter(pl.col("relation") == inverse).select(person="relative", relative="person")
        assert forth.sort(forth.columns).equals(turned.sort(forth.columns))
    parents = everybody.filter(pl.col("relation").is_in(["father", "mother"])).select("person", "relative")
    children = everybody.filter(pl.col("relation") == "child").select(person="relative", relative="person")
    assert parents.sort(parents.columns).equals(children.sort(parents.columns))


def test_nobody_asked_for_nobody_found(register: Path) -> None:
    found = relatives(register, np.array([], dtype=np.uint32))
    assert found.columns == ["person", "relation", "relative"]
    assert found.is_empty()
    assert relatives(register, np.array([4_000_000_000], dtype=np.uint32)).is_empty()
