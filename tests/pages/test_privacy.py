"""The law of privacy: who is in a file that was dropped stands nowhere else, and nowhere once it is forgotten.

Deposits, checks and explanations are made of people whose names nobody else has. Then logs, ledger and every file left
under the portal's folder are searched for them; the files of deposits alone may hold them, until they are purged.
"""

import logging
import sqlite3
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile, is_zipfile

import pytest

from matching.deposit.writer import write_deposit
from tests.builders import HEADER, holder, passages_of
from tests.pages.visitor import running_page
from tests.tables.sheets import cells_of, row, write_csv, write_xlsx

NAMES = ("ZYBROWICZEK", "QUILLEMBOIS", "THEODULINE", "FANCHETTINE", "VALGORGUIN")
PERSON = {"birth_name": NAMES[0], "usage_name": NAMES[1], "given_name_1": NAMES[2].title(), "given_name_2": NAMES[3],
          "place_label": NAMES[4]}  # fmt: skip
CELLS = {"Nom_de_naissance": NAMES[0], "Nom_d'usage": NAMES[1], "Prénom": NAMES[2], "Commune_de_naissance": NAMES[4]}


def number_of(answer):
    """Of the deposit that a page is about."""
    return int(answer.url.rpartition("/")[2])


def names_in(content):
    """The names that bytes hold, however they are written or packed in XML."""
    text = content.upper()
    return [name for name in NAMES if any(name.encode(coding) in text for coding in ("utf-8", "utf-16-le"))]


def holding(folder):
    """The files below a folder that hold a name, workbooks unpacked."""
    found = []
    for file in folder.rglob("*"):
        if file.is_file():
            parts = [file.read_bytes()]
            if is_zipfile(file):
                with ZipFile(file) as book:
                    parts += map(book.read, book.namelist())
            if names_in(b"".join(parts)):
                found.append(file.relative_to(folder).parts[0])
    return sorted(set(found))


def kept(ledger_file):
    """Every value of the ledger, receipts unpacked."""
    db = sqlite3.connect(ledger_file)
    try:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [value for name in tables for one in db.execute(f"SELECT * FROM {name}") for value in one]  # noqa: S608
    finally:
        db.close()
    return b"\n".join(zlib.decompress(one) if isinstance(one, bytes) else str(one).encode() for one in rows)


def aged(ledger, hours):
    """Make all deposits older than they are."""
    with ledger._transaction() as db:
        before = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds")
        db.execute("UPDATE deposit SET received = ?", (before,))


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """What is dropped: deposits good and broken, tables, something unreadable; all of the same person."""
    folder = tmp_path_factory.mktemp("sent")
    deposit = write_deposit(folder / "a.xml", passages_of(holder(**PERSON)), HEADER)
    refused = write_deposit(folder / "b.xml", passages_of(holder(**PERSON)), HEADER)
    refused.write_bytes(
        refused.read_bytes().replace(b">F<", f">{NAMES[1]}<".encode()).replace(b">3<", f">{NAMES[2]}<".encode())
    )
    cut = folder / "c.xml"
    cut.write_bytes(deposit.read_bytes()[:-60])
    lines = cells_of(row(**CELLS), row(**CELLS, Date_de_naissance=NAMES[3]))
    table, book = write_csv(folder / "d.csv", lines), write_xlsx(folder / "e.xlsx", {"Mars": lines})
    unreadable = folder / "f.csv"
    unreadable.write_text(f"{NAMES[0]};{NAMES[2]}\n", encoding="utf-8")
    return {"deposit": deposit, "refused": refused, "cut": cut, "table": table, "book": book, "unreadable": unreadable}


def everything(page, visitor, sent):
    """All that can be done with files that name somebody; addresses of the jobs that are left."""
    jobs = []
    for name in ("deposit", "refused"):
        answer = visitor.drop("/deposer", fichier=sent[name])
        assert "Accusé de traitement_" in answer.text
        receipt = visitor.get(f"/depots/{number_of(answer)}/accuse").content
        explained = visitor.drop("/comprendre", {"noms": "oui"}, fichier=sent[name], accuse=("r.xml", receipt))
        jobs += [visitor.drop("/verifier", {"noms": "oui"}, fichier=sent[name]), explained]
    number = next(one.number for one in page.office.ledger.deposits(10) if one.passages)
    book = visitor.get(f"{jobs[1].url}/fichiers/to_fix.xlsx").content
    again = {"fichier": sent["deposit"], "classeur": ("to_fix.xlsx", book)}
    jobs += [visitor.over(visitor.post(f"/comprendre/depot/{number}")), visitor.drop("/comprendre/renvoyer", **again)]
    assert visitor.drop("/deposer", fichier=sent["cut"]).status_code == 200
    asked = visitor.drop("/verifier", fichier=sent["table"])
    checked = visitor.over(visitor.post(asked.url))
    typed = {"emetteur": "41QRT905", "contrat": "MCFCER009041"}
    jobs += [checked, visitor.over(visitor.post(f"{checked.url}/fichier-xml", data=typed))]
    jobs.append(visitor.drop("/verifier", fichier=sent["book"]))
    jobs.append(visitor.drop("/verifier", fichier=sent["unreadable"]))
    jobs.append(visitor.drop("/comprendre", fichier=sent["unreadable"], accuse=sent["table"]))
    return [one.url for one in jobs]


def test_who_was_in_a_file_is_nowhere_else_and_nowhere_once_it_is_forgotten(page_settings, sent, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    settings = replace(page_settings, folder=tmp_path / "portal")
    with running_page(settings) as page, page.visitor() as visitor:
        jobs = everything(page, visitor, sent)
        assert holding(page.folder) == ["files", "work"], "what was dropped is there as long as it is looked at"
        for url in jobs:
            assert visitor.post(f"{url.removesuffix('/colonnes')}/effacer").status_code == 200
        assert list((page.folder / "work").iterdir()) == []
        assert holding(page.folder) == ["files"], "deposits are kept for some days"
        aged(page.office.ledger, hours=2)
        page.office.folder.delete(page.office.ledger.forget_files(days=0))
        assert names_in(kept(page.office.folder.ledger_file)) == []
        assert holding(page.folder) == []
    assert holding(settings.folder) == []
    ours = [record for record in caplog.records if record.name.startswith(("matching", "uvicorn", "asyncio"))]
    logged = "\n".join(record.getMessage() + (record.exc_text or "") for record in ours)
    assert "a page's job (verifier) is done" in logged
    assert names_in(logged.encode()) == []


def test_nothing_dropped_is_left_when_the_process_ends(page_settings, sent, tmp_path):
    settings = replace(page_settings, folder=tmp_path / "portal")
    with running_page(settings) as page, page.visitor() as visitor:
        for name in ("deposit", "table", "unreadable"):
            visitor.drop("/verifier", fichier=sent[name])
        assert holding(page.folder) == ["work"]
    assert holding(settings.folder) == []
