"""Known other forms of a given name, as hashes: is one the variant of the other?"""

from collections.abc import Mapping

import numpy as np

from matching.linkage.arrays import Flags, Hashes, found_in

Variants = Mapping[str, Hashes]
"""Kind (``spelling``, ``usual``, ``gender``) → sorted ``paired`` hashes of (form sent, form registered)."""

_ODD = np.uint64(0x9E3779B97F4A7C15)  # makes (a, b) and (b, a) two keys


def paired(sent: Hashes, registered: Hashes) -> Hashes:
    """One key for two hashes, in that order."""
    return sent * _ODD ^ registered


def is_variant(table: Hashes, sent: Hashes, registered: Hashes) -> Flags:
    """Whether each form sent is a known variant of the form registered."""
    return found_in(table, paired(sent, registered))[1]
