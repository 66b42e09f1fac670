"""Which bytes of a document each element takes, so that one can be changed and all the others left as they are.

Example:
    >>> root = spans(b'<a><b c="1">x</b></a>')
    >>> [(child.local, child.start, child.end, child.text) for child in root.children]
    [('b', 3, 17, 'x')]
    >>> edited(b"<b>x</b>", [(3, 4, b"y")])
    b'<b>y</b>'
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

Edit = tuple[int, int, bytes]
"""First byte, byte after the last, and what stands there instead."""

_TAG = re.compile(rb"""<(?:[^"'<>]|"[^"]*"|'[^']*')*+>""")
_BLANKS = b" \t\r\n"


@dataclass(eq=False)
class Span:
    """One element.

    Attributes:
        name: As written, prefix included.
        start: First byte of its start tag.
        opened: Byte after its start tag.
        namespaces: In scope inside it, prefix ("" = default) → URI.
        closed: First byte of its end tag; ``opened`` when it is an empty tag.
        end: Byte after it.
        text: Its own text.
        children: Its elements.
    """

    name: str
    start: int
    opened: int
    namespaces: dict[str, str]
    closed: int = 0
    end: int = 0
    text: str = ""
    children: list["Span"] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def is_empty_tag(self) -> bool:
        """True of ``<a/>``."""
        return self.closed == self.end

    def child(self, local: str) -> "Span | None":
        """The first child of that name."""
        return next((child for child in self.children if child.local == local), None)

    def walk(self) -> Iterator["Span"]:
        """The element and all those inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def spans(data: bytes) -> Span:
    """The root element of a well-formed document in UTF-8."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    whole = Span("", 0, 0, {})
    stack = [whole]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = _TAG.match(data, parser.CurrentByteIndex)
        opened = tag.end() if tag else parser.CurrentByteIndex
        declared = {key[6:]: uri for key, uri in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
        above = stack[-1].namespaces
        span = Span(name, parser.CurrentByteIndex, opened, above | declared if declared else above)
        stack[-1].children.append(span)
        stack.append(span)

    def end(_name: str) -> None:
        span = stack.pop()
        is_empty = data.endswith(b"/>", span.start, span.opened)
        span.closed = span.opened if is_empty else parser.CurrentByteIndex
        span.end = span.opened if is_empty else data.index(b">", span.closed) + 1

    def text(content: str) -> None:
        stack[-1].text += content

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(data, True)  # noqa: FBT003 - isfinal is positional
    return whole.children[0]


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; edits do not overlap, and those of one place are made in the order given."""
    parts, at = [], 0
    for start, stop, instead in sorted(edits, key=lambda edit: edit[:2]):
        parts += [data[at:start], instead]
        at = stop
    return b"".join([*parts, data[at:]])


def blanks_before(data: bytes, start: int) -> int:
    """The first byte of the blanks that end at ``start``."""
    while start and data[start - 1] in _BLANKS:
        start -= 1
    return start
