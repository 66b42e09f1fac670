"""Read a table that a certifier keeps, CSV, XLSX or ODS, into passages.

Example:
    >>> table = read_table("passages.xlsx")
    >>> table.passages.select("line", "raw_birth_name", "sex").row(0)
    (2, 'ROUVIERE', 'F')

Nothing is corrected here: what stands in the cells stands in the ``raw_`` columns, less what a program added to it
(``1967.0``, the apostrophe before a formula). Dates other than that of the birth, yes and no, and the words of closed
lists are written as the deposit file writes them where they are understood, else left alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from matching.deposit.reader import with_read_values
from matching.identity.errors import InputError
from matching.identity.frames import PASSAGES
from matching.tables.delimited import delimited_text
from matching.tables.fields import DATES, FIELDS, NUMBERS
from matching.tables.grid import Grid
from matching.tables.headers import Columns, guessed
from matching.tables.mapping import DateOrder, TableMapping, closest, read_mapping
from matching.tables.places import placed
from matching.tables.table import Dialect, Kind, Table
from matching.tables.values import RECODED, iso_dates, month_first, order_of, read_sexes, recoded
from matching.tables.workbook import workbook

MAX_BYTES = 200_000_000
"""Of a table; as a deposit file, which says the same at greater length."""

_NOT_A_TABLE = {
    b"%PDF": "tables.pdf",
    b"\x1f\x8b": "tables.other_archive",
    b"7z\xbc\xaf": "tables.other_archive",
    b"Rar!": "tables.other_archive",
    b"PAR1": "tables.binary",
}
_COMPOUND = b"\xd0\xcf\x11\xe0"  # an old workbook, or an encrypted new one
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4096


def read_table(path: str | Path, mapping: str | Path | None = None) -> Table:
    """The passages of a table, and how it was understood.

    Args:
        path: The table; its format is told by its content.
        mapping: A TOML that says what the headers do not (see ``matching.tables.mapping``); None = all is guessed.

    Raises:
        InputError: the file cannot be read as a table, or the mapping does not fit it.
    """
    path = Path(path)
    told = TableMapping() if mapping is None else read_mapping(mapping)
    is_workbook = _is_workbook(path)
    try:
        return _of_workbook(path, told) if is_workbook else _of_text(path, told)
    except OSError as error:
        raise InputError("tables.unreadable", file=str(path), reason=error.strerror or str(error)) from None


def _of_text(path: Path, told: TableMapping) -> Table:
    read = delimited_text(path, told)
    said = {"header_line": read.header_line, "encoding": read.encoding}
    said |= {"separator": read.separator, "quote": read.quote}
    return _table(path.name, "csv", read.grid, told, said)


def _of_workbook(path: Path, told: TableMapping) -> Table:
    read = workbook(path, told)
    said = {"header_line": read.header_line, "sheet": read.sheet, "others": read.others}
    return _table(path.name, read.kind, read.grid, told, said)


def _is_workbook(path: Path) -> bool:
    """True for a workbook, False for a text, by what the file holds; what is neither is refused."""
    try:
        with path.open("rb") as file:
            head, size = file.read(_HEAD), path.stat().st_size
            if head.startswith(_COMPOUND):
                code = "tables.encrypted" if _ENCRYPTED in head + file.read() else "tables.old_workbook"
                raise InputError(code, file=path.name)
    except FileNotFoundError:
        raise InputError("tables.no_file", file=str(path)) from None
    except IsADirectoryError:
        raise InputError("tables.folder", file=str(path)) from None
    except OSError as error:
        raise InputError("tables.unreadable", file=str(path), reason=error.strerror or str(error)) from None
    if not head.strip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n;,|"):
        raise InputError("tables.empty", file=path.name)
    if size > MAX_BYTES:
        raise InputError("tables.too_large", file=path.name, bytes=size, most=MAX_BYTES)
    for magic, code in _NOT_A_TABLE.items():
        if head.startswith(magic):
            raise InputError(code, file=path.name)
    if head.lstrip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        raise InputError("tables.markup", file=path.name)
    return head.startswith(b"PK\x03\x04")


def _table(name: str, kind: Kind, grid: Grid, told: TableMapping, said: Mapping[str, Any]) -> Table:
    """The table of a grid; ``said`` is what its reader knows of the dialect."""
    if grid.cells.is_empty():
        raise InputError("tables.no_row", file=name, line=said["header_line"])
    _check_headers(name, grid, told)
    columns = guessed(grid.headers, told.columns, told.constants)
    cells = _as_typed(grid.cells)
    order = told.date_order or _date_order(cells, columns)
    dialect = Dialect(
        date_order=order,
        is_order_told=told.date_order is not None,
        decimal=_decimal(cells),
        longer=grid.longer,
        **said,
    )
    return Table(name, kind, _passages(cells, columns, order), columns, dialect, grid.skipped)


def _check_headers(name: str, grid: Grid, told: TableMapping) -> None:
    for header in told.columns:
        if header not in grid.headers:
            choices = closest(header, grid.headers)
            raise InputError("tables.no_column", file=name, mapping=told.file, header=header, choices=choices)


def _as_typed(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells without what programs put before texts so that no spreadsheet computes them or takes their zeros."""
    texts = cells.select(pl.col(pl.String))
    marked = texts.select(pl.all().str.starts_with("'").any() | pl.all().str.starts_with('="').any()).row(0, named=True)
    columns = pl.col([name for name, is_marked in marked.items() if is_marked])
    return cells.with_columns(columns.str.replace(r"^'([=+\-@\t\r])", "${1}").str.replace(r'^="([^"]*)"$', "${1}"))


def _date_order(cells: pl.DataFrame, columns: Columns) -> DateOrder:
    """Month first only if no whole date of the table denies it, and some say so."""
    dated = [str(column.rank) for column in columns.mapped if column.field in DATES | {"birth_date"}]
    return order_of(pl.concat([pl.Series([], dtype=pl.String), *(cells[rank].alias("") for rank in dated)]))


def _decimal(cells: pl.DataFrame) -> str:
    for mark in (",", "."):
        pattern = rf"^\d+[{mark}]\d+$"
        if any(cells.select(pl.col(pl.String).str.contains(pattern).any()).row(0)):
            return mark
    return ""


def _passages(cells: pl.DataFrame, columns: Columns, order: DateOrder) -> pl.DataFrame:
    """The frame of contract PASSAGES, optional columns after."""
    held = {column.field: cells[str(column.rank)] for column in columns.mapped}
    for key, value in columns.constants.items():
        held[key] = held.get(key, pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)).fill_null(value)
    read = {key: _value(key, texts, order) for key, texts in held.items()}
    whole = {"place_code", "exam_date", "current_name"}  # told apart below
    texts = {FIELDS[key].column: series for key, series in read.items() if key not in whole}
    if "exam_date" in read:
        texts = {"exam_start": read["exam_date"], "exam_end": read["exam_date"]} | texts
    raw = cells.select("line").with_columns(**texts)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in PASSAGES.columns.items() if name not in raw.columns]
    raw = raw.with_columns(missing)
    if "place_code" in read:
        raw = raw.with_columns(placed(read["place_code"], raw["raw_insee_code"], raw["raw_postal_code"]))
    if "current_name" in read:
        raw = raw.with_columns(_named(read["current_name"], raw["raw_birth_name"], raw["raw_usage_name"]))
    filled = with_read_values(raw.with_columns(pl.col("id_technique").fill_null("")))
    passages = filled.with_columns(
        *_certifications(),
        passage=pl.int_range(pl.len(), dtype=pl.UInt32),
        branch=_branch(),
        sex=read_sexes(raw["raw_sex"]),
    )
    return PASSAGES.check(_with_index(passages))


def _value(key: str, texts: pl.Series, order: DateOrder) -> pl.Series:
    """The texts of a field, less what programs added; other dates and listed words as the deposit file writes them."""
    if key in NUMBERS:
        return texts.str.replace(r"^\s*(\d+)[.,]0+\s*$", "${1}")
    if key == "birth_date":
        return month_first(texts) if order == "month_first" else texts
    if key in DATES:
        return iso_dates(texts, order)
    return recoded(texts, key) if key in RECODED else texts


def _named(current: pl.Series, birth: pl.Series, usage: pl.Series) -> list[pl.Series]:
    """The name that people bear is their birth name when no other is told, else their usage name when it differs."""
    is_told = birth.is_not_null()
    differs = is_told & (current != birth).fill_null(value=False) & usage.is_null()
    return [birth.zip_with(is_told, current), usage.zip_with(~differs, current)]


def _certifications() -> list[pl.Expr]:
    """Type and code without blanks around; the type that the code says, where no other is told."""
    kind, code = pl.col("certification_type").str.strip_chars(), pl.col("certification_code").str.strip_chars()
    return [
        pl.coalesce(kind, code.str.extract(r"^(RNCP|RS)\s*\d+$")).alias("certification_type"),
        code.alias("certification_code"),
    ]


def _with_index(passages: pl.DataFrame) -> pl.DataFrame:
    """``certification_index``: certifications in order of appearance, wherever their rows stand."""
    key = ["certification_type", "certification_code"]
    ranks = passages.select(key).unique(maintain_order=True).with_row_index("certification_index")
    return passages.drop("certification_index").join(ranks, on=key, nulls_equal=True, maintain_order="left")


def _branch() -> pl.Expr:
    """How the holder is told: by their traits, unless only a file number or a NIR is there."""
    told = pl.any_horizontal(pl.col("raw_birth_year", "raw_birth_month", "raw_birth_day", "raw_sex").is_not_null())
    return (
        pl.when(told.not_() & pl.col("file_number").is_not_null())
        .then(pl.lit("dossier_formation"))
        .when(told.not_() & pl.col("declared_nir").is_not_null())
        .then(pl.lit("identifiant_national"))
        .otherwise(pl.lit("titulaire"))
        .cast(PASSAGES.columns["branch"])
    )
