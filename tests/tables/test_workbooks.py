"""Workbooks: XLSX and ODS read into the same passages as the CSV of the same table; what is not a table is refused."""

import contextlib
import datetime as dt
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.errors import InputError
from matching.tables.read import read_table
from tests.tables.sheets import HEADERS, cells_of, row, write_csv, write_ods, write_xlsx

WRITERS = {"xlsx": write_xlsx, "ods": write_ods}
TEXTS = st.text(st.sampled_from("abcdeÉÈéèçÀœ -'&<>\"=+"), min_size=1, max_size=12).filter(lambda text: text.strip())


def read_back(folder, lines, kind, **sheets):
    return read_table(WRITERS[kind](Path(folder) / f"table.{kind}", {**sheets, "Passages": lines}))


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=8)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_a_workbook_reads_as_its_csv(kind, texts):
    lines = cells_of(*[row(Nom_de_naissance=f"a{text}b", Commune_de_naissance=text.strip()) for text in texts])
    with tempfile.TemporaryDirectory() as folder:
        passages = read_back(folder, lines, kind).passages
        assert passages.equals(read_table(write_csv(Path(folder) / "table.csv", lines)).passages)


@pytest.mark.parametrize("kind", WRITERS)
def test_numbers_and_dates_become_what_people_read(kind, tmp_path):
    line = dict(zip(HEADERS, cells_of(row())[1], strict=True))
    line |= {"Date de naissance": dt.date(1967, 3, 12), "Code INSEE": 1053.0, "Sexe": 2, "ID technique": 20260001}
    line |= {"Début de validité": dt.date(2026, 2, 20), "Nom d'usage": 12.5}
    table = read_back(tmp_path, [list(HEADERS), [line[header] for header in HEADERS]], kind)
    columns = ("raw_birth_year", "raw_insee_code", "raw_sex", "sex", "id_technique", "validity_start", "raw_usage_name")
    assert table.passages.select(columns).row(0) == (
        *("1967-03-12", "1053", "2", "F", "20260001", "2026-02-20", "12.5"),
    )  # fmt: skip
    assert table.kind == kind


def test_a_formula_gives_its_last_value_and_a_boolean_its_word(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "table.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["idTechnique", "nomNaissance", "donneeCertifiee", "prenom1"])
        sheet.write_row(1, 0, ["T1"])
        sheet.write_formula(1, 1, '=UPPER("a")', None, "ROUVIERE")
        sheet.write_boolean(1, 2, False)  # noqa: FBT003 - a cell
        sheet.write_number(1, 3, 46023.4375, book.add_format({"num_format": "yyyy"}))
    passages = read_table(tmp_path / "table.xlsx").passages
    assert passages.select("raw_birth_name", "is_certified", "raw_given_name_1").row(0) == (
        *("ROUVIERE", "false", "2026-01-01 10:30:00"),
    )  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
def test_the_sheet_is_the_first_that_looks_like_a_table(kind, tmp_path):
    notes, more = [["À lire d'abord"], ["Une ligne par candidat"]], [["Total", 12]]
    table = read_back(tmp_path, cells_of(row()), kind, Consignes=notes, Vide=[], Bilan=more)
    assert (table.dialect.sheet, table.dialect.others) == ("Passages", ("Consignes", "Bilan"))


@pytest.mark.parametrize("kind", WRITERS)
def test_the_mapping_names_the_sheet(kind, tmp_path):
    sheets = {"Janvier": cells_of(row()), "Février": cells_of(row(Prénom="Dominique"))}
    path = WRITERS[kind](tmp_path / f"table.{kind}", sheets)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('sheet = "Février"', encoding="utf-8")
    assert read_table(path).passages["raw_given_name_1"].to_list() == ["Camille"]
    assert read_table(path, mapping).passages["raw_given_name_1"].to_list() == ["Dominique"]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_away_from_the_corner_keeps_its_row_numbers(kind, tmp_path):
    lines = [[], ["", "", "Session de mars"], [], *([None, None, *line] for line in cells_of(row(), row()))]
    lines.insert(5, [None])
    table = read_back(tmp_path, lines, kind)
    assert table.passages["line"].to_list() == [5, 7]
    assert (table.dialect.header_line, table.skipped) == (4, 1)
    assert table.columns.mapped[0].rank == 2


def refused(path):
    with pytest.raises(InputError) as raised:
        read_table(path)
    return raised.value.code


def test_one_cell_very_far_does_not_fill_the_memory(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        sheet.write(99_999, 500, "x")
    assert refused(tmp_path / "far.xlsx") == "tables.too_many_cells"


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("matching.tables.workbook._MOST_BYTES", 3_000)
    assert refused(write_xlsx(tmp_path / "big.xlsx", {"A": cells_of(row())})) == "tables.too_large_unpacked"


def test_a_file_that_holds_more_than_it_says_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "liar.xlsx", {"A": cells_of(*[row() for _ in range(200)])})
    data = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    entry = data.rindex(name) - 46  # in the directory at the end of the archive
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 24, 100)  # unpacked size
    path.write_bytes(data)
    assert refused(path) == "tables.bad_workbook"


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_damaged_workbook_is_an_error_that_says_so(kind, data):
    with tempfile.TemporaryDirectory() as folder:
        path = WRITERS[kind](Path(folder) / f"table.{kind}", {"A": cells_of(row())})
        written = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(written[: data.draw(st.integers(1, len(written)))])
        with contextlib.suppress(InputError):  # any other error would be a fault
            read_table(path)


def test_an_encrypted_ods_is_told(tmp_path):
    path = write_ods(tmp_path / "a.ods", {"A": cells_of(row())}, manifest="<manifest:encryption-data/>")
    assert refused(path) == "tables.encrypted"


def test_other_archives_are_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("passages.csv", "a;b")
    assert refused(tmp_path / "a.zip") == "tables.other_archive"
