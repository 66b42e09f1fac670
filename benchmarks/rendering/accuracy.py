"""Who is found, and who is somebody else: every contender at every promise, on each register and profile."""

from math import floor

import polars as pl

from benchmarks.rendering.axes import Axis, share_axis
from benchmarks.rendering.contenders import FUNNEL, HELP, OURS, rank, shown
from benchmarks.rendering.page import Chart, Section, people, table, wrong
from benchmarks.rendering.plots import Curve, plane
from benchmarks.rendering.stored import Stored, dates

_KEY = ["persons", "profile", "strangers", "contender", "rule", "promise"]
_LEAST_WRONG, _MOST_WRONG = 1e-5, 1e-2
_FAR_BELOW = "exact"
"""Left out of the chart, whose other points it would press together; the table has it."""

_HIGH = 0.85
"""Where the shares of a chart start above which its ticks stand closer."""


def grid(stored: Stored) -> pl.DataFrame:
    """The latest row of each cell of ``linkage.csv``; ``wrong_share`` and the like as measured."""
    return stored.latest("linkage", _KEY)


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    return _linkage(stored)


def cell(rows: pl.DataFrame, persons: int, profile: str = "typical") -> pl.DataFrame:
    """Own decisions and tuned ones, on one register, with the largest share of strangers that all were given."""
    here = rows.filter(
        pl.col("persons") == persons, pl.col("profile") == profile, pl.col("rule").is_in(["own", "tuned"])
    )
    if here.is_empty():
        return here
    met = (
        here.group_by("strangers")
        .agg(pl.col("contender").n_unique())
        .sort("contender", "strangers", maintain_order=True)
    )
    return here.filter(pl.col("strangers") == met["strangers"][-1])


def _linkage(stored: Stored) -> list[Section]:
    rows = grid(stored)
    if rows.is_empty():
        return []
    largest = rows["persons"].max()
    hardest = rows.filter(
        pl.col("persons") == largest, pl.col("profile") == "typical", pl.col("strangers") == rows["strangers"].max(),
        pl.col("rule").is_in(["own", "tuned"]),
    )  # fmt: skip
    swept = stored.latest(
        "linkage_curves", ["persons", "profile", "strangers", "contender", "rule", "promise"], ["wrong"]
    )
    if not swept.is_empty():
        swept = swept.filter(
            pl.col("persons") == largest, pl.col("profile") == "typical",
            pl.col("strangers") == hardest["strangers"][0], pl.col("rule") == "curve",
        )  # fmt: skip
    parts: list[Chart | str] = [_curves(hardest, swept), _table(hardest)]
    for persons in sorted(rows["persons"].unique(), reverse=True):
        for profile in ("typical", "poor"):
            other = cell(rows, persons, profile)
            if not other.is_empty() and (persons, profile) != (largest, "typical"):
                parts += [_said_of(other, persons, profile), _table(other)]
    parts += _by_strangers(rows)
    how = (
        "Deposits drawn from a simulated register: 30,000 passages of its people, and strangers on top, some of whose "
        "twins are in it. *Right*: of the people of the register, those whose OK names them; a person lost before "
        "anybody is compared counts as missed. *Somebody else's*: of the OK, those that name another person, with its "
        "95% upper bound. A promise is a share of somebody else's among OK; its threshold is tuned on another draw, "
        f"for everybody alike. Without a promise a contender decides by itself. {HELP}"
    )
    won, lost = _won_and_lost(hardest)
    return [
        Section("Who is found, and who is somebody else?", how, parts, dates(rows),
                "quality", won, lost)
    ]  # fmt: skip


def _said_of(rows: pl.DataFrame, persons: int, profile: str) -> str:
    alone = " (the peers were not run there)" if set(rows["contender"]) == {OURS} else ""
    return f"Register of {persons:,}, `{profile}`, {rows['strangers'][0]:.0%} of passages of strangers{alone}:"


def _table(rows: pl.DataFrame) -> str:
    ranked = rows.sort("promise", "right_share", descending=[True, True], nulls_last=False, maintain_order=True)
    return table(
        ("promise", "contender", "right", "born in France", "born abroad", "somebody else's among OK", "at most"),
        (
            (
                f"≤ {row['promise']:.2%}" if row["promise"] else "its own",
                f"`{row['contender']}`",
                f"{row['right_share']:.2%}",
                f"{row['right_share_france']:.2%}",
                f"{row['right_share_abroad']:.2%}",
                wrong(row["wrong"], row["ok"]),
                f"{row['wrong_upper']:.3%}",
            )
            for row in ranked.iter_rows(named=True)
        ),
    )


def _by_strangers(rows: pl.DataFrame) -> list[Chart | str]:
    """The same contenders where more passages are of people whom the register does not have; every share measured."""
    key = ["persons", "profile", "contender", "rule", "promise"]
    asked = rows.filter(
        ((pl.col("rule") == "tuned") & (pl.col("promise") == rows["promise"].max()))
        | ((pl.col("rule") == "own") & (pl.col("promise").is_null()))
    )
    shares = sorted(asked["strangers"].unique())
    told = [
        (
            f"{same['persons'][0]:,}",
            f"`{same['profile'][0]}`",
            f"`{same['contender'][0]}`",
            f"≤ {same['promise'][0]:.1%}" if same["promise"][0] else "its own",
            *(
                f"{row['right_share']:.2%}; {wrong(row['wrong'], row['ok'])}"
                for row in same.sort("strangers", maintain_order=True).iter_rows(named=True)
            ),
        )
        for same in asked.sort(
            "persons", "profile", "rule", "right_share", descending=[True, True, False, True], maintain_order=True
        ).partition_by(key, maintain_order=True)
        if same["strangers"].n_unique() == len(shares)
    ]
    if len(shares) == 1 or not told:
        return []
    head = ("register", "profile", "contender", "promise", *(f"{share:.0%} of strangers" for share in shares))
    return ["By share of strangers: right; somebody else's among OK:", table(head, told)]


def _curves(rows: pl.DataFrame, swept: pl.DataFrame) -> Chart:
    """Right against somebody else's: a curve with its promises, a lone point where a contender decides alone."""
    curves = []
    for name in sorted(set(rows["contender"]) - {_FAR_BELOW}, key=rank, reverse=True):
        of = rows.filter(pl.col("contender") == name)
        look = shown(name)
        tuned = of.filter(pl.col("rule") == "tuned").sort("wrong_share", maintain_order=True)
        points = _points(tuned)
        line = _line(swept, name)
        if line:
            curves.append(Curve("", look.ink, "", line, look.style))
        if points:
            curves.append(Curve(look.name, look.ink, look.shape, points, "" if line else look.style))
        alone = _points(of.filter(pl.col("rule") == "own"))
        if alone:
            kind = "ring" if points else look.shape
            curves.append(Curve(f"{look.name}, its own decision", look.ink, kind, alone, size=7))
    every = [right for curve in curves for _, right in curve.points]
    low = floor(20 * min(every)) / 20
    ticks = [(10.0**power, f"{100 * 10.0**power:g}%") for power in range(-5, -1)]
    across = Axis("somebody else's among OK (left is better)", _LEAST_WRONG, _MOST_WRONG, ticks, is_log=True)
    drawing = plane(
        f"People rightly found against somebody else's, register of {people(rows['persons'][0])}",
        curves[::-1],
        across,
        share_axis("right, of people of the register (up is better)", low, 1.0, 0.02 if low > _HIGH else 0.05),
        520,
    )
    return Chart("right-against-wrong", drawing, _answer(rows))


def _line(swept: pl.DataFrame, name: str) -> list[tuple[float, float]]:
    """The whole curve of a contender, where it was measured."""
    if swept.is_empty():
        return []
    of = swept.filter(pl.col("contender") == name, pl.col("wrong") > 0).sort("wrong", maintain_order=True)
    return [
        (min(max(1 - right, _LEAST_WRONG), _MOST_WRONG), up)
        for right, up in of.select("precision", "recall").iter_rows()
        if 1 - right <= _MOST_WRONG
    ]


def _points(rows: pl.DataFrame) -> list[tuple[float, float]]:
    return [(max(x, _LEAST_WRONG), y) for x, y in rows.select("wrong_share", "right_share").iter_rows()]


def _answer(rows: pl.DataFrame) -> str:
    """At each promise: ours, and the best of the peers; then the funnel."""
    told = []
    for promise in sorted(rows["promise"].drop_nulls().unique(), reverse=True):
        at = rows.filter(pl.col("promise") == promise).sort("right_share", descending=True, maintain_order=True)
        ours = at.filter(pl.col("contender") == OURS)
        peers = at.filter(pl.col("contender") != OURS)
        if ours.height and peers.height:
            told.append(
                f"at most {promise:.2%}, `{OURS}` finds {ours['right_share'][0]:.2%} of people and the best peer, "
                f"`{peers['contender'][0]}`, {peers['right_share'][0]:.2%}"
            )
    funnel = rows.filter(pl.col("contender") == FUNNEL, pl.col("rule") == "own")
    said = f"With somebody else's among OK {'; '.join(told)}." if told else "Nobody was held to a promise."
    if funnel.height:
        row = funnel.row(0, named=True)
        said += (
            f" The published funnel finds {row['right_share']:.2%}, with {row['wrong_share']:.2%} of somebody else's."
        )
    return said


def _won_and_lost(rows: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Promise by promise, in all and abroad, against the best peer; a promise that the threshold did not keep."""
    won: list[str] = []
    lost: list[str] = []
    for promise in sorted(rows["promise"].drop_nulls().unique(), reverse=True):
        at = rows.filter(pl.col("promise") == promise)
        for column, where in (("right_share", ""), ("right_share_abroad", " born abroad")):
            ours = at.filter(pl.col("contender") == OURS)
            peers = at.filter(pl.col("contender") != OURS).sort(column, descending=True, maintain_order=True)
            if not (ours.height and peers.height):
                continue
            told = (
                f"At ≤ {promise:.2%} of somebody else's, `{OURS}` finds {ours[column][0]:.2%} of people{where}, the "
                f"best peer (`{peers['contender'][0]}`) {peers[column][0]:.2%}."
            )
            (won if ours[column][0] > peers[column][0] else lost).append(told)
        broken = at.filter(pl.col("contender") == OURS, pl.col("wrong_share") > promise)
        lost += [
            f"The promise of ≤ {promise:.2%}, tuned on another draw, came to {count} of {ok:,} for `{OURS}` "
            f"({count / ok:.4%})."
            for count, ok in broken.select("wrong", "ok").iter_rows()
        ]
    return won, lost
