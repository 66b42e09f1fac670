"""A folder of deposits and receipts told as a story, and the evidence of what is refused again and again."""

import json
import re
import shutil
from datetime import date
from zipfile import ZipFile

import polars as pl
import pytest

from matching.chain import match_deposit
from matching.deposit.control import control
from matching.deposit.header import DepositHeader
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, receipt_file_name, write_receipt
from matching.deposit.resend import write_resend
from matching.deposit.writer import write_deposit
from matching.following import follow, write_followed
from matching.gathering import gather
from matching.identity.errors import InputError, UsageError
from matching.strategies.table import strategy
from tests.builders import HEADER, holder, passages_of, person, register_of

TODAY = date(2026, 5, 15)
DAYS = [date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 4)]
SENT = (
    holder(id_technique="A-1", birth_name="ROUVIER", validity_start="2026-02-20"),  # refused, whatever is changed
    holder(id_technique="A-2"),  # accepted at once
    holder(id_technique="A-3", given_name_1="Kamille", usage_name="DELORME"),  # accepted once corrected
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("register"), person(0))


def answered(file, register, day, folder=None):
    """The receipt of the portal, under its official name."""
    run = match_deposit(file, register, strategy("cdc"))
    return write_receipt(run.receipt, (folder or file.parent) / receipt_file_name(file.name, day))


def again(file, target, day, **elements):
    """The same passages but the accepted ones, each with one element changed: idTechnique → (element, value)."""
    ranks = {key: rank for rank, key in enumerate(read_deposit(file).passages["id_technique"])}
    rows = [(ranks[key.replace("_", "-")], *change) for key, change in elements.items()]
    changes = pl.DataFrame(rows, schema={"passage": pl.UInt32, "element": pl.String, "value": pl.String}, orient="row")
    write_resend(
        file, changes["passage"].to_list(), changes, target,
        id_flux=f"flux-{day}", timestamp=f"{day}T10:00:00+02:00",
    )  # fmt: skip
    return target


@pytest.fixture(scope="module")
def story(tmp_path_factory, register):
    """Draw, refused, one datum corrected, refused, another corrected, refused: files under names that tell nothing."""
    folder = tmp_path_factory.mktemp("story")
    first = write_deposit(folder / "un.xml", passages_of(*SENT), HEADER)
    second = again(first, folder / "deux.xml", DAYS[1], A_1=("jourNaissance", "13"), A_3=("prenom1", "Camille"))
    third = again(second, folder / "trois.xml", DAYS[2], A_1=("prenom1", "Camilla"))
    for number, (file, day) in enumerate(zip((first, second, third), DAYS, strict=True)):
        answered(file, register, day).rename(folder / f"{number}.xml")
    return folder


def followed(folder, today=TODAY):
    return follow(gather(folder), today)


def codes(gathered):
    return [(remark.file, remark.note.code) for remark in gathered.remarks]


def test_the_story_is_told(story):
    gathered = gather(story)
    assert [(one.file.name, one.receipt.name, one.sending.day) for one in gathered.sources] == [
        ("un.xml", "0.xml", DAYS[0]), ("deux.xml", "1.xml", DAYS[1]), ("trois.xml", "2.xml", DAYS[2]),
    ]  # fmt: skip
    history = follow(gathered, TODAY).history
    told = history.current.select("id_technique", "state", "sent", "corrected", "message", "days_left")
    assert told.rows() == [
        ("A-1", "refused", 3, 2, 1, 5),
        ("A-2", "accepted", 1, 0, None, None),
        ("A-3", "accepted", 2, 0, None, None),
    ]
    assert history.changes.rows() == [
        ("A-1", 2, "birth_day", "12", "13"),
        ("A-1", 3, "given_name_1", "Camille", "Camilla"),
        ("A-3", 2, "given_name_1", "Kamille", "Camille"),
    ]


def test_the_evidence_is_read_back(story, tmp_path):
    paths = write_followed(followed(story), tmp_path)
    assert [path.name for path in paths] == ["history.html", "history.csv", "justificatifs.zip", "run.json"]
    with ZipFile(tmp_path / "justificatifs.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    folders = [f"envoi_{number}_{day}" for number, day in enumerate(DAYS, start=1)]
    assert sorted(held) == sorted(
        ["LISEZMOI.txt", "tableau.csv", *(f"{folder}/{name}" for folder in folders for name in EVIDENCE)]
    )
    for folder, file, receipt in zip(folders, ("un", "deux", "trois"), "012", strict=True):
        assert held[f"{folder}/accuse.xml"] == (story / f"{receipt}.xml").read_bytes()
        assert passages(held[f"{folder}/passages.xml"]) == passages((story / f"{file}.xml").read_bytes())[:1]
    table = held["tableau.csv"].decode("utf-8-sig")
    assert [line.split(";")[2] for line in table.splitlines()[1:]] == [str(day) for day in DAYS]
    readme = held["LISEZMOI.txt"].decode()
    assert all(name in readme for name in ("un.xml", "deux.xml", "trois.xml", "2026-05-15"))


EVIDENCE = ("passages.xml", "accuse.xml")


def passages(content):
    """The passages of a deposit, byte for byte; that of A-1 is the first of each."""
    return re.findall(rb"<(?:\w+:)?passageCertification>.*?</(?:\w+:)?passageCertification>", content, re.DOTALL)


def test_nothing_of_a_holder_is_in_what_is_written_but_the_evidence(story, tmp_path):
    write_followed(followed(story), tmp_path)
    written = [(tmp_path / name).read_text("utf-8") for name in ("history.html", "history.csv", "run.json")]
    for value in ("ROUVIER", "Camill", "Kamille", "DELORME", "1967"):
        assert not [text for text in written if value in text]
    write_followed(followed(story), tmp_path, show_names=True)
    assert "Kamille → Camille" in re.sub(r"\s+", " ", (tmp_path / "history.html").read_text("utf-8"))


def test_the_same_folder_and_day_give_the_same_bytes(story, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(story, tmp_path / name / "story")
        write_followed(followed(tmp_path / name / "story"), tmp_path / name / "out")
    for path in (tmp_path / "one" / "out").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "out" / path.name).read_bytes(), path.name


def test_one_sending_is_a_story_too(story, tmp_path):
    for name in ("un.xml", "0.xml"):
        shutil.copy(story / name, tmp_path)
    paths = write_followed(followed(tmp_path), tmp_path / "out")
    assert [path.name for path in paths] == ["history.html", "history.csv", "run.json"]
    facts = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert facts["counts"] == {
        "passages": 3, "accepted": 1, "refused": 2, "unanswered": 0, "late": 0, "soon": 2, "evidence": 0,
    }  # fmt: skip


def test_what_cannot_be_used_is_told_and_the_rest_is_followed(story, tmp_path):
    shutil.copytree(story, tmp_path, dirs_exist_ok=True)
    receipt = (tmp_path / "2.xml").read_text("utf-8")
    shutil.copy(tmp_path / "1.xml", tmp_path / "copie de 1.xml")
    (tmp_path / "lost.xml").write_text(receipt.replace("flux-2026-05-04", "flux-lost"), "utf-8")
    (tmp_path / "broken.xml").write_text("<rapport><nomFichier>", "utf-8")
    (tmp_path / "torn.xml").write_text("<flux><emetteur>", "utf-8")
    (tmp_path / "notes.txt").write_text("à faire", "utf-8")
    (tmp_path / "explained").mkdir()
    write_deposit(tmp_path / "next.xml", passages_of(holder()), DepositHeader("next", *list(vars(HEADER).values())[1:]))
    gathered = gather(tmp_path)
    assert codes(gathered) == [
        ("torn.xml", "deposit.not_readable"),
        ("broken.xml", "receipt.malformed"),
        ("lost.xml", "history.no_deposit_flux"),
        ("next.xml", "history.no_receipt"),
        ("torn.xml", "history.no_receipt"),
        ("copie de 1.xml", "history.copy"),
        ("explained", "history.other_folder"),
        ("notes.txt", "history.other_file"),
    ]
    assert follow(gathered, TODAY).history.current.equals(followed(story).history.current)
    write_followed(follow(gathered, TODAY), tmp_path / "out")
    page = (tmp_path / "out" / "history.html").read_text("utf-8")
    assert all(name in page for name in ("torn.xml", "lost.xml", "notes.txt", "flux-lost"))


@pytest.mark.parametrize("is_torn", [False, True])
def test_a_refused_structure_is_a_sending_of_the_story(story, tmp_path, is_torn):
    shutil.copytree(story, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "deux.xml").read_text("utf-8").replace("<cpf:sexe>F<", "<cpf:sexe>X<")
    text = text.replace("2026-04-01T", "2026-03-20T")
    bad = tmp_path / "refusé.xml"
    bad.write_text(text[:900] if is_torn else text, "utf-8")
    name = receipt_file_name("refusé.xml", date(2026, 3, 21))
    write_receipt(Receipt.of_control(control(bad), "7"), tmp_path / name)
    gathered = gather(tmp_path)
    told = gathered.sources[1]
    assert (told.file.name, told.sending.day) == ("refusé.xml", date(2026, 3, 21 if is_torn else 20))
    assert ("refusé.xml", "deposit.not_readable") in codes(gathered) or not is_torn
    history = follow(gathered, TODAY).history
    assert history.current.select("sent", "corrected").row(0) == (3 if is_torn else 4, 2)


def test_a_constant_horodatage_is_no_day(story, register, tmp_path):
    """Nor is that of a file deposited twice: the names of the receipts tell the days."""
    file = shutil.copy(story / "un.xml", tmp_path / "un.xml")
    first = answered(file, register, DAYS[1])
    second = first.read_text("utf-8").replace("<idTechnique>A-2", "<idTechnique>A-9")
    (tmp_path / receipt_file_name("un.xml", DAYS[2])).write_text(second, "utf-8")
    assert [one.sending.day for one in gather(tmp_path).sources] == DAYS[1:]


def test_a_day_that_nobody_tells(story, tmp_path):
    text = (story / "un.xml").read_text("utf-8").replace(HEADER.timestamp, "hier")
    (tmp_path / "un.xml").write_text(text, "utf-8")
    write_receipt(Receipt.of_control(control(tmp_path / "un.xml"), "7"), tmp_path / "accuse.xml")
    gathered = gather(tmp_path)
    assert ("accuse.xml", "history.no_day") in codes(gathered)
    with pytest.raises(InputError) as caught:
        follow(gathered, TODAY)
    assert caught.value.code == "history.nothing"


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(InputError) as caught:
        gather(tmp_path / "absent")
    assert caught.value.code == "history.no_folder"


def test_several_issuers(story, register, tmp_path):
    shutil.copytree(story, tmp_path, dirs_exist_ok=True)
    text = (story / "un.xml").read_text("utf-8").replace("41QRT905", "12ABC345").replace(HEADER.id_flux, "other")
    (tmp_path / "autre.xml").write_text(text, "utf-8")
    answered(tmp_path / "autre.xml", register, DAYS[0])
    with pytest.raises(UsageError, match=r"12ABC345 \(autre.xml\)"):
        followed(tmp_path)
