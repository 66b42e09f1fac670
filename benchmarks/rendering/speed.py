"""How fast, with how much memory, and how both grow: linkage beside its peers, control 1, ``nirisation check``."""

import polars as pl

from benchmarks.rendering.contenders import OURS, shown
from benchmarks.rendering.page import Chart, Section, people, table
from benchmarks.rendering.plots import Bar, bars
from benchmarks.rendering.stored import Stored, dates

_NAMES = {
    "splink, trained": ("Splink, trained before", "slate"),
    "splink, training": ("Splink, training included", "slate"),
    "recordlinkage, training": ("recordlinkage, training included", "amber"),
}


def _program(name: str) -> tuple[str, str]:
    """How a program is called, and its colour."""
    return _NAMES.get(name, (shown(name).name, shown(name).ink))


_TARGETS = {("linkage", 500): 1.5, ("control", 200_000): 25_000, ("check", 200_000): 10_000}
"""What we hold ourselves to: seconds of a fresh process, passages and rows per second."""


def linkage_rows(stored: Stored) -> pl.DataFrame:
    """The latest measurement of each program on each file."""
    return stored.latest("linkage_speed", ["persons", "passages", "contender"])


def sections(stored: Stored) -> list[Section]:
    """Linkage, then control 1 and the check."""
    return [*_linkage(linkage_rows(stored)), *_files(stored)]


def _linkage(rows: pl.DataFrame) -> list[Section]:
    if rows.is_empty():
        return []
    rows = rows.sort("persons", "passages", "seconds", descending=[True, True, False], maintain_order=True)
    how = (
        "Whole processes, started afresh, from the XML file to the decisions written, in turn, on one machine; "
        "medians. Ours maps its index from the disk, so its peak counts pages that the system takes back when it "
        "needs them: *memory of its own* leaves them out, for everybody. The index is built once per register and not "
        "counted, nor is what the peers read; their training is told apart."
    )
    small = rows.filter(pl.col("contender") == OURS, pl.col("passages") == 500)  # noqa: PLR2004 - the target's file
    lost = [
        f"{row['passages']} passages against {row['persons']:,} persons take {row['seconds']} s in a fresh process; we "
        f"aim at {_TARGETS['linkage', 500]} s."
        for row in small.iter_rows(named=True)
        if row["seconds"] > _TARGETS["linkage", 500]
    ]
    lost += [
        f"{_program(row['contender'])[0]} answers {row['passages']:,} passages against {row['persons']:,} persons in "
        f"{row['seconds']} s, faster than `{OURS}`."
        for row in rows.filter(pl.col("times_slower") < 1).iter_rows(named=True)
    ]
    chart = _ratios(rows)
    won = [chart.said] if chart else []
    parts: list[Chart | str] = [chart, _table(rows)] if chart else [_table(rows)]
    return [Section("How fast, and with how much memory?", how, parts, dates(rows), "speed", won, lost)]


def _table(rows: pl.DataFrame) -> str:
    return table(
        (
            "register",
            "passages",
            "program",
            "runs",
            "seconds, median",
            "least",
            "times slower",
            "memory of its own",
            "peak",
        ),
        (
            (
                f"{row['persons']:,}",
                f"{row['passages']:,}",
                _program(row["contender"])[0],
                f"{row['runs']}",
                f"{row['seconds']}",
                f"{row['seconds_least']}",
                f"{row['times_slower']}",
                f"{row['anonymous_mb']:,} MB",
                f"{row['peak_mb']:,} MB",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def compared(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The largest file of each register that a peer answered too, largest register first; fastest program first."""
    peers = rows.filter(pl.col("contender").is_in(list(_NAMES)))
    largest = (
        peers.group_by("persons").agg(pl.col("passages").max()).sort("persons", descending=True, maintain_order=True)
    )
    return [
        rows.filter(pl.col("persons") == persons, pl.col("passages") == passages).sort("seconds", maintain_order=True)
        for persons, passages in largest.iter_rows()
    ]


def _ratios(rows: pl.DataFrame) -> Chart | None:
    """Times and memory next to ours, on each of these files."""
    panels, told = [], []
    for same in compared(rows):
        ours = same.filter(pl.col("contender") == OURS).row(0, named=True)
        what = f"{people(ours['passages'])} passages, {people(ours['persons'])} persons"
        for column, title, unit in (("seconds", "seconds, median", "s"), ("anonymous_mb", "memory of its own", "MB")):
            panel = [
                Bar(
                    _program(row["contender"])[0],
                    [(_program(row["contender"])[1], row[column])],
                    f"{row[column]:,} {unit}"
                    + ("" if row["contender"] == OURS else f" ({row[column] / ours[column]:.1f} times ours)"),
                )
                for row in same.iter_rows(named=True)
            ]
            panels.append((f"{what}: {title}", panel))
        slower = [
            f"{_program(row['contender'])[0]} takes {row['seconds'] / ours['seconds']:.1f} times as long and "
            f"{row['anonymous_mb'] / ours['anonymous_mb']:.1f} times the memory"
            for row in same.filter(pl.col("contender").is_in(list(_NAMES))).iter_rows(named=True)
        ]
        told.append(
            f"`{OURS}` answers {ours['passages']:,} passages against {ours['persons']:,} persons in {ours['seconds']} "
            f"s with {ours['anonymous_mb']:,} MB of its own; {'; '.join(slower)}."
        )
    if not panels:
        return None
    return Chart(
        "speed", bars("From the XML to the decisions: time and memory next to the peers", panels), " ".join(told)
    )


def _files(stored: Stored) -> list[Section]:
    control = stored.latest("control", ["passages"])
    check = stored.latest("check_speed", ["file", "passages"])
    parts: list[Chart | str] = []
    lost: list[str] = []
    if not control.is_empty():
        parts.append(_control(control.sort("passages", maintain_order=True), lost))
    if not check.is_empty():
        parts.append(_check(check.sort("file", "passages", maintain_order=True), lost))
    if not parts:
        return []
    how = (
        "Control 1 and `nirisation check`, each run in a process of its own, imports included; medians. Two sizes of "
        "file, ten times apart, tell whether time and memory follow the file."
    )
    title = "How fast are the structure's control and the check before sending?"
    command = "control; python -m benchmarks check-speed"
    return [Section(title, how, parts, dates(control, check), command, lost=lost)]


def _control(rows: pl.DataFrame, lost: list[str]) -> str:
    last = rows.row(-1, named=True)
    if last["passages_per_second"] < _TARGETS["control", 200_000]:
        lost.append(
            f"Control 1 reads {last['passages_per_second']:,} passages/s; we aim at {_TARGETS['control', 200_000]:,}."
        )
    return table(
        ("control 1", "passages/s", "peak memory"),
        (
            (
                f"{row['passages']:,} passages, {row['file_mb']} MB",
                f"{row['passages_per_second']:,}",
                f"{row['peak_mb']} MB",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _check(rows: pl.DataFrame, lost: list[str]) -> str:
    aim = _TARGETS["check", 200_000]
    slow = rows.filter(pl.col("rows_per_second_written") < aim)
    lost += [
        f"`nirisation check` with its four files does {row['rows_per_second_written']:,} rows/s on {row['passages']:,} "
        f"rows ({row['file'].upper()}); without them {row['rows_per_second']:,}. We aim at {aim:,}."
        for row in slow.filter(pl.col("passages") == rows["passages"].max()).iter_rows(named=True)
    ]
    return table(
        ("`nirisation check`", "rows/s", "with the report's files", "peak memory", "page"),
        (
            (
                f"{row['passages']:,} rows, {row['file'].upper()}",
                f"{row['rows_per_second']:,}",
                f"{row['rows_per_second_written']:,}",
                f"{row['peak_mb']} MB",
                f"{row['page_mb']} MB",
            )
            for row in rows.iter_rows(named=True)
        ),
    )
