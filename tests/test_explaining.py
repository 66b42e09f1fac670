"""From a receipt to the files that explain it: all is told, nothing accepted is sent again, nothing leaks."""

import json
import re
from dataclasses import replace
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from matching.deposit.control import control
from matching.deposit.messages import message_text
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, read_receipt, write_receipt
from matching.deposit.writer import write_deposit
from matching.explain.returned import Sent, returned
from matching.explained_files import explain_report, write_again, write_explained
from matching.explaining import Explained, _with_applied, explain_file
from matching.identity.catalogue import LANGS, sentence
from matching.identity.errors import DepositError, ReceiptError
from matching.identity.frames import FINDINGS
from matching.report.explain_page import page
from matching.report.explain_terminal import print_explained
from matching.report.explain_words import ExplainWords
from matching.resending import read_filled
from matching.strategies.table import strategy
from matching.trying import Searched, tried
from tests.builders import HEADER, crowd, holder, passages_of, register_of
from tests.refused_deposit import AGAIN, PERSONS, REFUSED, SENT, deposited

FILES = ["report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "run.json"]


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("register"), *PERSONS, *crowd())


@pytest.fixture(scope="module")
def sent(tmp_path_factory, register):
    """The deposit and its receipt."""
    return deposited(tmp_path_factory.mktemp("sent"), register, SENT)


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


def test_the_receipt_is_what_the_test_needs(sent):
    receipt = read_receipt(sent[1])
    assert [(one.id_technique, one.number) for one in receipt.ko] == [("T1", 2), ("T2", 1), ("T3", 1), ("ACQUIRED", 5)]
    assert receipt.ok == ("T0",)


def test_causes_without_a_register(explained):
    assert first(explained, "T1")[1:] == ("day_and_month_exchanged", {"birth_month": "11", "birth_day": "4"})
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
    plain = searched.corrections.filter(pl.col("rank") <= 2).select("passage", "rank", "field", "after")
    together = tried(searched.passages, plain, where).corrections.sort("passage", "rank")
    alone = []
    for part in plain.partition_by("passage", "rank"):
        passage = searched.passages.filter(pl.col("passage") == part["passage"][0])
        alone.append(tried(passage, part, where).corrections)
    assert together.equals(pl.concat(alone).sort("passage", "rank"))
    assert tried(searched.passages, plain.clear(), where).corrections.is_empty()


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_every_passage_by_its_cause(searched, lang):
    text = page(explain_report(searched, lang)).replace("&#39;", "'")
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
    by_post = {"insee_code": None, "postal_code": "92300", "place_label": "LEVALLOIS-PERRET"}
    file, receipt = deposited(tmp_path, register, [holder(birth_name="CAZALS", birth_year="1985", **by_post)])
    explained = explain_file(receipt, file)
    assert explained.changes.rows() == [(0, "codeInsee", "92044"), (0, "codePostal", "")]
    written = write_explained(explained, tmp_path / "out", AGAIN)
    assert (written.report.resent.corrected, written.report.resent.not_applied) == (1, ())
    again = read_deposit(tmp_path / "out" / "resend.xml").passages
    assert again.select("raw_insee_code", "raw_postal_code").row(0) == ("92044", None)
    filled = read_filled(tmp_path / "out" / "to_fix.xlsx")
    assert filled.changes.equals(explained.changes), "they stand in the column already"


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


def test_the_workbook_is_ready_to_work_with(explained, tmp_path):
    """Filters on, heads that stay in sight, a hint on the column to fill; the letters beside, whole."""
    write_explained(explained, tmp_path, AGAIN)
    with ZipFile(tmp_path / "to_fix.xlsx") as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
    for sheet in sheets:
        assert "<autoFilter" in sheet
        assert re.search(r'<pane ySplit="3"[^>]*state="frozen"', sheet)
    assert sentence("causes.book_hint") in sheets[0]
    cells = load_workbook(tmp_path / "to_fix.xlsx").get_sheet_by_index(1).to_python()
    heads = ["Passage", "idTechnique", "Titulaire, tel qu’envoyé", "Document à demander", "Objet", "Lettre"]
    assert cells[2] == heads
    letters = {row[1]: dict(zip(heads, row, strict=True)) for row in cells[3:]}
    assert list(letters) == REFUSED
    assert letters["T2"]["Titulaire, tel qu’envoyé"] == "Marguerite MARTIN"
    assert "copie de l’acte de naissance" in letters["T2"]["Document à demander"]
    assert letters["T2"]["Lettre"].startswith("Bonjour Marguerite MARTIN,")
    assert "16 avril 2026" in letters["T2"]["Lettre"], "two weeks after the day of the new deposit"
    assert explained.told.filter(pl.col("after") == "ANNE-LISE").height
    assert "ANNE-LISE" not in letters["T3"]["Lettre"], "what is supposed is not told to the holder"


def test_safe_corrections_that_contradict_each_other_wait():
    rows = [(0, 1, "insee_code", "75116", True), (0, 1, "postal_code", "", True), (0, 2, "insee_code", "75120", True),
            (1, 1, "insee_code", "75116", True), (1, 2, "sex", "F", False)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["passage", "rank", "field", "after", "is_safe"], orient="row")
    assert _with_applied(frame)["is_applied"].to_list() == [False, False, False, True, False]


def test_a_refused_structure_is_told_error_by_error(tmp_path, register):
    file, _ = deposited(tmp_path, register, SENT[:2])
    file.write_text(file.read_text("utf-8").replace("<cpf:sexe>M<", "<cpf:sexe>H<"), "utf-8")
    receipt = tmp_path / "a.xml"
    write_receipt(Receipt.of_control(control(file), "90417"), receipt)
    explained = explain_file(receipt, file)
    written = write_explained(explained, tmp_path / "out", AGAIN)
    assert [path.name for path in written.paths] == ["report.html", "run.json"]
    (fault,) = written.report.faults
    assert (fault.element, fault.id_technique, fault.is_told) == ("sexe", "T1", True)
    text = page(written.report)
    assert fault.sentence in text.replace("&#39;", "'")
    assert f"{sentence('causes.line', line=fault.line)} (T1)" in text


def test_errors_of_structure_that_are_alike_are_told_once(tmp_path):
    file, receipt = tmp_path / "janvier.xml", tmp_path / "a.xml"
    write_deposit(file, passages_of(*[holder()] * 30), HEADER)
    file.write_text(file.read_text("utf-8").replace("<cpf:sexe>F<", "<cpf:sexe>H<"), "utf-8")
    whole = Receipt.of_control(control(file), "90417", twice=False)
    write_receipt(replace(whole, errors=whole.errors[:20]), receipt)
    report = explain_report(explain_file(receipt, file))
    assert [(group.is_told, group.n) for group in report.fault_groups] == [(True, 20), (False, 10)]
    text = page(report)
    assert text.count(report.faults[0].sentence.split("«")[0]) == 2
    assert sentence("causes.times", n=20) in text
    assert sentence("causes.lines_more", n=8) in text, "a list that is cut says so"
    assert sentence("causes.structure_reason", n=30) in text


def test_a_file_that_is_no_xml_is_explained_all_the_same(tmp_path):
    file, receipt = tmp_path / "ko.xml", tmp_path / "a.xml"
    file.write_text("<cpf:flux", "utf-8")
    write_receipt(Receipt.of_control(control(file), "90417"), receipt)
    report = explain_report(explain_file(receipt, file))
    assert report.form == "A"
    assert page(report).count('<p class="note">') == len(report.faults) == 1


def test_what_has_nothing_opposite_is_listed(sent, tmp_path):
    text = sent[1].read_text("utf-8")
    receipt = tmp_path / "accuse.xml"
    receipt.write_text(text.replace("T0<", "UNKNOWN<"), "utf-8")
    explained = explain_file(receipt, sent[0])
    assert "unmatched.csv" in [path.name for path in write_explained(explained, tmp_path / "out", AGAIN).paths]
    told = pl.read_csv(tmp_path / "out" / "unmatched.csv", separator=";")
    assert told.select("side", "id_technique", "answer").rows() == [
        ("receipt", "UNKNOWN", "ok"), ("file", "T0", "absent"),
    ]  # fmt: skip
    assert "UNKNOWN" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert read_deposit(tmp_path / "out" / "resend.xml").passages["id_technique"].to_list() == REFUSED


@pytest.mark.parametrize(
    ("ko", "ok", "verdict", "reason"),
    [
        ([], ["T0", "T1"], "verdict_ok", "reason_ok"),
        ([("T0", message_text(5))], ["T1"], "verdict_ko", "reason_acquired"),
        ([], ["T1"], "verdict_ok", "reason_absent"),
    ],
)
def test_nothing_to_send_again_is_said_and_nothing_is_written(tmp_path, capsys, ko, ok, verdict, reason):
    file, receipt = tmp_path / "janvier.xml", tmp_path / "accuse.xml"
    write_deposit(file, passages_of(holder(), holder()), HEADER)
    write_receipt(Receipt.of_passages("janvier.xml", "90417", HEADER.id_flux, ko=ko, ok=ok), receipt)
    written = write_explained(explain_file(receipt, file), tmp_path / "out", AGAIN)
    assert not {"to_fix.xlsx", "resend.xml"} & {path.name for path in written.paths}
    text = page(written.report)
    assert ExplainWords("fr")(verdict, n=len(ko)) in text
    assert sentence(f"causes.{reason}") in text
    print_explained(written.report)
    assert sentence("causes.terminal_nothing") in capsys.readouterr().out


# The file to send again: what may be in it, what is told of it.

answers = st.tuples(st.sampled_from("ABCD"), st.sampled_from(["ok", 1, 4, 5, 6, None]))


@settings(max_examples=25)
@given(st.lists(answers, min_size=1, max_size=6))
def test_no_accepted_passage_is_ever_sent_again(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("law")
    file, receipt = folder / "janvier.xml", folder / "accuse.xml"
    write_deposit(file, passages_of(*(holder(id_technique=key) for key, _ in told)), HEADER)
    ko = [(key, message_text(answer)) for key, answer in told if answer not in {"ok", None}]
    ok = [key for key, answer in told if answer == "ok"]
    write_receipt(Receipt.of_passages("janvier.xml", "1", HEADER.id_flux, ko=ko, ok=ok), receipt)
    deposit = read_deposit(file).passages
    back = returned(read_receipt(receipt), deposit, Sent(file.name, HEADER.id_flux))
    everywhere = deposit.select("passage", field=pl.lit("sex"), after=pl.lit("M"), is_applied=True)
    names = file.name, receipt.name
    explained = Explained(
        file, receipt, names, back, deposit, FINDINGS.empty(), pl.DataFrame(), everywhere, tried=False
    )
    done = write_again(explained, folder / "resend.xml", AGAIN)
    acquired = {*ok, *(key for key, answer in told if answer == 5)}
    refused = sorted(key for key, _ in ko if key not in acquired)
    assert (done is not None) == bool(refused)
    if done is not None:
        again = read_deposit(folder / "resend.xml").passages
        assert sorted(again["id_technique"]) == refused
        assert (done.report.is_ok, set(again["sex"])) == (True, {"M"})


def test_what_is_wrong_with_the_file_to_send_again_is_told(explained, tmp_path, capsys):
    """Corrections that cannot be made, and one that control 1 refuses: the page, the terminal and the JSON tell."""
    bad = (
        explained.corrections.filter(pl.col("rank") == 1)
        .unique("passage", maintain_order=True)
        .with_columns(field=pl.Series(["sex", "given_name_1", "file_number"]), after=pl.Series(["H", "", "1"]))
        .with_columns(is_safe=True, is_applied=True)
    )
    written = write_explained(replace(explained, corrections=bad), tmp_path, AGAIN)
    resent = written.report.resent
    assert (resent.passages, resent.corrected, resent.errors) == (3, 3, 1)
    assert [one.split()[0] for one in resent.not_applied] == ["T2", "T3"]
    print_explained(written.report)
    shown = " ".join(capsys.readouterr().out.split())
    text = (tmp_path / "report.html").read_text("utf-8").replace("&#39;", "'")
    for told in (*resent.not_applied, *resent.refused, ExplainWords("fr")("again_ko", n=1)):
        assert " ".join(told.split()) in shown
        assert told in text
    facts = json.loads((tmp_path / "run.json").read_text("utf-8"))["resend"]
    assert facts == {"passages": 3, "corrected": 3, "not_applied": 2, "control_errors": 1}


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
