"""The cells of a table as text, before anybody knows what its columns are.

Example:
    >>> grid = grid_of([["Nom", "Prénom"], ["ROUVIERE", "Camille"], ["", ""]], header=0, first_line=1)
    >>> grid.headers, grid.cells.rows(), grid.skipped
    (['Nom', 'Prénom'], [(2, 'ROUVIERE', 'Camille')], 1)
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from matching.tables.headers import understood

_CHUNK = 20_000  # rows turned into columns at once
FIRST_ROWS = 30
"""Rows among which the headers are looked for: titles and notes stand above them in many tables."""
_LETTERED = re.compile(r"\[[A-Z]+\]$")  # a header that looks like what is added to another
_LEAST_UNDERSTOOD = 2  # headers, of a row of headers


@dataclass(frozen=True)
class Grid:
    """The rows below the headers.

    Attributes:
        headers: One per column, each once: repeated and missing ones bear the letter of their column, ``Nom [C]``.
        cells: ``line``, the row as a spreadsheet numbers it, and a column of texts per header, named by its rank. An
            empty cell is null.
        skipped: Rows without anything in them.
        longer: Rows with more cells than there are headers.
    """

    headers: list[str]
    cells: pl.DataFrame
    skipped: int
    longer: int


def header_rank(rows: Sequence[Sequence[str]], given: Iterable[str] = ()) -> int | None:
    """The row of headers among the first ones, 0-based: the one of which most is understood; None when there is none.

    Args:
        rows: The first rows.
        given: Headers that a mapping names.
    """
    named = set(given)
    scores = [understood(row) + 2 * len(named.intersection(map(tidy, row))) for row in rows[:FIRST_ROWS]]
    best = max(scores, default=0)
    return scores.index(best) if best >= _LEAST_UNDERSTOOD else None


def tidy(header: str) -> str:
    """A header on one line."""
    return " ".join(header.split())


def grid_of(rows: Iterable[Sequence[str]], header: int, first_line: int) -> Grid:
    """The table whose headers are the row ``header``, 0-based; ``first_line`` is the number of the first row."""
    remaining = iter(rows)
    names = next(islice(remaining, header, None))
    numbered = enumerate(remaining, start=first_line + header + 1)
    parts, seen = [pl.DataFrame(schema={"line": pl.UInt32})], 0
    while chunk := list(islice(numbered, _CHUNK)):
        seen += len(chunk)
        parts.append(_columns([(line, row) for line, row in chunk if "".join(row).strip()]))
    cells = pl.concat(parts, how="diagonal")
    n_headers = max((rank for rank, name in enumerate(names, start=1) if name.strip()), default=0)
    beyond = cells.select(pl.col(cells.columns[n_headers + 1 :]).str.strip_chars().replace("", None).is_not_null())
    filled = [name for name in beyond.columns if beyond[name].any()]
    width = max([n_headers, *(int(name) + 1 for name in filled)])
    longer = beyond.select(pl.any_horizontal(filled).sum()).item() if filled else 0
    blank = pl.lit(None, pl.String)
    cells = cells.select(
        "line", *(name if name in cells.columns else blank.alias(name) for name in map(str, range(width)))
    )
    headers = unique_headers([*names[:width], *[""] * (width - len(names))])
    return Grid(headers, cells, seen - cells.height, longer)


def unique_headers(names: Sequence[str]) -> list[str]:
    """Each header once: the letter of the column is added to those that are repeated or empty."""
    tidied = [tidy(name) for name in names]
    return [
        name if name and tidied.count(name) == 1 and not _LETTERED.search(name) else f"{name} [{letters(rank)}]".strip()
        for rank, name in enumerate(tidied)
    ]


def letters(rank: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    text = ""
    while rank >= 0:
        text = chr(ord("A") + rank % 26) + text
        rank = rank // 26 - 1
    return text


def _columns(rows: list[tuple[int, Sequence[str]]]) -> pl.DataFrame:
    """Rows with their numbers as columns; an empty cell is null."""
    width = max((len(row) for _, row in rows), default=0)
    lines = pl.Series("line", [line for line, _ in rows], dtype=pl.UInt32)
    padded = (row if len(row) == width else [*row, *[""] * (width - len(row))] for _, row in rows)
    texts = [pl.Series(str(rank), column, dtype=pl.String) for rank, column in enumerate(zip(*padded, strict=True))]
    return pl.DataFrame([lines, *texts]).with_columns(pl.col(pl.String).replace("", None))
