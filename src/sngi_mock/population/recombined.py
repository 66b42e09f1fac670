"""Names that nobody listed, made of listed ones: the beginning of one and the end of another that share three letters.

Example:
    >>> Recombined(pl.Series(["BERTHELOT", "THELISSON"]), "surnames")(np.array([3])).to_list()
    ['BERTHELISSON']

A name is a number, spelled when it is drawn, so that no list of millions is held; the same number is always spelled
the same. A spelling that turns out to be listed is made again; two numbers may be spelled the same by chance.
"""

import numpy as np
import polars as pl

from sngi_mock.randomness import Ints, hash_of

SHORTEST, LONGEST = 5, 12  # letters
_LETTERS = 26
_SHARED = 3  # letters that both halves have
_LEFT = 2  # letters after the cut, at least
_WIDTH = 16  # letters of a listed name, at most
_ATTEMPTS = 6


class Recombined:
    """Spells numbers as names that look like those of a list."""

    def __init__(self, listed: pl.Series, kind: str) -> None:
        """Find every way to cut a name after three letters, sorted by these letters.

        Args:
            listed: Names in capitals; those with accents, blanks or hyphens are not cut.
            kind: Names the list: two lists that are alike are spelled differently.
        """
        self._listed, self._step = listed.unique().sort(), f"recombined_{kind}"
        self._whole = listed.filter(listed.str.contains(rf"^[A-Z]{{{SHORTEST},{_WIDTH}}}$"))
        letters = np.array(self._whole.to_list(), dtype=f"S{_WIDTH}").view(np.uint8).reshape(-1, _WIDTH)
        codes = letters.astype(np.int64) - ord("A")
        length = self._whole.str.len_bytes().to_numpy()
        cuts = np.arange(_SHARED, _WIDTH - _LEFT + 1)
        rows = [np.flatnonzero(length >= cut + _LEFT) for cut in cuts]
        powers = _LETTERS ** np.arange(_SHARED)
        shared = [codes[row, cut - _SHARED : cut] @ powers for row, cut in zip(rows, cuts.tolist(), strict=True)]
        key = np.concatenate(shared)
        order = np.argsort(key, kind="stable")
        self._name = np.concatenate(rows)[order]
        self._cut = np.repeat(cuts, [row.size for row in rows])[order]
        _, first, group, count = np.unique(key[order], return_index=True, return_inverse=True, return_counts=True)
        self._first, self._count = first[group], count[group]

    def __call__(self, numbers: Ints) -> pl.Series:
        """The spelling of each number, 0 to 2³² excluded."""
        spelled = self._attempt(numbers, 0)
        refused = np.flatnonzero(self._is_refused(spelled))
        for attempt in range(1, _ATTEMPTS):
            again = self._attempt(numbers[refused], attempt)
            spelled = spelled.scatter(refused, again)
            refused = refused[self._is_refused(again)]
        return spelled

    def _attempt(self, numbers: Ints, attempt: int) -> pl.Series:
        drawn = [hash_of(numbers.astype(np.uint32), attempt, self._step, half) for half in ("begins", "ends")]
        begins = (drawn[0] % np.uint64(self._cut.size)).astype(np.int64)
        ends = self._first[begins] + (drawn[1] % self._count[begins].astype(np.uint64)).astype(np.int64)
        beginning = self._whole.gather(self._name[begins]).str.head(pl.Series(self._cut[begins]))
        return beginning + self._whole.gather(self._name[ends]).str.slice(pl.Series(self._cut[ends]))

    def _is_refused(self, spelled: pl.Series) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        if spelled.is_empty():
            return np.empty(0, dtype=bool)
        at = self._listed.search_sorted(spelled).clip(0, len(self._listed) - 1)
        fits = spelled.str.len_chars().is_between(SHORTEST, LONGEST)
        return (~fits | (self._listed.gather(at) == spelled)).to_numpy()
