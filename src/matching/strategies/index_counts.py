"""Third step of the index: how many persons share each value, over official rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.register.hashing import Hashes
from matching.strategies.index_arrays import FIRST_YEAR, YEARS

Arrays = dict[str, NDArray[Any]]

_DECADES = YEARS // 10
_DATE_SHAPE = (2, YEARS, 13, 32)
_COHORT_SHAPE = (2, _DECADES)


class Counts:
    """Counts over the records, added chunk by chunk.

    Attributes:
        of: ``count`` of each dictionary, by its name.

    Args:
        sizes: Number of codes of each dictionary.
    """

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.of = {name: np.zeros(size, np.uint32) for name, size in sizes.items()}
        self._dates = np.zeros(np.prod(_DATE_SHAPE), np.uint32)
        self._cohort = np.zeros(np.prod(_COHORT_SHAPE), np.uint32)
        self._surname_country, self._given_country, self._given_cohort = _Tally(), _Tally(), _Tally()
        self._persons = self._abroad = 0

    def add(self, records: NDArray[np.void], places: Arrays) -> None:
        """Count the official rows of some records."""
        rows = records[records["sex_kind"] >> 1 == 0]
        sex, abroad = (rows["sex_kind"] & 1).astype(np.int64), (rows["shape"] >> 4 & 1).astype(np.int64)
        first = rows["given"][:, 0]
        self._persons += rows.size
        self._abroad += int(abroad.sum())
        codes = {"surnames": rows["surname"], "givens": rows["given"].ravel(), "places": rows["place"]}
        for owner, of_owner in codes.items():
            _add_counts(self.of[owner], of_owner)
            self.of[owner][0] = 0  # a missing value is nobody's
        born = abroad == 1
        group = places["group_abroad"][rows["place"][born]]
        for tally, names in ((self._surname_country, rows["surname"][born]), (self._given_country, first[born])):
            tally.add(((names.astype(np.uint64) << np.uint64(16)) | group)[names > 0])
        dated = rows["year"] > 0
        year = rows["year"][dated].astype(np.int64) - FIRST_YEAR
        date = (abroad[dated], year, rows["month"][dated], rows["day"][dated])
        _add_counts(self._dates, np.ravel_multi_index(date, _DATE_SHAPE))
        cohort = np.ravel_multi_index((sex[dated], year // 10), _COHORT_SHAPE)
        _add_counts(self._cohort, cohort)
        named = first[dated] > 0
        key = first[dated][named].astype(np.uint64) << np.uint64(16)
        self._given_cohort.add(key | (sex[dated] << 8 | year // 10)[named].astype(np.uint64))

    def frequencies(self) -> Arrays:
        """The arrays of ``index_arrays.Frequencies``."""
        tallies = {
            "surname_country": self._surname_country,
            "given_country": self._given_country,
            "given_cohort": self._given_cohort,
        }
        found: Arrays = {"cohort": self._cohort.reshape(_COHORT_SHAPE), "dates": self._dates.reshape(_DATE_SHAPE)}
        for name, tally in tallies.items():
            found[name], found[f"{name}_counts"] = tally.total()
        return found

    def persons(self) -> dict[str, int]:
        """Persons, and those born abroad."""
        return {"persons": self._persons, "persons_abroad": self._abroad}


class _Tally:
    """Counts of sparse keys."""

    def __init__(self) -> None:
        self._added: list[tuple[Hashes, NDArray[np.intp]]] = [(np.empty(0, np.uint64), np.empty(0, np.intp))]

    def add(self, keys: Hashes) -> None:
        """Count keys, repeated or not."""
        self._added.append(np.unique(keys, return_counts=True))

    def total(self) -> tuple[Hashes, NDArray[np.uint32]]:
        """The distinct keys, sorted, and how often each was added."""
        keys, counts = (np.concatenate(parts) for parts in zip(*self._added, strict=True))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(np.concatenate([np.ones(min(keys.size, 1), np.bool_), keys[1:] != keys[:-1]]))
        totals = np.add.reduceat(counts[order], starts) if keys.size else counts
        return keys[starts], totals.astype(np.uint32)


def _add_counts(counts: NDArray[np.uint32], at: NDArray[np.integer]) -> None:
    found = np.bincount(at, minlength=counts.size)
    counts += found.astype(np.uint32)
