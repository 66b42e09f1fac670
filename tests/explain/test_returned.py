"""The receipt beside the file: every passage has its answer, every answer its passage, and nothing is dropped."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.messages import message_text
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, StructureError, read_receipt
from matching.explain.returned import ANSWER, ROWS, UNKNOWN, Returned, Sent, returned
from matching.identity.catalogue import LANGS
from matching.identity.errors import ReceiptError
from matching.identity.frames import PASSAGES
from tests.builders import holder, passages_of
from tests.deposit.samples import DEPOSIT, SAMPLES, edited
from tests.golden_rows import golden

SENT = Sent("janvier.xml", "0001")


def file_of(*keys):
    return passages_of(*(holder(id_technique=key) for key in keys))


def receipt_of(ko=(), ok=(), **facts):
    pairs = [(key, message_text(number) if isinstance(number, int) else number) for key, number in ko]
    return Receipt.of_passages(
        **({"file_name": "janvier.xml", "treatment_id": "90417", "id_flux": "0001"} | facts), ko=pairs, ok=ok
    )


def answers(found: Returned):
    return found.rows.select("answer", "message", "is_acquired").rows()


def codes(found: Returned):
    return [note.code.removeprefix("explain.note_") for note in found.notes]


def test_the_samples_answer_one_another():
    deposit = read_deposit(DEPOSIT)
    receipt = read_receipt(SAMPLES / "receipt-form-b.xml")
    found = returned(receipt, deposit.passages, Sent(DEPOSIT.name, deposit.header.id_flux))
    assert answers(found) == [("ko", 1, False), ("ko", 4, False), ("ko", 5, True), ("ok", None, True)]
    assert (found.rows["line"].to_list(), found.rows["text"][1]) == ([17, 56, 99, 130], message_text(4))
    assert found.to_resend["passage"].to_list() == [0, 1]
    assert (found.count("ko"), found.count("ko", 4), found.count("absent")) == (3, 1, 0)
    assert found.notes == ()


def test_what_stands_on_one_side_only_is_told():
    found = returned(receipt_of([("A", 1), ("X", "inconnu")], ["Y"]), file_of("A", "B"), SENT)
    assert answers(found) == [("ko", 1, False), ("absent", None, False)]
    assert found.unknown.rows() == [("Y", "ok", None, None), ("X", "ko", None, "inconnu")]
    assert codes(found) == ["unknown_ids", "unanswered"]


def test_a_sentence_that_is_none_of_the_seven_is_kept_as_written():
    found = returned(receipt_of([("A", "Titulaire décédé")]), file_of("A"), SENT)
    assert found.rows.select("message", "text").rows() == [(None, "Titulaire décédé")]
    assert codes(found) == ["other_sentences"]
    assert found.to_resend.height == 1


@pytest.mark.parametrize(
    ("copies", "ko", "ok", "expected"),
    [
        (2, [5], 1, [("ok", None, True), ("ko", 5, True)]),
        (3, [5, 5], 1, [("ok", None, True), ("ko", 5, True), ("ko", 5, True)]),
        (2, [1, 4], 0, [("ko", 1, False), ("ko", 4, False)]),
        (2, [1], 1, [("ok", None, True), ("ko", 1, True)]),
        (2, [1], 0, [("ko", 1, False), ("absent", None, False)]),
        (1, [1], 1, [("ok", None, True)]),
    ],
)
def test_an_id_that_comes_several_times(copies, ko, ok, expected):
    found = returned(receipt_of([("A", number) for number in ko], ["A"] * ok), file_of(*["A"] * copies), SENT)
    assert answers(found) == expected
    assert ("duplicate_ids" in codes(found)) == (copies > 1)
    assert found.unknown.height == len(ko) + ok - found.rows.filter(pl.col("answer") != "absent").height


keys = st.sampled_from("ABCDEF")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(keys, min_size=1, max_size=8),
    st.lists(st.tuples(keys, st.sampled_from([1, 2, 3, 4, 5, 6, 7, "autre"])), max_size=6),
    st.lists(keys, max_size=6),
)
def test_nothing_is_dropped_and_no_accepted_passage_is_sent_again(sent, ko, ok):
    receipt = receipt_of(ko, ok)
    told = Counter([*ok, *(key for key, _ in ko)])
    if told and not told.keys() & set(sent):
        with pytest.raises(ReceiptError):
            returned(receipt, file_of(*sent), SENT)
        return
    found = returned(receipt, file_of(*sent), SENT)
    assert found.rows["id_technique"].to_list() == sent
    assert dict(found.rows.schema) == ROWS
    assert dict(found.unknown.schema) == UNKNOWN
    answered = found.rows.filter(pl.col("answer") != "absent")["id_technique"].to_list()
    assert Counter([*answered, *found.unknown["id_technique"]]) == told
    accepted = {*ok, *(key for key, number in ko if number == 5)}
    assert accepted.isdisjoint(found.to_resend["id_technique"])
    assert sum(found.count(answer) for answer in ANSWER.categories) == len(sent)


@pytest.mark.parametrize(
    ("receipt", "sent", "code"),
    [
        (receipt_of([("A", 1)], id_flux="0002"), SENT, "explain.other_flux"),
        (receipt_of([("X", 1)], ["Y"]), SENT, "explain.no_common_id"),
        (receipt_of([("X", 1)], file_name="mars.xml", id_flux=""), SENT, "explain.no_common_id"),
    ],
)
def test_the_receipt_of_another_file_is_refused(receipt, sent, code):
    with pytest.raises(ReceiptError) as caught:
        returned(receipt, file_of("A"), sent)
    assert caught.value.code == code
    assert caught.value.sentence("fr") != caught.value.sentence("en")


@pytest.mark.parametrize("told", ["0001", " 0001 ", ""])
def test_a_renamed_file_is_only_noted(told):
    found = returned(receipt_of([("A", 1)], file_name="Mars.xml", id_flux=told), file_of("A"), SENT)
    assert codes(found) == ["other_name"]
    assert returned(receipt_of([("A", 1)], file_name="JANVIER.xml"), file_of("A"), SENT).notes == ()
    assert all("Mars.xml" in found.notes[0].sentence(lang) for lang in LANGS)


def test_a_receipt_without_a_passage_leaves_all_unanswered():
    found = returned(receipt_of(), file_of("A", "B"), SENT)
    assert (found.count("absent"), codes(found)) == (2, ["unanswered"])


# Form A.


def position_after(text, end):
    head = text[: text.index(end) + len(end)]
    return head.count("\n") + 1, len(head) - head.rfind("\n")


def refused(path, text, entries):
    path.write_text(text, encoding="utf-8")
    report = control(path, max_shown=1000)
    try:
        passages = read_deposit(path).passages
    except Exception:  # noqa: BLE001 - no XML
        passages = PASSAGES.empty()
    receipt = Receipt("A", path.name, "90418", errors=tuple(entries))
    return returned(receipt, passages, Sent(path.name), report.errors)


@pytest.mark.parametrize("row", golden("explain_structure.csv"), ids=lambda row: row["id"])
def test_an_entry_of_xerces_finds_our_explanation(row, tmp_path):
    text = edited(row["find"], row["replace"])
    line, column = position_after(text, row["after"].replace("¶", "\n"))
    entries = [StructureError(message, line, column) for message in row["messages"].split("|")]
    found = refused(tmp_path / "janvier.xml", text, entries)
    (fault,) = found.faults
    assert (fault.own.code, fault.element, fault.line, fault.column) == (row["code"], row["element"], line, column)
    assert fault.passage == (int(row["passage"]) if row["passage"] else None)
    assert fault.texts == tuple(row["messages"].split("|"))
    assert (found.not_told, found.notes) == ((), ())
    assert found.count("absent") == found.rows.height


def test_each_entry_takes_its_own_error(tmp_path):
    text = edited("<cpf:sexe>F", "<cpf:sexe>H").replace("<cpf:sexe>M", "<cpf:sexe>G").replace("RS6042", "")
    places = [position_after(text, f"<cpf:sexe>{letter}</cpf:sexe>") for letter in "HG"]
    entries = [
        StructureError("cvc-type.3.1.3 : La valeur de l'élément 'cpf:sexe' n'est pas valide.", *p) for p in places
    ]
    found = refused(tmp_path / "janvier.xml", text, [*entries, StructureError("inconnu", 0, 0)])
    assert [fault.own and fault.own.value for fault in found.faults] == ["H", "G", None]
    assert [fault.passage for fault in found.faults] == [0, 1, None]
    assert [fault.id_technique for fault in found.faults] == ["2026-000001", "2026-000002", None]
    assert [(error.element, error.value) for error in found.not_told] == [("code", ""), ("sexe", "G")]
    assert codes(found) == ["not_told"]


def test_a_receipt_of_our_own_control_is_tied_whole(tmp_path):
    path = tmp_path / "janvier.xml"
    path.write_text(edited("<cpf:sexe>F", "<cpf:sexe>H").replace("75044", "1053"), encoding="utf-8")
    report = control(path)
    found = returned(Receipt.of_control(report, "1"), read_deposit(path).passages, Sent("janvier.xml"), report.errors)
    assert [fault.own for fault in found.faults] == list(report.errors)


def test_structure_errors_that_the_file_has_not():
    deposit = read_deposit(DEPOSIT)
    receipt = read_receipt(SAMPLES / "receipt-form-a.xml")
    found = returned(receipt, deposit.passages, Sent("janvier.xml"), control(DEPOSIT).errors)
    assert codes(found) == ["nothing_found"]
    assert (found.faults[0].own, found.faults[0].passage) == (None, 1)
    with pytest.raises(ReceiptError) as caught:
        returned(receipt, deposit.passages, Sent("mars.xml"), control(DEPOSIT).errors)
    assert caught.value.code == "explain.other_structure"
    assert caught.value.sentence("fr") != caught.value.sentence("en")
