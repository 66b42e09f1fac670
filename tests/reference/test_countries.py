"""Countries as birth places, through time."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reference.countries import (
    country,
    country_at,
    former_territories,
    former_territory,
    same_country_pairs,
    table,
)

CODES = st.sampled_from(table()["code"].unique().sort().to_list())
PRESENT = st.sampled_from(table().filter(pl.col("end").is_null())["code"].sort().to_list())
DAYS = st.dates(date(1900, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("code", "on", "label"),
    [
        ("99352", None, "ALGERIE"),
        ("352", None, "ALGERIE"),
        ("99123", date(1980, 1, 1), "URSS"),
        ("99123", date(1991, 12, 26), "RUSSIE"),
        ("99121", date(1985, 1, 1), "YOUGOSLAVIE"),
        ("99121", None, "SERBIE"),
        ("99115", date(1992, 12, 31), "TCHECOSLOVAQUIE"),
        ("99100", None, None),
        ("99155", date(1980, 1, 1), None),
    ],
)
def test_what_a_code_means(code: str, on: date | None, label: str | None):
    found = country(code, on)
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("99155", date(1980, 6, 1), "99123"),
        ("99155", date(2000, 6, 1), "99155"),
        ("99119", date(1985, 6, 1), "99121"),
        ("99106", date(1930, 6, 1), "99106"),
        ("99106", date(1950, 6, 1), "99123"),
        ("99243", date(1950, 6, 1), "99243"),
        ("99243", date(1965, 6, 1), "99245"),
        ("99246", date(1960, 6, 1), "99213"),
        ("99349", date(2000, 6, 1), "99343"),
        ("99109", date(1970, 6, 1), "99109"),
    ],
)
def test_the_code_of_a_birth_is_the_one_in_force(code: str, on: date, expected: str):
    assert country_at(code, on) == expected


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("91352", date(1962, 7, 4), "99352"),
        ("91352", date(1962, 7, 5), None),
        ("94900", date(1930, 1, 1), "99352"),
        ("95001", date(1956, 3, 1), "99350"),
        ("95001", date(1956, 3, 2), None),
        ("96001", date(1956, 3, 19), "99351"),
        ("96001", date(1956, 3, 20), None),
        ("75056", date(1950, 1, 1), None),
        ("91228", date(1980, 1, 1), None),  # Évry, in the Essonne
    ],
)
def test_births_before_independence(code: str, on: date, expected: str | None):
    assert former_territory(code, on) == expected


def test_every_former_territory_is_a_country_now():
    for department, present, until in former_territories().select("department", "country", "until").iter_rows():
        assert country(present, until) is not None
        assert former_territory(f"{department}001", date(1900, 1, 1)) == present


def test_every_extinct_state_has_successors():
    extinct = table().filter(pl.col("end").is_not_null())
    resumed = extinct.filter(pl.col("code").is_in(["99106", "99107", "99108"]))  # the Baltic states of before 1940
    assert extinct.filter(pl.col("successor").list.len() == 0).equals(resumed)


def test_successors_are_in_the_table_and_exist_by_then():
    pairs = same_country_pairs()
    assert set(pairs["other"]) <= set(table()["code"])
    assert pairs["until"].null_count() == 0


def test_one_code_is_one_state_at_a_time():
    after = pl.col("end").shift().over("code")
    overlapping = table().filter(pl.col("start") < after)
    assert overlapping.is_empty()
    assert (
        table().filter(pl.col("code").is_duplicated() & pl.col("start").is_null() & pl.col("end").is_null()).is_empty()
    )


def test_codes_and_iso_codes_are_well_formed_and_unique():
    present = table().filter(pl.col("end").is_null())
    assert table()["code"].str.contains(r"^99[1-5]\d\d$").all()
    assert present["code"].is_unique().all()
    for iso in ("iso2", "iso3"):
        assert present[iso].drop_nulls().is_unique().all()
    assert table().select("label").to_series().str.contains(r"^[A-Z][A-Z0-9 ,.'()-]+$").all()
    assert {"DZ", "MA", "PT", "CG", "CD", "KR", "KP", "GB"} <= set(present["iso2"])


def test_same_country_pairs_go_both_ways():
    pairs = same_country_pairs()
    swapped = pairs.select(pl.col("other").alias("code"), pl.col("code").alias("other"), "until")
    assert pairs.sort("code", "other").equals(swapped.sort("code", "other"))
    assert pairs.row(by_predicate=(pl.col("code") == "99123") & (pl.col("other") == "99155"))[2] == date(1991, 8, 24)
    assert pairs.filter(pl.col("code") == pl.col("other")).is_empty()


@given(CODES, DAYS)
def test_the_code_in_force_is_in_force_and_asking_twice_changes_nothing(code: str, on: date):
    then = country_at(code, on)
    assert country_at(then, on) == then
    if then != code:
        assert country(then, on) is not None
        assert country(code, on) is None


@given(PRESENT, DAYS)
def test_a_code_that_changed_is_the_same_country(code: str, on: date):
    then = country_at(code, on)
    pairs = same_country_pairs().filter(pl.col("code") == code, pl.col("other") == then, pl.col("until") > on)
    assert then == code or pairs.height == 1


@given(CODES, DAYS)
def test_three_digits_are_enough(code: str, on: date):
    assert country(code[2:], on) == country(code, on)
    assert country_at(code[2:], on) == country_at(code, on)


@given(st.text(alphabet="0123456789", min_size=5, max_size=5), DAYS)
def test_a_former_territory_is_never_a_code_abroad(code: str, on: date):
    present = former_territory(code, on)
    assert present is None or (code[0] == "9" and code[1] in "123456" and country(present) is not None)
