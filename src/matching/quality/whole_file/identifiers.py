"""How many passages, and under what identifiers: limits, copies, numbers that a spreadsheet made.

Example:
    >>> find(Submitted.of(passages)).select("code", "value").row(0)
    ('file_ids_are_row_numbers', '500')
"""

import polars as pl

from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

MOST_PASSAGES = 200_000
"""Passages that a deposit takes (general guide V5, read 2026-11-23)."""

_SHEETS = (2**16, 2**20)  # rows of XLS and XLSX, heading included or not
_DIGITS_KEPT = 15  # by a spreadsheet
_FEW, _HALF = 10, 0.5
_PASTED = 0.3  # share of copies that no careless typing explains
_SCIENTIFIC = r"^\d(?:[.,]\d+)?[eE]\+?\d+$"

_HOLDER = ("birth_name", "given_name_1", "birth_year", "birth_month", "birth_day", "sex")
_PASSAGE = ("certification_type", "certification_code", "exam_start", "exam_end", "file_number", "declared_nir")


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on the size of the file, its copies, its identifiers and its certification blocks."""
    passages = submitted.passages
    size = passages.height
    found = []
    if size > MOST_PASSAGES:
        found.append(of_file("file_too_long", value=str(size), detail=str(MOST_PASSAGES)))
    if size in {rows - heading for rows in _SHEETS for heading in (0, 1)}:
        found.append(of_file("file_cut_by_spreadsheet", value=str(size)))
    if size >= _FEW:
        found += [*_copies(passages), *_identifiers(passages["id_technique"].str.strip_chars())]
    blocks = passages.select("certification_index", "certification_type", "certification_code").unique()
    again = blocks.height - blocks.select("certification_type", "certification_code").n_unique() if size else 0
    if again and submitted.header:
        found.append(of_file("file_certification_repeated", "certification_code", value=str(again)))
    return together(found)


def _copies(passages: pl.DataFrame) -> list[pl.DataFrame]:
    """Half of a file that repeats the other, whatever the identifiers."""
    again = passages.height - passages.select(*_HOLDER, *_PASSAGE).n_unique()
    told = passages.select(
        pl.any_horizontal(pl.col("birth_name", "file_number", "declared_nir").is_not_null())
    ).to_series()
    if again < _PASTED * passages.height or not told.all():
        return []
    return [of_file("file_pasted_twice", "id_technique", value=str(again), detail=str(passages.height))]


def _identifiers(ids: pl.Series) -> list[pl.DataFrame]:
    size = len(ids)
    numbers = ids.cast(pl.Int64, strict=False)
    first = numbers[0]
    if first in {0, 1} and (numbers == pl.int_range(first, first + size, eager=True)).all():
        return [of_file("file_ids_are_row_numbers", "id_technique", value=str(size), detail=str(first))]
    is_long = ids.str.contains(rf"^\d{{{_DIGITS_KEPT + 1},}}$")
    cut = is_long & ids.str.ends_with("0")
    rounded = int(ids.str.contains(_SCIENTIFIC).sum())
    if cut.sum() >= _FEW and cut.sum() == is_long.sum():
        rounded += int(cut.sum())
    if rounded < _HALF * size:
        return []
    return [of_file("file_ids_rounded", "id_technique", value=str(rounded), detail=str(size))]
