"""Mappings: what was guessed can be written, corrected and given back."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.tables.mapping import TableMapping, read_mapping, toml_text
from matching.tables.read import read_table
from matching.tables.table import mapping_to_toml, write_mapping
from tests.tables.sheets import HEADERS, cells_of, row, write_csv, write_ods, write_xlsx

WRITTEN = {
    "csv": lambda path, lines: write_csv(path, lines, encoding="cp1252"),
    "xlsx": lambda path, lines: write_xlsx(path, {"Passages": lines}),
    "ods": lambda path, lines: write_ods(path, {"Passages": lines}),
}


@pytest.fixture
def given_back(tmp_path):
    def reread(lines, mapping):
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        return read_table(write_csv(tmp_path / "table.csv", lines), tmp_path / "mapping.toml")

    return reread


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_mapping_that_was_guessed_gives_the_same_passages(kind, tmp_path):
    lines = [[*line, extra] for line, extra in zip(cells_of(row(), row()), ['Obs "x"\n', "a", "b"], strict=True)]
    path = WRITTEN[kind](tmp_path / f"table.{kind}", lines)
    guessed = read_table(path)
    again = read_table(path, write_mapping(guessed, tmp_path / "mapping.toml"))
    assert again.passages.equals(guessed.passages)
    assert {column.how for column in again.columns.mapped} == {"given"}
    assert [(each.header, each.reason) for each in again.columns.unmapped] == [('Obs "x"', "ignored")]
    assert mapping_to_toml(again).split("[constants]")[1] == mapping_to_toml(guessed).split("[constants]")[1]


@settings(max_examples=30)
@given(st.dictionaries(st.text(min_size=1, max_size=20), st.just("birth_name"), min_size=1, max_size=1))
def test_any_header_can_be_written_in_a_mapping(columns):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        lines = [f"{toml_text(header)} = {toml_text(field)}" for header, field in columns.items()]
        path.write_text("\n".join(["[columns]", *lines]), encoding="utf-8")
        assert read_mapping(path) == TableMapping("mapping.toml", columns=columns)


def test_a_constant_fills_what_the_table_does_not_say(given_back):
    lines = cells_of(row(Code_certification=""), row(Code_certification="RNCP35634"))
    table = given_back(lines, "[constants]\ncertification_code = 'RS6042'\nexam_mode = 'présentiel'")
    assert table.passages["certification_code"].to_list() == ["RS6042", "RNCP35634"]
    assert table.passages["exam_mode"].to_list() == ["EN_PRESENTIEL"] * 2
    assert any("RS6042" in said for said in table.sentences("fr"))


def test_the_name_borne_stands_where_no_birth_name_is(given_back):
    lines = [
        ["Nom", "Nom de jeune fille", "Prénom"],
        ["ROUVIERE", "", "Dominique"],
        ["ARTEMARE", "ROUVIERE", "Camille"],
    ]
    lines += [["BESSON", "BESSON", "Claude"]]
    table = given_back(lines, "[columns]\nNom = 'current_name'")
    assert table.passages.select("raw_birth_name", "raw_usage_name").rows() == [
        *(("ROUVIERE", None), ("ROUVIERE", "ARTEMARE"), ("BESSON", None)),
    ]
    assert given_back(lines, "").passages["raw_birth_name"].to_list() == [None, "ROUVIERE", "BESSON"]


def test_the_order_of_dates_is_that_of_the_mapping(given_back):
    lines = cells_of(row(Date_de_naissance="03/12/1967", Début_de_validité="02/03/2026"))
    told = {order: given_back(lines, f"date_order = '{order}'") for order in ("day_first", "month_first")}
    texts = {order: table.passages.select("raw_birth_year", "validity_start").row(0) for order, table in told.items()}
    assert texts == {"day_first": ("03/12/1967", "2026-03-02"), "month_first": ("12/03/1967", "2026-02-03")}
    assert not any("américaine" in said for said in told["month_first"].sentences("fr"))


def test_a_separator_is_that_of_the_mapping(given_back):
    lines = [["Nom;Prénom", "idTechnique"], ["A;B", "T1"]]
    table = given_back([[";".join(line)] for line in lines], "separator = ';'")
    assert table.dialect.separator == ";"


def test_headers_that_nobody_knows_are_those_of_the_mapping(given_back):
    lines = [["Registre"], ["zzz", "yyy"], ["ROUVIERE", "Camille"]]
    table = given_back(lines, "[columns]\nzzz = 'birth_name'\nyyy = 'given_name_1'")
    assert table.passages.select("line", "raw_birth_name", "raw_given_name_1").row(0) == (3, "ROUVIERE", "Camille")


def test_what_was_understood_is_said(tmp_path, snapshot):
    headers = [*HEADERS, "Nom", "Adresse", "Ville", "NOM Prénom", "Prénom 1", "Date de naisance", "Prénom 1", "Notes"]
    lines = [["Session"], *([*line, *[""] * 8] for line in cells_of(row(), headers=HEADERS))]
    lines[1] = headers
    lines += [[], ["x"] * 22]
    (tmp_path / "mapping.toml").write_text("[columns]\nNotes = ''\n[constants]\nscore = '12'", encoding="utf-8")
    table = read_table(
        write_csv(tmp_path / "table.csv", lines, encoding="utf-16", delimiter="\t"), tmp_path / "mapping.toml"
    )
    assert {lang: table.sentences(lang) for lang in ("fr", "en")} == snapshot
    assert mapping_to_toml(table) == snapshot
