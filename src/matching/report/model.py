"""The quality report: what every rendering of it takes, worked out once.

Example:
    >>> report = quality_report(source, passages, findings, forecast)
    >>> report.verdict, report.gains[0].rule.code, report.groups[0].findings
    (<Verdict.TO_FIX: 'to_fix'>, 'usage_name_as_birth_name', 214)

Its texts are the rules' own, its figures plain numbers: words and formats are the renderings' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import polars as pl

from matching.identity.catalogue import Lang
from matching.identity.forecast import Forecast
from matching.identity.nir import without_real_numbers
from matching.report.groups import Family, Group, Section, families_of, groups_of, in_order, sections_of
from matching.report.masking import masked, without_numbers

GAINS_SHOWN = 8

_READY_WITHIN = 0.005
"""A file is ready when nothing blocks and all corrections together bring less than half a point."""

_KINDS = {"ok": (), "several": (4,), "nobody": (1, 2, 3), "refused": (5, 6, 7)}
"""Outcomes as counted → message numbers."""


class Verdict(StrEnum):
    """What to do with the file."""

    REFUSED = "refused"
    """Control 1 refuses it: nothing in it would be read."""
    TO_FIX = "to_fix"
    READY = "ready"
    EMPTY = "empty"
    """No passage to say anything of."""


@dataclass(frozen=True)
class Source:
    """What was checked.

    Attributes:
        file: Its name.
        kind: A deposit file, or a table that is not one yet.
        digest: Of its bytes, hexadecimal.
        facts: What the figures depend on: of a deposit a few words, its schema version; of a table the sentences that
            tell how it was read.
        control: Errors of control 1; None when the input is a table, which has no structure to control.
        version: Of this program.
    """

    file: str
    kind: Literal["deposit", "table"]
    digest: str
    facts: tuple[str, ...]
    control: int | None
    version: str


@dataclass(frozen=True, eq=False)
class QualityReport:
    """All that is said of a file before it is sent.

    Attributes:
        source: What was checked.
        lang: Of the renderings.
        shows_names: Facts are shown as submitted; otherwise masked.
        passages: How many.
        verdict: What to do with the file.
        complete: Share, 0..1, of the passages that give every trait the funnel may look at; None without passages.
        forecast: What is expected; None when the file cannot be read as far as that.
        outcomes: Expected passages ``ok``, ``several``, ``nobody``, ``refused``: they sum to ``passages``.
        groups: One per rule that found something: gain order, then severity, then family.
        families: Those that found something, in their order.
        people: Contract PASSAGES beside its FORECASTS: for the charts.
        findings: Contract FINDINGS, in the order of groups then of the file, as submitted but for NIRs.
        shown: The same as shown.
    """

    source: Source
    lang: Lang
    shows_names: bool
    passages: int
    verdict: Verdict
    complete: float | None
    forecast: Forecast | None
    outcomes: dict[str, int]
    groups: tuple[Group, ...]
    families: tuple[Family, ...]
    people: pl.DataFrame
    findings: pl.DataFrame
    shown: pl.DataFrame

    @property
    def gains(self) -> tuple[Group, ...]:
        """What pays most, best first."""
        return tuple(group for group in self.groups if group.pays)[:GAINS_SHOWN]

    @property
    def paying(self) -> int:
        """How many corrections pay."""
        return sum(group.pays for group in self.groups)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The groups under their headings."""
        return sections_of(self.groups)

    @property
    def wrong_person(self) -> int:
        """Expected passages OK for another person."""
        return 0 if self.forecast is None else round(self.forecast.wrong_person * self.passages)

    def count(self, severity: str) -> int:
        """Findings of a severity."""
        return sum(group.findings for group in self.groups if group.rule.severity == severity)


def quality_report(
    source: Source,
    passages: pl.DataFrame,
    findings: pl.DataFrame,
    forecast: Forecast | None,
    *,
    lang: Lang = "fr",
    show_names: bool = False,
) -> QualityReport:
    """What is to be said of a file.

    Args:
        source: What was checked.
        passages: Contract PASSAGES, empty when control 1 stops before them.
        findings: Contract FINDINGS.
        forecast: What is expected of the file; None when it cannot be read as far as that.
        lang: Of the renderings.
        show_names: Show the facts as submitted.
    """
    passages = passages.with_columns(without_real_numbers(passages["id_technique"]))
    gains = {} if forecast is None else dict(forecast.gains.select("code", "gain").iter_rows())
    ordered = without_numbers(in_order(findings, gains))
    shown = ordered if show_names else masked(ordered, passages)
    groups = tuple(groups_of(shown, gains, lang))
    return QualityReport(
        source=source,
        lang=lang,
        shows_names=show_names,
        passages=passages.height,
        verdict=_verdict(source, passages.height, groups, forecast),
        complete=_complete(passages),
        forecast=forecast,
        outcomes=_outcomes(forecast),
        groups=groups,
        families=families_of(groups),
        people=passages if forecast is None else passages.join(forecast.rows, on="passage", how="left"),
        findings=ordered,
        shown=shown,
    )


def _verdict(source: Source, passages: int, groups: Sequence[Group], forecast: Forecast | None) -> Verdict:
    if source.control:
        return Verdict.REFUSED
    if not passages:
        return Verdict.EMPTY
    blocked = any(group.rule.severity == "blocking" for group in groups)
    pays = forecast is not None and forecast.corrected - forecast.ok >= _READY_WITHIN
    return Verdict.TO_FIX if blocked or pays else Verdict.READY


def _complete(passages: pl.DataFrame) -> float | None:
    """Share of passages that give all that the funnel may look at; a number of a file or of a person is enough."""
    if passages.is_empty():
        return None
    traits = ("birth_name", "given_name_1", "sex", "birth_year", "birth_month", "birth_day")
    placed = (pl.col("place_kind") != "none") | pl.col("country_code").is_not_null()
    whole = pl.all_horizontal(pl.col(traits).is_not_null()) & placed
    return float(passages.select(((pl.col("branch") != "titulaire") | whole).mean()).item())


def _outcomes(forecast: Forecast | None) -> dict[str, int]:
    """Expected passages by outcome, rounded such that they sum to all passages."""
    if forecast is None:
        return {}
    shares = {kind: sum(forecast.messages.get(number, 0.0) for number in numbers) for kind, numbers in _KINDS.items()}
    shares["ok"] = forecast.ok
    exact = {kind: share * forecast.passages / (sum(shares.values()) or 1) for kind, share in shares.items()}
    counts = {kind: int(value) for kind, value in exact.items()}
    missing = forecast.passages - sum(counts.values())
    for kind in sorted(exact, key=lambda kind: counts[kind] - exact[kind])[:missing]:
        counts[kind] += 1
    return counts
