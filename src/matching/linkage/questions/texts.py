"""What questions about texts share."""

import polars as pl

from matching.linkage.arrays import Flags

LONG = 6
"""Letters from which two edits mean anything."""


def starts(texts: pl.Series, beginnings: pl.Series) -> Flags:
    """Whether each text begins with the other; false where either is missing."""
    frame = pl.DataFrame({"text": texts, "beginning": beginnings})
    found = frame.select(pl.col("text").str.starts_with(pl.col("beginning")).fill_null(value=False))
    return found.to_series().to_numpy()
