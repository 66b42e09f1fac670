"""The case table is sound, and every strategy answers it as in the frozen run."""

import datetime as dt

import polars as pl
import pytest

from benchmarks import cases as command
from benchmarks.case_table import (
    CASES,
    LABELS,
    REGISTERED,
    SUBMITTED,
    passages_of,
    persons_of,
    read_cases,
    register_rows,
)
from benchmarks.cases import STRATEGIES, answers, changes, verdicts
from matching.reference import communes, countries, foreign
from sngi_mock.noise.catalogue import CATALOGUE, by_id

TABLE = read_cases()
OTHERS = {"twin", "sibling", "parent", "cousin", "spouse", "homonym", "stranger"}
LABEL_IS_ANOTHER = {"E32", "E36", "E38", "E42"}


PLACES = {*communes.table()["code"], *countries.table()["code"]}
TERRITORIES = {*countries.former_territories()["department"]}


def was_in_force(code: str, born: dt.date) -> bool:
    return bool(communes.commune(code, born) or countries.country(code, born) or countries.former_territory(code, born))


def birth(row: dict[str, str | None]) -> dt.date:
    """The day, or one of those it may be."""
    year, month, day = (row[f"register_birth_{part}"] for part in ("year", "month", "day"))
    return dt.date(int(year), int(month or 7), int(day or 1))


def test_the_file_has_the_columns_that_are_told_and_each_case_its_labels():
    assert CASES.read_text(encoding="utf-8").splitlines()[0].split(",") == [*LABELS, *SUBMITTED, *REGISTERED]
    assert TABLE.height >= 500
    assert TABLE["case"].is_unique().all()
    assert TABLE.select(LABELS).null_count().sum_horizontal().item() == 0
    assert set(TABLE["tier"]) == {"STRONG", "MEDIUM", "WEAK"}
    assert set(TABLE["same"]) == {"yes", "no"}
    assert (TABLE["case"].str.replace(r"-\d\d$", "") == TABLE["error"].str.replace_all(" ", "+")).all()


def test_every_type_of_error_and_of_relative_has_its_cases():
    found = TABLE.select(pl.col("error").str.split(" ").explode()).to_series().value_counts()
    assert set(found["error"]) == {error.id for error in CATALOGUE} | {"E41", "E42", "E43", "none"} | OTHERS
    assert found["count"].min() >= 4
    assert {"E41", "E42", "E43"} <= set(by_id())
    is_other = TABLE["error"].str.split(" ").list.first().is_in(OTHERS)
    assert (TABLE.filter(is_other)["same"] == "no").all()
    assert set(TABLE.filter(~is_other, pl.col("same") == "no")["error"]) == {"E43"}


def test_the_same_pair_does_not_stand_twice():
    assert TABLE.select(SUBMITTED + REGISTERED).is_unique().all()


def test_a_registered_identity_is_one_that_a_register_can_hold():
    assert TABLE["register_birth_name"].str.contains(r"^[A-Z]+(?:(?:--|[-' ])[A-Z]+)*$").all()
    assert TABLE["register_given_names"].str.contains(r"^[A-Z]+(?:(?:, |[-' ])[A-Z]+)*$").all()
    for row in TABLE.iter_rows(named=True):
        born = birth(row)
        assert 1940 <= born.year <= 2010, row["case"]
        assert row["register_birth_day"] is None or row["register_birth_month"], row["case"]
        assert was_in_force(row["register_birth_place"], born), row["case"]


def test_places_that_are_submitted_exist():
    postal = set(communes.postal_codes()["postal_code"])
    for case, error, insee, code in TABLE.select("case", "error", "insee_code", "postal_code").iter_rows():
        is_postal = "E33" in error and insee in postal
        assert insee is None or insee in PLACES or insee[:2] in TERRITORIES or is_postal, case
        assert code is None or code in postal, case
    names = [communes.table()["label"], foreign.towns()["town"], countries.table()["label"]]
    known = pl.concat(names).to_frame("name").select(communes.comparable_label(pl.col("name"))).to_series()
    slips = pl.col("error").str.contains_any(sorted(LABEL_IS_ANOTHER))
    plain = TABLE.filter(pl.col("place_label").is_not_null(), ~slips)
    label = communes.comparable_label(pl.col("place_label"))
    assert plain.filter(~label.is_in(known.implode()))["case"].to_list() == []


def test_equal_registered_sides_are_one_person():
    person = dict(zip(TABLE["case"], persons_of(TABLE), strict=True))
    assert person["E41-01"] == person["E07-01"]
    assert person["E43-01"] != person["E43-02"]
    rows = register_rows(TABLE)
    assert rows.filter(pl.col("kind") == "official")["person"].is_unique().all()
    assert set(rows["kind"]) == {"official", "usage", "former"}
    assert (
        rows.filter(pl.col("kind") == "usage").height
        == TABLE.filter(pl.col("register_usage_name").is_not_null()).select(REGISTERED).n_unique()
    )


def test_nobody_of_a_pair_of_two_is_in_the_register_under_another_case():
    """Else a right answer would count as somebody else's."""
    key = ["birth_name", "given_name_1", "sex", "birth_year", "birth_month", "birth_day"]
    held = register_rows(TABLE).select(
        "birth_name",
        "sex",
        *(pl.col(f"birth_{part}").cast(pl.Int32) for part in ("year", "month", "day")),
        "person",
        given_name_1=pl.col("given_names").list.first(),
    )
    passages = passages_of(TABLE).with_columns(
        pl.col("birth_name", "given_name_1").str.to_uppercase(),
        pl.col("birth_year", "birth_month", "birth_day").cast(pl.Int32),
        own=persons_of(TABLE),
        same=TABLE["same"],
        error=TABLE["error"],
    )
    met = passages.filter(pl.col("same") == "no", pl.col("error") != "E43").join(held, on=key)
    assert met.filter(pl.col("person") != pl.col("own")).is_empty()


def test_a_submitted_side_is_read_as_the_cells_of_a_table_are():
    passages = passages_of(TABLE)
    read = {case: passages.row(at, named=True) for at, case in enumerate(TABLE["case"])}
    assert (read["E23-01"]["raw_sex"], read["E23-01"]["sex"]) == ("Monsieur", "M")
    assert (read["E33-01"]["place_kind"], read["E33-01"]["place_code"]) == ("postal", "14000")
    assert (read["E30-02"]["birth_year"], read["E30-02"]["birth_day"]) == (88, 11)
    assert read["E37-01"]["place_kind"] == "none"
    assert passages["id_technique"].to_list() == TABLE["case"].to_list()


def test_every_strategy_answers_as_in_the_frozen_run():
    """What changed is shown; when it is meant, ``python -m benchmarks cases --freeze`` accepts it."""
    frozen = pl.read_csv(command.FROZEN, infer_schema=False)
    changed = changes(frozen, answers(TABLE))
    assert changed.is_empty(), "\n".join(map(" ".join, changed.rows()))


def labelled(*same: str, **submitted: list[str]) -> pl.DataFrame:
    """As many cases, of one submitted identity where nothing else is said."""
    columns = {name: submitted.get(name, ["X"] * len(same)) for name in SUBMITTED}
    return pl.DataFrame({"case": [str(n) for n in range(len(same))], "same": same, **columns})


@pytest.mark.parametrize(
    ("same", "answer", "verdict"),
    [
        ("yes", "FOUND", "right"),
        ("yes", "FOUND_RECTIFIED", "right"),
        ("yes", "FOUND other", "wrong"),
        ("yes", "SEVERAL", "missed"),
        ("yes", "USAGE_NAME_ONLY", "missed"),
        ("no", "FOUND", "wrong"),
        ("no", "FOUND_RECTIFIED other", "wrong"),
        ("no", "NONE", "right"),
    ],
)
def test_verdict(same, answer, verdict):
    found = pl.DataFrame({"case": ["0"], **{name: [answer] for name in STRATEGIES}})
    assert verdicts(labelled(same), found).row(0) == ("0", *[verdict] * len(STRATEGIES))


def test_somebody_else_is_right_where_another_case_says_so_of_the_same_identity():
    found = pl.DataFrame({"case": ["0", "1"], **{name: ["FOUND", "FOUND other"] for name in STRATEGIES}})
    assert verdicts(labelled("yes", "no"), found)["cdc"].to_list() == ["right", "right"]
    apart = labelled("yes", "no", birth_name=["X", "Y"])
    assert verdicts(apart, found)["cdc"].to_list() == ["right", "wrong"]


def test_changes_tell_what_was_and_what_is():
    before = pl.DataFrame({"case": ["a", "b"], "cdc": ["FOUND", "NONE"], "probability": ["1.0", None]})
    after = pl.DataFrame({"case": ["a", "c"], "cdc": ["SEVERAL", "NONE"], "probability": ["0.5", None]})
    assert changes(before, before).is_empty()
    assert sorted(changes(before, after).rows()) == [
        ("a", "cdc", "FOUND", "SEVERAL"),
        ("a", "probability", "1.0", "0.5"),
        ("b", "cdc", "NONE", "absent"),
        ("c", "cdc", "absent", "NONE"),
    ]


def test_the_command_shows_a_change_refuses_it_and_accepts_it(tmp_path, monkeypatch, capsys):
    frozen = pl.read_csv(command.FROZEN, infer_schema=False)
    monkeypatch.setattr(command, "FROZEN", tmp_path / "cases.csv")
    monkeypatch.setattr(command, "answers", lambda _: frozen)
    other = pl.when(pl.col("case") == "none-01").then(pl.lit("SEVERAL")).otherwise("insi").alias("insi")
    frozen.with_columns(other).write_csv(tmp_path / "cases.csv")
    with pytest.raises(SystemExit) as stopped:
        command.run(check=True)
    assert stopped.value.code == 1
    said = capsys.readouterr().out
    assert "none-01        insi          SEVERAL → FOUND\n" in said
    assert f"{frozen.height} cases, 1 answers changed" in said
    command.run(freeze=True, failures="cdc")
    assert "E01-01         yes STRONG missed" in capsys.readouterr().out
    command.run(check=True)
    assert "0 answers changed" in capsys.readouterr().out
