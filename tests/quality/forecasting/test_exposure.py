import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import SEX
from matching.normalize.text import funnel_text
from matching.quality.forecasting.exposure import KEY, NATIONAL, expected, exposure
from matching.quality.submitted import Submitted
from matching.reference import births, names
from sngi_mock.population.people import Population
from tests.builders import holder, passages_of

FREQUENT = {"birth_name": "MARTIN", "given_name_1": "Marie", "birth_year": "1960", "insee_code": "69123"}


def of(*holders, persons=NATIONAL):
    return exposure(Submitted.of(passages_of(*(holder(**each) for each in holders))), persons)


def keys(*rows):
    types = dict(zip(KEY, (pl.String, pl.String, SEX, pl.Int16), strict=True))
    return pl.DataFrame(rows, schema=types, orient="row")


def test_a_frequent_name_has_namesakes_a_rare_one_has_none():
    frequent, rare = of(FREQUENT, {"birth_name": "ZWRQVX", "given_name_1": "Marie"})["namesakes"]
    assert frequent > 10
    assert rare < 0.1


def test_accents_case_and_outer_blanks_do_not_count_and_punctuation_does():
    written = ("BENOÎT", " benoit ", "Benoit", "BEN-OIT")
    found = of(*({"birth_name": name, "given_name_1": "Zoé"} for name in written))["namesakes"]
    assert found[0] == found[1] == found[2] > found[3]


def test_each_stage_leaves_fewer():
    rows = of(FREQUENT, {}, {"insee_code": "99352", "country_code": "352"}, FREQUENT | {"insee_code": "75056"})
    assert (rows["namesakes"] > rows["namesakes_date"]).all()
    assert (rows["namesakes_date"] >= rows["namesakes_place"]).all()
    assert (rows["namesakes_place"] >= 0).all()


def test_what_is_not_sent_constrains_nothing():
    whole, no_day, no_date, no_place = of(
        FREQUENT,
        FREQUENT | {"birth_day": None},
        FREQUENT | {"birth_day": None, "birth_month": None},
        FREQUENT | {"insee_code": None},
    ).iter_rows(named=True)
    assert whole["namesakes_date"] < no_day["namesakes_date"] < no_date["namesakes_date"]
    assert no_date["namesakes_date"] == pytest.approx(no_date["namesakes"])
    assert no_place["namesakes_place"] == pytest.approx(no_place["namesakes_date"])


def test_a_date_by_default_is_shared_by_those_born_abroad():
    abroad = {"birth_name": "BENALI", "given_name_1": "Mohamed", "sex": "M", "birth_year": "1960"}
    first, other = of(abroad | {"birth_month": "1", "birth_day": "1"}, abroad | {"birth_month": "1", "birth_day": "2"})[
        "namesakes_date"
    ]
    assert first > 5 * other


@pytest.mark.parametrize("lacking", ["birth_name", "given_name_1", "sex", "birth_year"])
def test_without_a_searched_trait_nothing_is_expected(lacking):
    found = of({lacking: None}, {})
    assert found["namesakes"].is_null().to_list() == [True, False]


@settings(max_examples=20)
@given(st.integers(1, 10**9), st.sampled_from([1890, 1900, 1945, 1946, 1999, 2019, 2026, 2050]))
def test_namesakes_grow_with_the_register(persons, year):
    asked = keys(("MARTIN", "MARIE", "F", year), ("BENALI", "MOHAMED", "M", year))
    one, many = expected(asked, persons), expected(asked, 3 * persons)
    for origin in ("here", "abroad"):
        assert (many[origin] / one[origin]).to_list() == pytest.approx([3, 3])


@pytest.mark.parametrize("year", [1920, 1960, 2000])
def test_the_bearers_of_a_surname_share_out_among_given_names(year):
    """Over all given names of a sex, the expected bearers are those of the surname: no more, and few less."""
    given_names = funnel_text(names.given_names().filter(sex="F")["name"].unique()).unique()
    bearers = expected(keys(*(("MARTIN", name, "F", year) for name in given_names)), 115_000_000)["here"].sum()
    decade = names.surnames().select(f"d{(year - 1) // 10 * 10 + 1}").to_series()
    share = 0.91 * decade[0] / decade.sum()
    born = births.births().filter(pl.col("year") == year, pl.col("sex") == "F")["births"].item()
    registered = 115_000_000 * born / births.births()["births"].sum()
    assert bearers == pytest.approx(share * registered, rel=0.2)


def test_as_many_namesakes_are_found_in_a_simulated_register():
    people = Population(seed=5).shard(rank=0, size=100_000)
    people = people.select("birth_name", pl.col("given_names").list.first().alias("given_name_1"), *KEY[2:])
    people = people.with_columns(funnel_text(people["birth_name"]), funnel_text(people["given_name_1"]))
    found = people.select(pl.len().over(KEY) - 1).to_series().sum()
    foreseen = expected(people, people.height).select(pl.col("here") + pl.col("abroad")).to_series().sum()
    assert found > 40
    assert found == pytest.approx(foreseen, rel=0.4)
