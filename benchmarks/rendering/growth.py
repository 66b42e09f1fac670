"""How time and memory grow with the register and with the file: warm, cold, and the one time without an index."""

import polars as pl

from benchmarks.rendering.axes import Axis
from benchmarks.rendering.contenders import OURS, rank, shown
from benchmarks.rendering.page import Chart, Section, people, table
from benchmarks.rendering.plots import Curve, plane
from benchmarks.rendering.stored import Stored, dates

_STATES = {"warm": ("dot", "thick"), "cold": ("diamond", "dashed"), "one-shot": ("triangle", "thin")}
_SAID = {"warm": "warm", "cold": "cold", "one-shot": "index built too"}


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    rows = stored.latest("scale", ["persons", "passages", "contender", "state"])
    if rows.is_empty():
        return []
    rows = rows.sort("contender", "state", "persons", "passages", maintain_order=True)
    how = (
        "`nirisation match`, whole processes, medians. *Warm*: the index is there and its pages are in memory; "
        "*cold*: the system was asked to forget them; *index built too*: there was none, and the run makes it. Both "
        "axes are logarithmic: a line that rises as fast as it goes right is proportional, a flat one does not grow."
    )
    parts: list[Chart | str] = [
        *_charts(rows, "persons", "passages", "growth-register"),
        *_charts(rows, "passages", "persons", "growth-file"),
        _table(rows),
    ]
    return [Section("How does it grow?", how, parts, dates(rows), "scale")]


_AXES = {"persons": "persons of the register", "passages": "passages of the file"}


def _charts(rows: pl.DataFrame, across: str, fixed: str, name: str) -> list[Chart]:
    """Seconds against one size, the other one being the largest that was measured at several of the first."""
    met = rows.group_by(fixed).agg(pl.col(across).n_unique()).filter(pl.col(across) > 1)
    if met.is_empty():
        return []
    most = met[across].max()
    at = int(met.filter(pl.col(across) == most)[fixed].to_numpy().max())
    same = rows.filter(pl.col(fixed) == at)
    curves = []
    for contender in sorted(same["contender"].unique(), key=rank):
        for state, (shape, style) in _STATES.items():
            of = same.filter(pl.col("contender") == contender, pl.col("state") == state).sort(
                across, maintain_order=True
            )
            if of.height:
                points = list(of.select(across, "seconds").iter_rows())
                curves.append(
                    Curve(f"{shown(contender).name}, {_SAID[state]}", shown(contender).ink, shape, points, style)
                )
    sizes = sorted(same[across].unique())
    low, high = float(same["seconds"].min()), float(same["seconds"].max())  # type: ignore[arg-type]
    least = max((tick for tick in _SECONDS if tick <= low), default=_SECONDS[0])
    most = min((tick for tick in _SECONDS if tick >= high), default=_SECONDS[-1])
    seconds = [tick for tick in _SECONDS if least <= tick <= most]
    fixed_at = f"{people(at)} {'passages' if fixed == 'passages' else 'persons'}"
    drawing = plane(
        f"Seconds by {_AXES[across]}, {fixed_at}",
        curves,
        Axis(_AXES[across], sizes[0], sizes[-1], [(size, people(size)) for size in sizes], is_log=True),
        Axis(
            "seconds, median",
            seconds[0],
            seconds[-1],
            [(tick, f"{tick:g} s") for tick in seconds],
            is_log=True,
        ),
        400,
    )
    return [Chart(name, drawing, _answer(same, across, fixed_at))]


_SECONDS = tuple(unit * tens for tens in (0.1, 1, 10, 100, 1000) for unit in (1, 2, 5))


def _answer(same: pl.DataFrame, across: str, fixed_at: str) -> str:
    warm = same.filter(pl.col("contender") == OURS, pl.col("state") == "warm").sort(across, maintain_order=True)
    if warm.height < 2:  # noqa: PLR2004 - growth takes two
        return f"Measured with {fixed_at}."
    first, last = warm.row(0, named=True), warm.row(-1, named=True)
    return (
        f"With {fixed_at}, from {first[across]:,} to {last[across]:,} {_AXES[across].split(' of ')[0]} "
        f"({last[across] / first[across]:.0f} times more), `{OURS}` warm goes from {first['seconds']} s to "
        f"{last['seconds']} s ({last['seconds'] / first['seconds']:.1f} times) and from {first['anonymous_mb']:,} MB "
        f"of its own to {last['anonymous_mb']:,} MB."
    )


def _table(rows: pl.DataFrame) -> str:
    return table(
        ("register", "passages", "strategy", "state", "seconds, median", "least", "most", "memory of its own", "peak"),
        (
            (
                f"{row['persons']:,}",
                f"{row['passages']:,}",
                f"`{row['contender']}`",
                _SAID[row["state"]],
                *(f"{row[name]}" for name in ("seconds", "seconds_least", "seconds_most")),
                f"{row['anonymous_mb']:,} MB",
                f"{row['peak_mb']:,} MB",
            )
            for row in rows.sort(
                "persons", "passages", "contender", "state", descending=[True, True, False, True], maintain_order=True
            ).iter_rows(named=True)
        ),
    )
