"""The follow-up of several deposits: what every rendering of it takes, worked out once.

Example:
    >>> report.counts["late"], report.pending["days_left"].to_list()[:3]
    (2, [-12, -3, 4])
    >>> report.passages(report.pending.head(1))[0].steps[1].changes[0].field
    'usage_name'

The three months of a passage decide its place: the late ones first, then those with the fewest days left.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import polars as pl

from matching.identity.catalogue import Lang, sentence
from matching.identity.nir import without_real_numbers, without_real_numbers_inside
from matching.report.masking import MASKED, mask
from matching.report.wording import Words

SOON = 30
"""Days left from which a passage is pressing."""

URGENCIES = ("accepted", "late", "today", "soon", "later", "unknown")
_STRUCTURE = "structure"  # the answer of a deposit that was refused whole
_TOLD = ("state", "sent", "refused", "corrected", "message", "deadline", "days_left", "needs_evidence")

Row = dict[str, Any]


class HistoryWords(Words):
    """What a rendering says, in one language: sentences ``history.*``."""

    stage: ClassVar[str] = "history"

    def field(self, name: str) -> str:
        """A key of ``ELEMENTS`` in words."""
        return sentence(f"fields.{name}", self.lang)

    def meaning(self, message: int | None) -> str:
        """What a sentence of the receipt means."""
        return sentence(f"causes.message_{message or 'other'}", self.lang)

    def day(self, day: dt.date) -> str:
        """A day as its readers write it."""
        return f"{day:%d/%m/%Y}" if self.lang == "fr" else day.isoformat()

    def left(self, passage: "PassageShown") -> str:
        """How long there is to get a passage accepted."""
        days = abs(passage.days_left or 0)
        return self(f"left_{passage.urgency}", n=days)

    def last(self, passage: "PassageShown") -> str:
        """What came back of a passage the last time it was answered."""
        answered = passage.answered
        if answered is None:
            return self("answer_absent")
        if passage.state == "accepted":
            return self("last_accepted", day=self.day(answered.sending.day))
        return self("message_other") if passage.message is None else self("message", message=passage.message)

    def next(self, passage: "PassageShown") -> str:
        """What to do now of a passage that is not accepted."""
        about = (passage.answered or passage.steps[-1]).sending
        return self(f"next_{passage.to_do}", file=about.file, receipt=about.receipt)


@dataclass(frozen=True)
class Remark:
    """Something of a file that the reader should know; ``is_trouble`` where it was left aside for it."""

    file: str
    code: str
    sentence: str
    is_trouble: bool


@dataclass(frozen=True)
class SendingShown:
    """One deposit and its receipt.

    Attributes:
        day: Of the deposit.
        file: Its name.
        receipt: The receipt's.
        digest: Of the bytes of both, hexadecimal.
        treatment: Number of the treatment, "" when not known.
        form: Of the receipt.
        counts: Passages ``ok``, ``ko`` and ``absent``.
    """

    day: dt.date
    file: str
    receipt: str
    digest: Mapping[str, str]
    treatment: str
    form: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Change:
    """One datum changed between two sendings, as shown; None = not sent."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Step:
    """One sending of one passage. ``changes`` is None where there is nothing to compare with."""

    number: int
    sending: SendingShown
    line: int
    answer: str
    message: int | None
    changes: tuple[Change, ...] | None


@dataclass(frozen=True)
class PassageShown:
    """One passage with all its sendings: columns of the frame ``current``, and its steps."""

    id_technique: str
    state: str
    sent: int
    refused: int
    corrected: int
    message: int | None
    text: str | None
    deadline: dt.date | None
    days_left: int | None
    needs_evidence: bool
    steps: tuple[Step, ...]

    @property
    def urgency(self) -> str:
        """One of ``URGENCIES``."""
        if self.state == "accepted":
            return "accepted"
        if self.days_left is None:
            return "unknown"
        if self.days_left <= 0:
            return "late" if self.days_left else "today"
        return "soon" if self.days_left <= SOON else "later"

    @property
    def answered(self) -> Step | None:
        """The last sending that got an answer."""
        return next((step for step in reversed(self.steps) if step.answer in {"ok", "ko"}), None)

    @property
    def to_do(self) -> str:
        """What to do now of one that is not accepted: its sentence is ``history.next_<to_do>``."""
        last = self.steps[-1].answer
        if last == _STRUCTURE:
            return "structure"
        if last == "absent":
            return "wait"
        return "evidence" if self.needs_evidence else "late" if self.urgency == "late" else "correct"


@dataclass(frozen=True, eq=False)
class HistoryReport:
    """All that is said of several deposits.

    Attributes:
        folder: Name of the folder they stand in.
        today: What days left are counted from.
        version: Of this program.
        lang: Of the renderings.
        shows_names: Values are shown as submitted; otherwise masked.
        sendings: By date.
        remarks: On files that were left aside, or do not fit.
        steps: Columns ``explain.history.STEPS``.
        changes: Columns ``explain.history.CHANGES``.
        current: Columns ``explain.history.CURRENT``.
    """

    folder: str
    today: dt.date
    version: str
    lang: Lang
    shows_names: bool
    sendings: tuple[SendingShown, ...]
    remarks: tuple[Remark, ...]
    steps: pl.DataFrame
    changes: pl.DataFrame
    current: pl.DataFrame

    @cached_property
    def counts(self) -> dict[str, int]:
        """Passages in all, by state, late, pressing, and ready for evidence."""
        state, left = pl.col("state"), pl.col("days_left")
        named = {name: (state == name).sum() for name in ("accepted", "refused", "unanswered")}
        pressing = {"late": (left < 0).sum(), "soon": left.is_between(0, SOON).sum()}
        told = self.current.select(passages=pl.len(), **named, **pressing, evidence=pl.col("needs_evidence").sum())
        return told.row(0, named=True)

    @cached_property
    def pending(self) -> pl.DataFrame:
        """The passages that are not accepted, the most pressing first, those without a date last."""
        waiting = self.current.filter(pl.col("state") != "accepted")
        return waiting.sort("days_left", nulls_last=True, maintain_order=True)

    @cached_property
    def accepted(self) -> pl.DataFrame:
        """The passages that are, those that had been refused first."""
        done = self.current.filter(pl.col("state") == "accepted")
        return done.sort("refused", descending=True, maintain_order=True)

    @cached_property
    def told_steps(self) -> pl.DataFrame:
        """``steps`` with what a deposit refused whole got, and its files."""
        sendings = pl.DataFrame(
            [(number, one.file, one.receipt, one.form == "A") for number, one in enumerate(self.sendings, start=1)],
            schema={"sending": pl.UInt32, "file": pl.String, "receipt": pl.String, "is_refused": pl.Boolean},
            orient="row",
        )
        told = self.steps.join(sendings, on="sending", how="left", maintain_order="left")
        answer = pl.when("is_refused").then(pl.lit(_STRUCTURE)).otherwise(pl.col("answer").cast(pl.String))
        return told.with_columns(answer=answer).drop("is_refused")

    def passages(self, rows: pl.DataFrame) -> tuple[PassageShown, ...]:
        """Some rows of ``current``, in their order, each with its sendings."""
        keys = rows["id_technique"]
        steps, changes = (
            frame.filter(pl.col("id_technique").is_in(keys.implode())).rows_by_key("id_technique", named=True)
            for frame in (self.told_steps, self.changes)
        )
        return tuple(
            PassageShown(
                **{name: row[name] for name in _TOLD},
                id_technique=shown,
                text=row["text"] and without_real_numbers_inside(row["text"]),
                steps=tuple(self._step(step, changes[key]) for step in steps[key]),
            )
            for row, key, shown in zip(rows.iter_rows(named=True), keys, without_real_numbers(keys), strict=True)
        )

    def _step(self, row: Row, changes: list[Row]) -> Step:
        made = tuple(
            Change(one["field"], *(self._shown(one["field"], one[side]) for side in ("before", "after")))
            for one in changes
            if one["sending"] == row["sending"]
        )
        return Step(
            number=row["sending"],
            sending=self.sendings[row["sending"] - 1],
            line=row["line"],
            answer=row["answer"],
            message=row["message"],
            changes=None if row["changed"] is None else made,
        )

    def _shown(self, field: str, text: str | None) -> str | None:
        """A value, masked unless asked for; a number that could be a real person's always is."""
        if text is None or field not in MASKED:
            return text
        return without_real_numbers_inside(text) if self.shows_names else mask(field, text)
