"""People born abroad: countries by cohort, names, towns."""

import polars as pl
import pytest

from matching.reference.births import births
from matching.reference.countries import country, table
from matching.reference.foreign import born_abroad, names, stand_in, towns


def test_weights_of_a_country_and_kind_add_up_to_one():
    sums = names().group_by("country", "kind").agg(pl.col("weight").sum())
    assert ((sums["weight"] - 1).abs() < 1e-4).all()
    assert sums.group_by("country").len()["len"].unique().to_list() == [3]


def test_names_are_written_as_in_french_files():
    assert names()["name"].str.contains(r"^[A-Z][A-Z' -]*[A-Z]$").all()
    assert not names().select("country", "kind", "name").is_duplicated().any()
    assert names()["weight"].min() > 0


@pytest.mark.parametrize(
    ("code", "kind", "name", "among"),
    [
        ("99352", "given_m", "MOHAMED", 3),
        ("99139", "surname", "DA SILVA", 3),
        ("99139", "given_f", "MARIA", 1),
        ("99208", "surname", "YILMAZ", 3),
        ("99243", "surname", "NGUYEN", 1),
        ("99335", "surname", "TRAORE", 3),
        ("99341", "surname", "DIOP", 3),
        ("99134", "surname", "GARCIA", 1),
        ("99122", "surname", "NOWAK", 3),
        ("99397", "surname", "ABDALLAH", 5),
    ],
)
def test_frequent_names(code: str, kind: str, name: str, among: int):
    assert name in names(code, kind)["name"].head(among)


def test_spanish_surnames_are_not_those_of_italians():
    assert not set(names("99127", "surname")["name"]) & {"GARCIA", "RODRIGUEZ", "GONZALEZ"}


def test_every_country_has_names():
    known = set(names()["country"])
    assert {stand_in(code) for code in table()["code"]} <= known
    assert all(stand_in(code) == code for code in known)
    assert names("99155", "surname").equals(names("99123", "surname"))


def test_towns_under_their_french_and_former_names():
    algeria = towns("99352")
    assert algeria["town"].head(2).to_list() == ["ALGER", "ORAN"]
    annaba = algeria.row(by_predicate=pl.col("town") == "ANNABA", named=True)
    assert annaba["alternates"] == ["BONE"]
    assert towns("99139")["town"][0] == "LISBONNE"


def test_towns_are_distinct_and_belong_to_a_country():
    assert not towns().select("country", "town").is_duplicated().any()
    assert set(towns()["country"]) <= set(table().filter(pl.col("end").is_null())["code"])
    assert towns()["town"].str.contains(r"^[A-Z][A-Z0-9 ,.'&-]+$").all()


def test_countries_of_birth_are_present_ones():
    for code in born_abroad()["country"].unique():
        found = country(code)
        assert found is not None
        assert found.end is None


def test_cohorts_cover_every_birth_year_once():
    cohorts = born_abroad().select("cohort_start", "cohort_end").unique().sort("cohort_start")
    assert cohorts["cohort_start"][0] == births()["year"].min()
    assert cohorts["cohort_end"][-1] == births()["year"].max()
    assert (cohorts["cohort_start"][1:] == cohorts["cohort_end"][:-1] + 1).all()


def test_shares_of_a_cohort_are_plausible():
    shares = born_abroad().group_by("cohort_start").agg(pl.col("share").sum(), pl.col("share").min().alias("least"))
    assert shares["least"].min() > 0
    assert shares["share"].max() < 0.2


def test_the_great_waves():
    share = born_abroad().pivot(on="cohort_start", index=["country", "french"], values="share").fill_null(0)
    algeria = share.row(by_predicate=(pl.col("country") == "99352") & pl.col("french"), named=True)
    assert algeria["1925"] > 0.01
    assert algeria["1963"] == 0
    italy = share.row(by_predicate=(pl.col("country") == "99127") & ~pl.col("french"), named=True)
    assert italy["1900"] > 3 * italy["1981"]
