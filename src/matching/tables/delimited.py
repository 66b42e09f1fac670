"""A CSV, however it was written: its encoding and separator are found, and said.

Example:
    >>> text = delimited_text("passages.csv", TableMapping())
    >>> text.encoding, text.separator, text.grid.headers[0]
    ('cp1252', ';', 'Nom de naissance')

A French Excel writes semicolons and Windows-1252, or UTF-8 with a mark, or UTF-16 with tabs; other programs write
commas and UTF-8. Of the four separators the right one is the one with which most headers are understood.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice, product
from pathlib import Path

from matching.identity.errors import InputError
from matching.tables.grid import FIRST_ROWS, Grid, grid_of, header_rank, tidy
from matching.tables.headers import understood
from matching.tables.mapping import TableMapping

SEPARATORS = (";", ",", "\t", "|")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OF_ONE_BYTE = ("cp1252", "mac-roman", "cp850")  # of Windows, of old Macintosh programs, of DOS
_LOWER, _UPPER = "[éèêëàâçîïôùûœ]", "[ÉÈÊËÀÂÇÎÏÔÙÛŒ]"
_FRENCH = re.compile(  # a letter with an accent, in a word of its own case
    rf"(?<=[a-z]){_LOWER}|{_LOWER}(?=[a-z])|(?<=[A-Z]){_UPPER}(?![a-z])|(?<![A-Za-z]){_UPPER}(?=[A-Za-z])"
)
_GERMAN = re.compile("(?<=[a-z])[äöü]|[äöü](?=[a-z])|(?<=[A-Z])[ÄÖÜ](?![a-z])|(?<![A-Za-z])[ÄÖÜ](?=[A-Za-z])")
_SELDOM_WINDOWS = re.compile("[ƒ‚„†‡ˆ‰Š‹Ž˜š›žŸ\ufffd]")  # what é, è, à, ç of the other two look like in Windows-1252
_HEAD = 4000  # bytes enough to tell UTF-16 that bears no mark
_SNIFFED = 100_000  # characters enough to tell the separator
_BETWEEN_MARKS = re.compile("'.*'|\".*\"")
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # first line by which programs tell Excel the separator


@dataclass(frozen=True)
class DelimitedText:
    """What was read.

    Attributes:
        encoding: Python's name of it.
        separator: One character.
        quote: What texts stand between, "" when nothing is.
        header_line: Row of the headers, 1-based.
        grid: The rows.
    """

    encoding: str
    separator: str
    quote: str
    header_line: int
    grid: Grid


def delimited_text(path: Path, mapping: TableMapping) -> DelimitedText:
    """Read a CSV.

    Raises:
        InputError: it cannot be decoded, has no row of headers, or its quotation marks do not match.
    """
    encoding, text = _decoded(path, mapping)
    if "\0" in text:
        raise InputError("tables.binary", file=path.name)
    told = _SEP_LINE.match(text)
    text = text[told.end() :] if told else text
    forced = mapping.separator or (told[1] if told else None)
    separator, quote = _dialect(text, forced)
    fault = None
    for mark in (quote, ""):  # marks that do not match may be only characters: then rows are as wide as the headers
        try:
            header, grid = _table(path.name, text, separator, mark, mapping)
        except _Quotes as error:
            fault = fault or error
            continue
        if fault is None or not grid.longer:
            return DelimitedText(encoding, separator, mark, header + 1, grid)
    raise InputError("tables.bad_quotes", file=path.name, line=0 if fault is None else fault.line)


class _Quotes(Exception):  # noqa: N818 - never leaves this module
    """Quotation marks do not match; the row where it shows."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _table(name: str, text: str, separator: str, quote: str, mapping: TableMapping) -> tuple[int, Grid]:
    """The rank of the row of headers, and the table below."""
    first = list(islice(_rows(text, separator, quote), FIRST_ROWS))
    header = header_rank(first, mapping.columns)
    if header is None:
        raise InputError("tables.no_header", file=name, rows=len(first))
    return header, grid_of(_rows(text, separator, quote), header, first_line=1)


def _decoded(path: Path, mapping: TableMapping) -> tuple[str, str]:
    """The encoding and the text."""
    data = path.read_bytes()
    if mapping.encoding is not None:
        try:
            return mapping.encoding, data.decode(mapping.encoding).removeprefix("\ufeff")
        except UnicodeError:
            raise InputError("tables.wrong_encoding", file=path.name, encoding=mapping.encoding) from None
    for candidate in _candidates(data):
        try:
            return candidate, data.decode(candidate)
        except UnicodeError:
            continue
    return "latin-1", data.decode("latin-1")


def _candidates(data: bytes) -> Iterator[str]:
    """Encodings to try in order: the mark's, UTF-16 by its zeros, UTF-8, then the one that reads as French."""
    yield from (codec for mark, codec in _MARKS.items() if data.startswith(mark))
    head = data[:_HEAD]
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if 2 * zeros.count(0) > len(zeros):
            yield codec
    yield "utf-8"
    if not _SELDOM_WINDOWS.search(data.decode(_OF_ONE_BYTE[0], "replace")):
        yield _OF_ONE_BYTE[0]
    yield from sorted(_OF_ONE_BYTE, key=lambda codec: -_likely(data.decode(codec, "replace")))


def _likely(text: str) -> int:
    """How much a text looks like one in which no byte was taken for another letter."""
    return 2 * len(_FRENCH.findall(text)) + len(_GERMAN.findall(text))


def _dialect(text: str, separator: str | None) -> tuple[str, str]:
    """The separator and the quotation mark: those with which most headers are understood, then with most columns."""
    best = (-1, -1, 0)
    chosen = (separator or SEPARATORS[0], '"')
    for candidate, quote in product([separator] if separator else SEPARATORS, ('"', "'")):
        rows = csv.reader(io.StringIO(text[:_SNIFFED], newline=""), delimiter=candidate, quotechar=quote)
        for row in islice(rows, FIRST_ROWS):
            cells = [tidy(cell) for cell in row]
            between_marks = sum(1 for cell in cells if _BETWEEN_MARKS.fullmatch(cell))
            score = (understood(cells), len(cells), -between_marks)
            if score > best:
                best, chosen = score, (candidate, quote)
    return chosen


def _rows(text: str, separator: str, quote: str) -> Iterator[Sequence[str]]:
    """The rows; one may hold line breaks, between its quotation marks.

    Raises:
        _Quotes: a mark is not closed, or closed before the end of its cell.
    """
    lines = io.StringIO(text, newline="")
    if quote:
        reader = csv.reader(lines, delimiter=separator, quotechar=quote, strict=True)
    else:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    for line in count(1):
        try:
            row = next(reader, None)
        except csv.Error:
            raise _Quotes(line) from None
        if row is None:
            return
        yield row
