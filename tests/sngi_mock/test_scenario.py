"""A draw: the same bytes, valid at control 1, true when no error is asked for, and no trace of the person."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from matching.deposit.control import control
from matching.identity.errors import RegisterError, UsageError
from matching.identity.frames import TRUTH
from matching.reference import communes
from sngi_mock.records import true_records
from sngi_mock.sampling import choose_people, people_of, read_register
from sngi_mock.scenario import draw

FILES = ("deposit.xml", "scenario.toml", "truth.parquet")


def plain(text: pl.Expr) -> pl.Expr:
    """Capitals without accents, the way the funnel compares."""
    return text.str.to_uppercase().str.normalize("NFD").str.replace_all(r"\p{Mn}", "")


def test_same_seed_gives_the_same_bytes(register: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        draw(register, tmp_path / name, 300, "typical", seed)
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == list(FILES)
    for file in FILES:
        same = (tmp_path / "a" / file).read_bytes()
        assert (tmp_path / "b" / file).read_bytes() == same
        assert (tmp_path / "c" / file).read_bytes() != same


@pytest.mark.parametrize("profile", ["none", "clean", "typical", "poor", "single:E37,E33,E21,E29,E40"])
def test_draws_are_accepted_by_control_1(register: Path, tmp_path: Path, profile: str) -> None:
    draw(register, tmp_path, 2000, profile, 5)
    assert control(tmp_path / "deposit.xml").is_ok


def test_profile_none_sends_what_the_register_holds(register: Path, people: pl.DataFrame) -> None:
    source = read_register(register)
    chosen = choose_people(source, 3000, range(1950, 2011), seed=1)
    sent = true_records(people_of(source, chosen), 7).join(people, on="person", suffix="_held")
    assert sent.height == 3000
    for trait in ("birth_name", "sex", "birth_year", "birth_month", "birth_day"):
        assert sent[trait].equals(sent[f"{trait}_held"]), trait
    assert sent["place_code"].equals(sent["birth_place"].alias("place_code"))
    for rank in (1, 2, 3):
        held = pl.col("given_names").list.get(rank - 1, null_on_oob=True)
        assert sent.select((plain(pl.col(f"given_name_{rank}")) == plain(held)).all()).item()
    assert not sent["given_name_1"].str.contains(r"^\p{Lu}{2}").all()


def test_true_records_name_the_place_and_the_country_of_the_time(register: Path) -> None:
    source = read_register(register)
    sent = true_records(people_of(source, choose_people(source, 5000, range(1940, 2011), seed=2)), 7)
    here = sent.filter(pl.col("country_code").is_null())
    assert here["place_label"].null_count() == 0
    labels = communes.table().select(place_code="code", known=pl.col("label").str.to_uppercase())
    dated = here.filter(pl.col("place_code").is_in(labels["place_code"].implode()))
    named = dated.join(labels, on="place_code").filter(pl.col("known") == pl.col("place_label"))
    assert named["person"].n_unique() > 0.95 * here.height
    abroad = sent.filter(pl.col("country_code").is_not_null())
    assert (abroad["place_code"] == "99" + abroad["country_code"]).all()
    assert abroad["country_label"].null_count() == 0
    assert abroad["place_label"].null_count() < 0.05 * abroad.height


def test_women_bear_usage_names_that_the_register_may_not_know(register: Path, rows: pl.DataFrame) -> None:
    source = read_register(register)
    sent = true_records(people_of(source, choose_people(source, 10_000, range(1950, 1986), seed=2)), 7)
    known = rows.filter(pl.col("kind") == "usage")["person"].implode()
    bearers = sent.filter(pl.col("usage_name").is_not_null())
    assert (bearers["sex"] == "F").all()
    assert 0.56 < bearers["person"].is_in(known).mean() < 0.64  # type: ignore[operator]


def test_truth_says_who_everybody_is_and_what_was_done(register: Path, tmp_path: Path) -> None:
    scenario = draw(register, tmp_path, 3000, "poor", 3)
    truth = TRUTH.check(pl.read_parquet(tmp_path / "truth.parquet"))
    who = truth.filter(pl.col("error").is_null())
    assert who["passage"].to_list() == list(range(3000))
    absent = who.filter(pl.col("person").is_null())["passage"]
    assert absent.to_list() == truth.filter(pl.col("error") == "E40")["passage"].to_list()
    assert scenario.strangers == absent.len() > 100
    done = truth.filter(pl.col("error").is_not_null(), pl.col("error") != "E40")
    assert done["passage"].n_unique() == scenario.damaged
    assert done.select(pl.col("before").ne_missing(pl.col("after")).all()).item()
    described = tomllib.loads((tmp_path / "scenario.toml").read_text(encoding="utf-8"))
    counted = truth.filter(pl.col("error").is_not_null()).group_by("error").agg(pl.col("passage").n_unique())
    assert {error["id"]: error["applied"] for error in described["errors"] if error["applied"]} == dict(
        counted.iter_rows()
    )


def test_passage_ids_say_nothing_of_the_person(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 2000, "none", 3)
    who = pl.read_parquet(tmp_path / "truth.parquet").filter(pl.col("error").is_null())
    assert who["id_technique"].is_unique().all()
    rank = who["id_technique"].str.split("-").list.last().cast(pl.Int64)
    assert abs(pl.select(pl.corr(rank, who["person"])).item()) < 0.1


def test_people_are_chosen_among_the_living_and_a_smaller_sample_is_part_of_a_larger(
    register: Path, people: pl.DataFrame
) -> None:
    source = read_register(register)
    small, large = (choose_people(source, size, range(1951, 2011), seed=4) for size in (100, 1000))
    assert set(small) < set(large)
    chosen = people.filter(pl.col("person").is_in(pl.Series(large).implode()))
    assert (chosen["status"] != "dead").all()
    assert chosen["birth_year"].is_between(1951, 2010).all()


def test_more_passages_than_people_is_a_usage_error(register: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        draw(register, tmp_path, 100_000, "none", 1)
    assert refused.value.code == "sngi_mock.too_many_passages"


def test_a_folder_that_is_no_register_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(RegisterError):
        draw(tmp_path, tmp_path / "out", 10)
