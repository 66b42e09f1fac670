"""Why a file stopped being XML, and exactly where: a second reading, made only when the first one failed.

Example:
    >>> first_fault("truncated.xml", "").code
    'control.truncated'
"""

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat
from xml.parsers.expat import errors

from matching.deposit.decoding import Undecodable, utf8_chunks
from matching.deposit.dictionary import NAMESPACE, PASSAGE, PASSAGES_LIST
from matching.deposit.positions import advance
from matching.deposit.skeleton import MAX_DEPTH
from matching.deposit.violations import SchemaError

_LIST = f"{NAMESPACE} {PASSAGES_LIST.name}"
_PASSAGE = f"{NAMESPACE} {PASSAGE.name}"
_TRUNCATED = {
    errors.codes[text]
    for text in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_CODES = {
    errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]: "control.entity",
    errors.codes[errors.XML_ERROR_UNBOUND_PREFIX]: "control.prefix",
    errors.codes[errors.XML_ERROR_TAG_MISMATCH]: "control.tag_mismatch",
    errors.codes[errors.XML_ERROR_INVALID_TOKEN]: "control.bad_character",
    errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "control.after_root",
}


class _Found(Exception):  # noqa: N818 - leaves the parser's callbacks, nothing more
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Reader:
    """expat with the checks that libxml2 would make: depth, DOCTYPE, prefixes."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.misplaced: SchemaError | None = None
        self._names: list[str] = []

    def feed(self, data: bytes, *, is_last: bool = False) -> SchemaError | None:
        parser = self.parser
        try:
            parser.Parse(data, is_last)
        except _Found as found:
            return fatal(found.code, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, most=MAX_DEPTH)
        except expat.ExpatError as error:
            place = error.lineno, error.offset + 1
            if is_last and error.code in _TRUNCATED:
                return fatal("control.truncated", *place)
            return fatal(_CODES.get(error.code, "control.malformed"), *place, reason=expat.ErrorString(error.code))
        return None

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._names) >= MAX_DEPTH:
            raise _Found("control.too_deep")
        if self._names and self._names[-1] == _LIST and name != _PASSAGE and self.misplaced is None:
            place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            local = name.rpartition(" ")[2]
            facts = {"parent": PASSAGES_LIST.name}
            self.misplaced = SchemaError(
                "control.unknown", "cvc-complex-type.2.4.a", local, "", None, *place, is_fatal=True, facts=facts
            )
        self._names.append(name)

    def _end(self, _name: str) -> None:
        self._names.pop()

    def _doctype(self, *_declaration: object) -> None:
        raise _Found("control.doctype")


def first_fault(path: str | Path, reason: str) -> SchemaError:
    """The first place where the file is no XML, or no list of passages that can be cut.

    Args:
        path: A file that could not be cut into slices, or whose slices could not be parsed.
        reason: What the parser said then, for the day when nothing is found here.
    """
    reader = _Reader()
    line, column = 1, 1
    try:
        for chunk in _whole_line_ends(utf8_chunks(path)):
            if fault := reader.feed(chunk):
                return fault
            line, column = advance(line, column, chunk)
    except Undecodable as error:
        if error.byte is None:
            return fatal("control.encoding_mismatch", 1, 1, encoding=error.encoding)
        return fatal("control.encoding", line, column, encoding=error.encoding, byte=f"0x{error.byte:02X}")
    fallback = reader.misplaced or fatal("control.malformed", 0, 0, reason=reason)
    return reader.feed(b"", is_last=True) or fallback


def fatal(code: str, line: int, column: int, **facts: object) -> SchemaError:
    """An error after which nothing more was read."""
    return SchemaError(code, "", "", "", None, line, column, is_fatal=True, facts=facts)


def _whole_line_ends(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, never cut between CR and LF, so that lines can be counted chunk by chunk."""
    held = b""
    for chunk in chunks:
        data = held + chunk
        held = b"\r" if data.endswith(b"\r") else b""
        yield data.removesuffix(b"\r") if held else data
    if held:
        yield held
