"""Change elements of one passage in its own bytes: what is not asked for stays byte for byte as it was sent.

Example:
    >>> done = changed_passage(passage, passage_list, {"prenom1": "Jean", "nomUsage": None})
    >>> done.data, done.refused
    (b'<cpf:passageCertification>...', {})

An element is named as in the dictionary. One that fills the same column in another branch stands for it: nomNaissance
of a passage told by its file number is nomTitulaire. A value of None (or "") empties: nil where the dictionary allows
it, else the element is left out. What is absent is inserted after the elements that precede it in the dictionary.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from matching.deposit.dictionary import BLOCKS, FIELDS, PASSAGE, XSI, Block, Field, walk
from matching.deposit.skeleton import PassageList
from matching.deposit.spans import Edit, Span, blanks_before, edited, spans

Values = Mapping[str, str | None]

_KEY = "idTechnique"
_CHOICES = {"codeInsee": "codeInseeNaissance", "codePostal": "codePostalNaissance"}
_NIL = re.compile(rb"""\s+(?:[^\s"'=<>/]+:)?nil\s*=\s*(?:"[^"]*"|'[^']*')""")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold at all


def _fields() -> list[tuple[str, Field]]:
    """The elements that may be changed, each with its block: those that a passage holds once."""
    found = [(path[-2], item) for path, item in walk(PASSAGE) if isinstance(item, Field) and "resultat" not in path]
    return [(block, item) for block, item in found if item.name != _KEY]


def _targets() -> dict[str, tuple[tuple[str, Field], ...]]:
    fields = _fields()
    return {
        item.name: tuple(
            (block, other)
            for block, other in fields
            if other.name == item.name or (other.column is not None and other.column == item.column)
        )
        for _, item in fields
    }


TARGETS = _targets()
"""Element → where it may stand: block and field, those of the other branches included, in dictionary order."""

_ORDER = list(TARGETS)


@dataclass(frozen=True)
class ChangedPassage:
    """A passage once changed.

    Attributes:
        data: Its bytes.
        refused: Element → why it could not be changed: ``no_block`` (the passage tells its holder in another way),
            ``mandatory`` (it may not be emptied), ``both_places`` (the schema takes one place code only).
    """

    data: bytes
    refused: dict[str, str]


def changed_passage(passage: bytes, passage_list: PassageList, values: Values) -> ChangedPassage:
    """Change the elements.

    Args:
        passage: One whole passage, and what may stand before it.
        passage_list: The list it stands in: the namespaces in scope.
        values: Element, of ``TARGETS`` → value, as it is to be read.
    """
    at = len(passage_list.opening)
    editor = _Editor(passage_list.opening + passage + passage_list.closing)
    editor.change(values)
    return ChangedPassage(
        edited(passage, [(start - at, stop - at, instead) for start, stop, instead in editor.edits]), editor.refused
    )


def written_text(value: str) -> bytes:
    """A value as XML text."""
    return escape(_ILLEGAL.sub("", value), {"\r": "&#13;"}).encode()


class _Editor:
    """Collects the edits of one passage."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.edits: list[Edit] = []
        self.refused: dict[str, str] = {}
        self._blocks: dict[str, Span] = {}
        for span in spans(data).walk():
            if span.local in BLOCKS:
                self._blocks.setdefault(span.local, span)

    def change(self, values: Values) -> None:
        cleaned = {element: values[element] or None for element in _ORDER if element in values}
        wanted: dict[tuple[str, str], str] = {}  # where an element stands → its name: two names may mean one place
        for element in (name for name in cleaned if name not in _CHOICES):
            if place := next((place for place in TARGETS[element] if self._block(place[0])), None):
                wanted[place[0], place[1].name] = element
            else:
                self.refused[element] = "no_block"
        for (name, field), element in wanted.items():
            if not self._set(self._blocks[name], FIELDS[name, field], cleaned[element]):
                self.refused[element] = "mandatory"
        self._place({element: value for element, value in cleaned.items() if element in _CHOICES})

    def _block(self, name: str) -> Span | None:
        """The block of that name, if something can be put in it."""
        block = self._blocks.get(name)
        return None if block is None or block.is_empty_tag else block

    def _set(self, block: Span, field: Field, value: str | None) -> bool:
        """Change an element of a block; False when it may not be emptied."""
        there = block.child(field.name)
        if there is None:
            if value is not None:
                self._insert(block, BLOCKS[block.local], field.name, _leaf(block, field.name, value))
        elif value is not None:
            self._fill(there, value)
        elif field.obligation == "N":
            self._empty(there)
        elif field.obligation == "F":
            self._remove(there)
        return value is not None or there is None or field.obligation != "O"

    def _fill(self, span: Span, value: str) -> None:
        tag = self.data[span.start : span.opened]
        has_nil = _NIL.search(tag) is not None
        if span.text == value and not has_nil and not span.children:
            return
        if not has_nil and not span.is_empty_tag:
            self.edits.append((span.opened, span.closed, written_text(value)))
            return
        opening = _NIL.sub(b"", tag)[:-1].rstrip(b"/").rstrip()
        closing = f"</{span.name}>".encode()
        self.edits.append((span.start, span.end, opening + b">" + written_text(value) + closing))

    def _empty(self, span: Span) -> None:
        tag = self.data[span.start : span.opened]
        if _NIL.search(tag) and span.closed <= span.opened:
            return
        opening = _NIL.sub(b"", tag)[:-1].rstrip(b"/").rstrip()
        self.edits.append((span.start, span.end, opening + _nil(span) + b"/>"))

    def _remove(self, span: Span) -> None:
        self.edits.append((blanks_before(self.data, span.start), span.end, b""))

    def _insert(self, parent: Span, block: Block, name: str, element: bytes) -> None:
        """Put an element after the last of those that precede it in the dictionary, blanks before it as before that."""
        names = [child.name for child in block.children]
        before = set(names[: names.index(name)])
        above = [child for child in parent.children if child.local in before]
        place = above[-1].end if above else parent.opened
        like = above[-1] if above else next(iter(parent.children), None)
        blanks = b"" if like is None else self.data[blanks_before(self.data, like.start) : like.start]
        self.edits.append((place, place, blanks + element))

    def _place(self, asked: dict[str, str | None]) -> None:
        """The two codes exclude one another: they are changed together."""
        choice = self._block("codeCommuneNaissance")
        if choice is None:
            self.refused.update(dict.fromkeys(asked, "no_block"))
            return
        given = [element for element in asked if asked[element]]
        there = {element: block for element, name in _CHOICES.items() if (block := choice.child(name))}
        emptied = [element for element in asked if element in there]
        if given:
            self._choose(choice, given[0], asked[given[0]])
            self.refused.update(dict.fromkeys(given[1:], "both_places"))
        elif len(emptied) < len(there):
            for element in emptied:
                self._remove(there[element])
        elif emptied:  # the place is unknown, which a nil postal code says
            self._choose(choice, "codePostal", None)

    def _choose(self, choice: Span, element: str, value: str | None) -> None:
        own = choice.child(_CHOICES[element])
        other = next(choice.child(block) for name, block in _CHOICES.items() if name != element)
        if own is not None and not own.is_empty_tag:
            self._set(own, FIELDS[own.local, element], value)
            if other is not None:
                self._remove(other)
            return
        leaf = _leaf(choice, element, value)
        name = _spelled(choice, _CHOICES[element])
        before, after = self._gaps(other)
        block = b"<%s>%s%s%s</%s>" % (name, before, leaf, after, name)
        if own is not None:
            self.edits.append((own.start, own.end, block))
            if other is not None:
                self._remove(other)
        elif other is not None:
            self.edits.append((other.start, other.end, block))
        else:
            self._insert(choice, BLOCKS[choice.local], _CHOICES[element], block)

    def _gaps(self, block: Span | None) -> tuple[bytes, bytes]:
        """The blanks around the one element of a block."""
        if block is None or len(block.children) != 1 or block.text.strip():
            return b"", b""
        leaf = block.children[0]
        gaps = self.data[block.opened : leaf.start], self.data[leaf.end : block.closed]
        return gaps if not b"".join(gaps).strip() else (b"", b"")


def _spelled(near: Span, local: str) -> bytes:
    """A name with the prefix of an element near by."""
    prefix, colon, _ = near.name.rpartition(":")
    return f"{prefix}{colon}{local}".encode()


def _leaf(near: Span, local: str, value: str | None) -> bytes:
    name = _spelled(near, local)
    if value is None:
        return b"<%s%s/>" % (name, _nil(near))
    return b"<%s>%s</%s>" % (name, written_text(value), name)


def _nil(span: Span) -> bytes:
    """The nil attribute, its prefix declared where none is."""
    prefix = next((prefix for prefix, uri in span.namespaces.items() if uri == XSI and prefix), None)
    if prefix is None:
        return f' xmlns:xsi="{XSI}" xsi:nil="true"'.encode()
    return f' {prefix}:nil="true"'.encode()
