"""What questions about texts share."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage.arrays import Flags
from matching.linkage.pairs import At

_LONG = 6  # letters from which two edits mean anything


def starts(texts: pl.Series, beginnings: pl.Series) -> Flags:
    """Whether each text begins with the other; false where either is missing."""
    frame = pl.DataFrame({"text": texts, "beginning": beginnings})
    found = frame.select(pl.col("text").str.starts_with(pl.col("beginning")).fill_null(value=False))
    return found.to_series().to_numpy()


def two_apart(lengths: NDArray[np.uint8], edits: Callable[[At, int], NDArray[np.uint8]], at: At) -> Flags:
    """Whether two letters differ in a text that is long enough.

    Args:
        lengths: Of the texts that were sent.
        edits: Between two texts: ``Pairs.surname_edits``, ``Pairs.given_edits``.
        at: The pairs.
    """
    near = np.flatnonzero(lengths >= _LONG)
    found = np.zeros(at.size, np.bool_)
    found[near] = edits(at[near], 2) == 2  # noqa: PLR2004 - two edits
    return found
