"""``to_fix.xlsx``: every finding with its whole value, what to write instead, and a column to fill.

Example:
    >>> write_workbook(report, Path("january/to_fix.xlsx"))

The first sheet says that it holds personal data, then has one row per finding, in the order of the report, filters
on; the second has the rules that found something. A sheet takes 1 048 576 rows: what is beyond is counted in its
first lines, and stands in ``findings.csv``.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.rules import ELEMENTS, messages
from matching.identity.workbooks import new_workbook
from matching.report.model import QualityReport
from matching.report.sheets import TO_FILL, Sheets, Table
from matching.report.story import SHAPES
from matching.report.wording import Words

MOST_ROWS = 1_048_576
"""Of a sheet, by its format."""

_WIDTHS = {
    "severity": 14, "id_technique": 22, "line": 9, "field": 24, "value": 26, "proposal": 26,
    "correct": 26, "safe": 8, "message": 70, "code": 30,
}  # fmt: skip
"""Columns of the first sheet → width in characters."""

_ROWS_ABOVE = 3  # two notes and the heads

_RULE_WIDTHS = {
    "code": 30, "severity": 14, "family": 24, "title": 46, "findings": 11, "gain": 10,
    "why": 60, "remedy": 60, "if_right": 60, "source": 40,
}  # fmt: skip
_LONGEST = 32_767  # characters of a cell


def write_workbook(report: QualityReport, path: Path, most_rows: int = MOST_ROWS) -> None:
    """Write the workbook.

    Args:
        report: The report; values are shown whole, whatever it masks.
        path: Replaced when it is there.
        most_rows: Of a sheet.
    """
    words = Words(report.lang)
    with new_workbook(path) as book:
        sheets = Sheets(book)
        _write_findings(sheets, report, words, most_rows)
        sheets.add(words("book_rules"), _rules(report, words))


def _write_findings(sheets: Sheets, report: QualityReport, words: Words, most_rows: int) -> None:
    rows = _rows(report, words, most_rows - _ROWS_ABOVE)
    notes = [words("book_note")]
    if rows.height < report.findings.height:
        notes.append(words("book_cut", n=report.findings.height - rows.height, all=report.findings.height))
    sheet = sheets.add(words("book_sheet"), Table(rows, _heads(_WIDTHS, words), _WIDTHS, notes))
    if rows.height:
        hint = {"validate": "any", "input_title": words("head_correct"), "input_message": words("book_fill")}
        first, at = len(notes) + 1, list(_WIDTHS).index(TO_FILL)
        sheet.data_validation(first, at, first + rows.height - 1, at, hint)


def _rows(report: QualityReport, words: Words, most: int) -> pl.DataFrame:
    """The cells of the findings that fit: the columns of ``_WIDTHS``."""
    findings = report.findings.head(most)
    by_code = {group.rule.code: group.rule for group in report.groups}
    severities = {name: _severity(name, words) for name in ("blocking", "likely_ko", "advice")}
    code = pl.col("code")
    told = findings.with_columns(
        pl.col("severity").cast(pl.String).replace_strict(severities, default="").alias("severity"),
        pl.col("field").replace_strict(ELEMENTS, default=None).alias("field"),
        pl.when(pl.col("line") > 0).then("line").alias("line"),
        pl.lit(None, pl.String).alias("correct"),
        pl.when(pl.col("proposal").is_not_null())
        .then(
            code.replace_strict(
                {key: words("yes" if one.is_safe else "no") for key, one in by_code.items()}, default=""
            )
        )
        .alias("safe"),
        messages(findings, report.lang).alias("message"),
    )
    return safe_cells(told.select(list(_WIDTHS))).with_columns(pl.col(pl.String).str.slice(0, _LONGEST))


def _rules(report: QualityReport, words: Words) -> Table:
    """The rules that found something, in the order of the report."""
    rows = [
        {
            "code": group.rule.code,
            "severity": _severity(group.rule.severity, words),
            "family": words(f"family_{group.rule.family}"),
            "findings": group.findings,
            "gain": words.points(group.gain) if group.pays and group.gain is not None else None,
            **{name: group.rule.text(name, report.lang) for name in ("title", "why", "remedy", "if_right", "source")},
        }
        for group in report.groups
    ]
    types = {name: pl.UInt32 if name == "findings" else pl.String for name in _RULE_WIDTHS}
    return Table(pl.DataFrame(rows, schema=types), _heads(_RULE_WIDTHS, words), _RULE_WIDTHS, wrapped=_RULE_WIDTHS)


def _heads(columns: Iterable[str], words: Words) -> dict[str, str]:
    return {name: words(f"head_{name}") for name in columns}


def _severity(name: str, words: Words) -> str:
    return f"{SHAPES[name]} {words(f'severity_{name}')}"
