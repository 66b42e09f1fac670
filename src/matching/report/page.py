"""The quality report as one HTML page: no script, no other file, nothing from elsewhere.

Example:
    >>> page(report)[:15]
    '<!doctype html>'

The page stays light whatever the file (``html_page.MOST_BYTES``): long values are cut, and groups show fewer rows;
what is cut is counted and stands in ``to_fix.xlsx``.
"""

from markupsafe import Markup

from matching.identity.forecast import CONFIDENCE
from matching.identity.rules import ELEMENTS
from matching.report.charts import charts, outcome_bar
from matching.report.groups import ROWS_SHOWN
from matching.report.html_page import rendered
from matching.report.model import QualityReport
from matching.report.story import SHAPES, facts_line, reason, stages
from matching.report.wording import Words

_ROWS_PRINTED = 5  # as page.css says: paper shows the first rows of each group only
_FEWER_ROWS = (ROWS_SHOWN, 20, 5)


def page(report: QualityReport, above: str = "") -> str:
    """The page of a report; ``above`` is HTML that stands before it, where it is one page among others."""
    words = Words(report.lang)
    facts = {
        "report": report,
        "above": Markup(above),  # noqa: S704 - of the program, never of a file
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
    return rendered("page.html", facts, _FEWER_ROWS)
