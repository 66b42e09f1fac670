"""The findings of a quality report by rule, by heading and by family: counted whole, then cut for reading.

Example:
    >>> ordered = in_order(findings, {"usage_name_as_birth_name": 0.016})
    >>> next(groups_of(ordered, {}, "fr")).findings
    214
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matching.identity.catalogue import Lang
from matching.identity.frames import SEVERITIES
from matching.identity.rules import FAMILIES, Rule, messages, rule, rules

ROWS_SHOWN = 50
"""Rows of a group at most; all are counted, and all stand in the files beside the report."""

_SMALLEST_GAIN = 0.001
"""Of the share of OK: less than a tenth of a point does not pay."""


@dataclass(frozen=True)
class Row:
    """One finding as shown; None = absent."""

    line: int | None
    id_technique: str | None
    field: str | None
    value: str | None
    proposal: str | None
    message: str


@dataclass(frozen=True)
class Group:
    """The findings of one rule.

    Attributes:
        rule: The rule.
        findings: How many.
        passages: How many distinct passages they touch; 0 when the rule is about the whole file.
        gain: Share of OK that correcting them all brings, alone; None when nobody forecast it.
        fields: Those that they name, first met first.
        rows: The first of them, in file order, ``ROWS_SHOWN`` at most.
    """

    rule: Rule
    findings: int
    passages: int
    gain: float | None
    fields: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def needs_message(self) -> bool:
        """True when a row's value and proposal do not say all that its sentence does."""
        return "{detail}" in self.rule.texts["fr"]["message"]

    @property
    def proposes(self) -> bool:
        """True when it proposes something on a row that is shown."""
        return any(row.proposal is not None for row in self.rows)

    @property
    def is_safe(self) -> bool:
        """True when what it proposes may be applied without asking the holder."""
        return self.rule.is_safe and self.proposes

    @property
    def pays(self) -> bool:
        """True when correcting it is worth a line of its own."""
        return self.gain is not None and self.gain >= _SMALLEST_GAIN


@dataclass(frozen=True)
class Section:
    """Groups under one heading: ``pays``, whatever their severity, or those of a severity that do not."""

    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Family:
    """How many findings a family of rules has, by severity."""

    name: str
    counts: dict[str, int]

    @property
    def findings(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def in_order(findings: pl.DataFrame, gains: Mapping[str, float]) -> pl.DataFrame:
    """The findings of the rule that pays most first; those that do not pay by severity, then in their own order."""
    places = {code: (SEVERITIES.index(record.severity), rank) for rank, (code, record) in enumerate(rules().items())}
    paying = {code: -gain for code, gain in gains.items() if gain >= _SMALLEST_GAIN}
    codes = sorted(findings["code"].unique(), key=lambda code: (paying.get(code, 0.0), *places[code]))
    ranks = {code: rank for rank, code in enumerate(codes)}
    return findings.sort(pl.col("code").replace_strict(ranks, default=0), "passage", maintain_order=True)


def groups_of(shown: pl.DataFrame, gains: Mapping[str, float], lang: Lang) -> Iterator[Group]:
    """One group per rule, in the order of the findings."""
    for (code,), part in shown.partition_by("code", as_dict=True, maintain_order=True).items():
        first = part.head(ROWS_SHOWN)
        told = first.select("line", "id_technique", "field", "value", "proposal").with_columns(messages(first, lang))
        named = part["field"].drop_nulls().unique(maintain_order=True).to_list()
        yield Group(
            rule=rule(str(code)),
            findings=part.height,
            passages=part["passage"].drop_nulls().n_unique(),
            gain=gains.get(str(code)),
            fields=tuple(named),
            rows=tuple(Row(*row) for row in told.iter_rows()),
        )


def sections_of(groups: Sequence[Group]) -> tuple[Section, ...]:
    """The groups under their headings, in their order; a heading without group is left out."""
    rest = [group for group in groups if not group.pays]
    parts = {"pays": tuple(group for group in groups if group.pays)}
    parts |= {name: tuple(group for group in rest if group.rule.severity == name) for name in SEVERITIES}
    return tuple(Section(name, part) for name, part in parts.items() if part)


def families_of(groups: Sequence[Group]) -> tuple[Family, ...]:
    """Counts by family, in the order of families; one that found nothing is left out."""
    counts = {family: dict.fromkeys(SEVERITIES, 0) for family in FAMILIES}
    for group in groups:
        counts[group.rule.family][group.rule.severity] += group.findings
    return tuple(Family(name, by_severity) for name, by_severity in counts.items() if any(by_severity.values()))
