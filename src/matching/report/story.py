"""What the page and the terminal both say of a quality report, in the same words.

Example:
    >>> facts_line(report, Words("fr"))
    '12 480 passages · schéma 1.1.2 · empreinte 9f3c 11ab · nirisation 0.3 · tables COG 2026 · noms masqués'
"""

from dataclasses import dataclass
from typing import Literal

from matching.report.model import QualityReport, Verdict
from matching.report.wording import Words

SHAPES = {
    "refused": "■", "to_fix": "▲", "ready": "●", "empty": "○",
    "blocking": "■", "likely_ko": "▲", "advice": "○",
}  # fmt: skip
"""A shape beside each word, for those who do not see colours."""


@dataclass(frozen=True)
class Stage:
    """One of the three stages that a file goes through."""

    name: str
    state: Literal["done", "failed", "todo"]
    said: str
    note: str


def facts_line(report: QualityReport, words: Words) -> str:
    """What the figures depend on."""
    source = report.source
    facts = source.facts if source.kind == "deposit" else ()
    digest = [words("digest", digest=f"{source.digest[:4]} {source.digest[4:8]}")] if source.digest else []
    names = words("names_shown" if report.shows_names else "names_masked")
    program = f"nirisation {source.version}"
    return " · ".join([words("passages", n=report.passages), *facts, *digest, program, names])


def reason(report: QualityReport, words: Words) -> str:
    """Why the verdict is what it is."""
    match report.verdict:
        case Verdict.REFUSED:
            return words("why_refused", n=report.source.control)
        case Verdict.EMPTY:
            return words("why_empty")
        case Verdict.READY:
            return words("why_ready" if report.forecast else "why_ready_unforeseen")
    blocking = report.count("blocking")
    if blocking or report.forecast is None:
        return words("why_blocking", n=blocking)
    return words("why_pays", points=words.points(report.forecast.corrected - report.forecast.ok, signed=False))


def stages(report: QualityReport, words: Words) -> tuple[Stage, ...]:
    """Structure, completeness, nirisation: what each says, or that it was not done."""
    errors, complete = report.source.control, report.complete
    if errors is None:
        structure = Stage(words("stage_structure"), "todo", words("stage_table"), words("stage_table_note"))
    else:
        said = words("stage_ko", n=errors) if errors else words("stage_ok")
        structure = Stage(words("stage_structure"), "failed" if errors else "done", said, words("stage_structure_note"))
    return (
        structure,
        Stage(
            words("stage_complete"),
            "todo" if complete is None else "done",
            words("stage_unread") if complete is None else words.percent(complete),
            words("stage_complete_note"),
        ),
        _nirisation(report, words),
    )


def _nirisation(report: QualityReport, words: Words) -> Stage:
    name = words("stage_nirisation")
    if report.forecast is None:
        return Stage(name, "todo", words("stage_unread"), words("no_forecast"))
    return Stage(name, "todo", words("stage_planned"), words("stage_nirisation_note"))
