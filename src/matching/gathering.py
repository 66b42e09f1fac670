"""A folder of deposits and receipts, under any names: which receipt answers which deposit, and on what day it was sent.

Example:
    >>> gathered = gather(Path("envois"))
    >>> [(source.file.name, source.receipt.name) for source in gathered.sources]
    [('mars.xml', 'Accusé de traitement_mars.xml_20260302.xml'), ('avril.xml', 'accuse (2).xml')]
    >>> [(remark.file, remark.note.code) for remark in gathered.remarks]
    [('notes.txt', 'history.other_file')]

A file that cannot be used is told in a remark, and the others are kept. The day of a sending is that of the
``horodatage`` of its deposit; the one in the name of the receipt where there is none, or where several sendings have
the same ``horodatage``.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path

import polars as pl

from matching.deposit.control import control
from matching.deposit.kind import kind_of
from matching.deposit.reader import Deposit, read_deposit
from matching.deposit.receipt import read_receipt
from matching.explain.history import Sending
from matching.explain.pairing import Deposited, paired
from matching.explain.returned import Note, Returned, Sent, returned
from matching.identity.digest import digest_of
from matching.identity.errors import InputError, NirisationError
from matching.identity.frames import PASSAGES

_MOST_ERRORS = 5_000  # of control 1, where a receipt speaks of the structure
_TOLD_LATE = ("note_", "copy", "other_")  # codes of what is no trouble, told after what is left aside
_DAY_IN_NAME = re.compile(r"_(\d{8})(?!\d)")


@dataclass(frozen=True)
class Source:
    """Where a sending was read.

    Attributes:
        file: The deposit.
        receipt: Its receipt.
        sending: What both say.
    """

    file: Path
    receipt: Path
    sending: Sending


@dataclass(frozen=True)
class Remark:
    """Something of a file that the reader should know: why it was left aside, or what does not fit."""

    file: str
    note: Note

    @property
    def rank(self) -> int:
        """0 for what is left aside, then what does not fit, then what is no matter."""
        name = self.note.code.partition(".")[2]
        return next((rank for rank, start in enumerate(_TOLD_LATE, start=1) if name.startswith(start)), 0)


@dataclass(frozen=True)
class Gathered:
    """What a folder holds.

    Attributes:
        folder: The folder.
        sources: The sendings that can be followed, in the order they were made.
        remarks: On the other files, and on these.
    """

    folder: Path
    sources: tuple[Source, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class _Held:
    """A deposit at hand; ``deposit`` is None when it is no XML that can be read."""

    path: Path
    deposit: Deposit | None

    @property
    def timestamp(self) -> str:
        return self.deposit.header.timestamp.strip() if self.deposit else ""

    @property
    def passages(self) -> pl.DataFrame:
        return self.deposit.passages if self.deposit else PASSAGES.empty()

    @cached_property
    def deposited(self) -> Deposited:
        flux = self.deposit.header.id_flux if self.deposit else ""
        return Deposited(self.path.name, flux, frozenset(self.passages["id_technique"]))


@dataclass(frozen=True)
class _Answered:
    """A deposit beside a receipt; its day is not known yet."""

    held: _Held
    receipt: Path
    returned: Returned

    @property
    def order(self) -> tuple[str, str]:
        """Of two sendings of one day."""
        return self.held.timestamp, self.returned.treatment_id.zfill(20)


def gather(folder: Path) -> Gathered:
    """Read a folder: its own files, not those of the folders inside.

    Raises:
        InputError: there is no such folder.
    """
    try:
        paths = sorted(folder.iterdir(), key=attrgetter("name"))
    except OSError as error:
        raise InputError("history.no_folder", folder=str(folder), reason=error.strerror or str(error)) from error
    remarks: list[Remark] = []
    deposits, receipts = _sorted_out(paths, remarks)
    held = [_held(path, remarks) for path in deposits]
    answered = [one for path in receipts if (one := _answered(path, held, remarks)) is not None]
    lonely = {one.path.name for one in held} - {one.held.path.name for one in answered}
    remarks += [Remark(name, Note("history.no_receipt")) for name in sorted(lonely)]
    sources = _sources(answered, remarks)
    return Gathered(folder, sources, tuple(sorted(remarks, key=attrgetter("rank"))))


def _sorted_out(paths: Sequence[Path], remarks: list[Remark]) -> tuple[list[Path], list[Path]]:
    """The deposits and the receipts among some files, each content once."""
    found: dict[str, list[Path]] = {"deposit": [], "receipt": []}
    first: dict[str, Path] = {}
    for path in paths:
        try:
            kind = kind_of(path) if path.is_file() else None
            same = first.setdefault(digest_of(path), path) if kind else path
        except OSError as error:
            remarks.append(Remark(path.name, Note("history.unreadable", {"reason": error.strerror or str(error)})))
            continue
        if kind is None:
            remarks.append(Remark(path.name, Note("history.other_folder" if path.is_dir() else "history.other_file")))
        elif same != path:
            remarks.append(Remark(path.name, Note("history.copy", {"same": same.name})))
        else:
            found[kind].append(path)
    return found["deposit"], found["receipt"]


def _held(path: Path, remarks: list[Remark]) -> _Held:
    try:
        return _Held(path, read_deposit(path))
    except NirisationError as error:
        remarks.append(Remark(path.name, Note(error.code, error.facts)))
        return _Held(path, None)


def _answered(path: Path, held: Sequence[_Held], remarks: list[Remark]) -> _Answered | None:
    """A receipt and the deposit it answers; None when it answers none of those at hand."""
    try:
        receipt = read_receipt(path)
        file = paired(receipt, [one.deposited for one in held]).file
        one = next(one for one in held if one.path.name == file)
        sent = Sent(file, one.deposited.id_flux)
        # A receipt that speaks of the structure is compared with what our own control says of it.
        errors = control(one.path, max_shown=_MOST_ERRORS).errors if receipt.form == "A" else ()
        back = returned(receipt, one.passages, sent, errors)
    except NirisationError as error:
        remarks.append(Remark(path.name, Note(error.code, error.facts)))
        return None
    remarks += [Remark(path.name, note) for note in back.notes]
    return _Answered(one, path, back)


def _sources(answered: Sequence[_Answered], remarks: list[Remark]) -> tuple[Source, ...]:
    """The sendings by day."""
    times = Counter(one.held.timestamp for one in answered)
    sources = []
    for one in sorted(answered, key=attrgetter("order")):
        day = _day(one, is_shared=times[one.held.timestamp] > 1)
        if day is None:
            remarks.append(Remark(one.receipt.name, Note("history.no_day", {"file": one.held.path.name})))
            continue
        sending = Sending(day, one.held.path.name, one.held.passages, one.returned)
        sources.append(Source(one.held.path, one.receipt, sending))
    return tuple(sorted(sources, key=lambda source: source.sending.day))


def _day(one: _Answered, *, is_shared: bool) -> dt.date | None:
    """Of a sending: a ``horodatage`` that several sendings have is that of a program, not of a day."""
    stamped = _date(one.held.timestamp[:10])
    named = [day for text in _DAY_IN_NAME.findall(one.receipt.name) if (day := _date(text))]
    last = named[-1] if named else None
    return last or stamped if is_shared else stamped or last


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
