"""What cannot be read as a table, or as a mapping: each says what was expected, what came, where and what to do."""

import zipfile
from pathlib import Path

import pytest

from matching.identity.errors import InputError
from matching.tables.mapping import read_mapping
from matching.tables.read import read_table
from tests.tables.sheets import HEADERS, cells_of, row, write_csv, write_ods, write_xlsx


def broken_zip(path):
    write_xlsx(path, {"A": cells_of(row())})
    path.write_bytes(path.read_bytes()[:2000])


def archive(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("passages.csv", "a;b")


def text(content, encoding="utf-8"):
    return lambda path: path.write_bytes(content.encode(encoding))


_HEADER_LINE = ";".join(HEADERS)
FILES = {
    "nothing.csv": text(""),
    "blanks.csv": text(" ;; \r\n;;\r\n"),
    "zeros.csv": lambda path: path.write_bytes(b"\0" * 50),
    "no_header.csv": text("ROUVIERE;Camille;1967\r\nARTEMARE;Dominique;1972\r\n"),
    "one_column.csv": text("Nom de naissance\r\nROUVIERE\r\n"),
    "no_row.csv": text(_HEADER_LINE + "\r\n;;;\r\n"),
    "open_quote.csv": text(_HEADER_LINE + '\r\n1;RS6042;"Camille;x\r\n2;RS6042;x;y;z;a;b;c;d;e;f;g;h;i\r\n'),
    "long_line.csv": text(_HEADER_LINE + "\r\n" + "x" * 200_000),
    "deposit.xml": text('<?xml version="1.0"?><flux/>'),
    "page.csv": text("<html><table></table></html>"),
    "binary.csv": lambda path: path.write_bytes(b"Nom;Pr\0nom\r\na;b\r\n" + bytes(range(256))),
    "rapport.pdf": lambda path: path.write_bytes(b"%PDF-1.7\n..."),
    "table.csv.gz": lambda path: path.write_bytes(b"\x1f\x8b\x08\x00....."),
    "passages.zip": archive,
    "cut.xlsx": broken_zip,
    "old.xls": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "secret.xlsx": lambda path: path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000) + "EncryptedPackage".encode("utf-16-le")
    ),
    "secret.ods": lambda path: write_ods(path, {"A": cells_of(row())}, manifest="<m:encryption-data/>"),
    "empty.xlsx": lambda path: write_xlsx(path, {"A": [], "B": []}),
    "notes.xlsx": lambda path: write_xlsx(path, {"A": [["Bonjour"], ["Une ligne par candidat"]]}),
    "folder.csv": lambda path: path.mkdir(),
    "absent.csv": Path,
}
MAPPINGS = {
    "absent": None,
    "not_toml": "[columns",
    "unknown_key": "separateur = ';'",
    "unknown_section": "[column]\nNom = 'birth_name'",
    "unknown_field": "[columns]\nNom = 'birthname'",
    "unknown_constant": "[constants]\nrncp = 'RNCP35634'",
    "constant_of_one": "[constants]\nbirth_name = 'ROUVIERE'",
    "field_twice": "[columns]\nNom = 'birth_name'\n'Prénom' = 'birth_name'",
    "not_a_text": "[columns]\nNom = ['birth_name']",
    "not_a_table": "columns = 'Nom'",
    "empty_constant": "[constants]\ncertification_code = ''",
    "number": "sheet = 2",
    "separator": "separator = '::'",
    "encoding": "encoding = 'windows'",
    "date_order": "date_order = 'ymd'",
    "wrong_encoding": "encoding = 'ascii'",
    "no_column": "[columns]\n'Nom de naisance' = 'birth_name'",
    "no_sheet": "sheet = 'Janvier'",
}


def sentences(error, folder):
    return [error.code, *(error.sentence(lang).replace(f"{folder}/", "") for lang in ("fr", "en"))]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table(name, tmp_path, snapshot):
    FILES[name](tmp_path / name)
    with pytest.raises(InputError) as raised:
        read_table(tmp_path / name)
    assert sentences(raised.value, tmp_path) == snapshot


def test_a_file_that_is_too_large(tmp_path, monkeypatch, snapshot):
    monkeypatch.setattr("matching.tables.read.MAX_BYTES", 100)
    with pytest.raises(InputError) as raised:
        read_table(write_csv(tmp_path / "table.csv", cells_of(row())))
    assert sentences(raised.value, tmp_path) == snapshot


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_cannot_be_applied(name, tmp_path, snapshot):
    mapping = tmp_path / "mapping.toml"
    if MAPPINGS[name] is not None:
        mapping.write_text(MAPPINGS[name], encoding="utf-8")
    write = write_xlsx if name == "no_sheet" else lambda path, sheets: write_csv(path, sheets["Mars"])
    table = write(tmp_path / "table", {"Mars": cells_of(row())})
    with pytest.raises(InputError) as raised:
        read_table(table, mapping)
    assert sentences(raised.value, tmp_path) == snapshot


def test_values_of_other_types_are_the_text_of_a_cell(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text("[constants]\nvalidity_start = 2026-02-20\nscore = 12\nis_certified = true", encoding="utf-8")
    assert read_mapping(path).constants == {"validity_start": "2026-02-20", "score": "12", "is_certified": "true"}
