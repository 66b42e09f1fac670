"""The same passages through several deposits, and the evidence of those refused again and again."""

import csv
from datetime import date
from io import StringIO
from zipfile import ZipFile

import polars as pl
import pytest

from matching.deposit.messages import message_text
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, StructureError, write_receipt
from matching.deposit.resend import write_extract
from matching.deposit.writer import write_deposit
from matching.explain.evidence import Piece, write_evidence
from matching.explain.history import CHANGES, CURRENT, STEPS, Sending, follow_up
from matching.explain.returned import Sent, returned
from matching.identity.errors import UsageError
from tests.builders import HEADER, holder, passages_of

DAYS = [date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 4), date(2026, 5, 5)]


def sending(day, passages, ko=(), ok=(), structure=False):
    name = f"depot-{day}.xml"
    pairs = [(key, message_text(number)) for key, number in ko]
    receipt = Receipt.of_passages(name, f"{day:%m%d}", "", ko=pairs, ok=ok)
    if structure:
        receipt = Receipt("A", name, "7", errors=(StructureError("cvc-elt.1 : …", 1, 1),))
    return Sending(day, name, passages, returned(receipt, passages, Sent(name)))


def one(**values):
    return passages_of(holder(id_technique="A", **values))


def twice_corrected(*messages):
    files = [one(), one(usage_name="ROUX"), one(usage_name="ROUX", given_name_1="Camillo", birth_day=None)]
    return [sending(day, file, [("A", number)]) for day, file, number in zip(DAYS, files, messages, strict=False)]


def test_every_sending_is_told_with_what_changed():
    history = follow_up(twice_corrected(1, 1, 4), DAYS[2])
    assert [dict(frame.schema) for frame in (history.steps, history.changes, history.current)] == [
        STEPS, CHANGES, CURRENT,
    ]  # fmt: skip
    assert history.steps.select("sending", "day", "message", "changed").rows() == [
        (1, DAYS[0], 1, None),
        (2, DAYS[1], 1, ["usage_name"]),
        (3, DAYS[2], 4, ["given_name_1", "birth_day"]),
    ]
    (now,) = history.current.rows(named=True)
    assert (now["state"], now["sent"], now["refused"], now["corrected"], now["message"]) == ("refused", 3, 3, 2, 4)
    assert (now["first_day"], now["last_day"], now["text"]) == (DAYS[0], DAYS[2], message_text(4))


def test_every_change_is_told_as_it_was_submitted():
    history = follow_up(twice_corrected(1, 1, 4), DAYS[2])
    assert history.changes.rows() == [
        ("A", 2, "usage_name", None, "ROUX"),
        ("A", 3, "given_name_1", "Camille", "Camillo"),
        ("A", 3, "birth_day", "12", None),
    ]


def test_the_order_given_does_not_matter():
    sendings = twice_corrected(1, 1, 4)
    there, back = follow_up(sendings, DAYS[2]), follow_up(sendings[::-1], DAYS[2])
    assert there.steps.equals(back.steps)
    assert there.current.equals(back.current)


@pytest.mark.parametrize(
    ("messages", "is_evidence"),
    [((1, 1, 1), True), ((1, 2, 3), True), ((1, 1), False), ((1, 1, 6), False), ((6, 6, 1), False), ((1, 1, 5), False)],
)
def test_evidence_takes_two_corrected_deposits_refused_by_the_nirisation(messages, is_evidence):
    history = follow_up(twice_corrected(*messages), DAYS[2])
    assert history.for_evidence == (["A"] if is_evidence else [])
    assert history.passages_for_evidence(1) == ([0] if is_evidence else [])


def test_sending_the_same_again_is_no_correction():
    history = follow_up([sending(day, one(), [("A", 1)]) for day in DAYS], DAYS[2])
    assert history.steps["changed"].to_list() == [None, [], [], []]
    assert history.current.select("refused", "corrected", "needs_evidence").row(0) == (4, 0, False)


def test_a_refused_structure_is_a_sending_without_answer():
    sendings = twice_corrected(1, 1, 1)
    sendings.insert(1, sending(date(2026, 3, 20), one(usage_name="ROU"), structure=True))
    history = follow_up(sendings, DAYS[2])
    assert history.steps.select("answer", "changed").rows()[:3] == [
        ("ko", None),
        ("absent", None),
        ("ko", ["usage_name"]),
    ]
    assert history.current.select("sent", "refused", "corrected").row(0) == (4, 3, 2)
    alone = follow_up(sendings[1:2], DAYS[0])
    assert alone.current["state"].to_list() == ["unanswered"]


@pytest.mark.parametrize(("number", "ok"), [(5, []), (None, ["A"])])
def test_an_accepted_passage_has_nothing_left_to_do(number, ok):
    last = sending(DAYS[3], one(), [("A", number)] if number else [], ok)
    history = follow_up([*twice_corrected(1, 1, 1), last], DAYS[3])
    assert history.current.select("state", "days_left", "needs_evidence").row(0) == ("accepted", None, False)


@pytest.mark.parametrize(
    ("dates", "deadline", "days_left"),
    [
        ({"exam_end": "2026-02-10", "validity_start": "2026-02-20"}, date(2026, 5, 20), 19),
        ({"exam_end": "2026-11-30", "validity_start": "2026-02-20"}, date(2027, 2, 28), 303),
        ({"exam_end": None, "validity_start": "2026-01-31"}, date(2026, 4, 30), -1),
        ({"exam_end": "10/02/2026", "validity_start": None}, None, None),
    ],
)
def test_three_months_from_the_later_of_exam_and_validity(dates, deadline, days_left):
    history = follow_up([sending(DAYS[0], one(**dates), [("A", 1)])], date(2026, 5, 1))
    assert history.current.select("deadline", "days_left").row(0) == (deadline, days_left)


def test_of_passages_under_one_key_the_best_answered_is_told():
    file = passages_of(holder(id_technique="B"), holder(id_technique="A"), holder(id_technique="A", given_name_1="X"))
    history = follow_up([sending(DAYS[0], file, [("A", 1)], ["A"])], DAYS[0])
    assert history.steps.select("id_technique", "passage", "copies", "answer").rows() == [
        ("B", 0, 1, "absent"),
        ("A", 1, 2, "ok"),
    ]


def test_deposits_that_cannot_be_followed_together():
    with pytest.raises(UsageError) as caught:
        follow_up([], DAYS[0])
    assert caught.value.code == "history.no_sending"
    other = sending(DAYS[1], one(issuer="12ABC345"), [("A", 1)])
    with pytest.raises(UsageError) as caught:
        follow_up([*twice_corrected(1), other], DAYS[0])
    assert caught.value.code == "history.several_issuers"
    assert "12ABC345 (depot-2026-04-01.xml), 41QRT905 (depot-2026-03-02.xml)" in caught.value.sentence("fr")


def test_a_structure_may_be_refused_for_its_issuer():
    wrong = sending(DAYS[1], one(issuer="41QRT90"), structure=True)
    assert follow_up([*twice_corrected(1), wrong], DAYS[1]).steps["answer"].to_list() == ["ko", "absent"]


# The evidence.


def deposited(folder):
    """Three real deposits of four passages then two, with their receipts: (sending, file, receipt)."""
    found = []
    first = [holder(id_technique=key) for key in ("A", "=B", "C", "D")]
    changed = [holder(id_technique=key, usage_name="ROUX") for key in ("=B", "A")]
    last = [holder(id_technique=key, usage_name="ROUX", given_name_1="Camillo") for key in ("A", "=B")]
    for day, holders in zip(DAYS, (first, changed, last), strict=False):
        file = write_deposit(folder / f"{day}.xml", passages_of(*holders), HEADER)
        keys = [one["id_technique"] for one in holders]
        ko, ok = [key for key in keys if key in {"A", "=B"}], [key for key in keys if key not in {"A", "=B"}]
        pairs = [(key, message_text(2)) for key in ko]
        receipt = Receipt.of_passages("../../dépôt.xml", f"{day:%m%d}", HEADER.id_flux, ko=pairs, ok=ok)
        path = write_receipt(receipt, folder / f"receipt-{day}.xml")
        passages = read_deposit(file).passages
        back = returned(receipt, passages, Sent(file.name, HEADER.id_flux))
        found.append((Sending(day, "../../dépôt.xml", passages, back), file, path))
    return found


def evidence(folder, target):
    found = deposited(folder)
    history = follow_up([each for each, _, _ in found], DAYS[2])
    pieces = []
    for number, (_, file, receipt) in enumerate(found, start=1):
        extract = write_extract(file, history.passages_for_evidence(number), folder / f"extract-{number}.xml")
        pieces.append(Piece(extract.path, receipt))
    return found, pieces, write_evidence(folder / target, history, pieces)


def test_the_evidence_holds_passages_receipts_dates_and_messages(tmp_path):
    found, _, path = evidence(tmp_path, "a.zip")
    with ZipFile(path) as archive:
        assert archive.namelist() == ["LISEZMOI.txt", "tableau.csv"] + [
            f"envoi_{number}_{day}/{name}"
            for number, day in enumerate(DAYS[:3], start=1)
            for name in ("passages.xml", "accuse.xml")
        ]
        for number, (each, file, receipt) in enumerate(found, start=1):
            assert archive.read(f"envoi_{number}_{each.day}/accuse.xml") == receipt.read_bytes()
            extract = tmp_path / "read.xml"
            extract.write_bytes(archive.read(f"envoi_{number}_{each.day}/passages.xml"))
            sent = read_deposit(file).passages.filter(pl.col("id_technique").is_in(["A", "=B"]))
            assert read_deposit(extract).passages.drop("passage", "line").equals(sent.drop("passage", "line"))
        table = archive.read("tableau.csv").decode("utf-8-sig")
        readme = archive.read("LISEZMOI.txt").decode()
    rows = list(csv.DictReader(StringIO(table), delimiter=";"))
    assert [row["idTechnique"] for row in rows] == ["A"] * 3 + ["'=B"] * 3
    assert [row["déposé le"] for row in rows[:3]] == [str(day) for day in DAYS[:3]]
    assert {row["message n°"] for row in rows} == {"2"}
    assert [row["corrigé depuis l’envoi précédent"] for row in rows[:3]] == [
        "",
        "nom d’usage (nomUsage)",
        "premier prénom (prenom1)",
    ]
    assert "ROUX" not in table + readme
    assert "réunis ici\u202f: 2" in readme


def test_the_evidence_is_always_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    _, _, first = evidence(tmp_path / "one", "a.zip")
    _, _, second = evidence(tmp_path / "two", "b.zip")
    assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.rglob("*.partial"))


def test_a_sending_without_these_passages_has_no_folder(tmp_path):
    found, pieces, _ = evidence(tmp_path, "a.zip")
    history = follow_up([each for each, _, _ in found], DAYS[2])
    path = write_evidence(tmp_path / "b.zip", history, [Piece(None, pieces[0].receipt), *pieces[1:]], lang="en")
    with ZipFile(path) as archive:
        assert not any(name.startswith("envoi_1") for name in archive.namelist())
        assert "personal data" in archive.read("LISEZMOI.txt").decode()


def test_the_table_says_that_a_structure_was_refused(tmp_path):
    sendings = [*twice_corrected(1, 1, 1), sending(DAYS[3], one(), structure=True)]
    history = follow_up(sendings, DAYS[3])
    receipt = tmp_path / "receipt.xml"
    receipt.write_text("<rapport/>", encoding="utf-8")
    with ZipFile(write_evidence(tmp_path / "a.zip", history, [Piece(None, receipt)] * 4)) as archive:
        rows = list(csv.DictReader(StringIO(archive.read("tableau.csv").decode("utf-8-sig")), delimiter=";"))
    assert [row["réponse"] for row in rows] == ["KO", "KO", "KO", "structure refusée"]


def test_no_evidence_before_two_corrected_deposits(tmp_path):
    history = follow_up(twice_corrected(1, 1), DAYS[1])
    with pytest.raises(UsageError) as caught:
        write_evidence(tmp_path / "a.zip", history, [])
    assert caught.value.code == "history.no_evidence"
    assert list(tmp_path.iterdir()) == []
