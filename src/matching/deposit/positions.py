r"""Where things stand: lines and columns of a file that is only ever seen in pieces.

Example:
    >>> advance(1, 1, b"<a>\n<b>")
    (2, 4)

Lines and columns are 1-based; columns count characters. A line ends with LF, CR or CR LF, as for an XML parser.
"""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from xml.parsers import expat

_BLANKS = " \t\r\n"  # those of XML: a no-break space is text
IndexPath = tuple[int, ...]  # rank of the child element at each level under the root: () is the root itself


def advance(line: int, column: int, data: bytes) -> tuple[int, int]:
    """The position after ``data``, which starts at (line, column) and does not end inside a CR LF."""
    breaks = data.count(b"\n")
    if b"\r" in data:
        breaks += data.count(b"\r") - data.count(b"\r\n")
    if not breaks:
        return line, column + _characters(data)
    last = max(data.rfind(b"\n"), data.rfind(b"\r"))
    return line + breaks, 1 + _characters(data[last + 1 :])


def _characters(data: bytes) -> int:
    return len(data) if data.isascii() else len(data.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a document; line 0 when they do not come from the file."""

    data: bytes
    line: int = 0
    column: int = 0


class Document:
    """An XML document put together from pieces, each of which knows where it stood in the file."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.data = b"".join(piece.data for piece in pieces)
        self._starts = list(accumulate((len(piece.data) for piece in pieces), initial=0))[:-1]

    def piece_at(self, offset: int) -> tuple[Piece, int]:
        """The piece of the file that holds the offset (the next one if it is not of the file) and the offset in it."""
        rank = bisect_right(self._starts, offset) - 1
        within = offset - self._starts[rank]
        while not self.pieces[rank].line and rank + 1 < len(self.pieces):
            rank, within = rank + 1, 0
        return self.pieces[rank], within

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of a byte of the document."""
        piece, within = self.piece_at(offset)
        return advance(piece.line, piece.column, piece.data[:within])


def locate(data: bytes, elements: Collection[IndexPath], texts: Collection[IndexPath] = ()) -> dict[IndexPath, int]:
    """Byte offsets of the start tags of some elements, or of the first text that is not blank right inside them.

    Args:
        data: A well-formed document.
        elements: The elements whose start tag is wanted.
        texts: The elements whose first own text is wanted instead.
    """
    parser = expat.ParserCreate()
    found: dict[IndexPath, int] = {}
    path: list[int] = []
    counts = [0]

    def start(_name: str, _attributes: dict[str, str]) -> None:
        if len(counts) > 1:
            path.append(counts[-1])
        counts[-1] += 1
        counts.append(0)
        if (here := tuple(path)) in elements and here not in texts:
            found[here] = parser.CurrentByteIndex

    def end(_name: str) -> None:
        counts.pop()
        if path:
            path.pop()

    def text(content: str) -> None:
        if texts and content.strip(_BLANKS) and (here := tuple(path)) in texts:
            blanks = len(content) - len(content.lstrip(" \t"))
            found.setdefault(here, parser.CurrentByteIndex + blanks)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(data, True)  # noqa: FBT003 - isfinal is positional
    return found


def index_path(element: Any) -> IndexPath:  # noqa: ANN401 - lxml ships no types
    """The index path of an lxml element."""
    ranks: list[int] = []
    while (parent := element.getparent()) is not None:
        ranks.append(sum(1 for _ in element.itersiblings("*", preceding=True)))
        element = parent
    return tuple(reversed(ranks))
