"""Cells of a table that people open in a spreadsheet: none may be computed there.

Example:
    >>> safe_cells(pl.DataFrame({"name": ["=1+1", "MARTIN"]}))["name"].to_list()
    ["'=1+1", 'MARTIN']
"""

import polars as pl

_FORMULA = r"^[=+\-@\t\r]"


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame with an apostrophe before any text that a spreadsheet would take for a formula."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())
