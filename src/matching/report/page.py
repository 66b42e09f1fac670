"""The quality report as one HTML page: no script, no other file, nothing from elsewhere.

Example:
    >>> page(report)[:15]
    '<!doctype html>'

The page stays under ``MOST_BYTES`` whatever the file: long values are cut, and groups show fewer rows rather than
let it grow; what is cut is counted and stands in ``to_fix.xlsx``.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from matching.identity.forecast import CONFIDENCE
from matching.identity.rules import ELEMENTS
from matching.report.charts import charts, outcome_bar
from matching.report.groups import ROWS_SHOWN
from matching.report.model import QualityReport
from matching.report.story import SHAPES, facts_line, reason, stages
from matching.report.wording import Words, harmless, shortened, visible

MOST_BYTES = 3_000_000
_ROWS_PRINTED = 5  # as page.css says: paper shows the first rows of each group only
_FEWER_ROWS = (ROWS_SHOWN, 20, 5)


def page(report: QualityReport) -> str:
    """The page of a report."""
    words = Words(report.lang)
    facts = {
        "report": report,
        "words": words,
        "shapes": SHAPES,
        "facts_line": facts_line(report, words),
        "reason": reason(report, words),
        "stages": stages(report, words),
        "elements": ELEMENTS,
        "times": round(10 * CONFIDENCE),
        "rows_printed": _ROWS_PRINTED,
        "outcome_bar": outcome_bar(report, words),
        "charts": charts(report, words),
    }
    for rows in _FEWER_ROWS:
        text = _template().render(facts, rows_shown=rows)
        if len(text.encode()) < MOST_BYTES:
            break
    return text


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("matching.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": _cell, "told": _told}
    return environment.get_template("page.html")


def _cell(text: str | None, most: int) -> str:
    return shortened(visible(text or ""), most)


def _told(text: str, most: int) -> str:
    return shortened(harmless(text), most)
