"""The register's linkage index: built once beside the register, then mapped into memory and looked up.

Example:
    >>> index = open_index(open_register("register"))
    >>> starts, counts = index.lookup("names_year", keys)
    >>> rows = index.entries("names_year")[starts[0] : starts[0] + counts[0]] & index.row_mask
    >>> index.records[rows]["person"], index.nirs(index.records[rows]["person"])

It stands in the register's folder, as ``linkage-index``, or in a folder of the environment variable
``NIRISATION_INDEX``. One that is of another register, of another state of this one, or of other code is built again,
and so is one that is not whole. Opening reads a page of text: memory follows what is looked up.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import RegisterError
from matching.linkage import blocking
from matching.reference import _load
from matching.register.buckets import Buckets, row_bits
from matching.register.folder import Register
from matching.register.hashing import Hashes
from matching.register.mapped import Mapped, discard, open_mapped
from matching.strategies.index_arrays import CORSICA, Frequencies, GivenNames, Places, Surnames
from matching.strategies.lookups import Progress
from matching.strategies.name_features import NAMES_VERSION

INDEX_FOLDER: Final = "linkage-index"
FOLDER_VARIABLE: Final = "NIRISATION_INDEX"
INDEX_VERSION: Final = 3
"""Raised whenever what an index holds changes: one of another version is built again."""

_ATTEMPTS = 3
_MARKS = CORSICA["2A"][1] | CORSICA["2B"][1]


@dataclass(frozen=True)
class LinkageIndex:
    """The index of a register, mapped.

    Attributes:
        mapped: Its arrays, by name.
    """

    mapped: Mapped

    @cached_property
    def records(self) -> NDArray[np.void]:
        """Every row of the register, of dtype ``RECORD``."""
        return self.mapped.arrays["records"]

    @cached_property
    def surnames(self) -> Surnames:
        """The dictionary of surnames."""
        return Surnames(**self._of("surnames"))

    @cached_property
    def givens(self) -> GivenNames:
        """The dictionary of the words of given names."""
        return GivenNames(**self._of("givens"))

    @cached_property
    def places(self) -> Places:
        """The dictionary of birth places."""
        return Places(**self._of("places"))

    @cached_property
    def frequencies(self) -> Frequencies:
        """How many persons share a value."""
        of, facts = self._of("frequencies"), self.mapped.facts
        return Frequencies(
            surname_country=(of["surname_country"], of["surname_country_counts"]),
            given_country=(of["given_country"], of["given_country_counts"]),
            given_cohort=(of["given_cohort"], of["given_cohort_counts"]),
            cohort=of["cohort"],
            dates=of["dates"],
            persons=facts["persons"],
            persons_abroad=facts["persons_abroad"],
        )

    @cached_property
    def group_counts(self) -> NDArray[np.int64]:
        """Persons born in each place group."""
        return _summed(self.places.count, self.places.group)

    @cached_property
    def department_counts(self) -> NDArray[np.int64]:
        """Persons born in each département or country, by the smallest of its codes."""
        return _summed(self.places.count, self.places.department)

    @cached_property
    def nir(self) -> NDArray[np.uint64]:
        """By person: the 13 digits of the NIR, 2A as 19 with bit 63 set, 2B as 18 with bit 62 set; 0 = none."""
        return self.mapped.arrays["nir"]

    def nirs(self, persons: NDArray[np.uint32]) -> pl.Series:
        """The NIR of each person in 15 characters; null when the register has none of 13 digits."""
        coded = self.nir[persons]
        body = coded & ~_MARKS
        text = pl.Series(body).cast(pl.String).str.zfill(13)
        department = text.str.slice(5, 2)
        for letters, (_, mark) in CORSICA.items():
            department = department.set(pl.Series(coded & mark != 0), letters)
        key = pl.Series(97 - body % 97).cast(pl.String).str.zfill(2)
        return (text.str.head(5) + department + text.str.slice(7) + key).set(pl.Series(coded == 0), None).alias("nir")

    def lookup(self, pass_: str, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the entries of each key's bucket start in ``entries(pass_)``, and how many there are.

        A bucket holds a few rows of other keys too, and however many share the key: capping is the caller's.
        """
        return self._buckets[pass_].lookup(keys)

    def entries(self, pass_: str) -> NDArray[np.uint32]:
        """The entries of a pass, by bucket: ``row_bits`` of a position in ``records``, a fingerprint above them."""
        return self._buckets[pass_].entries

    @cached_property
    def row_bits(self) -> int:
        """Bits of an entry that are a position in ``records``."""
        return row_bits(self.records.size)

    @property
    def row_mask(self) -> np.uint32:
        """These bits, set."""
        return np.uint32((1 << self.row_bits) - 1)

    @cached_property
    def _buckets(self) -> Mapping[str, Buckets]:
        names = {name.split(".")[1] for name in self.mapped.arrays if name.startswith("passes.")}
        return {name: Buckets(**self._of(f"passes.{name}"), row_bits=self.row_bits) for name in names}

    def _of(self, owner: str) -> dict[str, Any]:
        """The arrays whose name starts so."""
        prefix = owner + "."
        return {n.removeprefix(prefix): array for n, array in self.mapped.arrays.items() if n.startswith(prefix)}


def open_index(
    register: Register, progress: Progress | None = None, *, folder: Path | None = None, verify: bool = False
) -> LinkageIndex:
    """The index of a register, built when there is none that can be used.

    Args:
        register: The register.
        progress: Called while the index is built.
        folder: Where indexes stand; ``NIRISATION_INDEX`` by default, else in the register's own folder.
        verify: Read the whole index and check it against its digests before it is used.

    Raises:
        RegisterError: the register cannot be read, or the index cannot be written.
    """
    target, facts = _place_of(register, folder), facts_of(register)
    for _ in range(_ATTEMPTS):
        mapped = open_mapped(target, facts, verify=verify)
        if mapped is not None:
            return LinkageIndex(mapped)
        from matching.strategies.index_build import build  # noqa: PLC0415 - an index that stands needs none of it

        try:
            if verify:
                discard(target)  # it may look whole
            build(register, target, facts, progress)
        except OSError as error:
            raise RegisterError(
                "register.no_index", folder=str(target), reason=error.strerror or str(error), variable=FOLDER_VARIABLE
            ) from error
    raise RegisterError("register.index_lost", folder=str(target))


def facts_of(register: Register) -> dict[str, Any]:
    """What an index must say to be of this register, as it is now, and of this code."""
    states = ((file.name, file.stat()) for file in register.files)
    return {
        "version": INDEX_VERSION,
        "names": NAMES_VERSION,
        "passes": _digest_of(str(blocking.BLOCKING_VERSION), repr(dict(blocking.PASSES))),
        "reference": _digest_of(*(_load.provenance(table)["digest"] for table in _load.names())),
        "register": register.digest,
        "rows": register.rows,
        "shards": _digest_of(*(f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states)),
    }


def _digest_of(*parts: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\n")
    return "blake2b:" + digest.hexdigest()


def _summed(counts: NDArray[np.uint32], owners: NDArray[np.uint16]) -> NDArray[np.int64]:
    return np.bincount(owners, weights=counts).astype(np.int64)


def _place_of(register: Register, folder: Path | None) -> Path:
    chosen = folder or (Path(text) if (text := os.environ.get(FOLDER_VARIABLE)) else None)
    if chosen is None:
        return register.folder / INDEX_FOLDER
    # Several registers may have their index there.
    whole = hashlib.blake2b(str(register.folder.resolve()).encode(), digest_size=4).hexdigest()
    return chosen / f"{register.folder.resolve().name}-{whole}"
