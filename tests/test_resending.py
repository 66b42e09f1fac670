"""From a filled workbook to the deposit that sends its passages again: what was asked for, of the right file."""

import polars as pl
import pytest
import xlsxwriter

from matching.deposit.receipt import read_receipt
from matching.explained_files import write_explained
from matching.explaining import explain_file
from matching.identity.catalogue import LANGS, sentence
from matching.identity.errors import InputError, UsageError
from matching.resending import Filled, read_filled, refusals, resend_filled
from matching.strategies.table import strategy
from matching.trying import Searched
from tests.builders import crowd, register_of
from tests.refused_deposit import AGAIN, PERSONS, REFUSED, SENT, answered, deposited


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("register"), *PERSONS, *crowd())


@pytest.fixture(scope="module")
def sent(tmp_path_factory, register):
    """The deposit and its receipt."""
    return deposited(tmp_path_factory.mktemp("sent"), register, SENT)


def test_a_filled_workbook_becomes_the_next_deposit(sent, register, tmp_path):
    """Round trip: all first written corrections applied, the portal finds those that can be found."""
    searched = explain_file(sent[1], sent[0], searched=Searched(register, strategy("cdc")))
    write_explained(searched, tmp_path, AGAIN)
    asked = read_filled(tmp_path / "to_fix.xlsx")
    assert list(asked.passages.values()) == REFUSED
    assert asked.changes.is_empty(), "nothing is safe here, so nothing stands in the column yet"
    best = searched.corrections.filter((pl.col("rank") == 1) & pl.col("after").is_not_null())
    elements = {"birth_month": "moisNaissance", "birth_day": "jourNaissance", "given_name_1": "prenom1"}
    changes = best.filter(pl.col("field").is_in(list(elements))).select(
        "passage", element=pl.col("field").replace_strict(elements), value="after"
    )
    target = tmp_path / "next.xml"
    done = resend_filled(
        sent[0], Filled("to_fix.xlsx", asked.passages, changes), target,
        id_flux="next", timestamp=AGAIN.timestamp, receipt=sent[1],
    )  # fmt: skip
    assert (done.passages, done.left_out, done.report.is_ok) == (3, 2, True)
    receipt = read_receipt(answered(target, register))
    assert receipt.ok == ("T1", "T3")


def written_book(path, *rows, lang="fr"):
    """A workbook as a user gives it back: heads and rows of passage, key, element and value."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(("passage", "id_technique", "element", "correct")):
            sheet.write_string(0, column, sentence(f"causes.book_{name}", lang))
            for at, row in enumerate(rows, start=1):
                if row[column] is not None:
                    sheet.write(at, column, row[column])
    return path


@pytest.mark.parametrize("lang", LANGS)
def test_a_workbook_is_read_in_either_language(tmp_path, lang):
    empty = sentence("causes.emptied", lang)
    rows = [(1, "T1", "moisNaissance", 11), (1, "T1", "jourNaissance", None), (1, "T1", "codeInsee", "01053"),
            (2, "T2", None, None), (3, "T3", "nomUsage", empty), (3, "T3", "nomNaissance", "'-X")]  # fmt: skip
    asked = read_filled(written_book(tmp_path / "b.xlsx", *rows, lang=lang))
    assert asked.passages == {1: "T1", 2: "T2", 3: "T3"}
    assert asked.changes.rows() == [
        (1, "moisNaissance", "11"), (1, "codeInsee", "01053"), (3, "nomUsage", ""), (3, "nomNaissance", "-X"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("one", "T1", None, None)], "causes.workbook_passage"),
        ([(1, "T1", "idTechnique", "T9")], "causes.workbook_element"),
        ([(1, "T1", "prenom1", "Anne"), (1, "T1", "prenom1", "Lise")], "causes.workbook_twice"),
    ],
)
def test_a_workbook_that_says_nothing_sensible_is_refused(tmp_path, rows, code):
    with pytest.raises(InputError) as refused:
        read_filled(written_book(tmp_path / "b.xlsx", *rows))
    assert refused.value.code == code
    assert all(refused.value.sentence(lang) for lang in LANGS)


def test_a_workbook_of_another_file_or_of_accepted_passages_is_refused(sent, tmp_path):
    where = {"id_flux": "x", "timestamp": AGAIN.timestamp}
    nothing = pl.DataFrame(schema={"passage": pl.UInt32, "element": pl.String, "value": pl.String})
    with pytest.raises(InputError, match="does not go with"):
        resend_filled(sent[0], Filled("b.xlsx", {1: "T2"}, nothing), tmp_path / "r.xml", **where)
    with pytest.raises(UsageError, match="already accepted"):
        resend_filled(sent[0], Filled("b.xlsx", {0: "T0"}, nothing), tmp_path / "r.xml", receipt=sent[1], **where)
    with pytest.raises(UsageError, match="no passage"):
        resend_filled(sent[0], Filled("b.xlsx", {}, nothing), tmp_path / "r.xml", **where)
    assert not (tmp_path / "r.xml").exists()


WRONG = [
    ("moisNaissance", "13", "permises"),
    ("sexe", "Femme", "n’est pas dans la liste"),
    ("codeInsee", "1053", "01053"),
    ("prenom1", "A" * 61, "60"),
    ("nomNaissance", None, "est obligatoire"),
    ("idDossier", "123", "d’une autre façon"),
]
"""Element, what its cell says (None: the word for empty), what is answered."""


@pytest.mark.parametrize(("element", "value", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_cell_is_told_with_its_line(sent, tmp_path, element, value, said):
    cell = sentence("causes.emptied") if value is None else value
    filled = read_filled(written_book(tmp_path / "b.xlsx", (2, "T2", None, None), (1, "T1", element, cell)))
    done = resend_filled(sent[0], filled, tmp_path / "r.xml", id_flux="x", timestamp=AGAIN.timestamp)
    told = refusals(done, filled, "fr")
    assert len(told) == 1
    assert told[0].startswith("Ligne 3 de b.xlsx")
    assert said in told[0]
    assert "TESSEDRE" not in told[0]
    assert refusals(done, filled, "en") != told


def test_a_cell_is_read_without_the_blanks_around_it(tmp_path):
    filled = read_filled(written_book(tmp_path / "b.xlsx", (1, " T1 ", "prenom1", "  Anne \n")))
    assert (filled.passages, filled.changes.rows()) == ({1: "T1"}, [(1, "prenom1", "Anne")])


def test_nothing_is_refused_of_a_good_workbook(sent, tmp_path):
    filled = read_filled(written_book(tmp_path / "b.xlsx", (1, "T1", "prenom1", "Anne")))
    done = resend_filled(sent[0], filled, tmp_path / "r.xml", id_flux="x", timestamp=AGAIN.timestamp)
    assert refusals(done, filled, "fr") == []
