"""Distinct texts under codes: 0 is a missing text, 1, 2, 3 … the texts in the order of their numbers.

Example:
    >>> texts = pl.Series(["ROUVIERE", "MARTIN"])
    >>> names = Dictionary(**dictionary_arrays(texts, hash_of(texts)))
    >>> names.codes(pl.Series(["MARTIN", None, "DUPOND"]))
    array([         1,          0, 4294967295], dtype=uint32)
    >>> names.texts(np.array([1, 0], np.uint32)).to_list()
    ['MARTIN', None]

A text is found by its number: ``hash_of`` for names, ``packed`` for place codes. The same texts have the same codes,
whatever order they came in. The arrays may be mapped from a file: nothing is read before it is asked for.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.register.hashing import Hashes, bytes_of, hash_of

UNSEEN = np.uint32(2**32 - 1)
"""Code of a text that the dictionary does not have: neither 0 nor any code of a row."""

_STOP = "\n"

Codes = NDArray[np.uint32]


@dataclass(frozen=True)
class Dictionary:
    """Texts and their codes.

    Attributes:
        hashes: By code, increasing; 0 for code 0.
        ends: By code: where the text ends in ``content``, its line feed included.
        content: The texts in UTF-8, one after the other, each with a line feed after it.
    """

    hashes: Hashes
    ends: NDArray[np.uint32]
    content: NDArray[np.uint8]

    def __len__(self) -> int:
        """Number of codes, the 0 of a missing text included."""
        return self.hashes.size

    def codes(self, texts: pl.Series) -> Codes:
        """The code of each text: 0 when it is null, ``UNSEEN`` when the dictionary does not have it."""
        return self.codes_of_hashes(self.numbers(texts))

    def codes_of_hashes(self, hashes: Hashes) -> Codes:
        """The same for texts whose numbers are known already."""
        found = np.minimum(np.searchsorted(self.hashes, hashes), len(self) - 1).astype(np.uint32)
        return np.where(self.hashes[found] == hashes, found, UNSEEN)

    def texts(self, codes: Codes) -> pl.Series:
        """The text of each code; null for 0 and ``UNSEEN``."""
        is_known = (codes > 0) & (codes < len(self))
        known = np.unique(codes[is_known]).astype(np.intp)
        starts = self.ends[known - 1].astype(np.intp)
        lengths = self.ends[known].astype(np.intp) - starts
        at = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        texts = self.content[at].tobytes().decode().split(_STOP)[:-1]
        of_code = np.where(is_known, np.searchsorted(known, codes), known.size)
        return pl.Series([*texts, None], dtype=pl.String).gather(of_code)

    @staticmethod
    def numbers(texts: pl.Series) -> Hashes:
        """What texts are found by."""
        return hash_of(texts)


def dictionary_arrays(texts: pl.Series, numbers: Hashes) -> dict[str, NDArray[Any]]:
    """The arrays of a dictionary.

    Args:
        texts: Distinct, without null or line feed, in the order of their numbers.
        numbers: What the texts are found by: ``hash_of``, or another number of each.

    Raises:
        ArithmeticError: two texts have the same number, or one has 0. With 64 bits and a few million names, it does not
            happen; if it does, two people's names would be one, so nothing is built.
    """
    hashes = np.concatenate([np.zeros(1, np.uint64), numbers])
    if np.any(hashes[1:] <= hashes[:-1]):
        raise ArithmeticError("two texts of a dictionary have the same hash, or are not in its order")
    content, lengths = bytes_of(texts + _STOP)
    return {"hashes": hashes, "ends": np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32), "content": content}
