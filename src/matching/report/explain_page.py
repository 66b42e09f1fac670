"""The explained receipt as one HTML page: no script, no other file, nothing from elsewhere.

Example:
    >>> page(report)[:15]
    '<!doctype html>'

By cause first, then passage by passage. A page stays under ``page.MOST_BYTES``: a cause shows fewer passages rather
than let it grow; those left out are counted, and stand in ``to_fix.xlsx``.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from matching.identity.catalogue import sentence
from matching.identity.rules import ELEMENTS, rule
from matching.report.explain_model import REST, Correction, ExplainReport, ExplainWords
from matching.report.page import MOST_BYTES
from matching.report.wording import harmless, shortened, visible

_MOST_SHOWN = (50, 15, 4)  # passages of a cause
_CORRECTIONS = 3  # of a passage
_LONGEST = 60  # characters of a value


def page(report: ExplainReport) -> str:
    """The page of a report."""
    words = ExplainWords(report.lang)
    text = ""
    for most in _MOST_SHOWN:
        text = _template().render(
            report=report,
            words=words,
            most=most,
            rest=REST,
            elements=ELEMENTS,
            corrections=_CORRECTIONS,
            messages=_messages(report),
            question=lambda kind: _question(kind, report),
            rule_title=lambda code: rule(code).text("title", report.lang),
        )
        if len(text.encode()) < MOST_BYTES:
            break
    return text


def _messages(report: ExplainReport) -> list[tuple[int | None, str, int]]:
    """The sentences met: number, text of the first passage that has it, how many."""
    texts: dict[int | None, list[str]] = {}
    for passage in report.passages:
        text = passage.text.replace(passage.id_technique, "…")  # messages 5 to 7 name the passage
        texts.setdefault(passage.message, []).append(text)
    return [(number, texts[number][0], len(texts[number])) for number in sorted(texts, key=lambda n: n or 99)]


def _question(correction: Correction | None, report: ExplainReport) -> str:
    """What to ask the holder; "" when nothing is to be asked."""
    if correction is None or correction.is_safe:
        return ""
    return sentence(f"corrections.question_{correction.kind}", report.lang)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("matching.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": _cell, "told": harmless}
    return environment.get_template("explained.html")


def _cell(text: str) -> str:
    return shortened(visible(text), _LONGEST)
