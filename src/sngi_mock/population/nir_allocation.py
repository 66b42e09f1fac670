"""Unique mock NIRs: a rank in the month and commune, counted over the whole register, shard after shard.

Example:
    >>> allocator = NirAllocator(["75044", "99352"])
    >>> place, rank = allocator.allocate(np.array([1967, 1967]), np.array([3, 4]), np.array([0, 0]))
    >>> place.tolist(), rank.tolist()
    (['75044', '75044'], [1, 2])

The rank is counted over the two digits of the year, the month code of the mock rule and the place: the century is
not coded, and a mock month holds two months, so births that share these share the count, whatever their sex. Twins
come one after the other and get consecutive ranks.

When a group passes 999, numbers go on in the same département (or "99", abroad) under the place codes that no
commune or country has ever had, from the highest down: sex, year and département stay true, the commune does not.
INSEE does likewise. The only state is one counter per group, about 55 MB whatever the register's size.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.identity.errors import UsageError
from matching.identity.mock_nir import EMITTABLE_MONTHS, UNKNOWN_MONTH, month_code
from matching.reference.communes import departement_of
from sngi_mock.randomness import Ints

HIGHEST_RANK = 999
_FIRST_CODE = min(EMITTABLE_MONTHS)
_CELLS = 100 * len(EMITTABLE_MONTHS)  # two digits of the year × month codes
_MONTH_CODES = np.array([UNKNOWN_MONTH, *(month_code(month) for month in range(1, 13))])


class NirAllocator:
    """Gives each person a place and a rank that nobody else has in the same year and month code."""

    def __init__(self, places: Sequence[str], highest_rank: int = HIGHEST_RANK) -> None:
        """Counters at zero.

        Args:
            places: Every place code there is, past ones included; people are given by their index in it.
            highest_rank: Where overflow starts; lower than 999 in tests only.
        """
        self._places = np.array(places, dtype=object)
        self._highest = highest_rank
        departements = [departement_of(code) for code in places]
        self._departements = sorted(set(departements))
        index = {name: position for position, name in enumerate(self._departements)}
        self._departement = np.array([index[name] for name in departements])
        self._spare = _spare_codes(self._departements, places)
        self._used = np.zeros(_CELLS * len(places), dtype=np.uint16)
        self._overflowed = np.zeros(_CELLS * len(self._departements), dtype=np.uint32)

    def allocate(self, year: Ints, month: Ints, place: Ints) -> tuple[NDArray[np.object_], Ints]:
        """Place code and rank 1..999 of each person's number, in the order given.

        Args:
            year: Four digits.
            month: 1..12, 0 when unknown.
            place: Index of the birth place.

        Raises:
            UsageError: a département has no spare code left: the register is larger than numbers allow.
        """
        cell = (year % 100) * len(EMITTABLE_MONTHS) + _MONTH_CODES[month] - _FIRST_CODE
        rank = _count_on(self._used, cell * len(self._places) + place, self._highest)
        code = self._places[place]
        over = np.flatnonzero(rank > self._highest)
        if over.size:
            departement = self._departement[place[over]]
            further = _count_on(self._overflowed, cell[over] * len(self._spare) + departement) - 1
            rank[over] = further % self._highest + 1
            code[over] = [
                self._spare_code(*pair)
                for pair in zip(departement.tolist(), (further // self._highest).tolist(), strict=True)
            ]
        return code, rank

    def _spare_code(self, departement: int, position: int) -> str:
        codes = self._spare[departement]
        if position >= len(codes):
            raise UsageError("sngi_mock.no_number_left", departement=self._departements[departement])
        return codes[position]


def _count_on(counters: NDArray[np.uint16] | NDArray[np.uint32], group: Ints, ceiling: int | None = None) -> Ints:
    """The rank of each member in its group, 1-based, going on from the counters, which are moved forward.

    Counters stop at the ceiling: past it a rank only says that the group is full.
    """
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    sizes = np.diff(starts, append=ordered.size)
    found = ordered[starts]
    before = counters[found].astype(np.int64)
    rank = np.empty_like(group)
    rank[order] = np.arange(ordered.size) - np.repeat(starts, sizes) + np.repeat(before, sizes) + 1
    after = before + sizes
    counters[found] = after if ceiling is None else np.minimum(after, ceiling)
    return rank


def _spare_codes(departements: Sequence[str], places: Sequence[str]) -> list[list[str]]:
    """For each département, the codes that no place has ever had, from the highest down."""
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for code in places:
        taken[departement_of(code)].add(code)
    found = []
    for departement in departements:
        width = 5 - len(departement)
        codes = (f"{departement}{number:0{width}d}" for number in range(10**width - 1, 0, -1))
        found.append([code for code in codes if code not in taken[departement]])
    return found
