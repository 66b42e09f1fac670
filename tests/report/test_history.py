"""The follow-up as told: the most pressing first, cut lists that say so, nothing shown that should not be."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import polars as pl
import pytest
from rich.console import Console

from matching.identity.catalogue import LANGS
from matching.identity.nir import key
from matching.report import history_terminal
from matching.report.history_model import HistoryReport, HistoryWords, Remark, SendingShown
from matching.report.history_page import page
from matching.report.history_table import history_facts, history_table, write_history
from matching.report.history_terminal import print_history

TODAY = date(2026, 5, 20)
COUNTS = {"ok": 1, "ko": 2, "absent": 0}
SENDINGS = tuple(
    SendingShown(date(2026, month, 2), f"{month}.xml", f"accuse-{month}.xml", {}, str(month), form, COUNTS)
    for month, form in ((3, "B"), (4, "A"), (5, "B"))
)
TYPES = dict.fromkeys(("sending", "passage", "line", "copies", "sent", "refused", "corrected"), pl.UInt32) | {
    "state": pl.Enum(["accepted", "refused", "unanswered"]),
    "answer": pl.Enum(["ok", "ko", "absent"]),
    "changed": pl.List(pl.String),
    "message": pl.UInt8,
    "deadline": pl.Date,
    "days_left": pl.Int32,
}


def current(name, days_left, state="refused", refused=2, **facts):
    deadline = None if days_left is None else TODAY + timedelta(days_left)
    told = {"id_technique": name, "state": state, "sent": 3, "refused": refused, "corrected": 1, "message": 1}
    told |= {"text": f"Le passage {name} est refusé", "deadline": deadline, "needs_evidence": False}
    return told | {"days_left": None if state == "accepted" else days_left} | facts


def steps(name, *answers, changed=("usage_name",)):
    return [
        {"id_technique": name, "sending": number, "day": SENDINGS[number - 1].day, "passage": 0, "line": 7, "copies": 1,
         "answer": answer, "message": 1 if answer == "ko" else None, "text": None,
         "changed": list(changed) if number == 3 else None}
        for number, answer in enumerate(answers, start=1)
    ]  # fmt: skip


def report_of(*rows, **facts):
    """A report of passages sent three times, the second time in a file whose structure was refused."""
    every = [step for row in rows for step in steps(row["id_technique"], "ko", "absent", "ko")]
    changes = [
        {"id_technique": row["id_technique"], "sending": 3, "field": "usage_name", "before": None, "after": "ROUX"}
        for row in rows
    ]
    told = {
        "folder": "envois", "today": TODAY, "version": "0.1", "lang": "fr", "shows_names": False,
        "sendings": SENDINGS, "remarks": (),
        **{name: pl.DataFrame(list(of), schema_overrides=TYPES)
           for name, of in (("steps", every), ("changes", changes), ("current", rows))},
    }  # fmt: skip
    return HistoryReport(**(told | facts))


@pytest.fixture(scope="module")
def report():
    return report_of(
        current("later", 31), current("none", None), current("done", 9, "accepted"), current("late", -12),
        current("soon", 30), current("today", 0), current("waiting", 3, "unanswered"), current("latest", -40),
        current("at once", 9, "accepted", refused=0),
    )  # fmt: skip


def test_the_late_ones_come_first_then_those_with_the_fewest_days_left(report):
    told = report.passages(report.pending)
    assert [one.id_technique for one in told] == ["latest", "late", "today", "waiting", "soon", "later", "none"]
    assert [one.urgency for one in told] == ["late", "late", "today", "soon", "soon", "later", "unknown"]
    assert report.accepted["id_technique"].to_list() == ["done", "at once"]
    assert report.counts == {
        "passages": 9, "accepted": 2, "refused": 6, "unanswered": 1, "late": 2, "soon": 3, "evidence": 0,
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_days_are_counted_in_words(report, lang):
    words = HistoryWords(lang)
    told = [words.left(one) for one in report.passages(report.current)]
    assert len(set(told)) == 8
    assert ("40 jours de retard" if lang == "fr" else "40 days late") in " ".join(told)
    one = report_of(current("A", -1))
    assert words.left(one.passages(one.pending)[0]).endswith("1 jour de retard" if lang == "fr" else "1 day late")


@pytest.mark.parametrize(
    ("answers", "facts", "to_do"),
    [
        (("ko", "absent", "ko"), {"days_left": 3}, "correct"),
        (("ko", "absent", "ko"), {"days_left": -3}, "late"),
        (("ko", "absent", "ko"), {"days_left": -3, "needs_evidence": True}, "evidence"),
        (("ko", "absent"), {"days_left": 3}, "structure"),
        (("ko", "absent", "absent"), {"days_left": 3, "needs_evidence": True}, "wait"),
    ],
)
def test_what_to_do_now(answers, facts, to_do):
    made = report_of(current("A", **facts))
    frame = pl.DataFrame(steps("A", *answers), schema=made.steps.schema)
    (one,) = replace(made, steps=frame).passages(made.pending)
    assert one.to_do == to_do
    sentences = [HistoryWords(lang).next(one) for lang in LANGS]
    assert all(sentences)
    assert to_do != "correct" or all("accuse-5.xml" in told and "5.xml" in told for told in sentences)


def test_the_page_tells_each_sending_and_masks_values(report):
    told = page(report)
    assert "structure refusée" in told
    assert "R******" in told
    assert "ROUX" not in told
    assert "ROUX" in page(replace(report, shows_names=True))
    assert all(one.file in told for one in SENDINGS)
    assert told.index(">latest<") < told.index(">none<") < told.index(">done<")
    assert ">at once<" not in told
    assert "Acquis sans refus, ou non montrés ici\u202f: 1" in told
    assert "<script" not in told
    assert "http" not in told.replace("http-equiv", "")


@pytest.mark.parametrize("lang", LANGS)
def test_lists_that_are_cut_say_so(lang):
    rows = [current(f"K{number}", number) for number in range(320)]
    remarks = tuple(Remark(f"{number}.txt", "history.other_file", "…", is_trouble=False) for number in range(310))
    made = report_of(*rows, remarks=remarks, lang=lang)
    told = page(made)
    assert told.count('<details class="passage') == 300
    words = HistoryWords(lang)
    assert words("more", n=20) in told
    assert words("more_remarks", n=10) in told
    assert history_table(made).height == 960


@pytest.mark.parametrize("lang", LANGS)
def test_a_screen_of_terminal(report, lang, monkeypatch):
    written = StringIO()
    monkeypatch.setattr(history_terminal, "Console", lambda **_: Console(file=written, width=80, highlight=False))
    remarks = tuple(Remark(f"{number}.txt", "history.other_file", "…", is_trouble=True) for number in range(9))
    print_history(replace(report, lang=lang, remarks=remarks, sendings=SENDINGS * 3))
    lines = written.getvalue().splitlines()
    assert len(lines) <= 25
    words = HistoryWords(lang)
    for name, n in (("terminal_more_sendings", 5), ("more", 2), ("more_remarks", 6)):
        assert f"  {words(name, n=n)}" in lines


def test_the_table_has_a_row_for_each_sending(report, tmp_path):
    write_history(report, tmp_path / "history.csv")
    text = (tmp_path / "history.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert len(rows) == 27
    assert rows[2] == {
        "id_technique": "latest", "state": "refused", "days_left": "-40", "deadline": "2026-04-10",
        "needs_evidence": "false", "sending": "3", "day": "2026-05-02", "file": "5.xml", "receipt": "accuse-5.xml",
        "line": "7", "answer": "ko", "message": "1", "text": "", "changed": "nomUsage",
    }  # fmt: skip
    assert [row["answer"] for row in rows[:3]] == ["ko", "structure", "ko"]


def test_a_number_that_could_be_real_is_shown_nowhere():
    body = "2670375056001"
    number = f"{body}{key(body):02}"
    made = report_of(current(number, 3), shows_names=True)
    told = (page(made), history_table(made).write_csv(), str(history_facts(made)))
    assert not [text for text in told if number in text]
