"""A draw: the same bytes, valid at control 1, true when no error is asked for, and no trace of the person.

Over 300 lines: one draw is made for the whole module, and every promise of a scenario is held against it.
"""

import shutil
import tomllib
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from matching.deposit.control import control
from matching.deposit.reader import read_deposit
from matching.identity.errors import RegisterError, UsageError
from matching.identity.frames import TRUTH
from matching.reference import communes
from matching.register.folder import open_register
from sngi_mock.noise.catalogue import CATALOGUE, PASSAGE_ERRORS
from sngi_mock.noise.files import FILE_ERRORS, parse_file_error
from sngi_mock.population.relatives import relatives
from sngi_mock.records import true_records
from sngi_mock.sampling import choose_people, people_of
from sngi_mock.scenario import draw
from sngi_mock.spreadsheets import COLUMNS, write_tables

FILES = ("deposit.csv", "deposit.xlsx", "deposit.xml", "scenario.toml", "truth.parquet")


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


@pytest.mark.parametrize("profile", ["none", "poor", "ocr", "single:E37,E33,E21,E29,E40t", "single:E41,E36,E38,E02"])
def test_draws_are_accepted_by_control_1(register: Path, tmp_path: Path, profile: str) -> None:
    draw(register, tmp_path, 2000, profile, 5)
    assert control(tmp_path / "deposit.xml").is_ok


def test_profile_none_sends_what_the_register_holds(register: Path, people: pl.DataFrame) -> None:
    source = open_register(register)
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
    source = open_register(register)
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
    source = open_register(register)
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
    assert scenario.doubles == (truth["error"] == "E41").sum() > 50
    done = truth.filter(pl.col("error").is_not_null(), ~pl.col("error").is_in(["E40", "E40t"]))
    damage = done.filter(pl.col("error") != "E41")
    assert damage["passage"].n_unique() == scenario.damaged
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
    source = open_register(register)
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


def sent(folder: Path) -> pl.DataFrame:
    """The CSV as a spreadsheet would load it, every cell a text."""
    return pl.read_csv(folder / "deposit.csv", separator=";", infer_schema=False)


TABLE_COLUMNS = {
    column.removeprefix("raw_"): header
    for column, header in COLUMNS.items()
    if column.startswith("raw_") and not column.endswith(("month", "day", "insee_code", "postal_code"))
}


def test_truth_replayed_on_the_clean_draw_gives_the_damaged_one(register: Path, tmp_path: Path) -> None:
    profile = "single:" + ",".join(error.id for error in CATALOGUE)  # every type on every record
    for folder, how in (("clean", "none"), ("damaged", profile)):
        draw(register, tmp_path / folder, 400, how, 3)
    rows = sent(tmp_path / "clean").to_dicts()
    log = pl.read_parquet(tmp_path / "damaged" / "truth.parquet").filter(pl.col("trait").is_in(list(TABLE_COLUMNS)))
    for passage, trait, before, after in log.select("passage", "trait", "before", "after").iter_rows():
        assert rows[passage][TABLE_COLUMNS[trait]] == before
        rows[passage][TABLE_COLUMNS[trait]] = after
    replayed = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    columns = list(TABLE_COLUMNS.values())
    assert log["passage"].n_unique() == 400
    assert replayed.select(columns).equals(sent(tmp_path / "damaged").select(columns))


def test_the_deposit_holds_what_the_table_cannot_say(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 300, "single:E23,E30", 3)
    table = sent(tmp_path)
    assert not table["sexe"].is_in(["M", "F"]).any()
    deposit = read_deposit(tmp_path / "deposit.xml").passages
    assert deposit["sex"].null_count() == 0
    assert deposit["birth_year"].is_between(1900, 2010).all()
    assert deposit["raw_birth_name"].to_list() == table["nomNaissance"].to_list()


def test_the_two_tables_hold_the_same_texts(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 200, "poor", 3)
    rows = CalamineWorkbook.from_path(tmp_path / "deposit.xlsx").get_sheet_by_name("passages").to_python()
    table = sent(tmp_path)
    assert rows[0] == table.columns
    assert [[cell or None for cell in row] for row in rows[1:]] == [list(row) for row in table.rows()]


def test_without_a_workbook_none_of_an_earlier_draw_is_left(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 50, "none", 3)
    draw(register, tmp_path, 50, "none", 4, xlsx=False)
    assert {file.name for file in tmp_path.iterdir()} == set(FILES) - {"deposit.xlsx"}


def test_a_cell_that_a_spreadsheet_would_compute_is_made_a_text(tmp_path: Path) -> None:
    passages = pl.DataFrame({column: ["=1+1", "MARTIN", "-X", None] for column in COLUMNS})
    write_tables(tmp_path, passages)
    assert sent(tmp_path)["nomNaissance"].to_list() == ["'=1+1", "MARTIN", "'-X", None]


def test_people_left_out_have_a_twin_or_sibling_in_the_register(
    register: Path, people: pl.DataFrame, tmp_path: Path
) -> None:
    draw(register, tmp_path, 500, "single:E40t", 3)
    truth = pl.read_parquet(tmp_path / "truth.parquet").filter(pl.col("error") == "E40t")
    table = sent(tmp_path).select("nomNaissance", "prenom1", "anneeNaissance", "codeInsee")[truth["passage"]]
    pairs = pl.concat([truth, table], how="horizontal").join(people, left_on="relative", right_on="person")
    assert pairs.height > 450
    assert pairs.select((pl.col("nomNaissance") == pl.col("birth_name")).all()).item()
    assert pairs.select((pl.col("codeInsee") == pl.col("birth_place")).all()).item()
    assert pairs.select((plain(pl.col("prenom1")) != plain(pl.col("given_names").list.first())).all()).item()
    apart = (pairs["anneeNaissance"].cast(pl.Int16) - pairs["birth_year"]).abs()
    assert 0.4 < (apart == 0).mean() < 0.8
    assert apart.max() == 6


@pytest.mark.parametrize("profile", ["none", "typical", "poor", "single:E07"])
def test_the_share_of_strangers_is_the_one_asked_for_whatever_the_profile(
    register: Path, tmp_path: Path, profile: str
) -> None:
    draw(register, tmp_path, 6000, profile, 3, strangers=0.1, xlsx=False)
    described = tomllib.loads((tmp_path / "scenario.toml").read_text(encoding="utf-8"))
    errors = {error["id"]: error for error in described["errors"]}
    assert described["stranger_share"] == 0.1
    assert errors["E40"]["expected"] == pytest.approx(0.1, abs=1e-4)
    assert errors["E40"]["configured_abroad"] == pytest.approx(5 * errors["E40"]["configured"], rel=1e-4)
    assert described["strangers"] == errors["E40"]["applied"]
    assert 0.088 < described["strangers"] / 6000 < 0.112
    assert 0.06 < errors["E40t"]["applied"] / described["strangers"] < 0.14


@pytest.mark.parametrize("share", [0, 0.4, 1])
def test_any_share_of_strangers_can_be_asked_for(register: Path, tmp_path: Path, share: float) -> None:
    scenario = draw(register, tmp_path, 2000, "typical", 3, strangers=share, xlsx=False)
    assert abs(scenario.strangers - 2000 * share) <= 3.29 * (2000 * share * (1 - share)) ** 0.5
    assert control(tmp_path / "deposit.xml").is_ok


def test_more_strangers_are_the_same_ones_and_others(register: Path, tmp_path: Path) -> None:
    who = []
    for share in (0.02, 0.2):
        draw(register, tmp_path, 2000, "none", 3, strangers=share, xlsx=False)
        truth = pl.read_parquet(tmp_path / "truth.parquet")
        who.append(set(truth.filter(pl.col("error") == "E40")["passage"]))
    assert who[0] < who[1]


def test_doubles_are_the_same_passage_or_another_one_of_the_same_person(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 4000, "poor", 3)
    truth = pl.read_parquet(tmp_path / "truth.parquet")
    double = truth.filter(pl.col("error") == "E41")
    who = truth.filter(pl.col("error").is_null()).unique("id_technique", keep="first", maintain_order=True)
    pairs = double.join(who, left_on="after", right_on="id_technique", suffix="_first")
    assert pairs.select(pl.col("person").eq_missing(pl.col("person_first")).all()).item()
    assert (pairs["passage_first"] < pairs["passage"]).all()
    is_same = pairs["id_technique"] == pairs["after"]
    assert 0.3 < is_same.mean() < 0.7
    table = sent(tmp_path)
    again, first = (table[pairs.filter(is_same)[column]] for column in ("passage", "passage_first"))
    assert again.equals(first)


def test_draws_of_one_type_stay_when_another_is_asked_for_too(register: Path, tmp_path: Path) -> None:
    found = []
    for name, profile in (("one", "single:E07"), ("two", "single:E07,E22,E41")):
        draw(register, tmp_path / name, 300, profile, 3)
        found.append(pl.read_parquet(tmp_path / name / "truth.parquet").filter(pl.col("error") == "E07", passage=0))
    columns = ["passage", "person", "trait", "before", "after"]
    assert found[0].select(columns).equals(found[1].select(columns))


def test_the_scenario_counts_homonyms_as_a_plain_group_by_does(
    register: Path, people: pl.DataFrame, tmp_path: Path
) -> None:
    draw(register, tmp_path, 3000, "none", 3)
    counted = tomllib.loads((tmp_path / "scenario.toml").read_text(encoding="utf-8"))["homonyms"]
    chosen = pl.read_parquet(tmp_path / "truth.parquet")["person"].implode()
    key = ["birth_name", pl.col("given_names").list.first(), "sex", "birth_year"]
    has_namesake = people.select("person", is_namesake=pl.len().over(key) > 1).filter(pl.col("person").is_in(chosen))
    assert counted["name_and_year"] == has_namesake["is_namesake"].sum()
    assert 0.01 < counted["twins"] / 3000 < 0.04


def test_scenario_gives_configured_and_realised_rates(register: Path, tmp_path: Path) -> None:
    draw(register, tmp_path, 5000, "typical", 3)
    described = tomllib.loads((tmp_path / "scenario.toml").read_text(encoding="utf-8"))
    errors = {error["id"]: error for error in described["errors"]}
    assert errors.keys() == {error.id for error in (*CATALOGUE, *PASSAGE_ERRORS)} - {"E10"}
    assert errors["E24"]["configured"] == errors["E24"]["configured_abroad"] == 0.007
    for error in errors.values():
        rate, eligible = error["expected"], error["eligible"]
        assert abs(error["applied"] - rate * eligible) <= 3.29 * (eligible * rate * (1 - rate)) ** 0.5 + 1, error
    assert 0.08 < described["harmed"] / 5000 < 0.16


@pytest.mark.parametrize("name", [*FILE_ERRORS, "empty_column:birth_day", "empty_column:sex"])
def test_a_failure_touches_the_whole_file_and_the_deposit_stays_valid(
    register: Path, tmp_path: Path, name: str
) -> None:
    draw(register, tmp_path / "as_is", 150, "none", 3)
    draw(register, tmp_path / "failed", 150, "none", 3, file_error=name)
    assert control(tmp_path / "failed" / "deposit.xml").is_ok
    before, after = sent(tmp_path / "as_is").drop("idTechnique"), sent(tmp_path / "failed").drop("idTechnique")
    changed = [one != other for one, other in zip(before.rows(), after.rows(), strict=True)]
    truth = pl.read_parquet(tmp_path / "failed" / "truth.parquet").filter(pl.col("error") == "E42")
    assert sorted(set(truth["passage"])) == [rank for rank, each in enumerate(changed) if each]
    assert truth.height > 0
    assert truth["only_in_table"].n_unique() == 1
    deposit = read_deposit(tmp_path / "failed" / "deposit.xml").passages["raw_birth_name"].to_list()
    is_carried = not truth["only_in_table"][0]
    assert deposit == (after if is_carried else before)["nomNaissance"].to_list()


@pytest.mark.parametrize("name", ["", "empty_column:", "empty_column:nir", "column"])
def test_unknown_failure_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_file_error(name)
    assert refused.value.code == "sngi_mock.unknown_file_error"


def test_a_register_that_says_nothing_of_families_can_be_drawn_from(register: Path, tmp_path: Path) -> None:
    copy = tmp_path / "register"
    shutil.copytree(register, copy, ignore=shutil.ignore_patterns("kin"))
    draw(copy, tmp_path / "out", 500, "single:E39", 3)
    assert not pl.read_parquet(tmp_path / "out" / "truth.parquet")["error"].is_in(["E39"]).any()


def test_a_copied_trait_is_a_relative_s(register: Path, people: pl.DataFrame, tmp_path: Path) -> None:
    draw(register, tmp_path, 500, "single:E39", 3)
    truth = pl.read_parquet(tmp_path / "truth.parquet").filter(pl.col("error") == "E39", trait="given_name_1")
    kin = relatives(register, truth["person"].to_numpy()).join(people, left_on="relative", right_on="person")
    name = plain(pl.col("given_names").list.first())
    of_kin = truth.select("person", name=plain(pl.col("after"))).join(
        kin.with_columns(name=name), on=["person", "name"]
    )
    assert truth.height > 50
    assert of_kin["person"].n_unique() == truth.height
