"""What linkage reads of a register's index: the shape of ``matching.strategies.index.LinkageIndex``.

A stage imports no other stage, so linkage says what it needs and the strategy brings it.
"""

from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage.arrays import Array, Codes, Flags, Hashes

Counts = tuple[Hashes, NDArray[np.uint32]]
"""Sorted keys, and how many persons have each."""


class Dictionary(Protocol):
    """Distinct texts under codes; 0 = missing."""

    @property
    def hashes(self) -> Hashes:
        """Of each text, by code."""

    @property
    def sound(self) -> Hashes:
        """Of its phonetic key."""

    @property
    def letters(self) -> NDArray[np.uint32]:
        """One bit per letter that occurs."""

    @property
    def length(self) -> NDArray[np.uint8]:
        """Letters."""

    @property
    def count(self) -> NDArray[np.uint32]:
        """Persons who have it."""

    def __len__(self) -> int:
        """Number of codes."""

    def texts(self, codes: Codes) -> pl.Series:
        """The text of each code; null for 0."""


class Surnames(Dictionary, Protocol):
    """The register's surnames, by code."""

    @property
    def core(self) -> Hashes:
        """Of the name without particle."""

    @property
    def part_1(self) -> Hashes:
        """Of the first word of a composed name; 0 for a single one."""

    @property
    def part_2(self) -> Hashes:
        """Of the second."""

    @property
    def initials(self) -> NDArray[np.uint16]:
        """First two letters of the core."""


class GivenNames(Dictionary, Protocol):
    """The words of the register's given names, by code."""

    @property
    def initial(self) -> NDArray[np.uint8]:
        """First letter."""


class Places(Protocol):
    """The register's birth places, by code."""

    @property
    def group(self) -> NDArray[np.uint16]:
        """One number for all codes of one place through time."""

    @property
    def group_abroad(self) -> NDArray[np.uint16]:
        """The same for a birth abroad."""

    @property
    def department(self) -> NDArray[np.uint16]:
        """Of the place; one per country abroad."""

    @property
    def count(self) -> NDArray[np.uint32]:
        """Persons born there."""

    def groups(self, codes: Array, abroad: Flags) -> NDArray[np.uint16]:
        """The group of each birth place."""


class Frequencies(Protocol):
    """How many persons share a value."""

    @property
    def surname_country(self) -> Counts:
        """Of those born abroad: surname code << 16 | place group."""

    @property
    def given_country(self) -> Counts:
        """The same for the first given name."""

    @property
    def given_cohort(self) -> Counts:
        """First given name code << 16 | sex << 8 | decade since 1800."""

    @property
    def cohort(self) -> NDArray[np.uint32]:
        """(sex, decade) persons."""

    @property
    def dates(self) -> NDArray[np.uint32]:
        """(born abroad, year − 1800, month, day) persons."""

    @property
    def persons(self) -> int:
        """In the register."""


class Index(Protocol):
    """A register's index."""

    @property
    def records(self) -> NDArray[np.void]:
        """One per identity of a person."""

    @property
    def surnames(self) -> Surnames:
        """Its surnames."""

    @property
    def givens(self) -> GivenNames:
        """The words of its given names."""

    @property
    def places(self) -> Places:
        """Its birth places."""

    @property
    def frequencies(self) -> Frequencies:
        """How many persons share a value."""

    @property
    def group_counts(self) -> NDArray[np.int64]:
        """Persons born in each place group."""

    @property
    def department_counts(self) -> NDArray[np.int64]:
        """Persons born in each département."""

    @property
    def row_bits(self) -> int:
        """Bits of an entry that are a row."""

    @property
    def row_mask(self) -> np.uint32:
        """These bits, set."""

    def lookup(self, pass_: str, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the entries of each key's bucket start, and how many there are."""

    def entries(self, pass_: str) -> NDArray[np.uint32]:
        """The entries of a blocking pass."""
