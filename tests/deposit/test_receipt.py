from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.messages import message_number, message_text
from matching.deposit.receipt import (
    Receipt,
    RefusedPassage,
    StructureError,
    read_receipt,
    receipt_file_name,
    write_receipt,
)
from matching.identity.errors import ReceiptError
from matching.identity.outcomes import Message
from tests.deposit.samples import DEPOSIT, NEWER, SAMPLES
from tests.golden_rows import golden

FORM_A, FORM_B = SAMPLES / "receipt-form-a.xml", SAMPLES / "receipt-form-b.xml"
texts = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


@pytest.mark.parametrize("sample", [FORM_A, FORM_B])
def test_samples_are_read_and_written_byte_for_byte(sample, tmp_path):
    receipt = read_receipt(sample)
    written = write_receipt(receipt, tmp_path / receipt_file_name(receipt.file_name, date(2026, 3, 2)))
    assert written.read_bytes() == sample.read_bytes()


def test_form_a_as_read():
    receipt = read_receipt(FORM_A)
    assert (receipt.form, receipt.file_name, receipt.treatment_id) == ("A", "janvier.xml", "90418")
    assert [(e.type, e.line, e.column) for e in receipt.errors] == [("XSD", 65, 53)]


def test_form_b_as_read():
    receipt = read_receipt(FORM_B)
    assert (receipt.form, receipt.id_flux) == ("B", "6f0c1f2e-7a54-4a0b-9d57-2d3c0b8e4a11")
    assert [(p.id_technique, p.number) for p in receipt.ko] == [
        ("2026-000001", Message.NOBODY),
        ("2026-000002", Message.SEVERAL),
        ("2026-000003", Message.ALREADY_ACCEPTED),
    ]
    assert receipt.ok == ("2026-000004",)


def test_the_official_file_name():
    assert receipt_file_name("janvier.xml", date(2026, 3, 2)) == "Accusé de traitement_janvier.xml_20260302.xml"


@pytest.mark.parametrize("row", golden("deposit/messages.csv"), ids=lambda row: row["text"][:40])
def test_messages_are_recognised(row):
    assert message_number(row["text"]) == (Message(int(row["number"])) if row["number"] else None)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(Message), texts, texts, st.integers(0, 99))
def test_a_message_written_is_recognised(number, bcr, key, index):
    assert message_number(message_text(number, bcr=bcr, id_technique=key, index=index)) == number


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(texts, st.sampled_from(Message).map(message_text) | texts), max_size=4),
    st.lists(texts, max_size=4),
    st.booleans(),
)
def test_form_b_reads_back(tmp_path_factory, ko, ok, empty_sections):
    path = tmp_path_factory.getbasetemp() / "receipt.xml"
    receipt = Receipt.of_passages("janvier.xml", "90417", "0001", ko=ko, ok=ok)
    assert read_receipt(write_receipt(receipt, path, empty_sections=empty_sections)) == receipt


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(StructureError, texts, st.integers(0), st.integers(0)), max_size=4))
def test_form_a_reads_back(tmp_path_factory, errors):
    path = tmp_path_factory.getbasetemp() / "receipt.xml"
    receipt = Receipt("A", "janvier.xml", "90417", errors=tuple(errors))
    assert read_receipt(write_receipt(receipt, path)) == receipt


RAPPORT = "<rapport><nomFichier>a.xml</nomFichier><idFlux>1</idFlux><idDemande>7</idDemande>{}</rapport>"
ONE_OK = "<{}><idTechnique>k</idTechnique></{}>"
ONE_KO = "<{}><passage><idTechnique>k</idTechnique><messageErreur>{}</messageErreur></passage></{}>"


@pytest.mark.parametrize(
    ("sections", "ko", "ok"),
    [
        ("", (), ()),
        ("<PassagesKO/><PassagesOK/>", (), ()),
        ("<PassagesKO></PassagesKO>" + ONE_OK.format("PassagesOK", "PassagesOK"), (), ("k",)),
        (ONE_OK.format("passagesOK", "passagesOK"), (), ("k",)),
        (ONE_KO.format("passagesKO", "inconnu", "passagesKO"), (RefusedPassage("k", "inconnu"),), ()),
    ],
)
def test_variations_of_form_b(sections, ko, ok, tmp_path):
    path = tmp_path / "receipt.xml"
    path.write_text(RAPPORT.format(sections), encoding="utf-8")
    assert read_receipt(path) == Receipt("B", "a.xml", "7", "1", ko=ko, ok=ok)


def test_empty_sections_are_written_when_asked(tmp_path):
    receipt = Receipt.of_passages("a.xml", "7", "1", ko=[], ok=["k"])
    assert "PassagesKO" not in write_receipt(receipt, tmp_path / "r.xml").read_text(encoding="utf-8")
    assert "<PassagesKO/>" in write_receipt(receipt, tmp_path / "r.xml", empty_sections=True).read_text(
        encoding="utf-8"
    )


def test_form_a_of_our_own_control(tmp_path):
    path = tmp_path / "janvier.xml"
    path.write_text(DEPOSIT.read_text(encoding="utf-8").replace("<cpf:sexe>F", "<cpf:sexe>H"), encoding="utf-8")
    receipt = Receipt.of_control(control(path), "90418")
    assert [(e.type, e.message.split(":")[0], e.line, e.column) for e in receipt.errors] == [
        ("XSD", "cvc-enumeration-valid", 46, 21),
        ("XSD", "cvc-type.3.1.3", 46, 21),
    ]
    once = Receipt.of_control(control(NEWER, "1.1.2"), "90418", twice=False)
    assert [e.message.split(":")[0] for e in once.errors] == ["cvc-complex-type.2.4.a"] * 2


def test_form_a_holds_a_hundred_errors_at_most(tmp_path):
    path = tmp_path / "many.xml"
    path.write_text(DEPOSIT.read_text(encoding="utf-8").replace("-000", "-" + "0" * 300), encoding="utf-8")
    report = control(path)
    many = type(report)(report.file, report.version, False, 4, 400, report.errors * 100)  # noqa: FBT003 - a test
    assert len(Receipt.of_control(many, "1").errors) == 100


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "receipt.empty"),
        (b"<rapport>", "receipt.malformed"),
        (b"PK\x03\x04", "receipt.malformed"),
        (b"<!DOCTYPE rapport><rapport/>", "receipt.doctype"),
        (DEPOSIT.read_bytes(), "receipt.other_root"),
    ],
)
def test_what_is_no_receipt(content, code, tmp_path):
    path = tmp_path / "receipt.xml"
    path.write_bytes(content)
    with pytest.raises(ReceiptError) as caught:
        read_receipt(path)
    assert caught.value.code == code
    assert caught.value.sentence("fr") != caught.value.sentence("en")


def test_a_missing_receipt(tmp_path):
    with pytest.raises(ReceiptError) as caught:
        read_receipt(tmp_path / "nothing.xml")
    assert caught.value.code == "receipt.unreadable"
