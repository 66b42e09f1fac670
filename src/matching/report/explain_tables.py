"""``causes.csv``, ``unmatched.csv`` and ``run.json`` of an explained receipt, for programs and spreadsheets.

Example:
    >>> causes_table(report).columns[:5]
    ['passage', 'id_technique', 'line', 'message', 'rank']

Values are masked as on the page. The same files and version give the same bytes.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.rules import ELEMENTS
from matching.report.explain_model import Correction, ExplainReport, ExplainWords

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "id_technique": pl.String,
    "line": pl.UInt32,
    "message": pl.UInt8,
    "rank": pl.UInt8,
    "cause": pl.String,  # code of the kind
    "title": pl.String,
    "element": pl.String,
    "probability": pl.Float64,
    "rule": pl.String,
    "who": pl.String,
    "document": pl.String,
    "correction": pl.String,  # « prenom1: J****** → J****** », masked as the page is
    "is_safe": pl.Boolean,
    "passes": pl.Boolean,  # null when it was not tried on a register
}
_DECIMALS = 4


def causes_table(report: ExplainReport) -> pl.DataFrame:
    """One row per cause of each refused passage."""
    words = ExplainWords(report.lang)
    rows = []
    for one in report.passages:
        corrections = {correction.rank: correction for correction in one.corrections}
        for rank, cause in enumerate(one.causes, start=1):
            fix = corrections.get(cause.correction or 0)
            rows.append(
                (one.passage, one.id_technique, one.line, one.message, rank, cause.kind,
                 words.of_kind("title", cause.kind), ELEMENTS.get(cause.trait or ""),
                 round(cause.probability, _DECIMALS), cause.rule, cause.who, cause.document,
                 _told(fix, words), fix and fix.is_safe, fix and fix.passes)
            )  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def write_causes(report: ExplainReport, path: Path) -> None:
    """Write them, semicolons and BOM as spreadsheets in France expect."""
    safe_cells(causes_table(report)).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")


def write_unmatched(report: ExplainReport, path: Path) -> None:
    """Write, the same way, what stands in the receipt only or is not answered: nothing is dropped."""
    told = report.unmatched.with_columns(pl.col("answer").cast(pl.String))
    safe_cells(told).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")


def explain_facts(report: ExplainReport) -> dict[str, Any]:
    """The figures of a report: no identity, nothing of the day."""
    messages = report.refused["message"].value_counts().sort("message", nulls_last=True)
    return {
        "program": {"name": "nirisation", "version": report.version},
        "input": {"file": report.file, "receipt": report.receipt, "digest": dict(report.digest)},
        "shows_names": report.shows_names,
        "form": report.form,
        "tried_on_a_register": report.tried,
        "counts": dict(report.counts),
        "messages": {str(number or "other"): n for number, n in messages.iter_rows()},
        "faults": len(report.faults),
        "unmatched": report.unmatched.height,
        "causes": {
            group.kind: {"expected": round(group.expected, _DECIMALS), "first_of": len(group.passages)}
            for group in report.groups
        },
    }


def write_run(report: ExplainReport, path: Path) -> None:
    """Write them, indented."""
    path.write_text(json.dumps(explain_facts(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _told(fix: Correction | None, words: ExplainWords) -> str | None:
    if fix is None:
        return None
    nothing, empty, ask = words("nothing_sent"), words("emptied"), words("to_ask")
    return " ; ".join(
        f"{ELEMENTS[one.field]} : {one.before or nothing} → {ask if one.after is None else one.after or empty}"
        for one in fix.changes
    )
