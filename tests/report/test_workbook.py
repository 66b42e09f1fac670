"""to_fix.xlsx: whole values, a column to fill, nothing that computes, and nothing lost without being said."""

import zipfile

import pytest
from python_calamine import load_workbook

from matching.report.workbook import write_workbook
from tests.report.quality_builders import finding, findings_of, report_of

pytestmark = pytest.mark.usefixtures("own_rules")

HEADS = [
    "gravité", "idTechnique", "ligne", "champ", "valeur", "proposition", "votre correction", "sûre\u202f?",
    "constat", "code",
]  # fmt: skip


def sheets(path):
    book = load_workbook(path)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


@pytest.fixture
def written(tmp_path):
    def write(*args, most_rows=1_048_576, **settings):
        write_workbook(report_of(*args, **settings), tmp_path / "to_fix.xlsx", most_rows)
        return tmp_path / "to_fix.xlsx"

    return write


def test_one_row_a_finding_with_its_whole_value_and_a_column_to_fill(written):
    (note, *_), heads, *rows = sheets(written())[0]
    assert note.startswith("Ce classeur contient des données personnelles en clair")
    assert heads == HEADS
    assert len(rows) == 8
    told = dict(zip(heads, rows[0], strict=True))
    assert told == {
        "gravité": "▲ KO probable",
        "idTechnique": "T0",
        "ligne": 10,
        "champ": "prenom1",
        "valeur": "Jean Pierre",
        "proposition": "JEAN-PIERRE",
        "votre correction": "",
        "sûre\u202f?": "oui",
        "constat": "«\u202fJean Pierre\u202f»\u202f: lisez «\u202fJEAN-PIERRE\u202f».",
        "code": "hyphen_lost",
    }


def test_values_are_whole_whatever_the_report_shows(written):
    assert sheets(written()) == sheets(written(show_names=True))


def test_the_second_sheet_tells_the_rules(written):
    heads, *rows = sheets(written())[1]
    assert [row[0] for row in rows] == [
        "hyphen_lost", "sex_differs", "unknown_code", "date_impossible", "days_low", "rare_name",
    ]  # fmt: skip
    told = dict(zip(heads, rows[0], strict=True))
    assert (told["constats"], told["gain"], told["que faire"]) == (3, "+\u202f3,4\xa0pt", "Remède de hyphen_lost")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_it_computes(written, start):
    rows = findings_of(
        {**finding("rare_name", 0, "birth_name", value=f"{start}A1", proposal=f"{start}B"), "id_technique": f"{start}1"}
    )
    row = sheets(written(rows))[0][2]
    told = dict(zip(HEADS, row, strict=True))
    assert all(told[head].startswith("'") for head in ("idTechnique", "valeur", "proposition"))
    with zipfile.ZipFile(written(rows)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_what_a_sheet_cannot_hold_is_counted(written):
    first, second, heads, *rows = sheets(written(most_rows=8))[0]
    assert heads == HEADS
    assert len(rows) == 5
    assert "3 constats sur 8 manquent ici" in second[0]
    assert first[0].startswith("Ce classeur")


def test_filters_and_frozen_heads(written):
    with zipfile.ZipFile(written()) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<autoFilter ref="A2:J10"/>' in sheet
    assert 'ySplit="2"' in sheet
    assert 'sqref="G3:G10"' in sheet


def test_the_same_report_gives_the_same_bytes(written):
    assert written().read_bytes() == written().read_bytes()


def test_nothing_found_is_a_workbook_too(written):
    findings, rules = sheets(written(findings_of()))
    assert len(findings) == 2
    assert len(rules) == 1
