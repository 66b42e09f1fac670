"""A new deposit that holds some passages of another, and nothing else changed but what is asked for.

Example:
    >>> changes = pl.DataFrame({"passage": [17], "element": ["moisNaissance"], "value": ["12"]})
    >>> resent = write_resend("janvier.xml", {17, 64}, changes, "resend.xml", id_flux=str(uuid4()), timestamp=now)
    >>> resent.passages, resent.report.is_ok
    (2, True)

A kept passage is the slice of bytes it was sent as, with the blanks and comments right before it; a passage that is
left out goes with its own, and a certification left without passage goes whole. The header, the order, the prefixes,
the line ends and the encoding are those of the source. The file is read twice and never sits in memory.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

import polars as pl

from matching.deposit.control import ControlReport, control
from matching.deposit.decoding import Encoding, encoding_of
from matching.deposit.passage_edits import TARGETS, changed_passage, written_text
from matching.deposit.reader import read_header
from matching.deposit.skeleton import Skeleton
from matching.deposit.spans import Edit, Span, blanks_before, edited, spans
from matching.deposit.stream import Slice, slices
from matching.deposit.wellformed import first_fault
from matching.identity.errors import DepositError, UsageError

CHANGES = {"passage": pl.UInt32, "element": pl.String, "value": pl.String}
"""Columns of the changes: rank of the passage, element of the dictionary, what to write; null or "" = nothing."""

REFUSED = CHANGES | {"reason": pl.String}
"""Columns of ``Resent.not_applied``; reasons: those of ``passage_edits``, and ``not_all_agree`` for type and code."""

_OF_CERTIFICATION = ("type", "code")
_SLOT = b"\x00"  # where the passages of a list go: XML holds no such byte
_HEAD_BYTES = 1 << 16
_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.DOTALL)


@dataclass(frozen=True)
class Resent:
    """The new deposit.

    Attributes:
        path: Where it is.
        passages: It holds.
        left_out: Passages of the source that it does not hold.
        certifications_left_out: Certifications of the source left without passage, hence removed.
        not_applied: Changes that could not be made, columns ``REFUSED``.
        report: Control 1 on the new file.
    """

    path: Path
    passages: int
    left_out: int
    certifications_left_out: int
    not_applied: pl.DataFrame
    report: ControlReport


def write_resend(
    source: str | Path,
    keep: Collection[int],
    changes: pl.DataFrame | None,
    target: str | Path,
    *,
    id_flux: str,
    timestamp: str,
) -> Resent:
    """Write the new deposit and control it.

    Args:
        source: The deposit as sent.
        keep: Ranks of the passages to hold; no other is ever written.
        changes: Columns ``CHANGES``, of kept passages; of two about one element, the last counts. ``type`` and
            ``code`` are those of the certification: every kept passage of it must ask for the same. None = no change.
        target: The file to write; replaced when it exists.
        id_flux: The new identifier, another than the source's.
        timestamp: ``YYYY-MM-DDThh:mm:ss±hh:mm``.

    Raises:
        DepositError: the source cannot be read.
        UsageError: nothing to keep, a passage that the source has not, a change of a passage that is not kept or of
            an element that cannot be changed, the idFlux of the source, or the source as target.
    """
    asked = _asked(changes, set(keep))
    if read_header(source).id_flux.strip() == id_flux.strip():
        raise UsageError("explain.resend_same_flux", file=Path(source).name, id_flux=id_flux)
    return _write(Path(source), set(keep), asked, Path(target), {"idFlux": id_flux, "horodatage": timestamp})


def write_extract(source: str | Path, keep: Collection[int], target: str | Path) -> Resent:
    """Write some passages as they were sent, under the header they were sent with: a piece of evidence, not a deposit.

    Raises:
        DepositError: the source cannot be read.
        UsageError: nothing to keep, a passage that the source has not, or the source as target.
    """
    read_header(source)
    return _write(Path(source), set(keep), {}, Path(target), {})


Asked = dict[int, dict[str, str | None]]


def _asked(changes: pl.DataFrame | None, keep: set[int]) -> Asked:
    """Passage → element → value."""
    found: Asked = {}
    rows = () if changes is None else changes.select(list(CHANGES)).iter_rows()
    for passage, element, value in rows:
        if passage not in keep:
            raise UsageError("explain.resend_not_kept", passage=passage)
        if element not in TARGETS and element not in _OF_CERTIFICATION:
            raise UsageError("explain.resend_element", element=element, known=", ".join([*_OF_CERTIFICATION, *TARGETS]))
        found.setdefault(passage, {})[element] = value or None
    return found


def _write(source: Path, keep: set[int], asked: Asked, target: Path, header: Mapping[str, str]) -> Resent:
    if not keep:
        raise UsageError("deposit.no_passage_to_write")
    if target.exists() and target.samefile(source):
        raise UsageError("explain.resend_onto_source", file=str(target))
    spelling = _Spelling.of(source)
    outline = _Outline(source, keep)
    around = outline.around(spelling.declaration, asked, header)
    refused = outline.refused
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(spelling.encoding.bom)
            for piece in _pieces(source, keep, asked, around, refused):
                file.write(spelling.encoded(piece))
        partial.replace(target)
    except ExpatError:  # inside a passage to be changed: what is only kept is not read
        fault = first_fault(source, "")
        raise DepositError("deposit.not_readable", file=source.name, line=fault.line, column=fault.column) from None
    finally:
        partial.unlink(missing_ok=True)
    return Resent(
        path=target,
        passages=len(keep),
        left_out=outline.passages - len(keep),
        certifications_left_out=outline.emptied,
        not_applied=pl.DataFrame(refused, schema=REFUSED, orient="row").sort("passage", maintain_order=True),
        report=control(target),
    )


def _pieces(
    source: Path, keep: set[int], asked: Asked, around: list[bytes], refused: list[tuple[object, ...]]
) -> Iterator[bytes]:
    """The new file, in UTF-8: what stands before a list that is kept, its passages, and so on to the end."""
    left = iter(around)
    rank = -1
    yield next(left)
    for part in slices(source, Skeleton()):
        for passage, data in _kept(part, keep):
            if part.rank != rank and rank >= 0:
                yield next(left)
            rank = part.rank
            values = {name: value for name, value in asked.get(passage, {}).items() if name in TARGETS}
            if not values:
                yield data
                continue
            done = changed_passage(data, part.passage_list, values)
            refused += [(passage, name, values[name], reason) for name, reason in done.refused.items()]
            yield done.data
    yield from left


def _kept(part: Slice, keep: set[int]) -> Iterator[tuple[int, bytes]]:
    """The kept passages of a slice, each with what stands between it and the passage before."""
    data = part.piece.data
    end = 0
    for rank, stop in enumerate((*part.starts[1:], len(data))):
        start, end = end, _end(data, stop)
        if part.first + rank in keep:
            yield part.first + rank, data[start:end]


def _end(data: bytes, stop: int) -> int:
    """Where the passage ends that is followed, up to ``stop``, by blanks, comments and processing instructions only."""
    while True:
        end = blanks_before(data, stop)
        if data.endswith(b"-->", 0, end):
            stop = data.rfind(b"<!--", 0, end)
        elif data.endswith(b"?>", 0, end):
            stop = data.rfind(b"<?", 0, end)
        else:
            return end


class _Outline:
    """What stands around the passages of a source, and which of its lists hold one that is kept."""

    def __init__(self, source: Path, keep: set[int]) -> None:
        self._skeleton = Skeleton()
        self._kept: dict[int, list[int]] = {}  # rank of a list → kept passages; every list that has passages
        self.passages = 0
        self.emptied = 0
        self.refused: list[tuple[object, ...]] = []
        for part in slices(source, self._skeleton):
            self.passages = part.first + len(part.starts)
            here = range(part.first, self.passages)
            self._kept.setdefault(part.rank, []).extend(keep.intersection(here))
        if beyond := keep - set(range(self.passages)):
            raise UsageError("explain.resend_no_passage", passage=min(beyond), n=self.passages)

    def around(self, declaration: bytes, asked: Asked, header: Mapping[str, str]) -> list[bytes]:
        """The bytes before, between and after the lists that are kept."""
        document = self._skeleton.document()
        root = spans(document.data)
        edits = [(0, len(declaration), declaration)] if declaration else []
        edits += [_text(child, header[child.local]) for child in root.children if child.local in header]
        owners = {self._skeleton.lists[rank].owner.start for rank, kept in self._kept.items() if kept}
        certifications = [span for span in root.walk() if span.local == "certification"]
        gone = [span for span in certifications if span.start not in owners]
        self.emptied = len(gone)
        edits += [(blanks_before(document.data, span.start), span.end, b"") for span in gone]
        for span in certifications:
            if span.start in owners:
                edits += self._changed(span, asked)
        hollows, at = [], 0
        for piece in document.pieces:
            if not piece.line:
                hollows.append((at, at + len(piece.data)))
            at += len(piece.data)
        for (start, stop), rank in zip(hollows, sorted(self._kept), strict=True):
            if not any(span.start <= start < span.end for span in gone):
                edits.append((start, stop, _SLOT if self._kept[rank] else b""))
        return edited(document.data, edits).split(_SLOT)

    def _changed(self, certification: Span, asked: Asked) -> Iterable[Edit]:
        """The type and the code, which all the kept passages of a certification share."""
        lists = self._skeleton.lists
        kept = [n for rank, some in self._kept.items() if lists[rank].owner.start == certification.start for n in some]
        for element in _OF_CERTIFICATION:
            wanted = [(n, asked[n][element]) for n in kept if element in asked.get(n, {})]
            if not wanted:
                continue
            there = certification.child(element)
            value = wanted[0][1]
            if there is None or value is None or {one for _, one in wanted} != {value} or len(wanted) < len(kept):
                self.refused += [(n, element, one, "not_all_agree") for n, one in wanted]
            elif there.text != value:
                yield _text(there, value)


def _text(span: Span, value: str) -> Edit:
    if span.is_empty_tag:
        name = span.name.encode()
        return span.start, span.end, b"<%s>%s</%s>" % (name, written_text(value), name)
    return span.opened, span.closed, written_text(value)


@dataclass(frozen=True)
class _Spelling:
    """How a source turns characters into bytes, and how it says so."""

    encoding: Encoding
    declaration: bytes  # in UTF-8, the encoding it names included; b"" when there is none

    @classmethod
    def of(cls, path: Path) -> "_Spelling":
        """Of a source that is known to be readable."""
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        encoding = encoding_of(head, path.name)
        found = _DECLARATION.match(head[len(encoding.bom) :].decode(encoding.codec, "ignore"))
        return cls(encoding, found[0].encode() if found else b"")

    def encoded(self, piece: bytes) -> bytes:
        """A piece in UTF-8 as the source writes it; what its encoding lacks becomes a character reference."""
        codec = self.encoding.codec
        return piece if codec == "utf-8" else piece.decode().encode(codec, "xmlcharrefreplace")
