"""Sheets of the workbooks to fill: notes, a row of heads that stays in sight, then one row per thing to tell.

Example:
    >>> with new_workbook(path) as book:
    ...     sheet = Sheets(book).add("À corriger", Table(rows, heads, widths, notes=("Données personnelles",)))

The column ``correct`` is the one to fill, and looks like it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

TO_FILL = "correct"
"""Name of the column that its reader fills."""


@dataclass(frozen=True)
class Table:
    """What a sheet holds.

    Attributes:
        rows: Text and numbers; a null is an empty cell.
        heads: Column → what is written above it.
        widths: Column → width in characters.
        notes: Lines above the heads.
        wrapped: Columns whose cells go to the next line where they are long.
    """

    rows: pl.DataFrame
    heads: Mapping[str, str]
    widths: Mapping[str, int]
    notes: Sequence[str] = ()
    wrapped: Collection[str] = ()


class Sheets:
    """The sheets of a workbook, alike."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._note = book.add_format({"bold": True, "font_color": "#9B2C2C"})
        self._head = book.add_format({"bold": True, "bg_color": "#1D6A58", "font_color": "#FFFFFF", "valign": "top"})
        self._fill = book.add_format({"bg_color": "#FFF6DA", "border": 1, "border_color": "#D9D6CD", "num_format": "@"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, name: str, table: Table) -> Worksheet:
        """One more sheet, filters on; its heads stay in sight."""
        sheet = self._book.add_worksheet(name)
        columns, above = table.rows.columns, len(table.notes)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, table.widths[column], self._fill if column == TO_FILL else None)
        sheet.freeze_panes(above + 1, 0)
        sheet.autofilter(above, 0, above + table.rows.height, len(columns) - 1)
        for at, note in enumerate(table.notes):
            sheet.write_string(at, 0, note, self._note)
        for at, column in enumerate(columns):
            sheet.write_string(above, at, table.heads[column], self._head)
        self._write_rows(sheet, table)
        return sheet

    def _write_rows(self, sheet: Worksheet, table: Table) -> None:
        formats = [self._wrap if column in table.wrapped else None for column in table.rows.columns]
        for line, row in enumerate(table.rows.iter_rows(), start=len(table.notes) + 1):
            for at, (cell, shape) in enumerate(zip(row, formats, strict=True)):
                if isinstance(cell, str):
                    sheet.write_string(line, at, cell, shape)
                elif cell is None:
                    sheet.write_blank(line, at, None, shape)
                else:
                    sheet.write_number(line, at, cell, shape)
