"""What is looked for: the passages as arrays, in the linkage view, one row per passage.

Everything that the comparison needs of a passage was made comparable once, before any pair exists: a pair then only
compares numbers. ``0`` is a missing value everywhere, ``UNSEEN`` a text that the register does not have: neither ever
equals a code of the register, so no comparison has to ask whether a value is there.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage.arrays import Array, Codes, Flags, Hashes
from matching.linkage.variants import Variants

UNSEEN = np.uint32(2**32 - 1)
MOST_TOKENS = 6  # words of the three given names that are looked at


@dataclass(frozen=True)
class Surnames:
    """One surname per passage.

    Attributes:
        text: Linkage view; null = missing.
        code: In the register's dictionary.
        hash: Of the text.
        core: Hash of the name without particle.
        sound: Hash of its phonetic key.
        sound_as_given: Hash of the phonetic key of its first word, read as a given name.
        part_sounds: (n, 2) hashes of the phonetic keys of the words of a composed name.
        parts: (n, 2) hashes of the first words of a composed name; zeros for a single one.
        initials: First two letters of the core.
        letters: One bit per letter that occurs.
        length: Letters.
    """

    text: pl.Series
    code: Codes
    hash: Hashes
    core: Hashes
    sound: Hashes
    sound_as_given: Hashes
    part_sounds: Hashes
    parts: Hashes
    initials: NDArray[np.uint16]
    letters: NDArray[np.uint32]
    length: NDArray[np.uint8]

    def taken(self, at: Array) -> "Surnames":
        """The same for some passages."""
        return replace(self, **{f.name: _take(getattr(self, f.name), at) for f in fields(self)})


@dataclass(frozen=True)
class GivenNames:
    """The given names of each passage.

    Attributes:
        text: First given name, its words together; null = missing.
        tokens: (n, MOST_TOKENS) codes of all words in order, whatever the field; 0 = no more.
        first_words: How many of them make the first given name, 0 when it is missing.
        hash: Of ``text``.
        core: Hash of ``text`` read as a surname, without particle.
        sound: Hash of the phonetic key of the first word.
        sound_as_surname: Hash of the phonetic key of ``text`` read as a surname.
        other_sounds: (n, 2) hashes of the phonetic keys of the second and third words.
        initial: Its first letter.
        letters: One bit per letter of ``text``.
        length: Letters of ``text``.
    """

    text: pl.Series
    tokens: Codes
    first_words: NDArray[np.uint8]
    hash: Hashes
    core: Hashes
    sound: Hashes
    sound_as_surname: Hashes
    other_sounds: Hashes
    initial: NDArray[np.uint8]
    letters: NDArray[np.uint32]
    length: NDArray[np.uint8]

    @cached_property
    def after_first(self) -> Codes:
        """Code of the word that follows the first given name; 0 = none was sent."""
        return np.take_along_axis(self.tokens, self.first_words[:, None].astype(np.intp), axis=1)[:, 0]


@dataclass(frozen=True)
class Places:
    """Where each passage says its holder was born.

    Attributes:
        code: The first register code it can stand for; 0 = missing or unreadable.
        group: Its group of codes for one place through time.
        department: Of the code.
        is_abroad: Born abroad, or in a territory before its independence.
        accepted: Every register code it can stand for: sorted ``passage row << 16 | code``.
    """

    code: NDArray[np.uint16]
    group: NDArray[np.uint16]
    department: NDArray[np.uint16]
    is_abroad: Flags
    accepted: Hashes


@dataclass(frozen=True)
class Queries:
    """The passages of a file, or of a part of it.

    Attributes:
        surnames: Birth names.
        usage_names: Usage names.
        given_names: Given names.
        sex: 0 man, 1 woman, 2 missing.
        year: 0 = missing.
        month: 0 = missing.
        day: 0 = missing.
        places: Birth places.
        variants: Known other forms of given names, the same for all passages.
    """

    surnames: Surnames
    usage_names: Surnames
    given_names: GivenNames
    sex: NDArray[np.uint8]
    year: NDArray[np.uint16]
    month: NDArray[np.uint8]
    day: NDArray[np.uint8]
    places: Places
    variants: Variants

    @cached_property
    def packed_date(self) -> NDArray[np.uint32]:
        """Year, month and day in one number, as a record of the register packs them."""
        month, day = self.month.astype(np.uint32) << np.uint32(16), self.day.astype(np.uint32) << np.uint32(24)
        return self.year | month | day

    @property
    def size(self) -> int:
        """Number of passages."""
        return int(self.sex.size)


def _take(values: Any, at: Array) -> Any:  # noqa: ANN401 - a column or an array, the same kind out
    return values.gather(at) if isinstance(values, pl.Series) else values[at]
