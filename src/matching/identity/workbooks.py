"""Workbooks that we write: every cell a text or a number as it stands, the same bytes whatever the day.

Example:
    >>> with new_workbook(Path("to_fix.xlsx")) as book:
    ...     book.add_worksheet("passages")

A cell that a person may edit and save goes through ``cells.safe_cells`` first.
"""

import datetime as dt
from pathlib import Path

import xlsxwriter

_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # the same day in every workbook, so that the bytes are the same
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def new_workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook to fill row after row, each from left to right: rows that are passed are written already."""
    book = xlsxwriter.Workbook(path, _OPTIONS)
    book.set_properties({"created": _CREATED})
    return book
