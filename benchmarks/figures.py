"""The README's figures, taken from the stored results: its first screen, and the lines under *Measured*.

``python -m benchmarks render`` writes them; a test fails when the README says something else.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.rendering.accuracy import cell, grid
from benchmarks.rendering.by_error import funnel_chart, rates
from benchmarks.rendering.contenders import FUNNEL, OURS
from benchmarks.rendering.page import CHARTS, people, table
from benchmarks.rendering.speed import compared, linkage_rows
from benchmarks.rendering.stored import Stored, dates

if TYPE_CHECKING:
    from collections.abc import Callable

README = Path(__file__).parents[1] / "README.md"
_PROMISE = 0.001
_ROWS = {
    OURS: "**nirisation**, `probabilistic`",
    "splink_labels": "Splink 5, learning from a labelled file",
    "splink_em": "Splink 5, EM",
    "recordlinkage": "recordlinkage, ECM",
    FUNNEL: "the published funnel",
}
_TIMED = {
    OURS: (OURS,),
    "splink_em": ("splink, training", "splink, trained"),
    "recordlinkage": ("recordlinkage, training",),
    FUNNEL: (FUNNEL,),
}
"""Contender → the programs of ``linkage_speed.csv``, with its training first."""


def with_figures(text: str, stored: Stored) -> str:
    """The README's text with the figures of the results in its marked blocks."""
    blocks: dict[str, Callable[[Stored], str]] = {"first screen": _first_screen, "figures": _measured}
    for name, told in blocks.items():
        block = re.compile(rf"(<!-- {name}: begin -->\n).*(<!-- {name}: end -->)", re.DOTALL)
        said = told(stored)
        text = block.sub(lambda found, said=said: found[1] + said + "\n" + found[2], text)  # type: ignore[misc]
    return text


def _first_screen(stored: Stored) -> str:
    """One chart, what it says, and one table."""
    own = rates(stored).filter(pl.col("rule") == "own")
    chart = funnel_chart(own)
    return "\n\n".join([chart.markdown(f"benchmarks/{CHARTS}"), _table(stored)])


def _table(stored: Stored) -> str:
    """Accuracy under one promise, and the time and memory of whole processes."""
    rows, spent = grid(stored), linkage_rows(stored)
    cells = [cell(rows, persons) for persons in sorted(rows["persons"].unique(), reverse=True)]
    timed = compared(spent)
    head = (
        "",
        *(f"right, among {people(each['persons'][0])}" for each in cells),
        *(f"{people(each['passages'][0])} passages × {people(each['persons'][0])}" for each in timed),
    )
    body = [
        (name, *(_right(each, contender) for each in cells), *(_spent(each, contender) for each in timed))
        for contender, name in _ROWS.items()
    ]
    shares = {people(each["persons"][0]): f"{each['strangers'][0]:.0%}" for each in cells}
    is_same = len(set(shares.values())) == 1
    strangers = next(iter(shares.values())) if is_same else ", ".join(f"{of} of {size}" for size, of in shares.items())
    told = (
        "*Right*: of the people who are in a register of that many, those whose OK names them, with at most "
        f"{_PROMISE:.1%} of somebody else's among OK; the funnel decides by itself. Passages of strangers: "
        f"{strangers}. Times and memory of its own: medians of whole processes, from the XML to the decisions, "
        "training included, in brackets without. –: not measured; recordlinkage holds the register in memory. "
        f"Measured {dates(*cells, *timed)} on {stored.machine.get('processors', 'unknown')} cores. [What we "
        "lose](benchmarks/RESULTS.md#what-we-lose) is told too."
    )
    return f"{table(head, body)}\n\n{told}"


def _right(rows: pl.DataFrame, contender: str) -> str:
    is_asked = pl.col("promise").is_null() if contender == FUNNEL else pl.col("promise") == _PROMISE
    row = rows.filter(pl.col("contender") == contender, is_asked)
    if row.is_empty():
        return "–"
    share, others = row["right_share"][0], row["wrong_share"][0]
    return f"{share:.2%}, {others:.2%} somebody else's" if contender == FUNNEL else f"{share:.2%}"


def _spent(rows: pl.DataFrame, contender: str) -> str:
    found = [
        row
        for name in _TIMED.get(contender, ())
        for row in rows.filter(pl.col("contender") == name).iter_rows(named=True)
    ]
    told = [f"{row['seconds']:.1f} s, {row['anonymous_mb'] / 1000:.1f} GB" for row in found]
    return f"{told[0]} ({told[1]})" if len(told) > 1 else told[0] if told else "–"


def _measured(stored: Stored) -> str:
    """A line per question that the first screen leaves out."""
    control = stored.latest("control", ["passages"]).sort("passages", maintain_order=True).row(-1, named=True)
    check = (
        stored.latest("check_speed", ["file", "passages"])
        .filter(pl.col("file") == "xml")
        .sort("passages", maintain_order=True)
        .row(-1, named=True)
    )
    told = stored.latest("forecast_summary", ["persons"]).filter(pl.col("persons") == "all").row(-1, named=True)
    alarms = stored.latest("false_alarms", ["profile", "code"]).filter(
        pl.col("code") == "any likely_ko", pl.col("profile") == "typical"
    )
    files = f"{check['rows_per_second_written']:,} with the report's files"
    error = f"{told['mean_error_points']:.2f} points off on average"
    lines = (
        f"control 1: {control['passages_per_second']:,} passages/s on {control['file_mb']} MB",
        f"`nirisation check`: {check['rows_per_second']:,} rows/s, {files}, on {check['passages']:,} rows",
        f"its false alarms: {alarms['share'][0]:.2%} of the rows without any error are said a likely KO",
        f"its forecast, on {told['files']} files that it never saw: {error}",
    )
    return "\n".join([_POINTER, "", *(f"- {line}" for line in lines)])


_POINTER = """\
[benchmarks/RESULTS.md](benchmarks/RESULTS.md) has a section per question: what was measured and how, charts, tables,
what we win and what we lose. `make bench` measures a small version of everything again in a few minutes,
`make bench-full` what is shown."""
