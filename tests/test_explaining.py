"""From a receipt to the files that explain it, and back to the portal: nothing accepted is resent, nothing leaks."""

import json
import re
from datetime import date

import polars as pl
import pytest
import xlsxwriter
from python_calamine import load_workbook

from matching.chain import match_deposit
from matching.deposit.control import control
from matching.deposit.messages import message_text
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, read_receipt, receipt_file_name, write_receipt
from matching.deposit.writer import write_deposit
from matching.explaining import Again, _with_applied, explain_file, explain_report, write_explained
from matching.identity.catalogue import LANGS, sentence
from matching.identity.errors import DepositError, InputError, ReceiptError, UsageError
from matching.report.explain_page import page
from matching.resending import Filled, read_filled, resend_filled
from matching.strategies.admission import Admission
from matching.strategies.table import strategy
from matching.trying import Searched, tried
from tests.builders import HEADER, crowd, holder, passages_of, person, register_of

AGAIN = Again("0d6c-new", "2026-04-01T08:00:00+02:00")
FILES = ["report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "run.json"]

# Who is in the register, and what was sent of each: the register's own values must never come out.
PERSONS = (
    person(1),
    person(2, birth_name="TESSEDRE", given_names=["PAUL", "ANSELME"], sex="M", birth_year=1988, birth_month=11,
           birth_day=4, birth_place="33063"),
    person(3, birth_name="TESSEDRE", given_names=["PAUL", "GONTRAN"], sex="M", birth_year=1988, birth_month=7,
           birth_day=29, birth_place="64102"),
    person(4, birth_name="QUERBOUDE", given_names=["MARGUERITE", "OPHELIE"], birth_year=1971, birth_month=6,
           birth_day=23, birth_place="29019"),
    person(5, birth_name="BARREYRE", given_names=["ANNE-LISE", "TIPHAINE"], birth_year=1990, birth_month=1,
           birth_day=17, birth_place="13055"),
)  # fmt: skip
SENT = (
    holder(),  # accepted
    holder(birth_name="TESSEDRE", given_name_1="Paul", sex="M", birth_year="1988", birth_month="4", birth_day="11",
           insee_code="33063"),  # day and month exchanged: message 2
    holder(birth_name="MARTIN", usage_name=None, given_name_1="Marguerite", birth_year="1971", birth_month="6",
           birth_day="23", insee_code="29019"),  # under a usage name: message 1
    holder(birth_name="BARREYRE", given_name_1="Anne Lise", birth_year="1990", birth_month="1", birth_day="17",
           insee_code="13055"),  # hyphen lost: message 1
    holder(birth_name="BARREYRE", given_name_1="Anne-Lise", birth_year="1990", birth_month="1", birth_day="17",
           insee_code="13055", id_technique="ACQUIRED"),  # message 5
)  # fmt: skip
ACCEPTED = pl.DataFrame({"issuer": ["41QRT905"], "id_technique": ["ACQUIRED"]})
REFUSED = ["T1", "T2", "T3"]  # and to be sent again
UNSENT = ("ANSELME", "GONTRAN", "QUERBOUDE", "OPHELIE", "TIPHAINE", "JEANNE", "64102")
"""Values of the register that no passage holds."""


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("register"), *PERSONS, *crowd())


@pytest.fixture(scope="module")
def sent(tmp_path_factory, register):
    """The deposit and its receipt."""
    return deposited(tmp_path_factory.mktemp("sent"), register, SENT)


def deposited(folder, register, holders):
    file = folder / "janvier.xml"
    write_deposit(file, passages_of(*holders), HEADER)
    return file, answered(file, register)


def answered(file, register):
    run = match_deposit(file, register, strategy("cdc"), admission=Admission(accepted=ACCEPTED))
    receipt = file.with_name(receipt_file_name(file.name, date(2026, 3, 2)))
    write_receipt(run.receipt, receipt)
    return receipt


@pytest.fixture(scope="module")
def explained(sent):
    return explain_file(sent[1], sent[0])


@pytest.fixture(scope="module")
def searched(sent, register):
    return explain_file(sent[1], sent[0], searched=Searched(register, strategy("cdc")))


def first(explained, key):
    """The first cause of a passage, and its first correction: kind, and what to write."""
    passage = explained.returned.rows.filter(pl.col("id_technique") == key)["passage"][0]
    cause = explained.causes.filter((pl.col("passage") == passage) & (pl.col("rank") == 1))["kind"][0]
    fix = explained.corrections.filter((pl.col("passage") == passage) & (pl.col("rank") == 1))
    return cause, fix["kind"][0], dict(fix.select("field", "after").iter_rows())


def texts(folder):
    """Everything written, as texts: the cells of the workbook too."""
    told = {path.name: path.read_text("utf-8-sig") for path in folder.iterdir() if path.suffix != ".xlsx"}
    for path in folder.glob("*.xlsx"):
        sheets = load_workbook(path)
        told[path.name] = "\n".join(
            str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python()
            for cell in row
        )  # fmt: skip
    return told


def test_the_receipt_is_what_the_test_needs(sent):
    receipt = read_receipt(sent[1])
    assert [(one.id_technique, one.number) for one in receipt.ko] == [("T1", 2), ("T2", 1), ("T3", 1), ("ACQUIRED", 5)]
    assert receipt.ok == ("T0",)


def test_causes_without_a_register(explained):
    assert first(explained, "T1") == (
        "day_and_month_exchanged", "day_and_month_exchanged", {"birth_month": "11", "birth_day": "4"},
    )  # fmt: skip
    assert first(explained, "T3")[:2] == ("compound_hyphen", "compound_hyphen")
    assert not explained.tried
    assert explained.corrections["passes"].null_count() == explained.corrections.height


def test_a_register_says_which_correction_passes(searched):
    assert searched.tried
    assert first(searched, "T1")[2] == {"birth_month": "11", "birth_day": "4"}
    assert first(searched, "T3")[2] == {"given_name_1": "ANNE-LISE"}
    passing = searched.corrections.filter("passes")
    assert {"T1", "T3"} == set(searched.passages.join(passing, on="passage", how="semi")["id_technique"]), (
        "nobody can guess the birth name of T2"
    )
    asks = searched.corrections.filter(pl.col("after").is_null())
    assert asks["passes"].null_count() == asks.height


def test_corrections_tried_together_are_as_tried_alone(searched, register):
    where = Searched(register, strategy("cdc"))
    plain = searched.corrections.select("passage", "rank", "field", "after")
    together = tried(searched.passages, plain, where).sort("passage", "rank")
    alone = []
    for part in plain.partition_by("passage", "rank"):
        passage = searched.passages.filter(pl.col("passage") == part["passage"][0])
        alone.append(tried(passage, part, where))
    assert together.equals(pl.concat(alone).sort("passage", "rank"))
    assert tried(searched.passages, plain.clear(), where).is_empty()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("show_names", [True, False])
def test_no_value_of_the_register_comes_out(searched, tmp_path, lang, show_names):
    write_explained(searched, tmp_path, AGAIN, lang=lang, show_names=show_names)
    submitted = " ".join(str(value) for one in SENT for value in one.values()).upper()
    told = texts(tmp_path)
    assert sorted(told) == sorted(FILES)
    for value in UNSENT:
        assert value not in submitted
        assert not [name for name, text in told.items() if value in text.upper()]
    # What was sent is known to the sender: the same search does find it.
    assert "QUERBOUDE" not in told["to_fix.xlsx"]
    assert "MARTIN" in told["to_fix.xlsx"]


def test_no_nir_comes_out(searched, tmp_path):
    write_explained(searched, tmp_path, AGAIN)
    numbers = {"".join(match) for text in texts(tmp_path).values() for match in re.findall(r"\b\d{13,15}\b", text)}
    assert numbers == set()


def test_identities_are_masked_unless_asked_for(searched, tmp_path):
    write_explained(searched, tmp_path / "masked", AGAIN)
    write_explained(searched, tmp_path / "shown", AGAIN, show_names=True)
    masked, shown = texts(tmp_path / "masked"), texts(tmp_path / "shown")
    for name in ("report.html", "causes.csv", "run.json"):
        assert not re.search("marguerite|anne.lise|tessedre", masked[name].lower())
    assert "ANNE-LISE" in shown["report.html"]
    assert "T1" in masked["report.html"], "the key is how a passage is found"


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_every_passage_by_its_cause(searched, lang):
    text = page(explain_report(searched, lang))
    assert text.count('<details class="passage') == len(REFUSED) + 1
    for code in ("message_1", "message_2", "message_5", "step_causes", "passes"):
        assert sentence(f"causes.{code}", lang) in text
    assert "http" not in re.sub(r"xmlns=\"[^\"]*\"", "", text)
    assert "<script" not in text


def test_the_file_to_send_again_holds_the_refused_and_no_other(explained, sent, tmp_path):
    write_explained(explained, tmp_path, AGAIN)
    again = read_deposit(tmp_path / "resend.xml")
    assert again.passages["id_technique"].to_list() == REFUSED
    assert again.header.id_flux == AGAIN.id_flux
    assert control(tmp_path / "resend.xml").is_ok
    before = read_deposit(sent[0]).passages.filter(pl.col("id_technique").is_in(REFUSED))
    unsafe = pl.all().exclude("passage", "line", "certification_index")
    assert again.passages.select(unsafe).equals(before.select(unsafe)), "nothing here can be changed without asking"


def test_safe_corrections_are_written(register, tmp_path):
    gone = holder(birth_name="CAZALS", birth_year="1985", insee_code="92044", id_technique="PLACE")
    file, receipt = deposited(tmp_path, register, [gone | {"birth_year": "1960"}])
    explained = explain_file(receipt, file)
    applied = explained.changes.rows()
    assert applied, "an INSEE code of another time is safe to write"
    write_explained(explained, tmp_path / "out", AGAIN)
    again = read_deposit(tmp_path / "out" / "resend.xml").passages
    assert again["insee_code" if "insee_code" in again.columns else "place_code"][0] == applied[0][2]
    assert read_filled(tmp_path / "out" / "to_fix.xlsx").changes.rows() == applied, "they stand in the column already"


def test_every_passage_to_send_again_has_a_row_to_fill(tmp_path):
    """One whose certification is refused, one refused in words that nobody knows: neither has a correction."""
    file, receipt = tmp_path / "janvier.xml", tmp_path / "accuse.xml"
    write_deposit(file, passages_of(*SENT[:3]), HEADER)
    ko = [("T0", message_text(6)), ("T1", "Une phrase nouvelle")]
    write_receipt(Receipt.of_passages("janvier.xml", "90417", HEADER.id_flux, ko=ko, ok=["T2"]), receipt)
    explained = explain_file(receipt, file)
    assert explained.corrections.is_empty()
    write_explained(explained, tmp_path / "out", AGAIN)
    cells = load_workbook(tmp_path / "out" / "to_fix.xlsx").get_sheet_by_index(0).to_python()
    at = [cells[2].index(head) for head in ("idTechnique", "Élément", "Envoyé")]
    assert [[row[column] for column in at] for row in cells[3:]] == [
        ["T0", "code", "RS6042"], ["T0", "type", "RS"], ["T1", "", ""],
    ]  # fmt: skip
    assert read_filled(tmp_path / "out" / "to_fix.xlsx").passages == {0: "T0", 1: "T1"}
    assert "Une phrase nouvelle" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_safe_corrections_that_contradict_each_other_wait():
    rows = [(0, 1, "insee_code", "75116", True), (0, 1, "postal_code", "", True), (0, 2, "insee_code", "75120", True),
            (1, 1, "insee_code", "75116", True), (1, 2, "sex", "F", False)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["passage", "rank", "field", "after", "is_safe"], orient="row")
    assert _with_applied(frame)["is_applied"].to_list() == [False, False, False, True, False]


def test_a_filled_workbook_becomes_the_next_deposit(searched, sent, register, tmp_path):
    """Round trip: all first written corrections applied, the portal finds those that can be found."""
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


def test_a_refused_structure_is_told_error_by_error(tmp_path, register):
    file, _ = deposited(tmp_path, register, SENT[:2])
    file.write_text(file.read_text("utf-8").replace("<cpf:sexe>M<", "<cpf:sexe>H<"), "utf-8")
    receipt = tmp_path / "a.xml"
    write_receipt(Receipt.of_control(control(file), "90417"), receipt)
    explained = explain_file(receipt, file)
    paths = write_explained(explained, tmp_path / "out", AGAIN)
    assert [path.name for path in paths] == ["report.html", "run.json"]
    report = explain_report(explained)
    assert [(one.element, one.id_technique) for one in report.faults] == [("sexe", "T1")]
    assert report.faults[0].sentence in page(report).replace("&#39;", "'")


def test_a_file_that_is_no_xml_is_explained_all_the_same(tmp_path):
    file, receipt = tmp_path / "ko.xml", tmp_path / "a.xml"
    file.write_text("<cpf:flux", "utf-8")
    write_receipt(Receipt.of_control(control(file), "90417"), receipt)
    report = explain_report(explain_file(receipt, file))
    assert report.form == "A"
    assert page(report).count('<tr><td class="number">') == len(report.faults) > 0


def test_what_has_nothing_opposite_is_listed(sent, tmp_path):
    text = sent[1].read_text("utf-8")
    receipt = tmp_path / "accuse.xml"
    receipt.write_text(text.replace("T0<", "UNKNOWN<"), "utf-8")
    explained = explain_file(receipt, sent[0])
    assert "unmatched.csv" in [path.name for path in write_explained(explained, tmp_path / "out", AGAIN)]
    told = pl.read_csv(tmp_path / "out" / "unmatched.csv", separator=";")
    assert told.select("side", "id_technique", "answer").rows() == [
        ("receipt", "UNKNOWN", "ok"), ("file", "T0", "absent"),
    ]  # fmt: skip
    assert "UNKNOWN" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert read_deposit(tmp_path / "out" / "resend.xml").passages["id_technique"].to_list() == REFUSED


def test_nothing_refused_is_said_and_nothing_is_to_be_sent(tmp_path, register):
    file, receipt = deposited(tmp_path, register, SENT[:1])
    explained = explain_file(receipt, file)
    paths = write_explained(explained, tmp_path / "out", AGAIN)
    assert [path.name for path in paths] == ["report.html", "run.json"]
    assert sentence("causes.verdict_ok") in page(explain_report(explained))


def test_a_receipt_of_another_file_is_refused(tmp_path, sent):
    other = tmp_path / "autre.xml"
    write_deposit(other, passages_of(holder(id_technique="Z")), HEADER)
    with pytest.raises(ReceiptError):
        explain_file(sent[1], other)
    (tmp_path / "broken.xml").write_text("<cpf:flux", "utf-8")
    with pytest.raises(DepositError):
        explain_file(sent[1], tmp_path / "broken.xml")


def test_the_same_files_give_the_same_bytes(sent, searched, register, tmp_path):
    again = explain_file(sent[1], sent[0], searched=Searched(register, strategy("cdc")))
    for name, one in (("a", searched), ("b", again)):
        write_explained(one, tmp_path / name, AGAIN)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_the_figures_add_up(explained, tmp_path):
    write_explained(explained, tmp_path, AGAIN)
    told = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert told["counts"] == {"ok": 1, "ko": 4, "absent": 0, "passages": 5, "to_resend": 3}
    assert told["messages"] == {"1": 2, "2": 1, "5": 1}
    assert sum(cause["first_of"] for cause in told["causes"].values()) == told["counts"]["ko"]
    assert sum(cause["expected"] for cause in told["causes"].values()) <= told["counts"]["ko"]
    table = pl.read_csv(tmp_path / "causes.csv", separator=";")
    assert table["passage"].n_unique() == told["counts"]["ko"]
