"""Pairs of a passage and a row of the register, as the comparison levels look at them.

``Pairs`` gathers both sides once; each property is an array over the pairs. What only a few pairs need (texts, edit
distances) is computed for those that ask.
"""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.linkage.arrays import Array, Flags, found_in
from matching.linkage.index import Dictionary, Index
from matching.linkage.queries import GivenNames, Queries, Surnames

USAGE, FORMER = 1, 2
At = NDArray[np.intp]
"""Positions of some pairs."""


def words_of_first(records: Array) -> Array:
    """How many words make the first given name of records of the register."""
    return (records["shape"] & 3) + np.uint8(1)


def after_first(records: Array) -> NDArray[np.uint32]:
    """Code of the word that follows it; a record keeps four words."""
    at = np.minimum(words_of_first(records), 3).astype(np.intp)
    return np.take_along_axis(records["given"], at[:, None], axis=1)[:, 0]


class Pairs:
    """Pairs, ordered by passage.

    Args:
        queries: The passages.
        index: The register's index.
        query: Row of the passage of each pair.
        row: Row of the register of each pair.
    """

    def __init__(self, queries: Queries, index: Index, query: NDArray[np.intp], row: NDArray[np.uint32]) -> None:
        self.queries = queries
        self.index = index
        self.query = query
        self.row = row
        self.records = index.records[row]

    @property
    def size(self) -> int:
        """Number of pairs."""
        return int(self.query.size)

    @cached_property
    def surname(self) -> NDArray[np.uint32]:
        """Code of the register's surname."""
        return np.ascontiguousarray(self.records["surname"])

    @cached_property
    def given(self) -> NDArray[np.uint32]:
        """(pairs, 4) codes of the register's given names, word by word."""
        return np.ascontiguousarray(self.records["given"])

    @cached_property
    def given_after_first(self) -> NDArray[np.uint32]:
        """Code of the word that follows the register's first given name; 0 = it has no other, or none is kept."""
        return after_first(self.records)

    @cached_property
    def first_words(self) -> Array:
        """How many words make the register's first given name."""
        return words_of_first(self.records)

    @cached_property
    def kind(self) -> Array:
        """0 official, 1 usage, 2 former identity."""
        return (self.records["sex_kind"] >> 1) & 3

    @cached_property
    def sex(self) -> Array:
        """0 man, 1 woman, in the register."""
        return self.records["sex_kind"] & 1

    @cached_property
    def place(self) -> NDArray[np.uint16]:
        """Code of the register's birth place."""
        return np.ascontiguousarray(self.records["place"])

    @cached_property
    def born_abroad(self) -> Flags:
        """Whether the register's birth place was abroad."""
        return (self.records["shape"] >> 4 & 1).astype(np.bool_)

    @cached_property
    def date(self) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
        """Year, month and day of the register, 0 = unknown."""
        return tuple(self.records[part].astype(np.int16) for part in ("year", "month", "day"))  # type: ignore[return-value]

    @cached_property
    def sent_date(self) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
        """Year, month and day of the passage, 0 = missing."""
        parts = (self.queries.year, self.queries.month, self.queries.day)
        return tuple(part[self.query].astype(np.int16) for part in parts)  # type: ignore[return-value]

    def is_accepted_place(self, at: At) -> Flags:
        """Whether the register's place is one that the submitted place can stand for."""
        wanted = (self.query[at].astype(np.uint64) << np.uint64(16)) | self.place[at].astype(np.uint64)
        return found_in(self.queries.places.accepted, wanted)[1]

    def surname_edits(self, at: At, most: int) -> NDArray[np.uint8]:
        """Edits (transpositions count for one) between the surnames; ``most + 1`` for more."""
        return _edits(self.queries.surnames, self.query[at], self.index.surnames, self.surname[at], most)

    def given_edits(self, at: At, most: int) -> NDArray[np.uint8]:
        """The same between the first given names; ``most + 1`` where the register's has several words."""
        one_word = self.first_words[at] == 1
        edits = np.full(at.size, most + 1, np.uint8)
        alone = at[one_word]
        edits[one_word] = _edits(
            self.queries.given_names, self.query[alone], self.index.givens, self.given[alone, 0], most
        )
        return edits

    def first_given_text(self, at: At) -> pl.Series:
        """The register's first given name, its words together."""
        words = [self.index.givens.texts(np.where(self.first_words[at] > k, self.given[at, k], 0)) for k in range(3)]
        return words[0].fill_null("") + words[1].fill_null("") + words[2].fill_null("")


def _edits(
    sent: Surnames | GivenNames, query: NDArray[np.intp], known: Dictionary, code: NDArray[np.uint32], most: int
) -> NDArray[np.uint8]:
    """Edits between texts, ``most + 1`` for more.

    An edit changes the length by one and the letters present by two: most pairs are answered without their texts.
    """
    length, other_length = sent.length[query], known.length[code]
    apart = np.abs(length.astype(np.int16) - other_length.astype(np.int16))
    letters = np.bitwise_count(sent.letters[query] ^ known.letters[code])
    near = np.flatnonzero((apart <= most) & (letters <= 2 * most) & (length > 0) & (other_length > 0))
    edits = np.full(query.size, most + 1, np.uint8)
    if near.size:
        left = sent.text.gather(query[near]).to_list()
        right = known.texts(code[near]).to_list()
        edits[near] = np.minimum(process.cpdist(left, right, scorer=OSA.distance, score_cutoff=most), most + 1)
    return edits
