"""The charts of the quality report as plain numbers: bars of named parts, and the sentence that says what they show.

Example:
    >>> chart = exposure_chart(report, Words("fr"))
    >>> chart.said
    'Environ 2 620 passages (21,0 %) ont sans doute dans le répertoire au moins un homonyme …'

The page draws them as inline SVG; a chart that answers nothing is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from matching.identity.frames import SEVERITIES
from matching.report.model import QualityReport
from matching.report.wording import Words

_EXPOSURE_CUTS = (0.01, 0.1, 1.0, 10.0)
_FEWEST = 30
"""Passages that a share of KO needs to be shown: below, it is chance."""


@dataclass(frozen=True)
class Part:
    """A part of a bar.

    Attributes:
        kind: Its colour and pattern, a class of the page.
        start: Where it starts, 0..1 of the width.
        width: 0..1 of the width.
    """

    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its parts, and the figure beside it."""

    label: str
    parts: tuple[Part, ...]
    figure: str


@dataclass(frozen=True)
class Chart:
    """Bars under a question.

    Attributes:
        name: Stable, for anchors.
        title: The question.
        said: The answer.
        unit: What the bars measure; empty when the key says it.
        bars: From top to bottom.
        key: Kinds of part to name.
    """

    name: str
    title: str
    said: str
    unit: str
    bars: tuple[Bar, ...]
    key: tuple[str, ...] = ()


def outcome_bar(report: QualityReport, words: Words) -> Bar | None:
    """All passages, cut by what is expected of them."""
    if not report.passages or not report.outcomes:
        return None
    figure = ", ".join(f"{words(f'outcome_{kind}')} {words.count(n)}" for kind, n in report.outcomes.items() if n)
    return Bar("", _parts(list(report.outcomes.items()), report.passages), figure)


def charts(report: QualityReport, words: Words) -> tuple[Chart, ...]:
    """Those that answer something."""
    drawn = (families_chart(report, words), exposure_chart(report, words), who_chart(report, words))
    return tuple(chart for chart in drawn if chart is not None)


def families_chart(report: QualityReport, words: Words) -> Chart | None:
    """Findings by family and severity."""
    if not report.families:
        return None
    most = max(report.families, key=lambda family: family.findings)
    everything = sum(family.findings for family in report.families)
    bars = tuple(
        Bar(
            words(f"family_{family.name}"),
            _parts([(severity, family.counts[severity]) for severity in SEVERITIES], most.findings),
            words.count(family.findings),
        )
        for family in report.families
    )
    name, share = words(f"family_{most.name}"), most.findings / everything
    said = words("chart_families_said", name=name, n=most.findings, all=everything, share=share)
    return Chart("families", words("chart_families"), said, "", bars, SEVERITIES)


def exposure_chart(report: QualityReport, words: Words) -> Chart | None:
    """Passages by the number of namesakes that they are expected to have."""
    if report.forecast is None or not report.passages:
        return None
    namesakes = report.people["namesakes"]
    has_one = 1 - (-namesakes).exp()  # Poisson: at least one
    whole = (
        report.people["birth_month"].is_not_null()
        & report.people["birth_day"].is_not_null()
        & (report.people["place_kind"] != "none")
    )
    n, missing = round(has_one.sum()), round(has_one.filter(~whole).sum())
    edges = (-1.0, *_EXPOSURE_CUTS, float("inf"))
    counts = [int(((namesakes > low) & (namesakes <= high)).sum()) for low, high in pairwise(edges)]
    bars = tuple(
        Bar(words(f"exposure_{rank}"), _parts([("plain", count)], max(counts)), _of(count, report, words))
        for rank, count in enumerate(counts)
    )
    said = words("chart_exposure_said", n=n, share=n / report.passages, missing=missing)
    return Chart("exposure", words("chart_exposure"), said, words("chart_exposure_unit"), bars)


def who_chart(report: QualityReport, words: Words) -> Chart | None:
    """Expected share of KO by decade of birth, and by birth in France or abroad."""
    if report.forecast is None or not report.passages:
        return None
    people = report.people.filter(pl.col("branch") == "titulaire").with_columns(
        decade=pl.col("birth_year") // 10 * 10,
        abroad=pl.col("place_code").str.starts_with("99") | pl.col("country_code").is_not_null(),
    )
    shares: list[tuple[str, float, int]] = []
    for key in ("decade", "abroad"):
        groups = people.group_by(key).agg((1 - pl.col("ok")).mean().alias("ko"), pl.len().alias("n")).drop_nulls(key)
        for value, ko, n in groups.filter(pl.col("n") >= _FEWEST).sort(key).iter_rows():
            shares.append((_who(key, value, words), ko, n))
    if len(shares) < 2:  # noqa: PLR2004 - a comparison takes two
        return None
    highest, lowest = max(shares, key=lambda row: row[1]), min(shares, key=lambda row: row[1])
    bars = tuple(
        Bar(label, _parts([("nobody", ko)], highest[1]), words("of_passages", share=ko, n=n)) for label, ko, n in shares
    )
    said = words("chart_who_said", highest=highest[1], who=highest[0], lowest=lowest[1], least=lowest[0])
    return Chart("who", words("chart_who"), said, words("chart_who_unit"), bars)


def _who(key: str, value: int | bool, words: Words) -> str:
    if key == "decade":
        return words("who_decade", first=int(value), last=int(value) + 9)
    return words("who_abroad" if value else "who_france")


def _of(n: int, report: QualityReport, words: Words) -> str:
    return f"{words.count(n)} ({words.percent(n / report.passages)})"


def _parts(counts: Sequence[tuple[str, float]], whole: float) -> tuple[Part, ...]:
    parts, start = [], 0.0
    for kind, count in counts:
        if count:
            parts.append(Part(kind, start, count / whole))
            start += count / whole
    return tuple(parts)
