"""Births per year and sex."""

import polars as pl
import pytest

from matching.reference.births import births


def _total(year: int) -> int:
    return int(births().filter(pl.col("year") == year)["births"].sum())


def test_every_year_has_both_sexes_once():
    assert births().height == 2 * len(range(1900, 2027))
    assert not births().select("year", "sex").is_duplicated().any()
    assert births()["births"].min() > 0


@pytest.mark.parametrize(
    ("year", "thousands"), [(1901, 917), (1916, 384), (1939, 615), (1946, 866), (1964, 909), (1994, 729), (2024, 663)]
)
def test_published_totals(year: int, thousands: int):
    assert _total(year) == pytest.approx(1000 * thousands, rel=0.002)


def test_the_great_war_halves_births():
    assert _total(1916) < 0.55 * _total(1913)


def test_boys_are_slightly_more_than_half():
    wide = births().pivot(on="sex", index="year", values="births")
    share = wide["M"] / (wide["M"] + wide["F"])
    assert share.min() > 0.505
    assert share.max() < 0.52


def test_only_the_given_name_file_s_good_years_are_counted():
    estimated = births().filter("estimated")["year"]
    assert set(estimated) == {*range(1900, 1946), *range(2020, 2027)}
