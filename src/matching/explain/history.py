"""The same passages through several deposits: when each was sent, what came back, what was changed in between.

Example:
    >>> history = follow_up([march, april, may], today=date(2026, 5, 20))
    >>> history.current.select("id_technique", "state", "corrected", "days_left").row(0)
    ('2026-000001', 'refused', 2, 1)
    >>> history.for_evidence
    ['2026-000001']

A passage is followed by its ``idTechnique``, within one issuer. Hypotheses: the three months run from the later of
the end of the exam and the start of the validity; a corrected deposit is one in which some field differs from the
last time the passage was answered; after two of them, both refused by the nirisation, evidence may be sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from matching.explain.returned import ANSWER, Returned
from matching.identity.errors import UsageError
from matching.identity.frames import PASSAGES
from matching.identity.outcomes import Message
from matching.identity.rules import ELEMENTS

MONTHS = 3
"""To declare a certification once it is delivered; data dictionary and general guide, read on 2026-11-23."""

ENOUGH_CORRECTED = 2
"""Corrected deposits, all refused, after which the Caisse des Dépôts looks at evidence."""

STATES = ("accepted", "refused", "unanswered")
STATE = pl.Enum(STATES)

Columns = dict[str, pl.DataType | type[pl.DataType]]

STEPS: Columns = {
    "id_technique": pl.String,
    "sending": pl.UInt32,  # 1, 2, 3 … by date
    "day": pl.Date,
    "passage": pl.UInt32,  # rank in the file of that sending
    "line": pl.UInt32,  # in that file
    "copies": pl.UInt32,  # passages of the file under this idTechnique: the best answered one is told
    "answer": ANSWER,
    "message": pl.UInt8,
    "text": pl.String,
    "changed": pl.List(pl.String),  # keys of ``ELEMENTS`` since the last answer; null = first, or not answered
}
"""Columns of ``History.steps``: one row per idTechnique and sending, in that order."""

CHANGES: Columns = {
    "id_technique": pl.String,
    "sending": pl.UInt32,
    "field": pl.String,  # key of ``ELEMENTS``
    "before": pl.String,  # as submitted the last time the passage was answered; null = not sent
    "after": pl.String,  # as submitted in this sending
}
"""Columns of ``History.changes``: one row per change, in the order of ``steps``."""

CURRENT: Columns = {
    "id_technique": pl.String,
    "state": STATE,
    "sent": pl.UInt32,  # times
    "refused": pl.UInt32,  # times
    "corrected": pl.UInt32,  # times refused by the nirisation although something had been changed
    "first_day": pl.Date,
    "last_day": pl.Date,
    "message": pl.UInt8,  # of the last answer
    "text": pl.String,
    "deadline": pl.Date,  # null when no date can be read
    "days_left": pl.Int32,  # to the deadline, negative when it is past; null once accepted
    "needs_evidence": pl.Boolean,
}
"""Columns of ``History.current``: one row per idTechnique, in the order they were first sent."""

_COMPARED = {
    field: f"raw_{field}" if f"raw_{field}" in PASSAGES.columns else field
    for field in ELEMENTS
    if field not in {"id_technique", "issuer"} and not PASSAGES.columns.keys().isdisjoint({field, f"raw_{field}"})
}  # field → its column, as submitted
_NOT_NIRISATION = [int(Message.ALREADY_ACCEPTED), int(Message.CERTIFICATION), int(Message.VALIDITY_DATES)]


@dataclass(frozen=True)
class Sending:
    """One deposit and what came back.

    Attributes:
        day: Of the deposit.
        file_name: Of the deposit.
        passages: Contract PASSAGES.
        returned: The receipt beside them.
    """

    day: date
    file_name: str
    passages: pl.DataFrame
    returned: Returned


@dataclass(frozen=True)
class History:
    """The follow-up.

    Attributes:
        today: The day it was made for.
        sendings: By date.
        steps: Columns ``STEPS``.
        changes: Columns ``CHANGES``.
        current: Columns ``CURRENT``.
    """

    today: date
    sendings: tuple[Sending, ...]
    steps: pl.DataFrame
    changes: pl.DataFrame
    current: pl.DataFrame

    @property
    def for_evidence(self) -> list[str]:
        """The idTechnique of the passages refused in spite of two corrected deposits."""
        return self.current.filter("needs_evidence")["id_technique"].to_list()

    def passages_for_evidence(self, sending: int) -> list[int]:
        """Their ranks in the file of a sending, numbered from 1."""
        keys = self.current.filter("needs_evidence")["id_technique"]
        sent = self.sendings[sending - 1].passages
        return sent.filter(pl.col("id_technique").is_in(keys.implode()))["passage"].to_list()


def follow_up(sendings: Sequence[Sending], today: date) -> History:
    """Follow every passage through the sendings.

    Args:
        sendings: In any order; those of one day in the order they were sent.
        today: What the days left are counted from.

    Raises:
        UsageError: there is no sending, or they are not of one issuer.
    """
    if not sendings:
        raise UsageError("history.no_sending")
    ordered = tuple(sorted(sendings, key=lambda sending: sending.day))
    _refuse_several_issuers(ordered)
    told = pl.concat([_told(sending, number) for number, sending in enumerate(ordered, start=1)])
    first_sent = pl.col("row").min().over("id_technique")
    told = told.with_row_index("row").sort(first_sent, "sending").drop("row").with_row_index("row")
    changes = _changes(told)
    told = _with_changed(told, changes)
    return History(today, ordered, told.select(list(STEPS)), changes.select(list(CHANGES)), _current(told, today))


def _refuse_several_issuers(sendings: Sequence[Sending]) -> None:
    """Of the deposits that were read: one whose structure was refused may be refused for its issuer."""
    files: dict[str, list[str]] = {}
    for sending in sendings:
        if sending.returned.form == "B":
            for issuer in sending.passages["issuer"].str.strip_chars().drop_nulls().unique().sort():
                files.setdefault(issuer, []).append(sending.file_name)
    if len(files) > 1:
        told = ", ".join(f"{issuer} ({', '.join(names)})" for issuer, names in sorted(files.items()))
        raise UsageError("history.several_issuers", issuers=told)


def _told(sending: Sending, number: int) -> pl.DataFrame:
    """One row per idTechnique of a sending, the best answered of its passages."""
    columns = ["exam_end", "validity_start", *_COMPARED.values()]
    submitted = sending.passages.select("passage", *dict.fromkeys(columns))
    rows = sending.returned.rows.join(submitted, on="passage", how="left", maintain_order="left")
    copies = pl.len().over("id_technique").cast(pl.UInt32).alias("copies")
    best = rows.with_columns(copies).sort(_merit(), maintain_order=True)
    best = best.unique("id_technique", keep="first", maintain_order=True).sort("passage")
    return best.with_columns(sending=pl.lit(number, pl.UInt32), day=pl.lit(sending.day, pl.Date))


def _merit() -> pl.Expr:
    """0 for OK, then message 5, other KO, no answer."""
    is_before = pl.col("message").eq_missing(int(Message.ALREADY_ACCEPTED))
    is_ok, is_ko = (pl.col("answer") == answer for answer in ("ok", "ko"))
    return pl.when(is_ok).then(0).when(is_before).then(1).when(is_ko).then(2).otherwise(3)


def _changes(told: pl.DataFrame) -> pl.DataFrame:
    """Columns ``CHANGES`` and ``row``: the fields that differ from the last time the passage was answered."""
    is_again = pl.col("id_technique") == pl.col("id_technique").shift(1)
    answered = told.filter(pl.col("answer") != "absent").with_columns(is_again=is_again)
    parts = [
        answered.select(
            "row", "id_technique", "sending", "is_again",
            field=pl.lit(field), before=pl.col(column).shift(1), after=pl.col(column),
        ).filter(pl.col("is_again") & pl.col("before").ne_missing(pl.col("after")))
        for field, column in _COMPARED.items()
    ]  # fmt: skip
    return pl.concat(parts).sort("row", maintain_order=True).drop("is_again")


def _with_changed(told: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """With ``changed``: the fields; none for a passage sent again as it was."""
    fields = changes.group_by("row").agg(changed=pl.col("field"))
    is_answered = pl.col("answer") != "absent"
    is_again = is_answered & (is_answered.cast(pl.UInt32).cum_sum().over("id_technique") > 1)
    listed = told.join(fields, on="row", how="left", maintain_order="left")
    return listed.with_columns(pl.when(is_again).then(pl.col("changed").fill_null([])))


def _current(told: pl.DataFrame, today: date) -> pl.DataFrame:
    answer, message = pl.col("answer"), pl.col("message")
    is_ko = (answer == "ko") & message.ne_missing(int(Message.ALREADY_ACCEPTED))
    by_nirisation = is_ko & ~message.is_in(_NOT_NIRISATION).fill_null(value=False)
    is_corrected = pl.col("changed").list.len().fill_null(0) > 0
    is_answered = answer != "absent"
    gathered = told.group_by("id_technique", maintain_order=True).agg(
        sent=pl.len().cast(pl.UInt32),
        refused=is_ko.sum().cast(pl.UInt32),
        corrected=(by_nirisation & is_corrected).sum().cast(pl.UInt32),
        first_day=pl.col("day").first(),
        last_day=pl.col("day").last(),
        message=message.filter(is_answered).last(),
        text=pl.col("text").filter(is_answered).last(),
        deadline=deadline().last(),
        is_accepted=(is_answered & ~is_ko).any(),
        is_refused=by_nirisation.filter(is_answered).last().fill_null(value=False),
        is_answered=is_answered.any(),
    )
    state = (
        pl.when("is_accepted")
        .then(pl.lit("accepted"))
        .when("is_answered")
        .then(pl.lit("refused"))
        .otherwise(pl.lit("unanswered"))
    )
    days = (pl.col("deadline") - pl.lit(today, pl.Date)).dt.total_days().cast(pl.Int32)
    return gathered.with_columns(
        state=state.cast(STATE),
        days_left=pl.when(~pl.col("is_accepted")).then(days),
        needs_evidence=~pl.col("is_accepted") & pl.col("is_refused") & (pl.col("corrected") >= ENOUGH_CORRECTED),
    ).select(list(CURRENT))


def deadline() -> pl.Expr:
    """Last day to declare a passage, from its ``exam_end`` and ``validity_start``; null when neither can be read."""
    read = [
        pl.col(name).str.strip_chars().str.to_date("%Y-%m-%d", strict=False) for name in ("exam_end", "validity_start")
    ]
    return pl.max_horizontal(read).dt.offset_by(f"{MONTHS}mo")
