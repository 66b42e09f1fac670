"""The commands after the receipt, as their users type them."""

import json

import click
import pytest
from click.testing import CliRunner
from python_calamine import load_workbook

from matching.chain import match_deposit
from matching.cli_explain import explain, resend
from matching.cli_options import Group
from matching.deposit.control import control
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, write_receipt
from matching.deposit.writer import write_deposit
from matching.strategies.table import strategy
from tests.builders import HEADER, holder, passages_of, register_of
from tests.test_explaining import FILES, PERSONS, SENT

AGAIN = ("--id-flux", "0d6c-new", "--timestamp", "2026-04-01T08:00:00+02:00")


@click.group(cls=Group)
def main() -> None:
    """Both commands, as ``nirisation`` holds them."""


main.add_command(explain)
main.add_command(resend)


def nirisation(*words, code=0):
    """What is printed; it must end with that exit code, and without a traceback."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a register, a deposit, its receipt, and ``out``: what ``explain`` writes."""
    folder = tmp_path_factory.mktemp("made")
    register = register_of(folder / "register", *PERSONS)
    write_deposit(folder / "janvier.xml", passages_of(*SENT[:4]), HEADER)
    run = match_deposit(folder / "janvier.xml", register, strategy("cdc"))
    write_receipt(run.receipt, folder / "accuse.xml")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        told = nirisation("explain", "accuse.xml", "janvier.xml", "-o", "out", "--register", "register", *AGAIN)
    (folder / "told.txt").write_text(told, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def folder(made, monkeypatch):
    """The same, as working folder."""
    monkeypatch.chdir(made)
    return made


def test_the_story_is_told_in_a_few_lines_without_a_name(folder):
    told = (folder / "told.txt").read_text("utf-8")
    assert "3 refusés sur 4, 3 à renvoyer" in told
    assert "Le jour et le mois" in told
    assert len(told.splitlines()) <= 20
    assert not [name for name in ("TESSEDRE", "MARTIN", "Marguerite") if name in told]
    assert "3 refused of 4" in nirisation("explain", "accuse.xml", "janvier.xml", "--lang", "en")


def test_the_files(folder):
    told = (folder / "told.txt").read_text("utf-8")
    assert sorted(path.name for path in (folder / "out").iterdir()) == sorted(FILES)
    assert all(name in told for name in FILES)
    assert read_deposit(folder / "out" / "resend.xml").header.id_flux == "0d6c-new"


def test_figures_for_programs():
    told = json.loads(nirisation("explain", "accuse.xml", "janvier.xml", "--format", "json", "--persons", 1000))
    assert told["counts"]["ko"] == 3
    assert not told["tried_on_a_register"]
    assert told["files"] == []


def test_a_workbook_comes_back_as_a_deposit(folder):
    told = nirisation("resend", "janvier.xml", "out/to_fix.xlsx", "-o", "next.xml", "--receipt", "accuse.xml", *AGAIN)
    assert "3 passages à déposer, 0 corrigés" in told
    again = read_deposit(folder / "next.xml")
    assert again.passages["id_technique"].to_list() == ["T1", "T2", "T3"]
    assert again.header.timestamp == AGAIN[3]
    facts = json.loads(nirisation("resend", "janvier.xml", "out/to_fix.xlsx", "-o", "n.xml", "--format", "json"))
    assert (facts["passages"], facts["left_out"], facts["control"], facts["refused"]) == (3, 1, True, [])


def test_the_workbook_says_what_it_holds_and_what_to_do(folder):
    book = load_workbook(folder / "out" / "to_fix.xlsx")
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert "données personnelles" in rows[0][0]
    heads = rows[2]
    told = [dict(zip(heads, row, strict=True)) for row in rows[3:]]
    month = next(row for row in told if row["idTechnique"] == "T1" and row["Élément"] == "moisNaissance")
    assert (month["Envoyé"], month["Proposition 1"], month["Valeur correcte"]) == ("4", "11", "")
    letters = book.get_sheet_by_name(book.sheet_names[1]).to_python()
    assert {row[1] for row in letters[3:]} == {"T1", "T2", "T3"}


def test_a_structure_refused_is_told_in_a_few_lines(folder):
    text = (folder / "janvier.xml").read_text("utf-8").replace("<cpf:sexe>M<", "<cpf:sexe>H<")
    (folder / "ko.xml").write_text(text, "utf-8")
    write_receipt(Receipt.of_control(control("ko.xml"), "90417"), folder / "a.xml")
    told = nirisation("explain", "a.xml", "ko.xml")
    assert "structure refusée, 1 erreur" in told
    assert "sexe" in told


def test_what_does_not_go_together_is_refused_in_a_sentence(folder):
    write_deposit(folder / "autre.xml", passages_of(holder(id_technique="Z")), HEADER)
    assert "autre.xml" in nirisation("explain", "accuse.xml", "autre.xml", code=3)
    assert "T1" in nirisation("resend", "autre.xml", "out/to_fix.xlsx", "-o", "n.xml", code=3)
    assert "cdx" in nirisation("explain", "accuse.xml", "janvier.xml", "--register", "register", "--strategy", "cdx",
                               code=2)  # fmt: skip
