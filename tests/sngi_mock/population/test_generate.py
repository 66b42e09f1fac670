"""A register: its contract, its bytes, its numbers, its places, its families."""

import datetime as dt
import tomllib
from pathlib import Path

import polars as pl
import pytest

from matching.identity import nir
from matching.identity.errors import UsageError
from matching.identity.frames import REGISTER
from matching.identity.mock_nir import is_mock_nir, month_code_of
from matching.reference import communes, countries
from sngi_mock.population.demography import REGISTER_DATE
from sngi_mock.population.generate import Population, generate

LATE = dt.timedelta(days=5 * 365)
NIR = {"sex": (0, 1), "yy": (1, 2), "month": (3, 2), "place": (5, 5), "rank": (10, 3)}


def with_nir_parts(people: pl.DataFrame) -> pl.DataFrame:
    return people.with_columns(pl.col("nir").str.slice(*where).alias(f"nir_{part}") for part, where in NIR.items())


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.*"))}


def test_shards_follow_the_contract_and_the_description_counts_them(register: Path, rows: pl.DataFrame) -> None:
    description = tomllib.loads((register / "register.toml").read_text(encoding="utf-8"))
    shards = [pl.read_parquet(register / shard["file"]) for shard in description["shards"]]
    assert [REGISTER.check(shard).columns for shard in shards] == [list(REGISTER.columns)] * 3
    assert [shard["rows"] for shard in description["shards"]] == [shard.height for shard in shards]
    assert [shard["persons"] for shard in description["shards"]] == [40_000, 40_000, 20_000]
    assert (description["persons"], description["rows"]) == (100_000, rows.height)
    assert description["simulated"] is True
    assert rows.filter(pl.col("kind") == "official")["person"].to_list() == list(range(100_000))


def test_same_seed_gives_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, 3000, seed, shard_size=1000)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert content(tmp_path / "a").keys() == content(tmp_path / "c").keys()
    assert content(tmp_path / "a") != content(tmp_path / "c")


def test_numbers_are_unique_mock_and_coherent_with_the_identity(people: pl.DataFrame) -> None:
    assert people["nir"].is_unique().all()
    parts = with_nir_parts(people)
    assert (parts["nir_sex"] == people["sex"].cast(pl.String).replace({"M": "1", "F": "2"})).all()
    assert (parts["nir_yy"].cast(pl.Int64) == people["birth_year"] % 100).all()
    assert (parts["nir_month"].cast(pl.Int64) == people.select(month_code_of(pl.col("birth_month"))).to_series()).all()
    assert (parts["nir_place"] == people["birth_place"]).all()  # nothing overflows at this size
    keys = people.select(nir.key_of(pl.col("nir").str.head(13))).to_series()
    assert (people["nir"].str.tail(2).cast(pl.Int64) == keys).all()
    assert all(is_mock_nir(each) for each in people["nir"].sample(200, seed=1))


def test_every_place_was_valid_on_the_date_of_birth(people: pl.DataFrame) -> None:
    dated = people.filter(pl.col("birth_day").is_not_null()).select(
        "person", code="birth_place", on=pl.date("birth_year", "birth_month", "birth_day")
    )
    table = pl.concat(each.table().select("code", "start", "end") for each in (communes, countries))
    in_force = (pl.col("start").is_null() | (pl.col("start") <= pl.col("on"))) & (
        pl.col("end").is_null() | (pl.col("on") < pl.col("end"))
    )
    valid = dated.join(table, on="code").filter(in_force)["person"].unique()
    others = dated.filter(~pl.col("person").is_in(valid.implode()))
    is_late = others.join(table, on="code").filter((pl.col("on") - pl.col("end")).is_between(dt.timedelta(0), LATE))
    assert 0 < is_late.height < 0.002 * people.height  # a code that had just changed: the register's own error
    others = others.filter(~pl.col("person").is_in(is_late["person"].implode()))
    former = [countries.former_territory(code, on) for code, on in others.select("code", "on").unique().iter_rows()]
    assert former
    assert all(former)


def test_arrondissements_are_used_and_their_cities_never(people: pl.DataFrame) -> None:
    known = communes.arrondissements()
    assert not people["birth_place"].is_in(known["city_code"].implode()).any()
    assert people["birth_place"].is_in(known["arrondissement_code"].implode()).mean() > 0.02


def test_nobody_is_born_after_the_register_and_days_exist(people: pl.DataFrame) -> None:
    dates = people.select(pl.date("birth_year", "birth_month", "birth_day")).to_series().drop_nulls()
    assert dates.min() >= dt.date(1900, 1, 1)  # type: ignore[operator]
    assert dates.max() <= REGISTER_DATE  # type: ignore[operator]


def test_shares_of_the_living_of_births_abroad_and_of_partial_dates(people: pl.DataFrame) -> None:
    abroad = pl.col("birth_place").str.starts_with("99")
    assert 0.09 < people.select(abroad.mean()).item() < 0.13
    assert 0.6 < (people["status"] != "dead").mean() < 0.68
    partial = people.filter(pl.col("birth_month").is_null())
    assert partial["birth_day"].null_count() == partial.height
    no_day = people.filter(pl.col("birth_day").is_null(), pl.col("birth_month").is_not_null())
    assert no_day.height > 0.05 * partial.height
    assert 0.02 < people.filter(abroad).select(pl.col("birth_month").is_null().mean()).item() < 0.06
    piles = people.filter(abroad, pl.col("birth_day") == 31, pl.col("birth_month") == 12)
    assert piles.height > 3 * people.filter(abroad).height / 365


def test_usage_names_are_borne_by_women_beside_their_official_identity(rows: pl.DataFrame) -> None:
    usage = rows.filter(pl.col("kind") == "usage")
    assert (usage["sex"] == "F").all()
    assert usage["person"].is_unique().all()
    both = usage.join(rows.filter(pl.col("kind") == "official"), on=["person", "nir"], suffix="_official")
    assert both.height == usage.height > 10_000
    assert (both["birth_name"] != both["birth_name_official"]).all()
    assert (both["given_names"] == both["given_names_official"]).all()


def test_twins_share_name_date_and_place_and_have_consecutive_ranks(people: pl.DataFrame) -> None:
    shared = ["birth_name", "birth_year", "birth_month", "birth_day", "birth_place"]
    parts = with_nir_parts(people).filter(pl.col("birth_day").is_not_null())
    pairs = parts.with_columns(pl.col("person") + 1).join(parts, on=["person", *shared], suffix="_twin")
    assert 0.010 < pairs.height / people.height < 0.016
    assert (pairs["nir_rank_twin"].cast(pl.Int64) - pairs["nir_rank"].cast(pl.Int64) == 1).all()
    firsts = pairs.select(pl.col("given_names").list.first(), twin=pl.col("given_names_twin").list.first())
    assert firsts.select((pl.col("given_names") == pl.col("twin")).mean()).item() < 0.002


def test_brothers_and_sisters_share_a_surname_more_often_than_strangers_do(people: pl.DataFrame) -> None:
    near = people.filter(pl.col("birth_year").is_between(1960, 1969)).with_columns(pl.col("birth_place").str.head(2))
    has_namesake = pl.len().over("birth_name", "birth_place") > 1
    by_chance = near.with_columns(pl.col("birth_place").shuffle(seed=1)).select(has_namesake.mean()).item()
    assert near.select(has_namesake.mean()).item() > 3 * by_chance


def test_adding_a_shard_leaves_the_people_of_the_first(tmp_path: Path) -> None:
    generate(tmp_path / "small", 2000, 5, shard_size=2000)
    generate(tmp_path / "large", 4000, 5, shard_size=2000)
    first = "register-00000.parquet"
    assert (tmp_path / "small" / first).read_bytes() == (tmp_path / "large" / first).read_bytes()


def test_overflow_leaves_numbers_unique_and_true_to_the_departement(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sngi_mock.population.nir_allocation.NirAllocator.__init__.__defaults__", (2,))
    generate(tmp_path / "register", 30_000, 5)
    rows = pl.read_parquet(tmp_path / "register" / "register-00000.parquet").filter(pl.col("kind") == "official")
    parts = with_nir_parts(rows)
    moved = parts.filter(pl.col("nir_place") != pl.col("birth_place"))
    assert moved.height > 100
    assert rows["nir"].is_unique().all()
    assert (moved["nir_place"].str.head(2) == moved["birth_place"].str.head(2)).all()


def test_a_target_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        generate(tmp_path, 10, force=True)
    assert refused.value.code == "sngi_mock.target_not_a_register"
    with pytest.raises(UsageError) as refused:
        generate(tmp_path / "notes.txt", 10)
    assert refused.value.code == "sngi_mock.target_is_file"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_register_is_replaced_by_force_only(tmp_path: Path) -> None:
    generate(tmp_path / "register", 500, 1)
    before = content(tmp_path / "register")
    with pytest.raises(UsageError) as refused:
        generate(tmp_path / "register", 500, 2)
    assert refused.value.code == "sngi_mock.target_exists"
    assert content(tmp_path / "register") == before
    generate(tmp_path / "register", 500, 2, force=True)
    assert content(tmp_path / "register") != before


def test_a_generation_that_stops_leaves_no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Population.shard

    def stops(self: Population, rank: int, size: int) -> pl.DataFrame:
        if rank:
            raise KeyboardInterrupt
        return draw(self, rank, size)

    monkeypatch.setattr(Population, "shard", stops)
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "register", 1000, 1, shard_size=500)
    assert list(tmp_path.iterdir()) == []
