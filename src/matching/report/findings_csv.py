"""``findings.csv``: every finding as the page shows it, for a program or a spreadsheet.

Example:
    >>> findings_table(report).columns
    ['code', 'severity', 'passage', 'id_technique', 'line', 'field', 'value', 'proposal', 'message']

The columns are fixed. Rows stand in the order of the report. As in ``decisions.csv``, ``passage`` is the rank in the
file, from 0, and cells are separated by semicolons, in UTF-8 with a BOM. What the page masks is masked here: the
working file with whole values is ``to_fix.xlsx``.
"""

from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.rules import messages
from matching.report.model import QualityReport

COLUMNS = ("code", "severity", "passage", "id_technique", "line", "field", "value", "proposal", "message")


def findings_table(report: QualityReport) -> pl.DataFrame:
    """The findings as shown, each with its sentence: ``COLUMNS``."""
    message = messages(report.shown, report.lang).alias("message")
    return report.shown.with_columns(message).select(COLUMNS)


def write_findings(report: QualityReport, path: Path) -> None:
    """Write them."""
    table = findings_table(report).with_columns(pl.col("severity").cast(pl.String))
    safe_cells(table).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")
