"""CSV: however a table is written, it reads into the same passages, and the way is said."""

import contextlib
import csv
import tempfile
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.errors import InputError
from matching.tables.grid import letters, unique_headers
from matching.tables.read import read_table
from tests.tables.sheets import HEADERS, cells_of, row, write_csv

LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéèêëàâîïôöùûüçÉÈÀÇŒœåñØ")
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=3).map("-".join)
QUOTED_NAMES = st.tuples(NAMES, st.sampled_from([";", ",", "|", "\t", '"', "\n", "'", " "]), NAMES).map("".join)


def rows_of(names):
    return st.builds(
        lambda birth, given_name, town: row(Nom_de_naissance=birth, Prénom=given_name, Commune_de_naissance=town),
        names, names, names,
    )  # fmt: skip


def reread(lines, **written):
    """The passages of a table written so, and what was said of it."""
    with tempfile.TemporaryDirectory() as folder:
        return read_table(write_csv(Path(folder) / "table.csv", lines, **written))


@settings(max_examples=12)
@given(
    st.lists(rows_of(NAMES), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    st.sampled_from(";,\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_any_dialect_reads_the_same(rows, encoding, separator, quoting, newline):
    lines = cells_of(*rows)
    table = reread(lines, encoding=encoding, delimiter=separator, quoting=quoting, newline=newline)
    assert table.passages.equals(reread(lines).passages)
    assert table.dialect.separator == separator
    assert table.passages["raw_birth_name"].to_list() == [one["Nom de naissance"] for one in rows]


@settings(max_examples=12)
@given(
    st.lists(rows_of(QUOTED_NAMES), min_size=1, max_size=4),
    st.sampled_from(";,\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_stands_between_quotes_is_kept(rows, separator, quoting):
    table = reread(cells_of(*rows), delimiter=separator, quoting=quoting)
    assert table.passages["raw_birth_name"].to_list() == [one["Nom de naissance"] for one in rows]
    assert table.passages["line"].to_list() == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("quote", ['"', "'"])
def test_either_quotation_mark(quote):
    table = reread(cells_of(row(Prénom="Jean;Marie")), quotechar=quote, quoting=csv.QUOTE_ALL)
    assert table.passages["raw_given_name_1"].to_list() == ["Jean;Marie"]
    assert table.dialect.quote == quote


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp850", "utf-8"])
@pytest.mark.parametrize("name", ["Hélène Lefèvre", "FRANÇOIS", "Zoé", "MÜLLER", "Noël Garçon à la Forêt"])
def test_old_encodings_are_told_by_their_french(encoding, name):
    table = reread(cells_of(row(Nom_de_naissance=name)), encoding=encoding)
    assert table.passages["raw_birth_name"].to_list() == [name]
    assert table.dialect.encoding == encoding


def test_the_table_that_a_french_excel_saves():
    table = reread(cells_of(row(Nom_de_naissance="Lefèvre", Commune_de_naissance="L’Œuvre")), encoding="cp1252")
    assert table.passages.select("raw_birth_name", "raw_place_label").row(0) == ("Lefèvre", "L’Œuvre")
    assert table.sentences("fr")[0].replace("\u202f", " ") == (
        "table.csv : fichier CSV, encodage Windows-1252, séparateur « ; », noms des colonnes en ligne 1."
    )
    assert table.sentences("en")[0].startswith("table.csv: CSV file, encoding Windows-1252, separator “;”")


def test_the_separator_that_is_told_in_the_first_line(tmp_path):
    path = write_csv(tmp_path / "table.csv", [["sep=,"]])
    path.write_bytes(path.read_bytes() + write_csv(tmp_path / "rest.csv", cells_of(row()), delimiter=",").read_bytes())
    assert read_table(path).passages["line"].to_list() == [2]


@settings(max_examples=30)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Nom;Pr\xe9nom;DDN\r\n", "Nom\tPrénom\n".encode("utf-16"), b'"Nom","Sexe"\n']),
)
def test_any_bytes_are_a_table_or_an_error_that_says_why(content, start):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(start + content)
        with contextlib.suppress(InputError):  # any other error would be a fault
            assert read_table(path).passages.height > 0


def test_titles_above_the_headers_and_blank_rows_are_passed_over():
    lines = [["Session de mars 2026"], [], [""] * 4, *cells_of(row(), row(), row())]
    lines.insert(5, ["", " ", ""])
    lines.append([])
    table = reread(lines)
    assert table.passages["line"].to_list() == [5, 7, 8]
    assert (table.dialect.header_line, table.skipped) == (4, 2)


def test_columns_without_a_name_are_listed_and_said():
    table = reread([[*HEADERS, ""], *[[*cells, "", "oubli"] for cells in cells_of(row(), row())[1:]]])
    assert [(column.header, column.reason) for column in table.columns.unmapped] == [
        ("[M]", "unknown"),
        ("[N]", "unknown"),
    ]
    assert table.dialect.longer == 2


@given(st.lists(st.sampled_from(["A", "B", "A [A]", "A [B]", "", " A", "[C]", "a [x]"]), max_size=8))
def test_every_column_has_a_name_of_its_own(names):
    headers = unique_headers(names)
    assert len(set(headers)) == len(names)
    assert all(headers)


def test_columns_of_one_name_bear_their_letter():
    table = reread([["Prénom", *HEADERS, "Prénom"], ["A", *cells_of(row())[1], "B"]])
    assert [column.header for column in table.columns.unmapped] == ["Prénom [A]", "Prénom [G]", "Prénom [N]"]


def test_quotation_marks_that_are_only_characters():
    lines = "\r\n".join([";".join(HEADERS), ";".join(cells_of(row(Prénom='"Jo" Anne'))[1])])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(lines, encoding="utf-8", newline="")
        table = read_table(path)
    assert table.passages["raw_given_name_1"].to_list() == ['"Jo" Anne']
    assert table.dialect.quote == ""


def test_numbers_lose_what_a_spreadsheet_adds():
    numbers = {"Code INSEE": "1053,0", "CP naissance": "1000.0", "Code pays naissance": " 352.00 ", "Prénom": "X.0"}
    passages = reread(cells_of(row() | numbers)).passages
    columns = ("raw_insee_code", "raw_postal_code", "raw_country_code", "raw_given_name_1")
    assert passages.select(columns).row(0) == ("1053", "1000", "352", "X.0")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'=1+1", "=1+1"),
        ("'-MARTIN", "-MARTIN"),
        ("'@a", "@a"),
        ('="01053"', "01053"),
        ("'AMARE", "'AMARE"),
        ("'", "'"),
    ],
)
def test_cells_made_safe_are_read_back(cell, text):
    assert reread(cells_of(row(Nom_de_naissance=cell))).passages["raw_birth_name"].to_list() == [text]


@pytest.mark.parametrize(("dates", "order"), [
    (["03/25/1967", "04/12/1980"], "month_first"),
    (["25/03/1967", "04/12/1980"], "day_first"),
    (["25/03/1967", "04/25/1980"], "day_first"),
    (["04/05/1967", "04/12/1980"], "day_first"),
    (["1967-03-25"], "day_first"),
])  # fmt: skip
def test_the_order_of_dates_is_that_which_none_denies(dates, order):
    lines = cells_of(*[row(Date_de_naissance=date, Début_de_validité="") for date in dates])
    assert reread(lines).dialect.date_order == order


def test_american_dates_are_put_in_order():
    table = reread(cells_of(row(Date_de_naissance="3/25/1967", Début_de_validité="2/20/2026")))
    assert table.passages.select("raw_birth_year", "validity_start").row(0) == ("25/3/1967", "2026-02-20")
    assert any("américaine" in said for said in table.sentences("fr"))


def test_certifications_are_numbered_as_they_appear():
    codes = ["RS6042", "RNCP35634", "RS6042", "", "RS6042"]
    passages = reread(cells_of(*[row(Code_certification=code) for code in codes])).passages
    assert passages["certification_index"].to_list() == [0, 1, 0, 2, 0]
    assert passages["certification_type"].to_list() == ["RS", "RNCP", "RS", None, "RS"]


@settings(max_examples=12)
@given(st.lists(st.sampled_from(["75044", "75014", "92330", "99352", "94230", "13001"]), min_size=1, max_size=6))
def test_a_code_of_either_kind_stands_in_the_column_of_its_kind(codes):
    headers = [header if header != "Code INSEE" else "Code du lieu de naissance" for header in HEADERS]
    rows = [row() | {"Code du lieu de naissance": code} for code in codes]
    passages = reread(cells_of(*rows, headers=headers)).passages
    both = passages.select(pl.coalesce("raw_insee_code", "raw_postal_code")).to_series().to_list()
    assert both == codes
    kinds = dict(zip(codes, passages["place_kind"].cast(pl.String), strict=True))
    assert kinds.get("75044", "insee") == kinds.get("99352", "insee") == "insee"
    assert kinds.get("92330", "postal") == "postal"


@given(st.lists(st.integers(0, 700), min_size=2, max_size=5, unique=True).map(sorted))
def test_letters_of_columns_follow_each_other(ranks):
    written = [letters(rank) for rank in ranks]
    assert all((len(a), a) < (len(b), b) for a, b in pairwise(written))
