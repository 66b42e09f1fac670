"""The explained receipt: what every rendering of it takes, worked out once.

Example:
    >>> report.groups[0].kind, report.groups[0].expected, len(report.groups[0].passages)
    ('usage_name_as_birth_name', 41.3, 57)

Its facts come from the receipt, the deposited file and public tables; nothing else ever reaches a rendering.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from matching.identity.catalogue import Lang, catalogue, sentence
from matching.report.masking import mask
from matching.report.wording import Words

Rows = list[dict[str, Any]]

REST = "nothing_shown"
_CAUSE = ("kind", "trait", "probability", "correction", "rule", "who", "document")
_CORRECTION = ("rank", "kind", "is_safe", "probability", "passes", "again", "document")
_HARDLY = 0.01


class ExplainWords(Words):
    """What a rendering says, in one language: sentences ``causes.*``."""

    def __call__(self, name: str, /, **facts: object) -> str:
        """The sentence ``causes.<name>``, or ``causes.<name>_one`` where there is one and ``n`` is singular."""
        one = f"causes.{name}_one"
        is_one = facts.get("n") in ((0, 1) if self.lang == "fr" else (1,))
        return sentence(one if is_one and one in catalogue() else f"causes.{name}", self.lang, **facts)

    def of_kind(self, text: str, kind: str) -> str:
        """Its ``title`` or ``remedy``: a cause is a kind of correction, or one of its own."""
        own = f"causes.{text}_{kind}"
        return sentence(own if own in catalogue() else f"corrections.{text}_{kind}", self.lang)

    def field(self, name: str | None) -> str:
        """A key of ``ELEMENTS`` in words."""
        return "" if name is None else sentence(f"fields.{name}", self.lang)

    def document(self, name: str | None) -> str:
        """What to ask for; "" when nothing."""
        return "" if name is None else self(f"document_{name}")

    def meaning(self, message: int | None) -> str:
        """What a sentence of the receipt means."""
        return self(f"message_{message or 'other'}")

    def sure(self, probability: float) -> str:
        """How sure, without decimals that nobody can hold; never a false hundred."""
        return self("sure", n=min(round(100 * probability), 99)) if probability >= _HARDLY else self("hardly")


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
    """One correction of one passage. ``passes`` is None when it was not tried on a register."""

    rank: int
    kind: str
    is_safe: bool
    probability: float
    passes: bool | None
    again: int | None
    document: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Refused:
    """One KO passage with all that is told of it."""

    passage: int
    id_technique: str
    line: int
    message: int | None
    text: str
    causes: tuple[Cause, ...]
    corrections: tuple[Correction, ...]

    @property
    def first(self) -> Cause:
        """Its likeliest cause."""
        return self.causes[0]


@dataclass(frozen=True)
class CauseGroup:
    """A cause, the passages it is expected in, and those where it comes first."""

    kind: str
    expected: float
    who: str
    document: str | None
    passages: tuple[Refused, ...]


@dataclass(frozen=True)
class FaultShown:
    """One error of structure, in words."""

    line: int
    element: str
    id_technique: str | None
    sentence: str


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
        refused: One row per KO: ``passage, id_technique, line, message, text``.
        causes: Columns ``explain.causes.CAUSES``.
        corrections: Columns of ``explain.causes.Explanation.corrections``, those that are told.
        letters: ``passage``, ``letter``: what to write to the holder.
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
    letters: pl.DataFrame

    @cached_property
    def passages(self) -> tuple[Refused, ...]:
        """The KO passages, in file order."""
        causes, corrections = _by_passage(self.causes), _by_passage(self.corrections)
        told = self.refused.select("passage", "id_technique", "line", "message", "text")
        return tuple(
            Refused(
                **row,
                causes=tuple(Cause(**{name: one[name] for name in _CAUSE}) for one in causes[row["passage"]]),
                corrections=self._corrections(corrections.get(row["passage"], [])),
            )
            for row in told.iter_rows(named=True)
        )

    @cached_property
    def groups(self) -> tuple[CauseGroup, ...]:
        """The causes by the passages expected of each; what nothing shows comes last."""
        facts = self.causes.group_by("kind", maintain_order=True).agg(
            pl.col("probability").sum(), pl.col("who").first(), pl.col("document").first()
        )
        is_rest = pl.col("kind") == REST
        first: dict[str, list[Refused]] = {}
        for passage in self.passages:
            first.setdefault(passage.first.kind, []).append(passage)
        ordered = facts.sort(is_rest, "probability", descending=[False, True], maintain_order=True)
        return tuple(
            CauseGroup(kind, expected, who, document, _surest(first.get(kind, ())))
            for kind, expected, who, document in ordered.iter_rows()
        )

    def shown(self, field: str, text: str | None) -> str | None:
        """A value, masked unless asked for."""
        return text if text is None or self.shows_names else mask(field, text)

    def _corrections(self, rows: Rows) -> tuple[Correction, ...]:
        """The corrections of one passage, from their changed fields in order of rank."""
        found = []
        for _, fields in groupby(rows, key=itemgetter("rank")):
            parts = list(fields)
            changes = tuple(
                Change(one["field"], *(self.shown(one["field"], one[side]) for side in ("before", "after")))
                for one in parts
            )
            found.append(Correction(**{name: parts[0][name] for name in _CORRECTION}, changes=changes))
        return tuple(found)


def _by_passage(frame: pl.DataFrame) -> dict[int, Rows]:
    """Passage → its rows, in the order of their ranks."""
    ordered = frame.sort("passage", "rank", maintain_order=True).iter_rows(named=True)
    return {passage: list(rows) for passage, rows in groupby(ordered, key=itemgetter("passage"))}


def _surest(passages: list[Refused] | tuple[Refused, ...]) -> tuple[Refused, ...]:
    return tuple(sorted(passages, key=lambda one: -one.first.probability))
