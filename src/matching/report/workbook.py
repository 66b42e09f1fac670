"""``to_fix.xlsx``: every finding with its whole value, what to write instead, and a column to fill.

Example:
    >>> write_workbook(report, Path("january/to_fix.xlsx"))

The first sheet says that it holds personal data, then has one row per finding, in the order of the report, filters
on; the second has the rules that found something. A sheet takes 1 048 576 rows: what is beyond is counted in its
first lines, and stands in ``findings.csv``.
"""

import datetime as dt
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matching.identity.cells import safe_cells
from matching.identity.rules import ELEMENTS, messages
from matching.report.model import QualityReport
from matching.report.story import SHAPES
from matching.report.wording import Words

MOST_ROWS = 1_048_576
"""Of a sheet, by its format."""

_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # the same day in every workbook, so that the bytes are the same
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

_WIDTHS = {
    "severity": 14, "id_technique": 22, "line": 9, "field": 24, "value": 26, "proposal": 26,
    "correct": 26, "safe": 8, "message": 70, "code": 30,
}  # fmt: skip
"""Columns of the first sheet → width in characters."""

_TO_FILL = list(_WIDTHS).index("correct")
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
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        formats = {
            "note": book.add_format({"bold": True, "font_color": "#9B2C2C", "text_wrap": False}),
            "head": book.add_format({"bold": True, "bg_color": "#1D6A58", "font_color": "#FFFFFF", "valign": "top"}),
            "fill": book.add_format({"bg_color": "#FFF6DA", "border": 1, "border_color": "#D9D6CD", "num_format": "@"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_findings(book.add_worksheet(words("book_sheet")), report, words, formats, most_rows)
        _write_rules(book.add_worksheet(words("book_rules")), report, words, formats)


def _write_findings(
    sheet: Worksheet, report: QualityReport, words: Words, formats: dict[str, Format], most_rows: int
) -> None:
    rows = _rows(report, words, most_rows - _ROWS_ABOVE)
    notes = [words("book_note")]
    if rows.height < report.findings.height:
        notes.append(words("book_cut", n=report.findings.height - rows.height, all=report.findings.height))
    heads, last = len(notes), len(notes) + rows.height
    for column, (name, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(column, column, width, formats["fill"] if name == "correct" else None)
    sheet.freeze_panes(heads + 1, 0)
    sheet.autofilter(heads, 0, last, len(_WIDTHS) - 1)
    if rows.height:
        hint = {"validate": "any", "input_title": words("head_correct"), "input_message": words("book_fill")}
        sheet.data_validation(heads + 1, _TO_FILL, last, _TO_FILL, hint)
    for at, note in enumerate(notes):
        sheet.write_string(at, 0, note, formats["note"])
    for column, name in enumerate(_WIDTHS):
        sheet.write_string(heads, column, words(f"head_{name}"), formats["head"])
    for at, row in enumerate(rows.iter_rows(), start=heads + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write_number(at, column, cell)


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


def _write_rules(sheet: Worksheet, report: QualityReport, words: Words, formats: dict[str, Format]) -> None:
    for column, (name, width) in enumerate(_RULE_WIDTHS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words(f"head_{name}"), formats["head"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(report.groups), len(_RULE_WIDTHS) - 1)
    for at, group in enumerate(report.groups, start=1):
        cells = {
            "code": group.rule.code,
            "severity": _severity(group.rule.severity, words),
            "family": words(f"family_{group.rule.family}"),
            "findings": group.findings,
            "gain": words.points(group.gain) if group.pays and group.gain is not None else "",
            **{name: group.rule.text(name, report.lang) for name in ("title", "why", "remedy", "if_right", "source")},
        }
        for column, name in enumerate(_RULE_WIDTHS):
            sheet.write(at, column, cells[name], formats["wrap"])


def _severity(name: str, words: Words) -> str:
    return f"{SHAPES[name]} {words(f'severity_{name}')}"
