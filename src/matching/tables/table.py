"""A table that was read: its passages, and how it was understood.

Example:
    >>> table = read_table("passages.csv")
    >>> table.kind, table.passages.height, table.columns.missing
    ('csv', 240, ())
    >>> table.sentences("fr")[0]
    'passages.csv : fichier CSV, encodage Windows-1252, séparateur « ; », noms des colonnes en ligne 1.'
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Literal

import polars as pl

from matching.identity.catalogue import Lang, sentence
from matching.tables.fields import FIELDS, OF_ONE_HOLDER, element
from matching.tables.grid import letters
from matching.tables.headers import Columns
from matching.tables.mapping import DateOrder, toml_text

Kind = Literal["csv", "xlsx", "ods"]

_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
    "latin-1": "ISO-8859-1",
}  # Python's name → the name that programs show


@dataclass(frozen=True)
class Dialect:
    """How the file is written.

    Attributes:
        header_line: Row of the headers, 1-based.
        date_order: Of dates in digits.
        is_order_told: True when a mapping tells that order, False when it was found.
        decimal: Mark before decimals: ``,`` or ``.``; "" when there are none.
        longer: Rows with more cells than there are headers.
        encoding: Of a CSV, Python's name.
        separator: Of a CSV.
        quote: Of a CSV, "" when texts stand between nothing.
        sheet: Of a workbook.
        others: Of a workbook, the other sheets that hold something: they are not read.
    """

    header_line: int
    date_order: DateOrder
    is_order_told: bool
    decimal: str
    longer: int
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    sheet: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table as passages.

    Attributes:
        file: Its name.
        kind: Its format.
        passages: Contract PASSAGES; ``line`` is the row as a spreadsheet numbers it. Beyond it the optional columns of
            the deposit file that the table holds. ``raw_`` columns hold what stands in the cells; a birth date in one
            cell stands in ``raw_birth_year``, where ``read_dates`` reads it, its day before its month.
        columns: Which column is which field.
        dialect: How the file is written.
        skipped: Rows without anything in them.
    """

    file: str
    kind: Kind
    passages: pl.DataFrame
    columns: Columns
    dialect: Dialect
    skipped: int

    def sentences(self, lang: Lang = "fr") -> list[str]:
        """How the table was understood, for its owner: the file, each column, what was not read, what lacks."""
        return [*self._of_the_file(lang), *self._of_the_columns(lang)]

    def _of_the_file(self, lang: Lang) -> Iterator[str]:
        said = self.dialect
        if self.kind == "csv":
            encoding = _ENCODINGS.get(said.encoding or "", said.encoding)
            facts = {"encoding": encoding, "separator": _shown(said.separator or "", lang)}
        else:
            facts = {"kind": self.kind.upper(), "sheet": said.sheet}
        code = "tables.csv" if self.kind == "csv" else "tables.workbook"
        yield sentence(code, lang, file=self.file, line=said.header_line, **facts)
        if said.others:
            yield sentence("tables.other_sheets", lang, sheets=", ".join(said.others))
        if said.date_order == "month_first" and not said.is_order_told:
            yield sentence("tables.month_first", lang)
        if said.decimal == ",":
            yield sentence("tables.decimal_comma", lang)
        if said.longer:
            yield sentence("tables.longer", lang, n=said.longer)
        if self.skipped:
            yield sentence("tables.skipped", lang, n=self.skipped)

    def _of_the_columns(self, lang: Lang) -> Iterator[str]:
        for column in self.columns.mapped:
            facts = {"letter": letters(column.rank), "header": column.header, "element": element(column.field)}
            yield sentence("tables.mapped", lang, how=sentence(f"tables.how_{column.how}", lang), **facts)
        for each in self.columns.unmapped:
            facts = {"letter": letters(each.rank), "header": each.header}
            facts["element"] = element(each.field) if each.field else ""
            is_name = each.reason == "taken" and each.field == "birth_name"
            yield sentence("tables.unmapped_name" if is_name else f"tables.unmapped_{each.reason}", lang, **facts)
        for field, value in self.columns.constants.items():
            yield sentence("tables.constant", lang, element=element(field), value=value)
        if self.columns.missing:
            yield sentence("tables.missing", lang, elements=", ".join(map(element, self.columns.missing)))


def mapping_to_toml(table: Table) -> str:
    """The mapping that was guessed, to be corrected and given to the next reading: it gives the same passages."""
    said, columns = table.dialect, table.columns
    facts = {"sheet": said.sheet, "separator": said.separator, "encoding": said.encoding, "date_order": said.date_order}
    lines = [f"{key} = {toml_text(value)}" for key, value in facts.items() if value is not None]
    lines += [
        "",
        "[columns]",
        *(f"{toml_text(column.header)} = {toml_text(column.field)}" for column in columns.mapped),
    ]
    lines += [
        f"{toml_text(each.header)} = {toml_text('')}  # {_doubt(each.reason, each.field)}" for each in columns.unmapped
    ]
    lines += ["", "[constants]", *(f"{key} = {toml_text(value)}" for key, value in columns.constants.items())]
    lines += [f'# {key} = "…"' for key in columns.missing if key not in OF_ONE_HOLDER]
    lines += ["", *wrap(", ".join(FIELDS), 100, initial_indent="# ", subsequent_indent="# ")]
    return "\n".join(lines) + "\n"


def write_mapping(table: Table, path: str | Path) -> Path:
    """Write ``mapping_to_toml`` to a file."""
    path = Path(path)
    path.write_text(mapping_to_toml(table), encoding="utf-8")
    return path


def _doubt(reason: str, field: str | None) -> str:
    return reason if field is None else f"{reason}: {field}"


def _shown(separator: str, lang: Lang) -> str:
    return sentence("tables.tab", lang) if separator == "\t" else sentence("tables.quoted", lang, text=separator)
