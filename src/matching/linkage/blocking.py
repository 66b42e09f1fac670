"""Blocking: which attributes a passage and a person must share to be compared at all.

Each pass is a row of the table below: the attributes that make its key. A pair is compared when any pass has it; the
passes were chosen so that each kind of error leaves at least one of them whole.

Example:
    >>> attributes = {"sound": sound, "given_sound": given_sound, "year": year}  # arrays of the same length
    >>> keys(PASSES["names_year"], attributes)
    array([13806442290146285367,                    0], dtype=uint64)

An attribute is a number, 0 when it is missing; a row that lacks an attribute of a pass has the key 0 there: it is not
in the pass. The same function makes the keys of the register and those of a file.

| attribute | of |
|---|---|
| `sound` | hash of the phonetic key of the surname without its particle; equal surnames sound alike |
| `initials` | first two letters of that surname |
| `given_sound` | hash of the phonetic key of the first word of the given names |
| `given_initial` | its first letter |
| `year`, `month`, `day` | of birth |
| `place` | group of the birth place: one for all codes of one place through time, one per country |
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Attributes = Mapping[str, NDArray[np.unsignedinteger]]

BLOCKING_VERSION: Final = 4
"""Raised whenever a pass, an attribute or the key changes: an index built with another one is built again."""


@dataclass(frozen=True)
class Pass:
    """One way to find a person.

    Attributes:
        attributes: What passage and person share.
        official_only: Usage names and former names are left out: where the surname hardly counts, they would only
            repeat the person's official row.
    """

    attributes: tuple[str, ...]
    official_only: bool = False


_DATE = ("year", "month", "day")
PASSES: Final[Mapping[str, Pass]] = MappingProxyType({
    "names_year": Pass(("sound", "given_sound", "year")),
    "surname_date": Pass(("sound", *_DATE)),
    "given_date": Pass(("given_sound", *_DATE), official_only=True),
    "names_day": Pass(("sound", "given_sound", "month", "day")),
    "surname_place": Pass(("sound", "place")),
    "surname_place_year": Pass(("sound", "place", "year")),
    "given_place_year": Pass(("given_sound", "place", "year"), official_only=True),
    "initials_date": Pass(("initials", "given_initial", *_DATE), official_only=True),
    "date_place": Pass((*_DATE, "place"), official_only=True),
})  # fmt: skip
ATTRIBUTES: Final = tuple(sorted({name for pass_ in PASSES.values() for name in pass_.attributes}))


def keys(pass_: Pass, attributes: Attributes) -> Keys:
    """The key of each row in a pass; 0 when it lacks an attribute.

    Args:
        pass_: A row of the table.
        attributes: At least those of the pass.
    """
    size = attributes[pass_.attributes[0]].size
    found, missing = np.zeros(size, np.uint64), np.zeros(size, np.bool_)
    for name in pass_.attributes:
        term = attributes[name].astype(np.uint64)
        missing |= term == 0
        term *= _ODD[name]
        found += term
    _mix(found)
    found[found == 0] = 1
    found[missing] = 0
    return found


_ODD: Final = {
    # One odd number of 64 bits per attribute, as if drawn: with multiples of one number, sums of years, months and
    # days would meet.
    name: np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) | 1)
    for name in ATTRIBUTES
}
_MULTIPLIER: Final = np.uint64(0xD6E8FEB86659FD93)
_HALF: Final = np.uint64(32)


def _mix(values: Keys) -> None:
    """Stir each number, in place, so that its high bits depend on all of its bits: they choose the bucket."""
    values ^= values >> _HALF
    values *= _MULTIPLIER
    values ^= values >> _HALF
    values *= _MULTIPLIER
