"""The explained receipt: what every rendering of it takes, worked out once.

Example:
    >>> report.groups[0].kind, report.groups[0].expected, len(report.groups[0].passages)
    ('usage_name_as_birth_name', 41.3, 57)

Its facts come from the receipt, the deposited file and public tables; nothing else ever reaches a rendering.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from matching.identity.catalogue import Lang
from matching.identity.nir import without_real_numbers_inside
from matching.report.masking import mask

Rows = list[dict[str, Any]]

REST = "nothing_shown"
_CAUSE = ("kind", "trait", "probability", "correction", "rule", "who", "document")
_REFUSED = ("passage", "id_technique", "line", "message", "text", "todo")
_CORRECTION = ("rank", "kind", "is_safe", "probability", "passes", "again", "elsewhere", "document")
_TRAIT_OF = {"birth_month": "birth_date", "birth_day": "birth_date"}
_HALF = 0.5  # of an expected passage


@dataclass(frozen=True)
class Cause:
    """One cause of one passage: columns of the frame ``causes``."""

    kind: str
    trait: str | None
    probability: float
    correction: int | None
    rule: str | None
    who: str
    document: str | None


@dataclass(frozen=True)
class Change:
    """One field of a correction, as shown. ``after``: None is to be asked, "" leaves the element out."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Correction:
    """One correction of one passage. ``passes`` and what follows are None when it was not tried on a register."""

    rank: int
    kind: str
    is_safe: bool
    probability: float
    passes: bool | None
    again: int | None
    elsewhere: bool | None
    document: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Refused:
    """One KO passage with all that is told of it. ``todo``: see ``ExplainReport.firsts``."""

    passage: int
    id_technique: str
    line: int
    message: int | None
    text: str
    todo: str
    causes: tuple[Cause, ...]
    corrections: tuple[Correction, ...]

    @property
    def first(self) -> Cause:
        """Its likeliest cause."""
        return self.causes[0]

    @property
    def repairs(self) -> tuple[tuple[Cause, tuple[Correction, ...]], ...]:
        """Each cause with the corrections that repair it."""
        return tuple((cause, tuple(one for one in self.corrections if _repairs(one, cause))) for cause in self.causes)

    @property
    def beside(self) -> tuple[Correction, ...]:
        """The corrections that repair none of the causes told: safe ones, as a rule."""
        return tuple(one for one in self.corrections if not any(_repairs(one, cause) for cause in self.causes))


def _repairs(correction: Correction, cause: Cause) -> bool:
    is_same = correction.kind == cause.kind and any(
        _TRAIT_OF.get(c.field, c.field) == cause.trait for c in correction.changes
    )
    return is_same or correction.rank == cause.correction


@dataclass(frozen=True)
class CauseGroup:
    """A cause, the passages it is expected in, and the ranks of those where it comes first, the surest before."""

    kind: str
    expected: float
    who: str
    document: str | None
    passages: tuple[int, ...]

    @property
    def about(self) -> int:
        """The expected passages as they are told: whole, and never none."""
        return max(1, round(self.expected))

    @property
    def is_told(self) -> bool:
        """Whether it is worth a line: half a passage is expected, or it comes first somewhere."""
        return bool(self.passages) or self.expected >= _HALF


@dataclass(frozen=True)
class FaultShown:
    """One error of structure, in words. ``is_told``: the receipt tells it; the others are found here only."""

    line: int
    element: str
    id_technique: str | None
    sentence: str
    is_told: bool


@dataclass(frozen=True)
class FaultGroup:
    """The errors of structure that are the same, wherever they are."""

    element: str
    sentence: str
    is_told: bool
    faults: tuple[FaultShown, ...]

    @property
    def n(self) -> int:
        """How many."""
        return len(self.faults)


@dataclass(frozen=True)
class ResendShown:
    """The file to send again, once written.

    Attributes:
        passages: It holds.
        corrected: Of them, those where a safe correction was made.
        not_applied: Safe corrections that could not be made, in words.
        errors: That control 1 finds in it; 0 = it may be deposited.
        refused: The first of them, in words.
    """

    passages: int
    corrected: int
    not_applied: tuple[str, ...]
    errors: int
    refused: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ExplainReport:
    """All that is said of a receipt.

    Attributes:
        file: Name of the deposited file.
        receipt: Name of the receipt.
        digest: Of the bytes of both, hexadecimal.
        version: Of this program.
        lang: Of the renderings.
        shows_names: Facts are shown as submitted; otherwise masked.
        form: Of the receipt.
        counts: ``passages``, ``ok``, ``ko``, ``absent``, ``to_resend``.
        notes: What does not fit between both files, in words.
        faults: Form A.
        unmatched: ``side`` (``receipt`` or ``file``), ``id_technique``, ``line``, ``answer``, ``message``, ``text`` of
            what has nothing opposite.
        tried: The corrections were tried on a register.
        refused: One row per KO: ``passage, id_technique, line, message, text, is_acquired``.
        causes: Columns ``explain.causes.CAUSES``.
        corrections: Columns of ``explain.causes.Explanation.corrections``, those that are told.
        resent: What became of the file to send again; None when it is not written.
    """

    file: str
    receipt: str
    digest: Mapping[str, str]
    version: str
    lang: Lang
    shows_names: bool
    form: str
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    faults: tuple[FaultShown, ...]
    unmatched: pl.DataFrame
    tried: bool
    refused: pl.DataFrame
    causes: pl.DataFrame
    corrections: pl.DataFrame
    resent: ResendShown | None

    @cached_property
    def firsts(self) -> pl.DataFrame:
        """One row per KO, in file order: columns of ``refused``, its likeliest cause, and ``todo``.

        ``todo`` says what is to be done first: ``nothing``, ``safe`` (it is done), or ask (``who`` of a cause).
        """
        likeliest = self.causes.filter(pl.col("rank") == 1).select("passage", *_CAUSE)
        told = self.refused.join(likeliest, on="passage", how="left", maintain_order="left")
        safe = pl.when(pl.col("who") == "nobody").then(pl.lit("safe")).otherwise("who")
        return told.with_columns(todo=pl.when("is_acquired").then(pl.lit("nothing")).otherwise(safe))

    @cached_property
    def groups(self) -> tuple[CauseGroup, ...]:
        """The causes by the passages expected of each; what nothing shows comes last."""
        facts = self.causes.group_by("kind", maintain_order=True).agg(
            pl.col("probability").sum(), pl.col("who").first(), pl.col("document").first()
        )
        surest = self.firsts.sort("probability", descending=True, maintain_order=True)
        first = dict(surest.group_by("kind", maintain_order=True).agg("passage").iter_rows())
        ordered = facts.sort(pl.col("kind") == REST, "probability", descending=[False, True], maintain_order=True)
        return tuple(
            CauseGroup(kind, expected, who, document, tuple(first.get(kind, ())))
            for kind, expected, who, document in ordered.iter_rows()
        )

    @cached_property
    def todo(self) -> Mapping[str, int]:
        """``todo`` of ``firsts`` → passages, in the order to do it."""
        counts = dict(self.firsts["todo"].value_counts().iter_rows())
        return {name: counts[name] for name in ("safe", "holder", "certifier", "support", "nothing") if name in counts}

    @cached_property
    def shown(self) -> pl.DataFrame:
        """The corrections with ``before`` and ``after`` as shown.

        They are masked unless asked for; a number that could be a real person's always is.
        """
        told = self.corrections
        for side in ("before", "after"):
            texts = told.select("field", side).drop_nulls().unique()
            masked = [self._shown(*row) for row in texts.iter_rows()]
            texts = texts.with_columns(pl.Series("shown", masked, pl.String))
            told = told.join(texts, on=["field", side], how="left", maintain_order="left")
            told = told.with_columns(pl.col("shown").alias(side)).drop("shown")
        return told

    def passages(self, ranks: Collection[int]) -> dict[int, Refused]:
        """What is told of some KO passages, by their ranks in the file."""
        causes, corrections, firsts = (
            _by_passage(frame.filter(pl.col("passage").is_in(ranks)))
            for frame in (self.causes, self.shown, self.firsts.with_columns(rank=pl.lit(1)))
        )
        return {
            rank: Refused(
                **{name: row[name] for name in _REFUSED},
                causes=tuple(Cause(**{name: one[name] for name in _CAUSE}) for one in causes[rank]),
                corrections=_corrections(corrections.get(rank, [])),
            )
            for rank, (row,) in firsts.items()
        }

    @cached_property
    def fault_groups(self) -> tuple[FaultGroup, ...]:
        """The errors of structure, alike together, those that the receipt tells first."""
        groups: dict[tuple[str, str, bool], list[FaultShown]] = {}
        for fault in self.faults:
            groups.setdefault((fault.element, fault.sentence, fault.is_told), []).append(fault)
        return tuple(FaultGroup(*alike, tuple(faults)) for alike, faults in groups.items())

    def _shown(self, field: str, text: str) -> str:
        return without_real_numbers_inside(text) if self.shows_names else mask(field, text)


def _corrections(rows: Rows) -> tuple[Correction, ...]:
    """The corrections of one passage, from their changed fields in order of rank."""
    found = []
    for _, fields in groupby(rows, key=itemgetter("rank")):
        parts = list(fields)
        changes = tuple(Change(one["field"], one["before"], one["after"]) for one in parts)
        found.append(Correction(**{name: parts[0][name] for name in _CORRECTION}, changes=changes))
    return tuple(found)


def _by_passage(frame: pl.DataFrame) -> dict[int, Rows]:
    """Passage → its rows, in the order of their ranks."""
    ordered = frame.sort("passage", "rank", maintain_order=True).iter_rows(named=True)
    return {passage: list(rows) for passage, rows in groupby(ordered, key=itemgetter("passage"))}
