"""The skeleton of a deposit file: everything that stands around the passages, kept while the file streams past.

Example:
    >>> skeleton = Skeleton()
    >>> for part in slices("janvier.xml", skeleton): ...
    >>> skeleton.values[("flux", "idFlux")]
    '6f0c1f2e-7a54-4a0b-9d57-2d3c0b8e4a11'

It is small (a header and a few lines per certification), so it can be validated whole, with a hollow passage in the
place of each list; and it knows the namespaces in scope there, which a slice of passages needs to stand alone.
"""

from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from matching.deposit.dictionary import NAMESPACE
from matching.deposit.positions import Document, Piece, advance

MAX_DEPTH = 256  # libxml2's own bound; the dictionary needs 15
MAX_BYTES = 4_000_000  # about 15 000 certifications

_HOLLOW = b'<passageCertification xmlns="%s"/>' % NAMESPACE.encode()


class TooDeepError(Exception):
    """Elements are nested deeper than any deposit file needs."""


@dataclass(eq=False)
class _Element:
    name: str
    start: int  # first byte in the skeleton
    namespaces: dict[str, str]  # in scope inside it, prefix ("" = default) → URI
    texts: dict[str, str] = field(default_factory=dict)  # of its children, by local name, first of each
    end: int = 0  # byte after its end tag


@dataclass(frozen=True)
class PassageList:
    """One list of passages, emptied.

    Attributes:
        opening: Its start tag, every namespace in scope declared, so that passages can be parsed without the rest.
        closing: Its end tag.
        owner: Its parent element, a certification.
    """

    opening: bytes
    closing: bytes
    owner: _Element

    @property
    def certification(self) -> dict[str, str]:
        """Text of the elements beside the list (``type``, ``code``), complete once the whole file was read."""
        return self.owner.texts


class Skeleton:
    """What was read around the passages.

    Attributes:
        values: Text of the elements, by path of local names from the root; of several, the first.
        lists: The lists of passages, in file order.
        size: Bytes kept.
    """

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], str] = {}
        self.lists: list[PassageList] = []
        self.size = 0
        self._pieces: list[Piece] = []
        self._slots: list[int | None] = []  # per list, rank in pieces of the hollow passage
        self._stack: list[_Element] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def feed(self, data: bytes, line: int, column: int) -> None:
        """Add bytes of the file; raises ``ExpatError`` or ``TooDeepError`` as soon as they cannot stand."""
        if data:
            self._add(Piece(data, line, column))

    def open_list(self) -> None:
        """The last bytes fed were the start tag of a list of passages."""
        tag = self._stack[-1]
        declared = "".join(
            f" {'xmlns:' + prefix if prefix else 'xmlns'}={quoteattr(uri)}" for prefix, uri in tag.namespaces.items()
        )
        owner = self._stack[-2] if len(self._stack) > 1 else tag
        self.lists.append(PassageList(f"<{tag.name}{declared}>".encode(), f"</{tag.name}>".encode(), owner))
        self._slots.append(None)

    def fill_list(self) -> None:
        """The list that is open has at least one passage."""
        if self._slots[-1] is None:
            self._slots[-1] = len(self._pieces)
            self._add(Piece(_HOLLOW))

    def close(self) -> None:
        """The file is over; raises ``ExpatError`` when an element is still open."""
        self._parser.Parse(b"", True)  # noqa: FBT003 - isfinal is positional

    def document(self) -> Document:
        """The skeleton, to be validated with the hollow schema."""
        return Document(self._pieces)

    def document_with(self, rank: int, passages: Piece) -> Document:
        """A whole small file: the header and the certification of one list, holding these passages."""
        kept = self.lists[rank].owner
        others = [(other.owner.start, other.owner.end) for other in self.lists if other.owner is not kept]
        pieces: list[Piece] = []
        start = 0
        for position, piece in enumerate(self._pieces):
            pieces += [passages] if position == self._slots[rank] else _without(piece, start, others)
            start += len(piece.data)
        return Document(pieces)

    def _add(self, piece: Piece) -> None:
        self._pieces.append(piece)
        self.size += len(piece.data)
        self._parser.Parse(piece.data, False)  # noqa: FBT003 - isfinal is positional

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise TooDeepError
        above = self._stack[-1].namespaces if self._stack else {}
        declared = {key[6:]: uri for key, uri in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
        self._stack.append(_Element(name, self._parser.CurrentByteIndex, above | declared))
        self._text.clear()

    def _end(self, name: str) -> None:
        path = tuple(element.name.rpartition(":")[2] for element in self._stack)
        text = "".join(self._text)
        self._text.clear()
        self._stack.pop().end = self._parser.CurrentByteIndex + len(f"</{name}>".encode())
        self.values.setdefault(path, text)
        if self._stack:
            self._stack[-1].texts.setdefault(path[-1], text)


def _without(piece: Piece, start: int, ranges: list[tuple[int, int]]) -> list[Piece]:
    """What is left of a piece that starts at byte ``start`` once some ranges of the skeleton are cut out."""
    left: list[Piece] = []
    at, stop = start, start + len(piece.data)
    for low, high in [*ranges, (stop, stop)]:
        if min(low, stop) > at:
            line, column = advance(piece.line, piece.column, piece.data[: at - start]) if piece.line else (0, 0)
            left.append(Piece(piece.data[at - start : min(low, stop) - start], line, column))
        at = max(at, high)
    return left
