"""The commands before sending, as their users type them."""

import json
import re

import pytest

from matching.deposit.control import control
from matching.deposit.receipt import Receipt, write_receipt
from matching.deposit.writer import write_deposit
from matching.identity.rules import rules
from tests.builders import HEADER, holder, passages_of
from tests.cli.commands import nirisation

HOLDERS = (
    holder(),
    holder(birth_name="VIGUIER", usage_name="MONTEIL", given_name_1="X", insee_code="33063"),
    holder(birth_name="TESSEDRE", given_name_1="Paul", sex="M", birth_month="2", birth_day="31", insee_code="33063"),
    holder(birth_name="CAZALS", insee_code="92044"),
    *(holder(birth_name=f"ROUVIERE{'AEIOU'[k % 5]}{'LMNR'[k % 4]}E", birth_day=str(1 + k)) for k in range(20)),
)
TABLE = """\
Identifiant;Nom de naissance;Prénom;Sexe;Date de naissance;Code INSEE;Type;Code RNCP/RS;Début de validité
A-1;ROUVIERE;Camille;F;12/03/1967;75044;RS;RS6042;20/02/2026
A-2;TESSEDRE;Paul;Homme;31/12/1988;1053;RS;RS6042;20/02/2026
A-3;CAZALS;;M;01/04/2001;33063;RS;RS6042;20/02/2026
"""
BUILD = ("--issuer", "41QRT905", "--contract", "MCFCER009041", "--id-flux", "6f0c1f2e", "--timestamp")
MASKED = ("findings.csv", "forecast.csv", "report.html", "run.json")
NOON = "2026-03-02T12:00:00+01:00"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with a deposit of some defects, one that control 1 refuses, and a table."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    write_deposit(tmp_path / "janvier.xml", passages_of(*HOLDERS), HEADER)
    write_deposit(tmp_path / "bon.xml", passages_of(holder()), HEADER)
    text = (tmp_path / "janvier.xml").read_text(encoding="utf-8")
    (tmp_path / "ko.xml").write_text(text.replace("<cpf:sexe>F<", "<cpf:sexe>H<", 1), encoding="utf-8")
    (tmp_path / "janvier.csv").write_bytes(TABLE.encode("cp1252"))
    return tmp_path


def codes(*words, code=0):
    """The rules that found something, with how often."""
    told = json.loads(nirisation("check", *words, "--format", "json", code=code))
    return {name: facts["findings"] for name, facts in told["findings"].items()}


def test_a_file_is_checked_and_the_story_told_in_a_few_lines():
    told = nirisation("check", "janvier.xml")
    assert len(told.splitlines()) <= 30
    assert "À CORRIGER" in told
    assert "TESSEDRE" not in told
    assert re.search(r"Taux d’OK attendu\s+\d", told)


def test_every_defect_has_its_rule():
    found = codes("janvier.xml")
    assert {"given_name_placeholder", "birth_date_impossible", "insee_code_of_another_time"} <= set(found)
    assert "birth_date_impossible" not in codes("bon.xml")


def test_the_files_of_a_check(folder):
    nirisation("check", "janvier.xml", "-o", "out")
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "findings.csv",
        "forecast.csv",
        "report.html",
        "run.json",
        "to_fix.xlsx",
    ]
    masked = "".join((folder / "out" / name).read_text("utf-8") for name in MASKED)
    assert "TESSEDRE" not in masked
    nirisation("check", "janvier.xml", "-o", "shown", "--show-names")
    assert "X" in (folder / "shown" / "findings.csv").read_text("utf-8-sig")


def test_the_same_file_gives_the_same_bytes(folder):
    for name in ("one", "two"):
        nirisation("check", "janvier.xml", "-o", name)
    for path in sorted((folder / "one").iterdir()):
        assert path.read_bytes() == (folder / "two" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("file", "level", "code"),
    [
        ("janvier.xml", "blocking", 0),
        ("janvier.xml", "likely_ko", 1),
        ("ko.xml", "blocking", 1),
        ("ko.xml", "never", 0),
        ("bon.xml", "likely_ko", 0),
    ],
)
def test_the_exit_code_says_how_bad_it_is(file, level, code):
    nirisation("check", file, "--fail-on", level, code=code)


def test_a_file_that_control_1_refuses_is_checked_all_the_same():
    found = codes("ko.xml", code=1)
    assert "birth_date_impossible" in found
    assert {"sex_other_code", "value_not_in_list"} & set(found)


def test_what_earlier_receipts_accepted_is_not_sent_again(folder):
    receipt = Receipt.of_passages("janvier.xml", "1", "0001", ko=[], ok=["T0"])
    write_receipt(receipt, folder / "receipt.xml")
    assert codes("janvier.xml", "--receipt", "receipt.xml", code=1)["passage_already_accepted"] == 1
    (folder / "accepted.csv").write_text("id_technique\nT1\n", encoding="utf-8")
    assert codes("janvier.xml", "--accepted", "accepted.csv", code=1)["passage_already_accepted"] == 1


def test_codes_that_do_not_exist_are_told(folder):
    (folder / "codes.txt").write_text("RS9999\n", encoding="utf-8")
    assert codes("janvier.xml", "--codes", "codes.txt", code=1)["certification_code_unknown"] == len(HOLDERS)


def test_a_table_is_checked_and_built(folder):
    assert "element_missing" in codes("janvier.csv", code=1) or "value_empty" in codes("janvier.csv", code=1)
    told = nirisation("build", "janvier.csv", "-o", "janvier-2.xml", *BUILD, NOON, code=1)
    assert "CAZALS" not in told
    assert control(folder / "janvier-2.xml").is_ok
    text = (folder / "janvier-2.xml").read_text(encoding="utf-8")
    assert "<cpf:codeInsee>01053</cpf:codeInsee>" in text
    assert "<cpf:idTechnique>A-3</cpf:idTechnique>" not in text
    assert NOON in text
    assert "A-3" in nirisation("build", "janvier.csv", "-o", "b.xml", *BUILD, NOON, "--format", "json", code=1)


def test_columns_are_shown_and_corrected(folder):
    told = nirisation("columns", "janvier.csv")
    (folder / "mine.toml").write_text(told, encoding="utf-8")
    assert '"Nom de naissance" = "birth_name"' in told
    assert codes("janvier.csv", "--columns", "mine.toml", code=1) == codes("janvier.csv", code=1)
    assert json.loads(nirisation("columns", "janvier.csv", "--format", "json"))["Sexe"] == "sex"


def test_rules_are_listed_and_told(snapshot):
    listed = nirisation("rules")
    assert all(code in listed for code in rules())
    assert nirisation("rules", "birth_date_impossible", "--lang", "en") == snapshot
    assert set(json.loads(nirisation("rules", "--format", "json"))) == set(rules())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", "absent.xml"], 3),
        (["check", "absent.csv"], 3),
        (["check", "empty.csv"], 3),
        (["check", "picture.csv"], 3),
        (["check", "bon.xml", "-o", "bon.xml/x"], 2),
        (["check", "bon.xml", "--receipt", "bon.xml"], 3),
        (["check", "janvier.csv", "--columns", "bad.toml"], 3),
        (["build", "janvier.csv", "-o", "no/where.xml", "--issuer", "41QRT905", "--contract", "MCFCER009041"], 2),
        (["build", "few.csv", "-o", "x.xml", "--issuer", "41QRT905", "--contract", "MCFCER009041"], 3),
        (["rules", "no_such_rule"], 2),
    ],
)
def test_bad_input_gets_a_sentence(folder, words, code, snapshot):
    (folder / "empty.csv").write_bytes(b"")
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (folder / "bad.toml").write_text('[columns]\n"Sexe" = "sexx"\n', encoding="utf-8")
    (folder / "few.csv").write_text("Nom;Prénom\nROUVIERE;Camille\n", encoding="utf-8")
    assert nirisation(*words, code=code) == snapshot
