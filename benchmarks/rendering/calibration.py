"""Does a probability mean what it says: said beside seen, where decisions are taken."""

import polars as pl

from benchmarks.rendering.axes import Axis
from benchmarks.rendering.by_group import group_name
from benchmarks.rendering.contenders import OURS
from benchmarks.rendering.page import Chart, Section, people, table
from benchmarks.rendering.plots import Curve, plane
from benchmarks.rendering.stored import Stored, dates

_LEAST = 1e-5
_STRATA = {"france": ("born in France", "dot"), "abroad": ("born abroad", "diamond")}
_INKS = ("green", "amber", "rust")
"""From the smallest share of strangers to the largest."""


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    rows = stored.latest("linkage_reliability", ["persons", "profile", "strangers", "contender"], ["stratum", "from"])
    if rows.is_empty():
        return []
    rows = rows.filter(pl.col("contender") == OURS, pl.col("persons") == pl.col("persons").max())
    typical = rows.filter(pl.col("profile") == "typical")
    shares = sorted(typical["strangers"].unique())
    extremes = typical.filter(pl.col("strangers").is_in({shares[0], shares[-1]}))
    how = (
        "Each passage's best candidate comes with a probability to be the right person. Candidates are put in bins by "
        "what is said, and the share of wrong ones is counted in each. The axes are shares of *wrong* candidates on a "
        "logarithmic scale, since decisions are taken near 0; a ring is a bin without any wrong one, at its upper "
        "bound. Bars are 95% intervals."
    )
    parts: list[Chart | str] = [_reliability(extremes), _table(extremes), *_errors(stored), *_fits(stored)]
    title, command = "Does a probability mean what it says?", "quality; python -m benchmarks calibration"
    return [Section(title, how, parts, dates(rows), command, lost=[*_too_sure(extremes), *_unannounced(stored)])]


def _reliability(rows: pl.DataFrame) -> Chart:
    curves = [Curve("as sure as right", "soft", "", [(_LEAST, _LEAST), (1, 1)], "dashed")]
    for ink, strangers in zip(_INKS, sorted(rows["strangers"].unique()), strict=False):
        for stratum, (name, shape) in _STRATA.items():
            part = rows.filter(pl.col("stratum") == stratum, pl.col("strangers") == strangers).sort(
                "said", maintain_order=True
            )
            some, none = part.filter(pl.col("seen") < 1), part.filter(pl.col("seen") == 1)
            points = [(1 - said, 1 - seen) for said, seen in some.select("said", "seen").iter_rows()]
            spans = [(1 - high, 1 - low) for low, high in some.select("low", "high").iter_rows()]
            curves.append(Curve(f"{name}, {strangers:.0%} of strangers", ink, shape, points, "", spans))
            bounds = [(1 - said, 1 - low) for said, low in none.select("said", "low").iter_rows()]
            curves.append(Curve("", ink, "ring", bounds, "", [(_LEAST, high) for _, high in bounds]))
    ticks = [(_LEAST, f"≤ {_LEAST:.3%}"), *((10.0**power, f"{100 * 10.0**power:g}%") for power in range(-4, 1))]
    drawing = plane(
        f"Wrong best candidates, seen beside said, register of {people(rows['persons'][0])}",
        curves,
        Axis("said to be wrong", _LEAST, 1, ticks, is_log=True),
        Axis("seen to be wrong", _LEAST, 1, ticks, is_log=True),
        480,
    )
    return Chart("reliability", drawing, _answer(rows))


def _answer(rows: pl.DataFrame) -> str:
    told = []
    for strangers in sorted(rows["strangers"].unique()):
        part = rows.filter(pl.col("strangers") == strangers)
        inside = part.filter(pl.col("said").is_between(pl.col("low"), pl.col("high"))).height
        cautious = part.filter(pl.col("said") < pl.col("low")).height
        told.append(
            f"with {strangers:.0%} of strangers {inside} of {part.height} bins hold what is said within their "
            f"interval, {cautious} are cautious and {part.height - inside - cautious} too sure"
        )
    return f"`{OURS}`, `typical`: {'; '.join(told)}."


def _too_sure(rows: pl.DataFrame) -> list[str]:
    """The bin that is most too sure, for each share of strangers, among those where one would decide."""
    sure = rows.filter(pl.col("said") > pl.col("high"), pl.col("from") >= 0.9)  # noqa: PLR2004 - nobody decides below
    return [
        f"With {row['strangers']:.0%} of strangers, of {row['passages']:,} best candidates "
        f"({_STRATA[row['stratum']][0]}) said to be right with {row['said']:.1%}, {row['seen']:.1%} are."
        for row in sure.with_columns(gap=pl.col("said") - pl.col("seen"))
        .sort("gap", maintain_order=True)
        .group_by("strangers")
        .last()
        .sort("strangers", maintain_order=True)
        .iter_rows(named=True)
    ]


def _table(rows: pl.DataFrame) -> str:
    return table(
        ("strangers", "people", "probability", "candidates", "said", "seen right", "95% interval"),
        (
            (
                f"{row['strangers']:.0%}",
                _STRATA[row["stratum"]][0],
                f"{row['from']:g} to {row['to']:g}",
                f"{row['passages']:,}",
                f"{row['said']:.3%}",
                f"{row['seen']:.3%}",
                f"{row['low']:.3%} to {row['high']:.3%}",
            )
            for row in rows.sort(
                "strangers", "stratum", "from", descending=[False, True, False], maintain_order=True
            ).iter_rows(named=True)
        ),
    )


def _errors(stored: Stored) -> list[str]:
    """Calibration error and Brier score of everybody who gives a probability."""
    rows = stored.latest("linkage", ["persons", "profile", "strangers", "contender"])
    if rows.is_empty() or "calibration_error" not in rows.columns:
        return []
    rows = rows.filter(pl.col("calibration_error").is_not_null(), pl.col("strangers") == rows["strangers"].max())
    if rows.is_empty():
        return []
    body = table(
        ("register", "profile", "contender", "expected calibration error", "Brier score"),
        (
            (
                f"{row['persons']:,}",
                f"`{row['profile']}`",
                f"`{row['contender']}`",
                f"{row['calibration_error']:.4f}",
                f"{row['brier']:.4f}",
            )
            for row in rows.sort(
                "persons", "profile", "calibration_error", descending=[True, True, False], maintain_order=True
            ).iter_rows(named=True)
        ),
    )
    return [
        "Of everybody who gives a probability, peers' being those of our decision on their weights; less is better:",
        body,
    ]


def _fits(stored: Stored) -> list[str]:
    """Everybody, then ours by group: on the profile of the fit with another seed, and on others."""
    rows = stored.latest("calibration", ["persons", "profile", "strangers", "contender"], ["stratum", "group"])
    if rows.is_empty():
        return []
    rows = rows.filter(pl.col("persons") == pl.col("persons").max())
    whole = rows.filter(pl.col("stratum") == "all").sort(
        "fit", "profile", "calibration_error", descending=[True, True, False], maintain_order=True
    )
    groups = rows.filter(pl.col("contender") == OURS, pl.col("stratum") != "all", pl.col("fit") == "same profile")
    told = (
        f"Register of {rows['persons'][0]:,}: on the profile that our weights were fitted on, with another seed, and "
        "on other profiles. *Sure*: best candidates with a probability of .999 or more."
    )
    return [
        told,
        _fit_table(whole, "contender"),
        f"`{OURS}` by group of people, same profile:",
        _fit_table(groups, "group"),
    ]


def _unannounced(stored: Stored) -> list[str]:
    """Sure candidates that are wrong more often than their probabilities announce."""
    rows = stored.latest("calibration", ["persons", "profile", "strangers", "contender"], ["stratum", "group"])
    if rows.is_empty():
        return []
    whole = rows.filter(
        pl.col("contender") == OURS, pl.col("stratum") == "all", pl.col("persons") == pl.col("persons").max()
    )
    return [
        f"Of {row['sure']:,} candidates with a probability of .999 or more (`{row['profile']}`, {row['strangers']:.0%} "
        f"of strangers), {row['sure_wrong']} are wrong, where {row['sure_wrong_said']:.1f} were announced."
        for row in whole.filter(pl.col("sure_wrong") > pl.col("sure_wrong_said")).iter_rows(named=True)
    ]


def _fit_table(rows: pl.DataFrame, of: str) -> str:
    return table(
        (
            "profile",
            of,
            "candidates",
            "said",
            "seen",
            "calibration error",
            "Brier",
            "sure",
            "wrong, said",
            "wrong, seen",
        ),
        (
            (
                f"`{row['profile']}`",
                f"`{row[of]}`" if of == "contender" else group_name(row["stratum"], row["group"]),
                f"{row['passages']:,}",
                f"{row['said']:.2%}",
                f"{row['seen']:.2%}",
                f"{row['calibration_error']:.4f}",
                f"{row['brier']:.4f}",
                f"{row['sure']:,}",
                f"{row['sure_wrong_said']:.1f}",
                f"{row['sure_wrong']:,}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )
