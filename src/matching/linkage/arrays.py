"""The kinds of arrays that linkage works on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""Of whatever numbers."""

Bits = NDArray[np.float64]
"""Evidence: log2 of a ratio of probabilities."""
Codes = NDArray[np.uint32]
"""Ranks in a dictionary of the register; 0 = missing."""
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
"""Of texts, the same on every machine; 0 = missing."""
Rows = NDArray[np.intp]
"""Positions: of passages, or of some pairs."""


def found_in(keys: Array, wanted: Array) -> tuple[Rows, Flags]:
    """Where each wanted key stands among sorted ones, and whether it does; any place where it does not."""
    if not keys.size:
        return np.zeros(wanted.size, np.intp), np.zeros(wanted.size, np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return at, keys[at] == wanted
