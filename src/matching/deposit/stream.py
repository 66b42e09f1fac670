"""Cut a deposit file of any size into slices of whole passages, in one pass and bounded memory.

Example:
    >>> skeleton = Skeleton()
    >>> sum(len(part.starts) for part in slices("janvier.xml", skeleton))
    12480

The cut is found by looking for the tags of ``passageCertification(s)``, any prefix, outside comments, CDATA and
processing instructions; a ``<`` starts markup everywhere else, by the rules of XML. Where a chunk holds no other tag of
that name than plain ones, its passages are cut at once. What is cut is not trusted to be XML: whoever parses a slice
finds out. What stands around the passages goes to the skeleton.

Bounds, stricter than the Caisse des Dépôts: DOCTYPE is refused, a passage holds at most 1 MB, what stands between two
passages 1 MB, what stands around all of them 4 MB. The largest passage the dictionary allows takes about 10 kB.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from pathlib import Path
from xml.parsers.expat import ExpatError

from matching.deposit.decoding import Undecodable, utf8_chunks
from matching.deposit.dictionary import PASSAGE
from matching.deposit.positions import Document, Piece, advance
from matching.deposit.skeleton import MAX_BYTES, PassageList, Skeleton, TooDeepError

MAX_PASSAGE_BYTES = 1_000_000
_SLICE_BYTES = 1 << 18

_MARKER = re.compile(
    rb"""<(?:
      !--.*?--> | !\[CDATA\[.*?\]\]> | \?.*?\?>
    | (?P<open>[!?])
    | (?P<close>/?)(?:[^\s<>/:=!?]+:)?passageCertification(?P<list>s?)
      (?P<rest>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)>
    )""",
    re.VERBOSE | re.DOTALL,
)
_NAME = PASSAGE.name.encode()

# Constructs that may legally be cut by the end of a chunk; any other "<!" ends the reading.
_CONSTRUCTS = (b"<!--", b"<![CDATA[", b"<!DOCTYPE")


class Stopped(Exception):  # noqa: N818 - never leaves the deposit stage, where it becomes an error of the report
    """The file cannot be cut any further.

    Attributes:
        code: Sentence that says why; None when the cause is bad XML, to be found by reading the file again.
        line: Where, 0 when not known.
        column: Where.
    """

    def __init__(self, code: str | None, line: int = 0, column: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Slice:
    """Whole passages that follow one another in one list.

    Attributes:
        piece: The bytes, with their position in the file; what precedes the first passage included.
        starts: Offset in the bytes of each passage's start tag.
        first: Rank in the file of the first passage.
        rank: Rank in the file of the list.
        passage_list: The list itself.
    """

    piece: Piece
    starts: tuple[int, ...]
    first: int
    rank: int
    passage_list: PassageList

    def document(self, ranks: Sequence[int] | None = None) -> Document:
        """The passages alone in their list: a document that can be parsed and validated.

        Args:
            ranks: Of the passages wanted, with what follows each; None = all there is. The document of a few does not
                know where they stood in the file.
        """
        inside = [self.piece]
        if ranks is not None:
            stops = (*self.starts[1:], len(self.piece.data))
            inside = [Piece(self.piece.data[self.starts[rank] : stops[rank]]) for rank in ranks]
        return Document([Piece(self.passage_list.opening), *inside, Piece(self.passage_list.closing)])


def slices(path: str | Path, skeleton: Skeleton) -> Iterator[Slice]:
    """The passages of a file, in slices of about a quarter of a megabyte; fills the skeleton on the way.

    Raises:
        DepositError: the file cannot be read at all (missing, empty, an archive, an unknown encoding).
        Stopped: it is not well-formed, or passes a bound, from a certain point on.
    """
    cutter = _Cutter(skeleton)
    try:
        for chunk in utf8_chunks(path):
            yield from cutter.push(chunk)
        cutter.finish()
    except (ExpatError, TooDeepError, Undecodable):
        raise Stopped(None) from None


def _markers(data: bytes, start: int) -> Iterator[re.Match[bytes]]:
    """The tags that matter and the constructs that may hide one, from ``start`` on.

    Where there is no such construct, the name is looked for first: ten times faster than trying at each ``<``.
    """
    if _may_hide_a_tag(data, start):
        yield from _MARKER.finditer(data, start)
        return
    at = data.find(_NAME, start)
    while at >= 0:
        opening = data.rfind(b"<", start, at)
        marker = _MARKER.match(data, opening) if opening >= 0 else None
        if marker:
            yield marker
        start = max(at + len(_NAME), marker.end() if marker else 0)
        at = data.find(_NAME, start)


def _may_hide_a_tag(data: bytes, start: int) -> bool:
    """True when there is a comment, CDATA or processing instruction from ``start`` on."""
    return any(data.find(mark[-1:], start) >= 0 and data.find(mark, start) >= 0 for mark in (b"<!", b"<?"))


class _Cutter:
    """The state between two chunks. ``_buffer[_cut:]`` was not given away yet, and starts at (_line, _column)."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._buffer = b""
        self._cut = 0
        self._scan = 0  # where the search for the next marker goes on
        self._line, self._column = 1, 1
        self._in_list = False
        self._depth = 0  # of passages: 1 inside one; more only in a file that no schema accepts
        self._starts: list[int] = []  # of the passages not given away yet, the unfinished one included
        self._end = 0  # after the last whole passage
        self._passages = 0  # given away

    def push(self, chunk: bytes) -> Iterator[Slice]:
        """Take the next bytes of the file; give the slices they complete."""
        self._buffer += chunk
        if self._in_list:
            yield from self._stride()
        unfinished = None
        for marker in _markers(self._buffer, self._scan):
            if marker["open"]:
                unfinished = marker.start()
                self._refuse_declaration(unfinished)
                break
            self._scan = marker.end()
            if marker["close"] is not None:
                yield from self._tag(marker)
        self._scan = max(self._scan, self._buffer.rfind(b"<", self._scan)) if unfinished is None else unfinished
        if not self._in_list:
            self._to_skeleton(self._scan)
        self._drop_what_was_given()
        self._check_bounds()

    def finish(self) -> None:
        """The file is over: nothing may be left open."""
        if self._in_list:
            raise Stopped(None)
        self._to_skeleton(len(self._buffer))
        self._skeleton.close()

    def _tag(self, marker: re.Match[bytes]) -> Iterator[Slice]:
        is_end, is_list = bool(marker["close"]), bool(marker["list"])
        is_whole = marker["rest"].endswith(b"/")
        if is_list:
            if is_end and self._in_list and not self._depth:
                yield from self._give()
                self._in_list = False
            elif not (is_end or is_whole or self._in_list):
                self._to_skeleton(marker.end())
                self._skeleton.open_list()
                self._in_list = True
        elif self._in_list:
            if not is_end and not self._depth:
                self._starts.append(marker.start())
            self._depth += 0 if is_whole else -1 if is_end else 1
            if self._depth < 0:
                raise Stopped(None)
            if not self._depth:
                self._end = marker.end()
                if self._end - self._cut >= _SLICE_BYTES:
                    yield from self._give()

    def _stride(self) -> Iterator[Slice]:
        """All the whole passages of the buffer at once, when nothing in them could be taken for another tag."""
        name = self._skeleton.lists[-1].closing[2:-2]  # that of the list but for its s: the passages' own
        opening, closing = b"<%s>" % name, b"</%s>" % name
        last = self._buffer.rfind(closing, self._cut)
        if last < 0:
            return
        data = self._buffer[self._cut : last]
        passages = data.split(closing)
        if _may_hide_a_tag(data, 0) or data.count(_NAME) != 2 * len(passages) - 1:
            return
        within = [passage.find(opening) for passage in passages]
        if min(within) < 0:
            return
        before = accumulate((len(passage) + len(closing) for passage in passages[:-1]), initial=self._cut)
        self._starts = list(map(add, before, within))
        self._depth = 0
        self._scan = self._end = last + len(closing)
        yield from self._give()

    def _give(self) -> Iterator[Slice]:
        """The whole passages seen since the last slice."""
        if not self._starts:
            return
        self._skeleton.fill_list()
        starts = tuple(start - self._cut for start in self._starts)
        rank = len(self._skeleton.lists) - 1
        yield Slice(self._take(self._end), starts, self._passages, rank, self._skeleton.lists[rank])
        self._passages += len(starts)
        self._starts.clear()

    def _to_skeleton(self, stop: int) -> None:
        if self._skeleton.size + stop - self._cut > MAX_BYTES:
            raise Stopped("control.too_much_around", self._line, self._column)
        piece = self._take(stop)
        self._skeleton.feed(piece.data, piece.line, piece.column)

    def _take(self, stop: int) -> Piece:
        piece = Piece(self._buffer[self._cut : stop], self._line, self._column)
        self._line, self._column = advance(piece.line, piece.column, piece.data)
        self._cut = stop
        return piece

    def _drop_what_was_given(self) -> None:
        cut = self._cut
        self._buffer = self._buffer[cut:]
        self._scan -= cut
        self._end -= cut
        self._starts = [start - cut for start in self._starts]
        self._cut = 0

    def _check_bounds(self) -> None:
        since = self._starts[-1] if self._depth else max(self._end, 0) if self._in_list else 0
        if len(self._buffer) - since > MAX_PASSAGE_BYTES:
            code = "control.passage_too_large" if self._depth else "control.too_much_around"
            raise Stopped(code, *advance(self._line, self._column, self._buffer[:since]))

    def _refuse_declaration(self, start: int) -> None:
        """Stop at a DOCTYPE, and at a ``<!`` that nothing can complete; let an unfinished construct wait."""
        head = self._buffer[start : start + 9]
        if head == b"<!DOCTYPE":
            raise Stopped("control.doctype", *advance(self._line, self._column, self._buffer[self._cut : start]))
        if head.startswith(b"<!") and not any(head.startswith(known[: len(head)]) for known in _CONSTRUCTS):
            raise Stopped(None)
