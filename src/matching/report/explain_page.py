"""The explained receipt as one HTML page: no script, no other file, nothing from elsewhere.

Example:
    >>> page(report)[:15]
    '<!doctype html>'

By cause first, then passage by passage. The page stays light whatever the file (``html_page.MOST_BYTES``): a cause
shows fewer passages; those left out are counted, and stand in ``to_fix.xlsx``.
"""

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from matching.identity.catalogue import sentence
from matching.identity.rules import rule
from matching.report.explain_model import REST, Correction, ExplainReport
from matching.report.explain_words import ExplainWords
from matching.report.html_page import rendered
from matching.report.story import SHAPES

_MOST_SHOWN = (50, 15, 4)  # passages of a cause
_ON_PAPER = 3  # of them printed: also in explained.css
_FIRST_CAUSES = 8
_FAULT_LINES = 12  # of the errors that are alike


@dataclass(frozen=True)
class Part:
    """A part of the bar of all passages: shares of 0..1."""

    name: str
    kind: str
    n: int
    start: float
    width: float


def page(report: ExplainReport, above: str = "") -> str:
    """The page of a report; ``above`` is HTML that stands before it, where it is one page among others."""
    words = ExplainWords(report.lang)
    shown = report.passages([rank for group in report.groups for rank in group.passages[: _MOST_SHOWN[0]]])
    facts = {
        "shown": shown,
        "report": report,
        "above": Markup(above),  # noqa: S704 - of the program, never of a file
        "words": words,
        "rest": REST,
        "shapes": SHAPES,
        "reason": _reason(report, words),
        "facts_line": _facts(report, words),
        "bar_parts": _parts(report),
        "first_causes": _FIRST_CAUSES,
        "on_paper": _ON_PAPER,
        "fault_lines": _FAULT_LINES,
        "messages": _messages(report),
        "question": lambda kind: _question(kind, report),
        "rule_title": lambda code: rule(code).text("title", report.lang),
    }
    return rendered("explained.html", facts, _MOST_SHOWN)


def _reason(report: ExplainReport, words: ExplainWords) -> str:
    """Why, in a sentence, and whether anything is to be sent again."""
    counts = report.counts
    if report.form == "A":
        faults = len(report.faults)
        return words("structure_reason", n=faults) if faults else words("structure_reason_none")
    if counts["to_resend"]:
        return words("reason_ko")
    if counts["absent"]:
        return words("reason_absent")
    return words("reason_acquired" if counts["ko"] else "reason_ok")


def _facts(report: ExplainReport, words: ExplainWords) -> str:
    told = [words("passages", n=report.counts["passages"])] if report.counts["passages"] else []
    told.append(words("facts", receipt=report.receipt))
    told.append(words("version", version=report.version))
    return " · ".join([*told, *([words("tried")] if report.tried else [])])


def _parts(report: ExplainReport) -> list[Part]:
    """All passages by answer; nothing when the structure was refused."""
    counts = report.counts
    shares = (
        ("ok", "ok", counts["ok"]),
        ("to_resend", "refused", counts["to_resend"]),
        ("acquired", "advice", counts["ko"] - counts["to_resend"]),
        ("absent", "plain", counts["absent"]),
    )
    found: list[Part] = []
    for name, kind, n in shares if report.form == "B" else ():
        start = found[-1].start + found[-1].width if found else 0.0
        if n:
            found.append(Part(name, kind, n, start, n / counts["passages"]))
    return found


def _messages(report: ExplainReport) -> list[tuple[int | None, str, int]]:
    """The sentences met: number, text of the first passage that has it, how many."""
    met = report.refused.group_by("message", maintain_order=True).agg(
        pl.col("text", "id_technique").first(), n=pl.len()
    )
    return [
        (number, text.replace(key, "…") if key else text, n)  # messages 5 to 7 name the passage
        for number, text, key, n in met.sort("message", nulls_last=True).iter_rows()
    ]


def _question(correction: Correction | None, report: ExplainReport) -> str:
    """What to ask the holder; "" when nothing is to be asked."""
    if correction is None or correction.is_safe:
        return ""
    return sentence(f"corrections.question_{correction.kind}", report.lang)
