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
from matching.report.explain_model import ExplainReport
from matching.report.explain_words import ExplainWords

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
    titles = {kind: words.of_kind("title", kind) for kind in report.causes["kind"].unique()}
    passages = report.refused.select("passage", "id_technique", "line", "message")
    told = report.causes.join(passages, on="passage", how="left", maintain_order="left").join(
        _changes(report, words), on=["passage", "correction"], how="left", maintain_order="left"
    )
    return told.with_columns(
        cause="kind",
        title=pl.col("kind").replace_strict(titles, return_dtype=pl.String),
        element=pl.col("trait").replace_strict(ELEMENTS, default=None, return_dtype=pl.String),
        probability=pl.col("probability").round(_DECIMALS),
        correction="told",
    ).select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())


def _changes(report: ExplainReport, words: ExplainWords) -> pl.DataFrame:
    """``passage``, ``correction`` (its rank), ``told``, ``is_safe``, ``passes``."""
    after = pl.col("after").replace({"": words("emptied")}).fill_null(words("to_ask"))
    before = pl.col("before").replace({"": None}).fill_null(words("nothing_sent"))
    element = pl.col("field").replace_strict(ELEMENTS, return_dtype=pl.String)
    change = pl.format("{} : {} → {}", element, before, after)
    return report.shown.group_by("passage", correction=pl.col("rank"), maintain_order=True).agg(
        change.str.join(" ; ").alias("told"), pl.col("is_safe", "passes").first()
    )


def write_causes(report: ExplainReport, path: Path) -> None:
    """Write them, semicolons and BOM as spreadsheets in France expect."""
    safe_cells(causes_table(report)).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")


def write_unmatched(report: ExplainReport, path: Path) -> None:
    """Write, the same way, what stands in the receipt only or is not answered: nothing is dropped."""
    told = report.unmatched.with_columns(pl.col("answer").cast(pl.String))
    safe_cells(told).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")


def explain_facts(report: ExplainReport) -> dict[str, Any]:
    """The figures of a report: no identity, nothing of the day."""
    resent = report.resent
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
        "resend": resent
        and {
            "passages": resent.passages,
            "corrected": resent.corrected,
            "not_applied": len(resent.not_applied),
            "control_errors": resent.errors,
        },
        "causes": {
            group.kind: {"expected": round(group.expected, _DECIMALS), "first_of": len(group.passages)}
            for group in report.groups
        },
    }


def write_run(report: ExplainReport, path: Path) -> None:
    """Write them, indented."""
    path.write_text(json.dumps(explain_facts(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
