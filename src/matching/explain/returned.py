"""A receipt laid beside the file it answers: one row per passage, nothing dropped on either side.

Example:
    >>> back = returned(read_receipt("receipt.xml"), deposit.passages, Sent("janvier.xml", deposit.header.id_flux))
    >>> back.rows.filter(answer="ko").select("passage", "message").row(0)
    (17, 4)

``idTechnique`` is the only key; blanks around it, which either file may have won or lost on its way, do not count.
Where the file holds one several times, hypothesis: the receipt's answers to it go to its passages in file order, OK
first, then the KO as the receipt gives them ("already accepted" comes after what was accepted). Whatever the order
was, an idTechnique with an OK or a message 5 is acquired: none of its passages is to be sent again.

A receipt of form A has no passage; its entries are read in ``explain.structure``.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import polars as pl

from matching.explain.structure import Entry, Fault, OwnError, faults
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import ReceiptError
from matching.identity.outcomes import Message

ANSWERS = ("ok", "ko", "absent")
ANSWER = pl.Enum(ANSWERS)

ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "id_technique": pl.String,
    "line": pl.UInt32,
    "answer": ANSWER,  # absent = the receipt does not speak of this passage
    "message": pl.UInt8,  # 1 to 7; null when not KO, and for a sentence that is none of the seven
    "text": pl.String,  # of a KO, as written in the receipt
    "is_acquired": pl.Boolean,  # this idTechnique is OK, here or before (message 5): never to be sent again
}
"""Columns of ``Returned.rows``."""

_COPY = re.compile(r"^copie de |(?: \(\d+\)| - copie| - copy)+(?=\.\w+$|$)", re.IGNORECASE)
"""What a browser or a file manager adds to the name of a file that is there already."""

UNKNOWN = {name: ROWS[name] for name in ("id_technique", "answer", "message", "text")}
"""Columns of ``Returned.unknown``."""


class Refused(Protocol):
    """A KO of a receipt, as ``deposit.receipt.RefusedPassage`` is one."""

    @property
    def id_technique(self) -> str: ...  # noqa: D102 - see deposit.receipt
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> Message | None: ...  # noqa: D102


class ReceiptRead(Protocol):
    """What is used of a receipt, as ``deposit.receipt.Receipt`` is one."""

    @property
    def form(self) -> Literal["A", "B"]: ...  # noqa: D102 - see deposit.receipt
    @property
    def file_name(self) -> str: ...  # noqa: D102
    @property
    def treatment_id(self) -> str: ...  # noqa: D102
    @property
    def id_flux(self) -> str: ...  # noqa: D102
    @property
    def errors(self) -> Sequence[Entry]: ...  # noqa: D102
    @property
    def ko(self) -> Sequence[Refused]: ...  # noqa: D102
    @property
    def ok(self) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True)
class Sent:
    """What tells a deposited file from another; "" when not known.

    Attributes:
        file_name: Its name today.
        id_flux: The ``idFlux`` it holds.
    """

    file_name: str
    id_flux: str = ""


@dataclass(frozen=True)
class Note:
    """Something of the join that the reader should know."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: Lang = "fr") -> str:
        """In words."""
        return sentence(self.code, lang, **self.facts)


@dataclass(frozen=True)
class Returned:
    """What came back of a file.

    Attributes:
        form: A when the structure was refused: every passage is absent, and there are faults; B otherwise.
        file_name: The deposited file, as the receipt calls it.
        treatment_id: Number of the treatment.
        rows: One row per passage of the file, in file order, columns ``ROWS``.
        unknown: Answers of the receipt that are left once every passage has its own, columns ``UNKNOWN``.
        faults: Form A: what the receipt says of the structure, in its order.
        not_told: Form A: errors that our control 1 finds and the receipt does not tell (it stops at a hundred).
        notes: What does not fit, in words.
    """

    form: Literal["A", "B"]
    file_name: str
    treatment_id: str
    rows: pl.DataFrame
    unknown: pl.DataFrame
    faults: tuple[Fault, ...] = ()
    not_told: tuple[OwnError, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def to_resend(self) -> pl.DataFrame:
        """The rows that a new file has to hold: KO, and not acquired."""
        return self.rows.filter((pl.col("answer") == "ko") & ~pl.col("is_acquired"))

    def count(self, answer: str, message: int | None = None) -> int:
        """How many passages got this answer, and this message if one is given."""
        found = self.rows.filter(pl.col("answer") == answer)
        return found.height if message is None else found.filter(pl.col("message") == message).height


def returned(receipt: ReceiptRead, passages: pl.DataFrame, sent: Sent, errors: Sequence[OwnError] = ()) -> Returned:
    """Join a receipt with the file it answers.

    Args:
        receipt: As ``deposit.receipt.read_receipt`` gives it.
        passages: Contract PASSAGES; empty for a file that is no XML.
        sent: What tells the file from another. Names are compared for a note only: people rename files.
        errors: Form A only: what our control 1 finds in the file, all of it.

    Raises:
        ReceiptError: the receipt is of another file: its idFlux is another, or it has no idTechnique of the file
            (form B); it has another name and tells nothing that our control 1 finds (form A).
    """
    notes = _other_name(receipt, sent)
    if receipt.form == "A":
        return _structure_refused(receipt, passages, sent, errors, notes)
    _refuse_another_flux(receipt, sent)
    key = pl.col("id_technique").str.strip_chars().alias("key")
    nth = pl.int_range(pl.len(), dtype=pl.UInt32).over(key).alias("nth")
    answers = _answers(receipt).with_columns(key, nth)
    asked = passages.select("passage", "id_technique", "line", key, nth)
    if answers.height and not answers["key"].is_in(asked["key"].implode()).any():
        raise ReceiptError("explain.no_common_id", receipt=receipt.file_name, file=sent.file_name, n=answers.height)
    rows = asked.join(answers, on=["key", "nth"], how="left", maintain_order="left").with_columns(
        pl.col("answer").fill_null("absent"),
        is_acquired=pl.col("key").is_in(_acquired(answers).implode()),
    )
    unknown = answers.join(asked, on=["key", "nth"], how="anti", maintain_order="left").select(list(UNKNOWN))
    notes += _what_does_not_fit(rows, unknown)
    rows = rows.select(list(ROWS))
    return Returned("B", receipt.file_name, receipt.treatment_id, rows, unknown, notes=notes)


def same_name(one: str, other: str) -> bool:
    """Whether two names of files are one, however accents and capitals are written."""
    first, second = (unicodedata.normalize("NFC", name).casefold().strip() for name in (one, other))
    return first == second


def _other_name(receipt: ReceiptRead, sent: Sent) -> tuple[Note, ...]:
    told, ours = (_COPY.sub("", unicodedata.normalize("NFC", name)) for name in (receipt.file_name, sent.file_name))
    if not told.strip() or not ours or same_name(told, ours):
        return ()
    return (Note("explain.note_other_name", {"told": receipt.file_name, "file": sent.file_name}),)


def _refuse_another_flux(receipt: ReceiptRead, sent: Sent) -> None:
    told, ours = receipt.id_flux.strip(), sent.id_flux.strip()
    if told and ours and told != ours:
        raise ReceiptError("explain.other_flux", file=sent.file_name, told=told, ours=ours)


def _answers(receipt: ReceiptRead) -> pl.DataFrame:
    """Every answer of a form B, OK first: columns ``UNKNOWN``."""
    rows: list[tuple[str, str, int | None, str | None]] = [(key, "ok", None, None) for key in receipt.ok]
    rows += [(one.id_technique, "ko", one.number and int(one.number), one.message) for one in receipt.ko]
    return pl.DataFrame(rows, schema=UNKNOWN, orient="row")


def _acquired(answers: pl.DataFrame) -> pl.Series:
    is_before = pl.col("message").eq_missing(int(Message.ALREADY_ACCEPTED))
    return answers.filter((pl.col("answer") == "ok") | is_before)["key"]


def _what_does_not_fit(rows: pl.DataFrame, unknown: pl.DataFrame) -> tuple[Note, ...]:
    counts = {
        "explain.note_unknown_ids": unknown.height,
        "explain.note_unanswered": rows.filter(pl.col("answer") == "absent").height,
        "explain.note_duplicate_ids": rows.filter(pl.col("key").is_duplicated()).height,
        "explain.note_other_sentences": rows.filter(pl.col("text").is_not_null() & pl.col("message").is_null()).height,
    }
    return tuple(Note(code, {"n": n}) for code, n in counts.items() if n)


def _structure_refused(
    receipt: ReceiptRead,
    passages: pl.DataFrame,
    sent: Sent,
    errors: Sequence[OwnError],
    notes: tuple[Note, ...],
) -> Returned:
    found = faults(receipt.errors, passages, errors)
    own = {id(fault.own) for fault in found}
    if found and own == {id(None)}:
        if notes:
            raise ReceiptError("explain.other_structure", receipt=receipt.file_name, file=sent.file_name, n=len(found))
        notes = (Note("explain.note_nothing_found", {"n": len(found)}),)
    not_told = tuple(error for error in errors if id(error) not in own)
    if not_told:
        notes += (Note("explain.note_not_told", {"n": len(not_told)}),)
    rows = passages.select("passage", "id_technique", "line").with_columns(
        answer=pl.lit("absent", ANSWER),
        message=pl.lit(None, pl.UInt8),
        text=pl.lit(None, pl.String),
        is_acquired=pl.lit(value=False),
    )
    unknown = pl.DataFrame(schema=UNKNOWN)
    return Returned("A", receipt.file_name, receipt.treatment_id, rows, unknown, found, not_told, notes)
