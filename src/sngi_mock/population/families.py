"""Who are brothers and sisters: they share a birth name and a département (or country) of birth.

Example:
    >>> family = families(region=np.array([75, 75]), born=born, seed=7, shard=0)
    >>> family[0] == family[1]
    False

People are born first, by year and place, and tied together afterwards, so that families bend no total: those of one
region are dealt at random into lines of descent in which births are about three years apart; a line is cut into
families where the gap is too long or by chance. Families never cross shards. Assumptions: the numbers below.
"""

import numpy as np

from sngi_mock.population.demography import YEARS, Born
from sngi_mock.randomness import Ints, stream

MEAN_GAP_YEARS = 3.0
LONGEST_GAP_YEARS = 8
LAST_BORN = 0.4
"""Chance, for each child, that no brother or sister comes after."""


def families(region: Ints, born: Born, seed: int, shard: int) -> Ints:
    """The family of each person, numbered from 0, in no meaningful order.

    Args:
        region: Where the person was born, any integer: families stay within one.
        born: Dates of birth and twins.
        seed: Of the register.
        shard: Its rank.
    """
    uniform = stream(seed, "families", shard).random((region.size, 2))
    _, region = np.unique(region, return_inverse=True)
    lines = np.maximum(np.bincount(region) * MEAN_GAP_YEARS / len(YEARS), 1).astype(np.int64)
    line = (uniform[:, 0] * lines[region]).astype(np.int64)
    second = np.flatnonzero(born.is_second_twin)
    line[second] = line[second - 1]
    # Stable, and twins are neighbours: nobody of the same line and date comes between them.
    order = np.lexsort((born.date, line, region))
    region, line, year, twin = region[order], line[order], born.year[order], born.is_second_twin[order]
    starts = np.ones(region.size, dtype=bool)
    starts[1:] = (region[1:] != region[:-1]) | (line[1:] != line[:-1])
    starts[1:] |= (np.diff(year) > LONGEST_GAP_YEARS) | (uniform[order, 1][1:] < LAST_BORN)
    starts[1:] |= np.diff(year) == 0  # two births of one year in a line are strangers, unless twins
    starts[twin] = False
    family = np.empty_like(region)
    family[order] = np.cumsum(starts) - 1
    return family


def firstborn(family: Ints, year: Ints) -> Ints:
    """The year of birth of each family's eldest, indexed by family."""
    eldest = np.full(family.max() + 1 if family.size else 0, np.iinfo(np.int64).max)
    np.minimum.at(eldest, family, year)
    return eldest
