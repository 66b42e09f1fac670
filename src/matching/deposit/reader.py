"""Read a deposit file into a frame of passages.

Example:
    >>> deposit = read_deposit("janvier.xml")
    >>> deposit.header.issuer, deposit.passages.height
    ('41QRT905', 12480)

Reading is tolerant, control 1 is not: elements in any order, any prefix, unknown ones ignored, missing ones null. What
control 1 refuses is read all the same, as long as it is XML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.deposit.control import ControlReport, Progress, run_control
from matching.deposit.dictionary import Version
from matching.deposit.extraction import CAPTURED, Texts, columns_of, texts_of
from matching.deposit.header import DepositHeader
from matching.deposit.pipeline import in_order
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import Slice, Stopped, slices
from matching.deposit.validation import NO_XML, CheckedSlice, OwnSchema
from matching.deposit.wellformed import first_fault
from matching.identity.errors import DepositError
from matching.identity.frames import PASSAGES, PLACE_KIND, SEX


@dataclass(frozen=True)
class Deposit:
    """A deposit file.

    Attributes:
        header: What the file says once.
        version: 1.1.5 when the file holds what came with it, else 1.1.2.
        passages: A frame of the PASSAGES contract, in file order.
    """

    header: DepositHeader
    version: Version
    passages: pl.DataFrame


@dataclass(frozen=True)
class Controlled:
    """A deposit file, controlled and read at once.

    Attributes:
        report: Control 1.
        deposit: What the file holds; None when the structure is refused.
    """

    report: ControlReport
    deposit: Deposit | None


@dataclass(frozen=True)
class _Read:
    """What is kept of a slice: rank of its first passage and of its list, lines and texts of its passages."""

    first: int
    rank: int
    lines: npt.NDArray[np.intp]
    texts: Texts

    @classmethod
    def of(cls, part: Slice, checked: CheckedSlice, captured: frozenset[str]) -> "_Read":
        return cls(part.first, part.rank, _lines(part), texts_of(checked, captured))


class _ReadingSchema(OwnSchema):
    """Reads the slices as they are checked, until one is at fault."""

    def __init__(self, version: Version | None, captured: frozenset[str]) -> None:
        super().__init__(version, captured)
        self.captured = captured
        self.read: dict[int, _Read] = {}
        self._is_refused = False

    def check(self, part: Slice, room: int) -> CheckedSlice:
        checked = super().check(part, room)
        self._is_refused |= checked.n_errors > 0
        if not self._is_refused:
            self.read[part.first] = _Read.of(part, checked, self.captured)
        return checked


def read_deposit(path: str | Path, *, optional: frozenset[str] = frozenset()) -> Deposit:
    """The whole file.

    Args:
        path: The file.
        optional: Columns beyond the contract to read as well, of ``extraction.OPTIONAL``.

    Raises:
        DepositError: the file cannot be read, or is no XML from a certain point on.
    """
    skeleton = Skeleton()
    return _deposit(list(_slices_read(path, skeleton, CAPTURED | optional)), skeleton)


def read_controlled(
    path: str | Path,
    version: Version | None = None,
    *,
    max_shown: int = 100,
    optional: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Controlled:
    """``control`` and ``read_deposit`` in one reading of the file: the same report, the same passages.

    Args:
        path: The file.
        version: As for ``control``.
        max_shown: As for ``control``.
        optional: As for ``read_deposit``.
        progress: As for ``control``.

    Raises:
        DepositError: as for ``control``.
    """
    skeleton, own = Skeleton(), _ReadingSchema(version, CAPTURED | optional)
    report = run_control(Path(path), own, skeleton, max_shown=max_shown, progress=progress)
    if not report.is_ok:
        return Controlled(report, None)
    return Controlled(report, _deposit([own.read[first] for first in sorted(own.read)], skeleton))


def read_header(path: str | Path) -> DepositHeader:
    """What the file says once; the passages are passed over.

    Raises:
        DepositError: as for ``read_deposit``.
    """
    return _header(_skeleton(path))


def iter_passages(path: str | Path, chunk: int = 50_000) -> Iterator[pl.DataFrame]:
    """The passages in frames of about ``chunk`` rows, in file order: memory does not grow with the file.

    The file is read twice, since a certification may tell its code after its passages.

    Raises:
        DepositError: as for ``read_deposit``, possibly after some frames.
    """
    skeleton = _skeleton(path)
    read: list[_Read] = []
    for one in _slices_read(path, Skeleton(), CAPTURED):
        read.append(one)
        if sum(len(held.lines) for held in read) >= chunk:
            yield _in_context(read, skeleton)
            read.clear()
    if read:
        yield _in_context(read, skeleton)


def with_read_values(raw: pl.DataFrame) -> pl.DataFrame:
    """The values of the ``raw_*`` columns: trimmed, empty made null, numbers read, what cannot be read made null."""
    texts = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
    places = ("place_label", "country_code", "country_label")
    insee, postal = _trimmed("raw_insee_code"), _trimmed("raw_postal_code")
    month, day = _number("raw_birth_month", pl.Int8), _number("raw_birth_day", pl.Int8)
    return raw.with_columns(
        *(_trimmed(f"raw_{name}").alias(name) for name in (*texts, *places)),
        sex=_trimmed("raw_sex").cast(SEX, strict=False),
        birth_year=_number("raw_birth_year", pl.Int16),
        birth_month=pl.when(month.is_between(1, 12)).then(month),
        birth_day=pl.when(day.is_between(1, 31)).then(day),
        place_kind=pl.when(insee.is_not_null())
        .then(pl.lit("insee"))
        .when(postal.is_not_null())
        .then(pl.lit("postal"))
        .otherwise(pl.lit("none"))
        .cast(PLACE_KIND),
        place_code=pl.coalesce(insee, postal),
    )


def _trimmed(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def _number(column: str, dtype: type[pl.DataType]) -> pl.Expr:
    return _trimmed(column).cast(dtype, strict=False)


def _deposit(read: list[_Read], skeleton: Skeleton) -> Deposit:
    passages = _in_context(read, skeleton) if read else PASSAGES.empty()
    header = _header(skeleton)
    is_newer = header.action is not None or (passages["branch"] == "identifiant_national").any()
    return Deposit(header, "1.1.5" if is_newer else "1.1.2", passages)


def _slices_read(path: str | Path, skeleton: Skeleton, captured: frozenset[str]) -> Iterator[_Read]:
    """One slice after the other; every way of not being XML turned into the one error a reader raises."""
    own = OwnSchema(None, captured)

    def work(part: Slice) -> _Read:
        return _Read.of(part, own.check(part, 0), captured)

    try:
        for _, read in in_order(slices(path, skeleton), work):
            yield read
    except (Stopped, *NO_XML) as error:
        raise _not_readable(path, error) from None


def _lines(part: Slice) -> npt.NDArray[np.intp]:
    """The line of each passage's start tag."""
    data = part.piece.data
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    if b"\r" in data:  # alone, a carriage return ends a line as well; before a line feed it is part of its end
        ends = np.array([end.start() for end in re.finditer(rb"\r\n?|\n", data)])
    return part.piece.line + np.searchsorted(ends, part.starts)


def _skeleton(path: str | Path) -> Skeleton:
    """What stands around the passages, which are passed over."""
    skeleton = Skeleton()
    try:
        for _ in slices(path, skeleton):
            pass
    except Stopped as error:
        raise _not_readable(path, error) from None
    return skeleton


def _not_readable(path: str | Path, error: Exception) -> DepositError:
    if isinstance(error, Stopped) and error.code is not None:
        line, column = error.line, error.column
    else:
        fault = first_fault(path, str(error))
        line, column = fault.line, fault.column
    return DepositError("deposit.not_readable", file=Path(path).name, line=line, column=column)


def _in_context(read: list[_Read], skeleton: Skeleton) -> pl.DataFrame:
    """The PASSAGES contract: the slices together, issuer and certification beside each passage, values read."""
    ranks = np.repeat([one.rank for one in read], [len(one.lines) for one in read])

    def certification(name: str) -> pl.Series:
        return pl.Series([item.certification.get(name) for item in skeleton.lists], dtype=pl.String).gather(ranks)

    passages = columns_of([one.texts for one in read]).with_columns(
        pl.col("id_technique").fill_null(""),
        passage=pl.int_range(read[0].first, read[0].first + len(ranks), dtype=pl.UInt32),
        line=pl.Series(np.concatenate([one.lines for one in read]), dtype=pl.UInt32),
        issuer=pl.lit(skeleton.values.get(("flux", "emetteur", "idClient")), dtype=pl.String),
        certification_index=pl.Series(ranks, dtype=pl.UInt32),
        certification_type=certification("type"),
        certification_code=certification("code"),
    )
    return PASSAGES.check(with_read_values(passages))


def _header(skeleton: Skeleton) -> DepositHeader:
    values = skeleton.values
    certifier = ("flux", "emetteur", "certificateurs", "certificateur")
    return DepositHeader(
        id_flux=values.get(("flux", "idFlux"), ""),
        timestamp=values.get(("flux", "horodatage"), ""),
        issuer=values.get(("flux", "emetteur", "idClient"), ""),
        certifier=values.get((*certifier, "idClient"), ""),
        contract=values.get((*certifier, "idContrat"), ""),
        action=values.get(("flux", "action")),
    )
