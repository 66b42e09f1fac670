"""A workbook, XLSX or ODS: one of its sheets as rows of texts, the values of formulas as they were last computed.

Example:
    >>> book = workbook("passages.xlsx", TableMapping())
    >>> book.sheet, book.others, book.grid.headers[0]
    ('Session de mars', ('Consignes',), 'Nom de naissance')

Numbers come as people typed them (1967, not 1967.0), dates as ISO texts. What unpacks to more than a table can be, or
spreads over more cells, is refused before it is read: a small file can hold a very large one.
"""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from matching.identity.errors import InputError
from matching.tables.grid import FIRST_ROWS, Grid, grid_of, header_rank
from matching.tables.mapping import TableMapping, closest

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_MOST_BYTES = 600_000_000  # unpacked; 200 000 passages take about 160 MB
_MOST_CELLS = 20_000_000  # 200 000 rows of 100 columns
_PIECE = 1 << 20
_OVERLAP = 64  # bytes that a reference cut by the end of a piece may need
_COLUMN = re.compile(rb"\br\s*=\s*[\"']([A-Z]+)")
_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Z]*(\d+)")
_SHEET_FILE = re.compile(r"xl/worksheets/[^/]*\.xml", re.IGNORECASE)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Workbook:
    """What was read.

    Attributes:
        kind: Its format.
        sheet: Name of the sheet.
        others: Names of the other sheets that hold something.
        header_line: Row of the headers, 1-based.
        grid: The rows.
    """

    kind: Literal["xlsx", "ods"]
    sheet: str
    others: tuple[str, ...]
    header_line: int
    grid: Grid


def workbook(path: Path, mapping: TableMapping) -> Workbook:
    """Read a sheet of a workbook: that of the mapping, else the first that has a row of headers.

    Raises:
        InputError: it is no workbook of these kinds, is encrypted or too large, or has no such sheet.
    """
    kind = _inspected(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            return _read(path.name, kind, book, mapping)
    except CalamineError as error:
        raise InputError("tables.bad_workbook", file=path.name, reason=str(error)) from None


def _read(name: str, kind: Literal["xlsx", "ods"], book: CalamineWorkbook, mapping: TableMapping) -> Workbook:
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if mapping.sheet is not None and mapping.sheet not in names:
        raise InputError("tables.no_sheet", file=name, sheet=mapping.sheet, choices=closest(mapping.sheet, names))
    held = {}
    for each in names:
        sheet = book.get_sheet_by_name(each)
        if sheet.height:
            held[each] = sheet
    wanted = list(held) if mapping.sheet is None else [each for each in held if each == mapping.sheet]
    if not wanted:
        raise InputError("tables.empty", file=name)
    for each in wanted:
        header = header_rank(list(islice(_rows(held[each]), FIRST_ROWS)), mapping.columns)
        if header is not None:
            others = tuple(other for other in held if other != each)
            return Workbook(kind, each, others, header + 1, grid_of(_rows(held[each]), header, first_line=1))
    raise InputError(
        "tables.no_header", file=name, rows=min(FIRST_ROWS, max(held[each].total_height for each in wanted))
    )


def _rows(sheet: CalamineSheet) -> Iterator[Sequence[str]]:
    """Every row from the first of the sheet, from its first column."""
    before = [""] * (sheet.start or (0, 0))[1]
    for row in sheet.iter_rows():
        yield [*before, *(value if type(value) is str else _text(value) for value in row)]


def _text(value: Value) -> str:
    """A cell as its reader would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def _inspected(path: Path) -> Literal["xlsx", "ods"]:
    """The format, once it is known to be neither encrypted nor larger than a table can be."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise InputError("tables.too_large_unpacked", file=path.name, most=_MOST_BYTES // 1_000_000)
            if "xl/workbook.xml" in names:
                _check_cells(path.name, archive)
                return "xlsx"
            if "mimetype" in names and archive.read("mimetype").decode("ascii", "replace").strip() == _ODS:
                _unpack(archive)
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise InputError("tables.encrypted", file=path.name)
                return "ods"
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise InputError("tables.bad_workbook", file=path.name, reason=str(error)) from None
    raise InputError("tables.other_archive", file=path.name)


def _unpack(archive: zipfile.ZipFile) -> None:
    """Unpack every file as its directory describes it: one that holds more than it says is found out here."""
    for entry in archive.infolist():
        for _ in _pieces(archive, entry.filename):
            pass


def _check_cells(name: str, archive: zipfile.ZipFile) -> None:
    """Count the cells between the first and the last one of each sheet: all would be made, those without value too."""
    for entry in archive.infolist():
        is_sheet = _SHEET_FILE.fullmatch(entry.filename) is not None
        columns: set[bytes] = set()
        rows: set[bytes] = set()
        end = b""
        for piece in _pieces(archive, entry.filename):
            if is_sheet:
                columns.update(_COLUMN.findall(end + piece))
                rows.update(_ROW.findall(end + piece))
                end = piece[-_OVERLAP:]
        if max(map(_rank, columns), default=0) * max(map(int, rows), default=0) > _MOST_CELLS:
            raise InputError("tables.too_many_cells", file=name, most=_MOST_CELLS)


def _rank(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - ord("A") + 1
    return rank


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            yield piece
