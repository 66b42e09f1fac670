"""``to_fix.xlsx`` after a receipt: what to check in each refused passage, a column to fill, and the letters.

Example:
    >>> write_workbook(report, Path("january/to_fix.xlsx"))

One row per datum, so that no two rows ask the same: what was sent, up to three proposals, likeliest first, and
``correct``, where safe corrections stand already. Every passage to send again has a row: the sheet is also the list of
what ``resend`` sends. Values are shown whole; the first line says so.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.rules import ELEMENTS
from matching.identity.workbooks import new_workbook
from matching.report.explain_model import ExplainReport
from matching.report.explain_words import ExplainWords
from matching.report.sheets import TO_FILL, Sheets, Table

PROPOSALS = 3
"""Told of one datum."""

_WIDTHS = {
    "passage": 9, "line": 9, "id_technique": 22, "message": 9, "cause": 44, "sure": 12, "element": 20,
    "sent": 24, "correct": 26, **{f"proposal_{n}": 22 for n in range(1, PROPOSALS + 1)}, "who": 40, "remedy": 70,
}  # fmt: skip
"""Columns of the first sheet → width in characters."""

_LETTER_WIDTHS = {"passage": 9, "id_technique": 22, "holder": 26, "document": 34, "subject": 44, "letter": 100}


def write_workbook(report: ExplainReport, asked: pl.DataFrame, letters: pl.DataFrame, path: Path) -> None:
    """Write the workbook.

    Args:
        report: The report.
        asked: What ``to_fill`` gives.
        letters: Columns ``explain.corrections.letters.LETTERS``.
        path: Replaced when it is there.
    """
    words = ExplainWords(report.lang)
    notes = [words("book_note"), words("book_fill", empty=words("emptied"))]
    asked_for = Table(_rows(report, asked, words), _heads(_WIDTHS, words), _WIDTHS, notes)
    told = _letters(report, letters, words)
    wrapped = [name for name in _LETTER_WIDTHS if name != "passage"]
    notes = [words("book_note"), words("book_letter_note")]
    with new_workbook(path) as book:
        sheets = Sheets(book)
        sheet = sheets.add(words("book_sheet"), asked_for)
        if asked.height:
            hint = {"validate": "any", "input_title": words("book_correct"), "input_message": words("book_hint")}
            first, at = len(asked_for.notes) + 1, list(_WIDTHS).index(TO_FILL)
            sheet.data_validation(first, at, first + asked.height - 1, at, hint)
        sheets.add(words("book_letters"), Table(told, _heads(_LETTER_WIDTHS, words), _LETTER_WIDTHS, notes, wrapped))


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


def _heads(columns: Iterable[str], words: ExplainWords) -> dict[str, str]:
    return {name: words(f"book_{name}") for name in columns}


def _rows(report: ExplainReport, asked: pl.DataFrame, words: ExplainWords) -> pl.DataFrame:
    """The cells: the columns of ``_WIDTHS``."""
    firsts = report.firsts
    titles, remedies = (
        {kind: words.of_kind(text, kind) for kind in firsts["kind"].unique()} for text in ("title", "remedy")
    )
    asked_of = {
        (who, document): words(f"who_{who}") + (f", {words.document(document)}" if document else "")
        for who, document in firsts.select("who", "document").unique().iter_rows()
    }
    table = firsts.select(
        "passage",
        "line",
        "id_technique",
        "message",
        cause=pl.col("kind").replace_strict(titles, return_dtype=pl.String),
        sure=pl.Series([words.sure(probability) for probability in firsts["probability"]], dtype=pl.String),
        who=pl.Series([asked_of[pair] for pair in firsts.select("who", "document").iter_rows()], dtype=pl.String),
        remedy=pl.col("kind").replace_strict(remedies, return_dtype=pl.String),
    )
    emptied = words("emptied")
    values = ["correct", *(f"proposal_{n}" for n in range(1, PROPOSALS + 1))]
    told = asked.join(table, on="passage", how="left", maintain_order="left").with_columns(
        pl.col("field").replace_strict(ELEMENTS, default=None, return_dtype=pl.String).alias("element"),
        pl.when(pl.col("line") > 0).then("line").alias("line"),
        pl.col("before").alias("sent"),
        *(pl.when(pl.col(name) == "").then(pl.lit(emptied)).otherwise(name).alias(name) for name in values),
    )
    return safe_cells(told.select(list(_WIDTHS)))


def _letters(report: ExplainReport, letters: pl.DataFrame, words: ExplainWords) -> pl.DataFrame:
    """The cells: the columns of ``_LETTER_WIDTHS``."""
    documents = letters["document"].unique().drop_nulls()
    named = [", ".join(words.document(one) for one in codes.split(",")) for codes in documents]
    keys = report.refused.select("passage", "id_technique")
    told = letters.join(keys, on="passage", how="left", maintain_order="left")
    return safe_cells(told.with_columns(pl.col("document").replace(documents, named)).select(list(_LETTER_WIDTHS)))
