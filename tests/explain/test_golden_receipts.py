"""Receipts of every form, written by hand beside the deposits they answer: what is read of each, or why it is refused.

``golden/receipts/cases.csv`` says which deposit each answers; what is expected stands in a text beside the receipt.
"""

import unicodedata
from pathlib import Path

import pytest

from matching.deposit.control import control
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import read_receipt
from matching.explain.returned import Sent, returned
from matching.identity.errors import DepositError, ReceiptError
from matching.identity.frames import PASSAGES
from tests.golden_rows import golden

HERE = Path(__file__).parents[1] / "golden" / "receipts"
CASES = {row["receipt"]: row["file"] for row in golden("receipts/cases.csv")}
WHOLE = (HERE / "b-all-messages.xml").read_text(encoding="utf-8")


def back(receipt, file, name=None):
    """The receipt beside its deposit."""
    read = read_receipt(receipt)
    errors = control(file, max_shown=1000).errors if read.form == "A" else ()
    try:
        deposit = read_deposit(file)
    except DepositError:
        return returned(read, PASSAGES.empty(), Sent(name or file.name), errors)
    return returned(read, deposit.passages, Sent(name or file.name, deposit.header.id_flux), errors)


def told(receipt, file):
    """All that is read of a receipt, or why it is refused, as lines."""
    try:
        found = back(receipt, file)
    except ReceiptError as error:
        return [f"refused: {error.sentence('fr')}"]
    lines = [f"form {found.form}, treatment {found.treatment_id}, of {found.file_name}"]
    lines += [
        f"line {row['line']}: {row['id_technique'].strip()} {row['answer']}"
        + (f" {row['message'] or row['text']!r}" if row["answer"] == "ko" else "")
        + (", acquired" if row["is_acquired"] else "")
        for row in found.rows.iter_rows(named=True)
    ]
    lines += [f"of no passage: {' '.join(str(one) for one in row if one is not None)}" for row in found.unknown.rows()]
    lines += [
        f"fault: line {one.line} {one.element or '?'} {one.id_technique or '-'} {'+'.join(one.cvc) or '-'}: "
        f"{one.own.code if one.own else 'not found'}"
        for one in found.faults
    ]
    lines += [f"not told: line {one.line} {one.element} {one.code}" for one in found.not_told]
    lines += [f"note: {note.sentence('fr')}" for note in found.notes]
    if found.form == "B":
        lines.append(f"to send again: {', '.join(key.strip() for key in found.to_resend['id_technique']) or 'nothing'}")
    return lines


@pytest.mark.parametrize("receipt", CASES)
def test_what_is_read_of_a_receipt(receipt):
    expected = (HERE / f"{receipt}.txt").read_text(encoding="utf-8").splitlines()
    found = told(HERE / f"{receipt}.xml", HERE / f"{CASES[receipt]}.xml")
    assert [line.replace("\u202f", " ") for line in found] == expected


def test_every_receipt_is_a_case():
    assert {path.stem for path in HERE.glob("*.xml")} - set(CASES) == set(CASES.values()) - {"deposit"}
    assert {path.stem for path in HERE.glob("*.txt")} == set(CASES)


# What becomes of a file that people open, save, rename and send.
SPELLINGS = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "both": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 that still says UTF-8": lambda text: text.encode("utf-16"),
    "ANSI that says so": lambda text: text.replace("UTF-8", "windows-1252").encode("cp1252"),
    "blank lines above": lambda text: b"\r\n \n" + text.encode(),
    "no declaration": lambda text: text.split("\n", 1)[1].encode(),
    "one line": lambda text: "".join(line.strip() for line in text.splitlines()).encode(),
    "indented anew": lambda text: (
        text.replace("<idTechnique>", "<idTechnique>\n   ").replace("</id", "\n</id").encode()
    ),
    "root in a namespace": lambda text: text.replace("xmlns:ns2=", "xmlns=").encode(),
    "root with a prefix": lambda text: text.replace("<rapport", "<ns2:rapport").replace("</rap", "</ns2:rap").encode(),
    "comments": lambda text: text.replace("<PassagesKO>", "<!-- vu --><PassagesKO><?x y?>").encode(),
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_a_receipt_that_was_saved_anew_is_read_all_the_same(how, tmp_path):
    path = tmp_path / "receipt.xml"
    path.write_bytes(SPELLINGS[how](WHOLE))
    assert told(path, HERE / "deposit.xml") == told(HERE / "b-all-messages.xml", HERE / "deposit.xml")


@pytest.mark.parametrize(
    "content",
    [WHOLE.encode("cp1252"), b"PK\x03\x04", "idTechnique;messageErreur\r\n".encode("utf-16"), b"{\\rtf1"],
    ids=["ANSI that says UTF-8", "Excel workbook", "CSV", "Word"],
)
def test_a_receipt_that_was_spoilt_is_to_be_downloaded_again(content, tmp_path):
    path = tmp_path / "receipt.xml"
    path.write_bytes(content)
    (line,) = told(path, HERE / "deposit.xml")
    assert line.startswith("refused: L’accusé receipt.xml")
    assert "Téléchargez-le à nouveau" in line


@pytest.mark.parametrize(
    "name",
    ["Dépôt mars.xml", unicodedata.normalize("NFD", "Dépôt mars.xml"), "DÉPÔT MARS.XML", "Dépôt mars (1).xml",
     "Dépôt mars (2) (1).xml", "Dépôt mars - Copie.xml", "Copie de Dépôt mars.xml"],
)  # fmt: skip
@pytest.mark.parametrize("swapped", [False, True])
def test_a_copy_of_a_file_keeps_its_name(name, swapped, tmp_path):
    in_receipt, today = (name, "Dépôt mars.xml") if swapped else ("Dépôt mars.xml", name)
    path = tmp_path / "receipt.xml"
    path.write_text(WHOLE.replace("deposit.xml", in_receipt), encoding="utf-8")
    codes = [note.code for note in back(path, HERE / "deposit.xml", today).notes]
    assert "explain.note_other_name" not in codes


def test_names_that_differ_otherwise_are_noted(tmp_path):
    path = tmp_path / "receipt.xml"
    path.write_text(WHOLE.replace("deposit.xml", "Dépôt mars (mai).xml"), encoding="utf-8")
    notes = back(path, HERE / "deposit.xml", "Dépôt mars.xml").notes
    assert [note.code for note in notes] == ["explain.note_other_name", "explain.note_duplicate_ids"]
