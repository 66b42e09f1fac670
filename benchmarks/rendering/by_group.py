"""Who is found, by group of people: ours beside the funnel, by their own decisions."""

from collections.abc import Mapping
from math import floor
from typing import Any

import polars as pl

from benchmarks.rendering.axes import share_axis, whole_percent
from benchmarks.rendering.contenders import FUNNEL, OURS, shown
from benchmarks.rendering.page import Chart, Section, people, wrong
from benchmarks.rendering.plots import Row, Series, dot_rows
from benchmarks.rendering.stored import Stored, dates
from benchmarks.strata import STRATA

_KEY = ("persons", "profile", "strangers", "contender", "rule", "promise")
_NAMES = {"birth": "Born in", "sex": "Sex", "born": "Year of birth", "surname": "Surname", "M": "men", "F": "women"}
_FEWEST = 100
"""People of a group below which no share is told of it."""


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    rows = stored.latest("linkage_strata", _KEY, ["stratum", "group"])
    if rows.is_empty():
        return []
    rows = rows.filter(pl.col("profile") == "typical", pl.col("rule") == "own", pl.col("present") >= _FEWEST)
    rows = rows.filter(pl.col("persons") == pl.col("persons").max(), pl.col("contender").is_in([OURS, FUNNEL]))
    rows = rows.filter(pl.col("strangers") == pl.col("strangers").max())
    if set(rows["contender"]) != {OURS, FUNNEL}:
        return []
    how = (
        f"The people of a register of {rows['persons'][0]:,} (`typical` profile, {rows['strangers'][0]:.0%} of "
        "passages of strangers), by where and when they were born, their sex and their surname; "
        "`results/linkage_strata.csv` has every contender and promise."
    )
    return [Section("Is everybody found as well?", how, [_chart(rows)], dates(rows), "quality", lost=[_worst(rows)])]


def _chart(rows: pl.DataFrame) -> Chart:
    told = {(row["stratum"], row["group"], row["contender"]): row for row in rows.iter_rows(named=True)}
    groups = [
        (
            _NAMES[stratum],
            [
                _row(_NAMES.get(name, name), told[stratum, name, OURS], told.get((stratum, name, FUNNEL)))
                for name in names
                if (stratum, name, OURS) in told
            ],
        )
        for stratum, names in STRATA.items()
    ]
    low = floor(10 * float(rows["right_share"].to_numpy().min())) / 10
    drawing = dot_rows(
        f"Who is rightly found, by group of people? Register of {people(rows['persons'][0])}",
        groups,
        [Series(shown(name).name, shown(name).ink, shown(name).shape) for name in (OURS, FUNNEL)],
        share_axis("share of people of the register whose OK is right, with its 95% interval", low, 1.0, 0.1),
        ["ours", "funnel", "people"],
    )
    ours = rows.filter(pl.col("contender") == OURS).sort("right_share", maintain_order=True)
    fewest, most = (_of(ours.row(at, named=True)) for at in (0, -1))
    said = f"By its own decision, `{OURS}` finds fewest people {fewest} and most {most}."
    return Chart("groups-of-people", drawing, said)


def _row(name: str, ours: Mapping[str, Any], funnel: Mapping[str, Any] | None) -> Row:
    both = (ours, funnel)
    values = [(row["right_share"], row["low"], row["high"]) if row else None for row in both]
    figures = [whole_percent(row["right_share"]) if row else "–" for row in both]
    return Row(name, values, [*figures, f"{ours['present']:,}"])


def group_name(stratum: str, group: str) -> str:
    """A group as a reader calls it."""
    return f"{_NAMES.get(stratum, stratum).lower()}: {_NAMES.get(group, group)}"


def _of(row: Mapping[str, Any]) -> str:
    return f"among “{group_name(row['stratum'], row['group'])}” ({row['right_share']:.1%})"


def _worst(rows: pl.DataFrame) -> str:
    """The group that loses most people, and the one that risks most."""
    ours = rows.filter(pl.col("contender") == OURS)
    fewest = ours.sort("right_share", maintain_order=True).row(0, named=True)
    riskiest = ours.sort(pl.col("wrong") / pl.col("ok"), maintain_order=True).row(-1, named=True)
    return (
        f"By its own decision `{OURS}` finds fewest people {_of(fewest)}, and names somebody else most often "
        f"{_of(riskiest).rpartition(' (')[0]}: {wrong(riskiest['wrong'], riskiest['ok'])} of its OK."
    )
