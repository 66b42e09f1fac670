"""``history.csv`` and ``run.json`` of a follow-up, for programs and spreadsheets.

Example:
    >>> history_table(report).columns[:4]
    ['id_technique', 'state', 'days_left', 'deadline']

They hold the names of what was changed and no value. The same files, day and version give the same bytes.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.nir import without_real_numbers, without_real_numbers_inside
from matching.identity.rules import ELEMENTS
from matching.report.history_model import HistoryReport

_OF_PASSAGE = ("state", "days_left", "deadline", "needs_evidence")
_COLUMNS = (
    "id_technique", *_OF_PASSAGE,
    "sending", "day", "file", "receipt", "line", "answer", "message", "text", "changed",
)  # fmt: skip


def history_table(report: HistoryReport) -> pl.DataFrame:
    """One row per passage and sending, in the order of the page; ``changed`` holds elements of the deposit file."""
    passages = pl.concat([report.pending, report.accepted]).select("id_technique", *_OF_PASSAGE)
    told = passages.join(report.told_steps, on="id_technique", how="left", maintain_order="left")
    changed = pl.col("changed").list.eval(pl.element().replace_strict(ELEMENTS, return_dtype=pl.String)).list.join(" ")
    texts = [text and without_real_numbers_inside(text) for text in told["text"]]  # those of 5 to 7 name the passage
    return told.with_columns(
        pl.col("state").cast(pl.String),
        id_technique=without_real_numbers(told["id_technique"]),
        text=pl.Series(texts, dtype=pl.String),
        changed=changed,
    ).select(_COLUMNS)


def write_history(report: HistoryReport, path: Path) -> None:
    """Write it, semicolons and BOM as spreadsheets in France expect."""
    safe_cells(history_table(report)).write_csv(path, separator=";", include_bom=True, line_terminator="\r\n")


def history_facts(report: HistoryReport) -> dict[str, Any]:
    """The figures of a report: no identity; of the days, those that were given."""
    return {
        "program": {"name": "nirisation", "version": report.version},
        "folder": report.folder,
        "today": report.today.isoformat(),
        "shows_names": report.shows_names,
        "counts": report.counts,
        "sendings": [asdict(one) | {"day": one.day.isoformat()} for one in report.sendings],
        "remarks": [{"file": one.file, "code": one.code} for one in report.remarks],
    }


def write_run(report: HistoryReport, path: Path) -> None:
    """Write them, indented."""
    path.write_text(json.dumps(history_facts(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
