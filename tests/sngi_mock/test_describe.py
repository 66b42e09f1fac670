"""A register looks like France where the tables say how France looks."""

from pathlib import Path

import polars as pl

from sngi_mock.describe import describe


def test_births_names_and_countries_stand_close_to_the_published_figures(register: Path) -> None:
    figures = [figure for figure in describe(register) if figure.gap_points is not None]
    gaps = pl.DataFrame({"section": [f.section for f in figures], "gap": [abs(f.gap_points or 0) for f in figures]})
    largest = dict(gaps.group_by("section").agg(pl.col("gap").max()).iter_rows())
    assert largest.keys() == {"births", "people", "abroad", "surnames", "given_names"}
    assert largest["births"] < 0.7
    assert largest["abroad"] < 1.5
    assert largest["surnames"] < 0.1
    assert largest["given_names"] < 0.5


def test_homonyms_are_counted_as_a_plain_group_by_counts_them(register: Path, people: pl.DataFrame) -> None:
    found = {figure.name: figure.value for figure in describe(register) if figure.section == "homonyms"}
    identity = people.select("birth_name", pl.col("given_names").list.first(), "sex", "birth_year")
    assert found["unique"] == identity.is_unique().mean()
    with_date = identity.with_columns(people["birth_month"], people["birth_day"])
    assert found["unique_with_date"] == with_date.is_unique().mean()
    assert 0.99 < found["unique"] < found["unique_with_date"] < 1
