"""Build: every row of a table is a passage of a deposit that control 1 accepts, or is listed with the reason."""

import random
from pathlib import Path

import polars as pl
import pytest

from matching.deposit.control import control
from matching.deposit.header import DepositHeader
from matching.deposit.reader import read_deposit
from matching.deposit.writer import write_deposit
from matching.identity.errors import InputError
from matching.identity.frames import PASSAGES
from matching.tables.build import LEFT_OUT, build, table_findings, writable
from matching.tables.read import read_table
from sngi_mock.spreadsheets import write_tables
from tests.builders import HEADER, crowd, holder, passages_of
from tests.tables.sheets import HEADERS, cells_of, row, write_csv, write_ods, write_xlsx

FORMS = {
    "Sexe": ["F", "M", "Mme", "M.", "1", "2", "homme", "Féminin", "X", ""],
    "Date de naissance": [
        *("12/03/1967", "1967-03-12", "12 mars 1967", "12.03.67", "24543", "12031967", "1967", "00/00/1967"),
        *("31/02/1967", "", "mars", "12/03/1867", "12/03/20", "1er août 1988", "03/1967"),
    ],
    "Code INSEE": ["75044", "1053", "01053", "99352", "7504", "abc", "2A004", "", "75 044"],
    "CP naissance": ["", "75014", "", "1000", "1234567890"],
    "Code pays naissance": ["", "352", "99352", "DZ", "Algérie", "FRANCE", "FR", "???"],
    "Nom d'usage": ["", "ARTEMARE", "x" * 61, " "],
    "Nom de naissance": ["ROUVIERE", "D'ANGÉ & fils <x>", "", "é" * 60, "\x0b"],
    "Prénom": ["Camille", "", "J" * 61],
    "Début de validité": ["20/02/2026", "2026-02-20", "46073", "bientôt", "", "20 février 2026"],
    "Code certification": ["RS6042", "RNCP35634", "6042", ""],
    "Modalité de passage": ["Présentiel", "à distance", "", "hybride", "ici"],
    "Mention": ["", "Bien", "très bien", "B", "mention assez bien", "12/20"],
    "Niveau CECRL": ["", "B2", "b2", "Z9"],
    "Donnée certifiée": ["oui", "FAUX", "1", "", "peut-être"],
}


def varied(n, share):
    """Rows in many forms: each cell is another one than the first with this probability."""
    draw = random.Random(5)  # noqa: S311 - fictional rows
    people = crowd(60)
    rows = []
    for number in range(n):
        cells = {name: draw.choice(forms) if draw.random() < share else forms[0] for name, forms in FORMS.items()}
        name = people[number % len(people)]["birth_name"]
        cells["Nom de naissance"] = cells["Nom de naissance"].replace("ROUVIERE", name)
        rows.append({"ID technique": f"T{number}", **cells})
    return rows


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    headers = ["ID technique", *FORMS]
    return read_table(write_csv(folder / "table.csv", cells_of(*varied(2_000, 0.15), headers=headers)))


def test_what_is_built_is_accepted_by_control_1(large, tmp_path):
    built = build(large, tmp_path / "a.xml", header=HEADER)
    assert built.report.is_ok
    assert control(built.path).is_ok
    assert built.report.passages == built.written > 700
    assert built.written + built.left_out["passage"].n_unique() == built.rows == 2_000
    assert built.left_out.schema == LEFT_OUT
    keys = read_deposit(built.path).passages["id_technique"]
    assert set(keys).isdisjoint(built.left_out["id_technique"])


def test_what_is_left_out_would_be_refused(large, tmp_path):
    built = build(large, tmp_path / "a.xml", header=HEADER)
    told = set(built.left_out["passage"])
    ready = writable(large.passages).filter(
        pl.col("certification_code").is_not_null(), pl.col("certification_type").is_not_null()
    )
    report = control(write_deposit(tmp_path / "b.xml", ready, HEADER), max_shown=10_000)
    keys = {error.id_technique for error in report.errors}
    refused = set(ready.filter(pl.col("id_technique").is_in(keys))["passage"])
    assert refused == told & set(ready["passage"])
    assert len(refused) > 200


def test_the_findings_of_a_table_are_those_that_leave_rows_out(large, tmp_path):
    built = build(large, tmp_path / "a.xml", header=HEADER)
    assert set(table_findings(large)["passage"]) == set(built.left_out["passage"])


def one(folder, *rows, headers=HEADERS, **cells):
    return read_table(write_csv(folder / "table.csv", cells_of(*(rows or [row(**cells)]), headers=headers)))


def written(folder, **cells):
    """What is written of one row: the passage as the deposit file tells it."""
    built = build(one(folder, **cells), folder / "a.xml", header=HEADER)
    return read_deposit(built.path).passages.row(0, named=True)


@pytest.mark.parametrize(("date", "parts"), [
    ("12/03/1967", ("1967", "03", "12")),
    ("24543", ("1967", "03", "12")),
    ("12 mars 1967", ("1967", "03", "12")),
    ("12-03-67", ("1967", "03", "12")),
    ("1967", ("1967", None, None)),
    ("03/1967", ("1967", "03", None)),
    ("31/02/1967", ("1967", "02", "31")),
])  # fmt: skip
def test_dates_are_written_in_three_numbers(date, parts, tmp_path):
    passage = written(tmp_path, Date_de_naissance=date)
    assert tuple(passage[f"raw_birth_{part}"] for part in ("year", "month", "day")) == parts


@pytest.mark.parametrize(("column", "cell", "field", "expected"), [
    ("Sexe", "Mme", "raw_sex", "F"),
    ("Sexe", "1", "raw_sex", "M"),
    ("Code INSEE", "1053", "raw_insee_code", "01053"),
    ("Code INSEE", "75 044", "raw_insee_code", "75044"),
    ("Code INSEE", "75014", "raw_insee_code", "75014"),
    ("Code pays naissance", "99352", "raw_country_code", "352"),
    ("Code pays naissance", "Algérie", "raw_country_code", "352"),
    ("Code pays naissance", "FR", "raw_country_code", None),
    ("Début de validité", "20/02/26", "validity_start", "2026-02-20"),
    ("Code certification", "RNCP35634", "certification_type", "RNCP"),
    ("Nom de naissance", " DE  LA TOUR ", "raw_birth_name", "DE  LA TOUR"),
    ("Nom d'usage", "=CMD()", "raw_usage_name", "=CMD()"),
])  # fmt: skip
def test_values_are_written_as_the_dictionary_takes_them(column, cell, field, expected, tmp_path):
    assert written(tmp_path, **{column: cell})[field] == expected


def test_of_two_codes_the_one_of_insee_is_written_unless_it_cannot_be(tmp_path):
    both = written(tmp_path, CP_naissance="75014")
    assert (both["raw_insee_code"], both["raw_postal_code"]) == ("75044", None)
    unusable = written(tmp_path, Code_INSEE="750", CP_naissance="75014")
    assert (unusable["raw_insee_code"], unusable["raw_postal_code"]) == (None, "75014")


def test_words_of_closed_lists_reach_the_file(tmp_path):
    cells = {
        "Modalité de passage": "distanciel",
        "Mention": "Très bien",
        "Niveau CECRL": "b2",
        "Donnée certifiée": "FAUX",
    }
    table = one(tmp_path, row() | cells, row() | {"Mention": ""}, headers=[*HEADERS, *cells])
    text = build(table, tmp_path / "a.xml", header=HEADER).path.read_text(encoding="utf-8")
    for value in (
        ">A_DISTANCE<",
        ">MENTION_TRES_BIEN<",
        ">B2<",
        ">false</cpf:donneeCertifiee",
        ">true</cpf:donneeCertifiee",
    ):
        assert value in text
    announced = text.split("presenceNiveauLangueEuro>")
    assert [part.split("<")[0] for part in announced[1::2]] == ["true", "false"]


def test_what_is_changed_is_counted(tmp_path):
    rows = [row(Sexe="Mme", Date_de_naissance="1967-03-12"), row(Code_INSEE="1053"), row(Sexe="M")]
    table = read_table(write_csv(tmp_path / "a.csv", cells_of(*rows)))
    assert build(table, tmp_path / "a.xml", header=HEADER).changed == {"sex": 1, "birth_date": 3, "insee_code": 1}


def test_a_row_that_is_left_out_is_told_with_what_it_holds(tmp_path):
    table = one(tmp_path, row(), row(Date_de_naissance="12/03/20", Prénom=""), row(Sexe="?"))
    left = build(table, tmp_path / "a.xml", header=HEADER, lang="en").left_out
    assert left.select("line", "field", "value").rows() == [
        (3, "given_name_1", None),
        (3, "birth_date", "12/03/20"),
        (4, "sex", "?"),
    ]
    assert left["sentence"].to_list()[0].startswith("prenom1 (no. 8.3 of the dictionary) is empty")


def test_every_reason_of_a_row_is_listed(tmp_path):
    cells = {"Modalité de passage": "ici", "Mention": "12/20"}
    table = one(tmp_path, row(), row() | cells, headers=[*HEADERS, *cells])
    left = build(table, tmp_path / "a.xml", header=HEADER).left_out
    assert left.select("line", "field", "value").rows() == [(3, None, "ici"), (3, None, "12/20")]


def test_a_table_that_lacks_a_field_is_refused_and_told_once(tmp_path, snapshot):
    headers = [header for header in HEADERS if header != "Début de validité"]
    table = one(tmp_path, row(), row(), headers=headers)
    with pytest.raises(InputError) as raised:
        build(table, tmp_path / "a.xml", header=HEADER)
    found = table_findings(table)
    assert found.select("code", "passage", "field").rows() == [("element_missing", None, "validity_start")]
    assert [raised.value.sentence("fr"), raised.value.sentence("en"), *found["detail"]] == snapshot


def test_a_key_is_never_invented(tmp_path, snapshot):
    table = one(tmp_path, headers=[header for header in HEADERS if header != "ID technique"])
    with pytest.raises(InputError) as raised:
        build(table, tmp_path / "a.xml", header=HEADER)
    assert [raised.value.sentence("fr"), raised.value.sentence("en")] == snapshot
    assert not (tmp_path / "a.xml").exists()


def test_a_row_without_its_key_is_left_out(tmp_path):
    left = build(one(tmp_path, row(), row(ID_technique="")), tmp_path / "a.xml", header=HEADER).left_out
    assert left.select("line", "id_technique", "field").rows() == [(3, "", "id_technique")]


def test_when_no_row_can_be_a_passage_nothing_is_written(tmp_path, snapshot):
    with pytest.raises(InputError) as raised:
        build(one(tmp_path, Sexe="?"), tmp_path / "a.xml", header=HEADER)
    assert [raised.value.sentence("fr"), raised.value.sentence("en")] == snapshot
    assert not (tmp_path / "a.xml").exists()


def test_a_holder_may_be_told_by_a_file_number(tmp_path):
    headers = ["ID technique", "Code certification", "Début de validité", "Nom", "Prénom", "Dossier CPF"]
    rows = [row() | {"Nom": "ROUVIERE", "Dossier CPF": number} for number in ("1234567890", "12345678901234")]
    built = build(one(tmp_path, *rows, headers=headers), tmp_path / "a.xml", header=HEADER)
    assert read_deposit(built.path).passages.select("branch", "file_number").rows() == [
        ("dossier_formation", "1234567890")
    ]
    assert built.left_out.select("line", "field").rows() == [(3, "file_number")]


def test_a_holder_told_by_a_nir_needs_the_newer_version(tmp_path):
    headers = ["ID technique", "Code certification", "Début de validité", "Nom", "NIR"]
    table = one(tmp_path, row() | {"Nom": "ROUVIERE", "NIR": "2670375044123"}, headers=headers)
    with pytest.raises(InputError, match=r"1\.1\.5"):
        build(table, tmp_path / "a.xml", header=HEADER)
    assert build(table, tmp_path / "a.xml", header=HEADER, version="1.1.5").report.is_ok


def test_a_wrong_header_is_told_by_the_report(tmp_path):
    header = DepositHeader("1", HEADER.timestamp, "SHORT", "SHORT", "MCFCER009041")
    built = build(one(tmp_path), tmp_path / "a.xml", header=header)
    assert [error.field_id for error in built.report.errors] == ["2.1", "3.1"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_table_of_a_draw_reads_as_its_deposit(kind, tmp_path):
    people = [
        holder(birth_name=person["birth_name"], given_name_1="=" + person["given_names"][0], sex=person["sex"])
        | {"usage_name": "-ARTEMARE", "place_label": "SAINT-ÉTIENNE", "country_code": "352", "exam_start": "2026-02-10"}
        for person in crowd(40)
    ]
    passages = passages_of(*people)
    deposit = read_deposit(write_deposit(tmp_path / "a.xml", passages, HEADER)).passages
    table = read_table(_tables(tmp_path, passages)[kind])
    same = [column for column in PASSAGES.columns if column not in {"line", "issuer"}]
    assert table.passages.select(same).equals(deposit.select(same))
    assert table.columns.unmapped == table.columns.missing == ()


def _tables(folder: Path, passages: pl.DataFrame) -> dict[str, Path]:
    csv, xlsx = write_tables(folder, passages)
    lines = [line.split(";") for line in csv.read_text(encoding="utf-8-sig").splitlines()]
    return {"csv": csv, "xlsx": xlsx, "ods": write_ods(folder / "a.ods", {"passages": lines})}


def test_the_file_is_the_same_from_any_kind_of_table(tmp_path):
    lines = cells_of(*[row(ID_technique=f"T{number}") for number in range(3)])
    paths = [write_csv(tmp_path / "a.csv", lines), write_xlsx(tmp_path / "a.xlsx", {"A": lines})]
    files = [build(read_table(path), path.with_suffix(".xml"), header=HEADER).path for path in paths]
    assert files[0].read_bytes() == build(read_table(paths[1]), tmp_path / "b.xml", header=HEADER).path.read_bytes()
