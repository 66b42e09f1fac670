"""A user's own extract, CSV or Parquet, as text frames of a bounded number of rows.

Example:
    >>> extract = open_extract(Path("extract.csv"), read_mapping("mapping.toml"))
    >>> for chunk, read in extract.chunks():
    ...     chunk.height

A CSV is read a number of lines at a time, one row per line: a stray quotation mark or a missing field spoils its own
line and no other, and every line keeps its number.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl

from matching.identity.errors import InputError
from matching.register.mapping import CsvFormat, RegisterMapping, Source, closest
from matching.register.rows import LINE, REASONS

ROWS_PER_CHUNK: Final = 100_000
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True)
class Extract:
    """A table that was opened and has every column of its mapping.

    Attributes:
        table: The CSV or Parquet file.
        mapping: How it is written.
        header: Every column it has.
        is_parquet: Told by its first bytes, not by its name.
        size: Bytes of a CSV, rows of a Parquet table.
    """

    table: Path
    mapping: RegisterMapping
    header: tuple[str, ...]
    is_parquet: bool
    size: int

    def chunks(self, rows: int = ROWS_PER_CHUNK) -> Iterator[tuple[pl.DataFrame, int]]:
        """The rows, a number at a time, and how much of ``size`` was read. Blank lines are no rows.

        Yields:
            ``line`` (of the file, from 1; the rank of the row in a Parquet table), ``reason`` (null, or what keeps the
            line from being cut into fields), then the columns that the mapping names: texts, or lists of texts.

        Raises:
            InputError: the table cannot be read to its end.
        """
        try:
            yield from self._parquet_chunks(rows) if self.is_parquet else self._csv_chunks(rows)
        except (OSError, UnicodeError, pl.exceptions.PolarsError) as error:
            raise _unreadable(self.table, self.mapping, error) from error

    def _csv_chunks(self, rows: int) -> Iterator[tuple[pl.DataFrame, int]]:
        first = 2
        with self.table.open("rb") as file, TextIOWrapper(file, encoding=_encoding(self.mapping.csv)) as text:
            next(text)
            while lines := list(islice(text, rows)):
                yield self._cut(pl.Series(lines, dtype=pl.String), first), file.tell()
                first += len(lines)

    def _cut(self, lines: pl.Series, first: int) -> pl.DataFrame:
        """Lines of a CSV, the first of that number, into fields."""
        text = lines.str.strip_chars_end("\n")
        numbered = pl.DataFrame(
            {LINE: pl.int_range(first, first + len(text), dtype=pl.UInt32, eager=True), "text": text}
        )
        numbered = numbered.filter(pl.col("text").str.contains(r"\S"))
        fields, is_whole = _fields(numbered["text"], self.mapping.csv)
        rank = {name: self.header.index(name) for name in self.mapping.columns}
        return numbered.select(
            LINE,
            pl.when(~is_whole)
            .then(pl.lit("quotes", REASONS))
            .when(fields.list.len() != len(self.header))
            .then(pl.lit("fields", REASONS))
            .alias("reason"),
            *(fields.list.get(rank[name], null_on_oob=True).alias(name) for name in rank),
        )

    def _parquet_chunks(self, rows: int) -> Iterator[tuple[pl.DataFrame, int]]:
        for first in range(0, self.size, rows):
            chunk = pl.scan_parquet(self.table).select(self.mapping.columns).slice(first, rows).collect()
            yield (
                chunk.select(
                    pl.int_range(first + 1, first + 1 + chunk.height, dtype=pl.UInt32).alias(LINE),
                    pl.lit(None, REASONS).alias("reason"),
                    *(_as_text(column, self.mapping) for column in chunk),
                ),
                first + chunk.height,
            )


def open_extract(table: Path, mapping: RegisterMapping) -> Extract:
    """Open an extract and check its header.

    Raises:
        InputError: no such table, another encoding, no row, or a column of the mapping missing or there twice.
    """
    try:
        with table.open("rb") as file:
            is_parquet = file.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC
        if is_parquet:
            header = tuple(pl.read_parquet_schema(table))
            size = pl.scan_parquet(table).select(pl.len()).collect().item()
        else:
            with table.open(encoding=_encoding(mapping.csv)) as text:
                fields, _ = _fields(pl.Series([text.readline().rstrip("\n")]), mapping.csv)
            header = tuple(name.strip() for name in fields[0])
            size = table.stat().st_size
    except (OSError, UnicodeError, pl.exceptions.PolarsError) as error:
        raise _unreadable(table, mapping, error) from error
    if not size:
        raise InputError("conversion.empty_table", file=str(table))
    _check_header(table, mapping, header)
    return Extract(table, mapping, header, is_parquet, size)


def _as_text(column: pl.Series, mapping: RegisterMapping) -> pl.Series:
    """A column of a Parquet table as a CSV of the same table would hold it; given names may be a list."""
    if column.dtype in {pl.Date, pl.Datetime}:
        return column.dt.to_string(mapping.sources.get("birth_date", Source(())).format)
    if isinstance(column.dtype, pl.List) and column.name in mapping.sources["given_names"].columns:
        return column.cast(pl.List(pl.String))
    text = column.cast(pl.String)
    return text.str.strip_suffix(".0") if column.dtype.is_float() else text  # integers beside missing values


def _fields(lines: pl.Series, csv: CsvFormat) -> tuple[pl.Series, pl.Series]:
    """The fields of lines of a CSV, and whether quotation marks stand where they may, around a field."""
    if not csv.quote or not lines.str.contains(csv.quote, literal=True).any():
        return lines.str.split(csv.separator), lines.is_not_null()
    separator, quote = re.escape(csv.separator), re.escape(csv.quote)
    led = pl.select(csv.separator + pl.lit(lines)).to_series()
    fields = led.str.extract_all(f"{separator}(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{quote}{separator}]*)")
    is_whole = fields.list.join("") == led
    bare = pl.element().str.slice(1).str.replace(f"^{quote}(.*){quote}$", "$1")
    return fields.list.eval(bare.str.replace_all(csv.quote * 2, csv.quote, literal=True)), is_whole


def _encoding(csv: CsvFormat) -> str:
    """UTF-8 with its mark or without."""
    return "utf-8-sig" if codecs.lookup(csv.encoding).name == "utf-8" else csv.encoding


def _check_header(table: Path, mapping: RegisterMapping, header: tuple[str, ...]) -> None:
    """The header itself is never repeated: of a table without one, it is the first person."""
    for name in mapping.columns:
        facts = {"file": str(table), "column": name, "mapping": str(mapping.file)}
        if header.count(name) > 1:
            raise InputError("conversion.column_twice", **facts)
        if name not in header:
            near = closest(name, header)
            if near:
                raise InputError("conversion.column_missing_near", **facts, choices=", ".join(near))
            raise InputError("conversion.column_missing", **facts)


def _unreadable(table: Path, mapping: RegisterMapping, error: Exception) -> InputError:
    """What kept the table from being read, without the data that polars' messages may repeat."""
    if isinstance(error, FileNotFoundError):
        return InputError("conversion.no_table", file=str(table))
    if isinstance(error, UnicodeError):
        return InputError("conversion.wrong_encoding", file=str(table), encoding=mapping.csv.encoding)
    reason = error.strerror if isinstance(error, OSError) else type(error).__name__
    return InputError("conversion.unreadable_table", file=str(table), reason=reason)
