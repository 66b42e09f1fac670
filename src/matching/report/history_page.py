"""The follow-up of several deposits as one HTML page: no script, no other file, nothing from elsewhere.

Example:
    >>> page(report)[:15]
    '<!doctype html>'

One line per passage: those that are not accepted, the late ones before all, then those that were once refused. The
page stays light whatever the files (``html_page.MOST_BYTES``): what is left out is counted, and stands in
``history.csv``.
"""

import polars as pl

from matching.report.history_model import HistoryReport, HistoryWords
from matching.report.html_page import rendered

_MOST_SHOWN = (300, 100, 25)  # passages of a list


def page(report: HistoryReport) -> str:
    """The page of a report."""
    most = _MOST_SHOWN[0]
    facts = {
        "report": report,
        "words": HistoryWords(report.lang),
        "pending": report.passages(report.pending.head(most)),
        "accepted": report.passages(report.accepted.filter(pl.col("refused") > 0).head(most)),
    }
    return rendered("history.html", facts, _MOST_SHOWN)
