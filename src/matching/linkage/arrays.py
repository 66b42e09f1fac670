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
