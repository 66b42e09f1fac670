"""``to_fix.xlsx`` after a receipt: what to check in each refused passage, a column to fill, and the letters.

Example:
    >>> write_workbook(report, Path("january/to_fix.xlsx"))

One row per datum, so that no two rows ask the same: what was sent, up to three proposals, likeliest first, and
``correct``, where safe corrections stand already. Every passage to send again has a row: the sheet is also the list of
what ``resend`` sends. Values are shown whole; the first line says so.
"""

import datetime as dt
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matching.identity.cells import safe_cells
from matching.identity.rules import ELEMENTS
from matching.report.explain_model import ExplainReport, ExplainWords

PROPOSALS = 3
"""Told of one datum."""

_WIDTHS = {
    "passage": 9, "line": 9, "id_technique": 22, "message": 9, "cause": 44, "sure": 12, "element": 20,
    "sent": 24, "correct": 26, **{f"proposal_{n}": 22 for n in range(1, PROPOSALS + 1)}, "who": 40, "remedy": 70,
}  # fmt: skip
"""Columns of the first sheet → width in characters."""

_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # the same day in every workbook, so that the bytes are the same
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
}  # fmt: skip
_LETTER_WIDTHS = {"passage": 9, "id_technique": 22, "letter": 110}


def write_workbook(report: ExplainReport, asked: pl.DataFrame, path: Path) -> None:
    """Write the workbook.

    Args:
        report: The report.
        asked: What ``to_fill`` gives.
        path: Replaced when it is there.
    """
    words = ExplainWords(report.lang)
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        formats = {
            "note": book.add_format({"bold": True, "font_color": "#9B2C2C"}),
            "head": book.add_format({"bold": True, "bg_color": "#1D6A58", "font_color": "#FFFFFF", "valign": "top"}),
            "fill": book.add_format({"bg_color": "#FFF6DA", "border": 1, "border_color": "#D9D6CD", "num_format": "@"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        notes = [words("book_note"), words("book_fill", empty=words("emptied"))]
        _write(book.add_worksheet(words("book_sheet")), _rows(report, asked, words), _WIDTHS, notes, words, formats)
        letters = report.letters.join(report.refused.select("passage", "id_technique"), on="passage").sort("passage")
        told = safe_cells(letters.select(list(_LETTER_WIDTHS)))
        _write(book.add_worksheet(words("book_letters")), told, _LETTER_WIDTHS, notes[:1], words, formats)


def to_fill(corrections: pl.DataFrame, causes: pl.DataFrame, kept: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """One row per datum to check of each passage to send again.

    Args:
        corrections: Those that are told, with ``is_applied``: safe, and written already.
        causes: Columns ``CAUSES``.
        kept: ``passage`` of those to send again.
        sent: ``passage`` and, by key of ``ELEMENTS``, what was submitted: for causes without a correction.

    Returns:
        ``passage``, ``field``, ``before``, ``correct``, ``proposal_1`` …, by passage, likeliest first. A passage that
        nothing is known of has one row, whose field is null.
    """
    told = corrections.join(kept, on="passage", how="semi").sort("passage", "rank", maintain_order=True)
    proposals = told.drop_nulls("after").unique(["passage", "field", "after"], keep="first", maintain_order=True)
    proposals = proposals.group_by("passage", "field", maintain_order=True).agg(pl.col("after").head(PROPOSALS))
    fields = told.group_by("passage", "field", maintain_order=True).agg(
        pl.col("before").first(), correct=pl.col("after").filter("is_applied").first()
    )
    rows = fields.join(proposals, on=["passage", "field"], how="left", maintain_order="left")
    rows = pl.concat([rows, _of_causes(causes, kept, sent, rows)])
    lacking = kept.join(rows, on="passage", how="anti")
    rows = pl.concat([rows, lacking], how="diagonal").sort("passage", maintain_order=True)
    each = [pl.col("after").list.get(n, null_on_oob=True).alias(f"proposal_{n + 1}") for n in range(PROPOSALS)]
    return rows.with_columns(each).drop("after")


def _of_causes(causes: pl.DataFrame, kept: pl.DataFrame, sent: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The data that causes without a correction are about."""
    fields = [name for name in sent.columns if name in ELEMENTS]
    values = sent.unpivot(fields, index="passage", variable_name="field", value_name="before")
    about = causes.filter(pl.col("correction").is_null() & pl.col("trait").is_in(fields)).join(
        kept, on="passage", how="semi"
    )
    about = about.select("passage", field="trait").unique(maintain_order=True)
    about = about.join(rows, on=["passage", "field"], how="anti").join(values, on=["passage", "field"], how="left")
    return about.with_columns(
        correct=pl.lit(None, pl.String), after=pl.lit(None, pl.List(pl.String))
    ).select(rows.columns)  # fmt: skip


def heads(words: ExplainWords) -> dict[str, str]:
    """Column → its head."""
    return {name: words(f"book_{name}") for name in _WIDTHS}


def _rows(report: ExplainReport, asked: pl.DataFrame, words: ExplainWords) -> pl.DataFrame:
    """The cells: the columns of ``_WIDTHS``."""
    facts = []
    for one in report.passages:
        first = one.first
        who = words(f"who_{first.who}") + (f", {words.document(first.document)}" if first.document else "")
        cause, remedy = (words.of_kind(text, first.kind) for text in ("title", "remedy"))
        facts.append((one.passage, one.line, one.id_technique, one.message, cause, words.sure(first.probability), who,
                      remedy))  # fmt: skip
    names = ("passage", "line", "id_technique", "message", "cause", "sure", "who", "remedy")
    types = dict(zip(names, [pl.UInt32, pl.UInt32, pl.String, pl.UInt8, *[pl.String] * 4], strict=True))
    table = pl.DataFrame(facts, schema=types, orient="row")
    emptied = words("emptied")
    values = ["correct", *(f"proposal_{n}" for n in range(1, PROPOSALS + 1))]
    told = asked.join(table, on="passage", how="left", maintain_order="left").with_columns(
        pl.col("field").replace_strict(ELEMENTS, default=None, return_dtype=pl.String).alias("element"),
        pl.when(pl.col("line") > 0).then("line").alias("line"),
        pl.col("before").alias("sent"),
        *(pl.when(pl.col(name) == "").then(pl.lit(emptied)).otherwise(name).alias(name) for name in values),
    )
    return safe_cells(told.select(list(_WIDTHS)))


def _write(
    sheet: Worksheet,
    rows: pl.DataFrame,
    widths: dict[str, int],
    notes: list[str],
    words: ExplainWords,
    formats: dict[str, Format],
) -> None:
    above = len(notes)
    for column, (name, width) in enumerate(widths.items()):
        sheet.set_column(column, column, width, formats["fill"] if name == "correct" else None)
    sheet.freeze_panes(above + 1, 0)
    sheet.autofilter(above, 0, above + rows.height, len(widths) - 1)
    for at, note in enumerate(notes):
        sheet.write_string(at, 0, note, formats["note"])
    for column, name in enumerate(widths):
        sheet.write_string(above, column, words(f"book_{name}"), formats["head"])
    for at, row in enumerate(rows.iter_rows(), start=above + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell, formats["wrap"] if widths is _LETTER_WIDTHS else None)
            elif cell is not None:
                sheet.write_number(at, column, cell)
