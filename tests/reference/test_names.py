"""Given names and surnames: facts that anyone can check, and laws of the tables."""

import polars as pl
import pytest

from matching.reference.births import births
from matching.reference.names import DECADES, given_name_counts, given_names, surname_list, surnames


def _most_given(sex: str, first: int, last: int) -> str:
    rows = given_names().filter(pl.col("sex") == sex, pl.col("year").is_between(first, last))
    counts = rows.group_by("name").agg(pl.col("births").sum()).sort("births", descending=True)
    return str(counts["name"][0])


@pytest.mark.parametrize(
    ("sex", "first", "last", "name"),
    [
        ("F", 1900, 1950, "MARIE"),
        ("M", 1900, 1950, "JEAN"),
        ("M", 1960, 1969, "PHILIPPE"),
        ("F", 1960, 1969, "SYLVIE"),
        ("M", 1990, 1994, "KEVIN"),
        ("F", 2010, 2014, "EMMA"),
    ],
)
def test_the_most_given_name_of_a_time(sex: str, first: int, last: int, name: str):
    assert _most_given(sex, first, last) == name


def test_given_names_are_complete_and_frequent_enough():
    table = given_names()
    assert table.null_count().transpose().to_series().sum() == 0
    assert table["sex"].unique().sort().to_list() == ["M", "F"]
    assert table["year"].min() == 1900
    assert table["year"].max() == 2019
    totals = table.group_by("sex", "name").agg(pl.col("births").sum())
    assert totals["births"].min() >= 50
    assert not table.select("sex", "name", "year").is_duplicated().any()
    assert "_PRENOMS_RARES" not in table["name"]


def test_named_births_are_most_births_and_never_more_once_the_file_is_complete():
    named = given_names().filter(pl.col("year") >= 1946).group_by("year").agg(pl.col("births").sum().alias("named"))
    both = births().group_by("year").agg(pl.col("births").sum()).join(named, on="year")
    assert both.filter(pl.col("named") > pl.col("births")).is_empty()
    assert both.filter(pl.col("named") < 0.88 * pl.col("births")).is_empty()


def test_counts_of_one_name():
    both = given_name_counts("CAMILLE")
    girls = given_name_counts("CAMILLE", "F")
    assert both["births"].sum() == girls["births"].sum() + given_name_counts("CAMILLE", "M")["births"].sum()
    assert girls.columns == ["year", "sex", "births"]
    assert given_name_counts("NOT A NAME").is_empty()


def test_the_most_frequent_surnames():
    assert surnames()["name"].head(5).to_list() == ["MARTIN", "BERNARD", "THOMAS", "PETIT", "ROBERT"]
    martin = surnames().row(0, named=True)
    assert martin["rank"] == 1
    assert 0.003 < martin["share"] < 0.004


def test_surnames_are_distinct_and_their_shares_add_up():
    table = surnames()
    assert table.null_count().transpose().to_series().sum() == 0
    assert table["name"].is_unique().all()
    assert table["name"].str.contains(r"^[A-Z][A-Z' -]*$").all()
    assert table["share"].sum() == pytest.approx(1)
    assert table["bearers"].min() == 30


def test_bearers_fall_with_rank_where_counts_are_exact():
    exact = surnames().filter(pl.col("bearers") < 400)["bearers"].cast(pl.Int64)
    assert (exact.diff().drop_nulls() <= 0).all()


def test_the_bearers_of_a_name_are_those_of_its_decades():
    decades = surnames().select(bearers="bearers", born=pl.sum_horizontal(f"d{decade}" for decade in DECADES))
    common = decades.filter(pl.col("bearers") >= 200)
    ratio = common["born"] / common["bearers"]
    assert 0.95 < ratio.median() < 1.05
    assert ratio.quantile(0.01) > 0.85
    assert ratio.quantile(0.99) < 1.15


def test_a_portuguese_name_came_with_the_sixties():
    da_silva = surnames().row(by_predicate=pl.col("name") == "DA SILVA", named=True)
    assert da_silva["d1971"] > 5 * da_silva["d1931"]


def test_the_list_of_surnames_is_that_of_the_table():
    assert surname_list().to_list() == surnames()["name"].to_list()
