"""What a register's linkage index holds: its records, its dictionaries, how many persons share a value.

Every array may be mapped from a file, and is read-only. A code 0 is a missing value; the arrays of a dictionary have a
first value for it, which is 0.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.register.dictionary import Dictionary
from matching.register.hashing import Hashes, packed

WORDS: Final = 4  # of the given names, in a record
FIRST_YEAR: Final = 1800
YEARS: Final = 260  # a year before the first or after these is unknown
MOST_PLACES: Final = 2**16 - 1
_LONGEST_CODE = 8

CORSICA: Final = {"2A": ("19", np.uint64(1 << 63)), "2B": ("18", np.uint64(1 << 62))}
"""The two départements whose code has a letter: the digits that count for it in the key, the bit that marks it."""

RECORD: Final = np.dtype(
    [
        ("person", "<u4"),
        ("surname", "<u4"),  # code
        ("given", "<u4", (WORDS,)),  # codes of the words of all given names, in order; 0 = no more
        ("year", "<u2"),  # 0 = unknown, as of month and day
        ("month", "u1"),
        ("day", "u1"),
        ("place", "<u2"),  # code
        ("sex_kind", "u1"),  # bit 0: woman; bits 1 and 2: 0 official, 1 usage, 2 former identity
        ("shape", "u1"),  # bits 0-1, 2-3: words of the first, the second given name, less one; bit 4: born abroad
    ]
)
"""One row of the register: one identity of a person, in 32 bytes."""


@dataclass(frozen=True)
class Surnames(Dictionary):
    """The register's surnames in the linkage view; each array is indexed by code.

    Attributes:
        core: Hash of the name without particle.
        sound: Hash of the phonetic key of the core.
        part_1: Hash of the first word of a composed name; 0 for a single name.
        part_2: Of the second.
        initials: First two letters of the core: 256 × first + second.
        letters: One bit per letter that occurs.
        length: Letters.
        count: Persons who have it as birth name.
    """

    core: Hashes
    sound: Hashes
    part_1: Hashes
    part_2: Hashes
    initials: NDArray[np.uint16]
    letters: NDArray[np.uint32]
    length: NDArray[np.uint8]
    count: NDArray[np.uint32]


@dataclass(frozen=True)
class GivenNames(Dictionary):
    """The words of the register's given names; each array is indexed by code.

    Attributes:
        sound: Hash of the phonetic key.
        initial: First letter.
        letters: One bit per letter that occurs.
        length: Letters.
        count: Times that persons have it among the first four words of their given names.
    """

    sound: Hashes
    initial: NDArray[np.uint8]
    letters: NDArray[np.uint32]
    length: NDArray[np.uint8]
    count: NDArray[np.uint32]


@dataclass(frozen=True)
class Places(Dictionary):
    """COG codes in their order, those of the nomenclature and those of the register; each array is indexed by code.

    Attributes:
        group: Smallest code of all that are one place through time, a city and its arrondissements, or one country.
        group_abroad: Group of a birth abroad: another one for 91 to 96, which were Algeria, Morocco and Tunisia.
        abroad_until: First year in which the code is a place in France; 0 always, 65 535 never.
        department: Smallest code of the département, or of the country.
        is_abroad: Whether no commune of France ever had the code.
        count: Persons born there.
    """

    group: NDArray[np.uint16]
    group_abroad: NDArray[np.uint16]
    abroad_until: NDArray[np.uint16]
    department: NDArray[np.uint16]
    is_abroad: NDArray[np.bool_]
    count: NDArray[np.uint32]

    @staticmethod
    def numbers(texts: pl.Series) -> Hashes:
        """Codes are found by themselves; a text that is too long for one is none of them."""
        return packed(texts.set(texts.str.len_bytes() > _LONGEST_CODE, "?"))

    def born_abroad(self, codes: NDArray[np.unsignedinteger], years: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether a birth in that year at that code was abroad; an unknown year (0) leaves it to the code."""
        abroad: NDArray[np.bool_] = np.where(years == 0, self.is_abroad[codes], years < self.abroad_until[codes])
        return abroad

    def groups(self, codes: NDArray[np.unsignedinteger], abroad: NDArray[np.bool_]) -> NDArray[np.uint16]:
        """The group of each birth place: what ``place`` means to the blocking passes."""
        groups: NDArray[np.uint16] = np.where(abroad, self.group_abroad[codes], self.group[codes])
        return groups


@dataclass(frozen=True)
class Frequencies:
    """How many persons share a value, over official rows.

    Attributes:
        surname_country: Of persons born abroad: sorted surname code << 16 | place group, and their counts.
        given_country: Same for the first word of the given names.
        given_cohort: First word of the given names: sorted code << 16 | sex << 8 | (year − 1800) // 10, and counts.
        cohort: (2, 26) persons by sex (1 = woman) and decade since 1800.
        dates: (2, 260, 13, 32) persons by born abroad, year − 1800, month and day (0 = unknown).
        persons: Persons.
        persons_abroad: Born abroad.
    """

    surname_country: tuple[Hashes, NDArray[np.uint32]]
    given_country: tuple[Hashes, NDArray[np.uint32]]
    given_cohort: tuple[Hashes, NDArray[np.uint32]]
    cohort: NDArray[np.uint32]
    dates: NDArray[np.uint32]
    persons: int
    persons_abroad: int
