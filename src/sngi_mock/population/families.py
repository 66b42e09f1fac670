"""Who is whose brother, sister, father and mother.

Example:
    >>> line, mate = lines(region=np.array([75, 75]), born=born, seed=7, shard=0)
    >>> families(line, mate, born, seed=7, shard=0).father
    array([-1, -1])

People are born first, by year and place, and tied together afterwards, so that families bend no total: those of one
region are dealt at random into lines of descent in which births are about three years apart; a line is cut into
families where the gap is too long or by chance. The father of a family is a man of the same line born long enough
before, its mother a woman of the line beside; a family with a father bears his family's name. Nobody is related
across shards. Assumptions: the numbers below.
"""

from dataclasses import dataclass

import numpy as np

from sngi_mock.population.demography import FIRST_YEAR, YEARS, Born
from sngi_mock.randomness import Floats, Ints, stream

MEAN_GAP_YEARS = 3.0
LONGEST_GAP_YEARS = 8
LAST_BORN = 0.4
"""Chance, for each child, that no brother or sister comes after."""

HAVE_PARENTS = 0.25
"""Share of families whose parents are sought in the register. They bear names of an older fashion, which
``names.founders`` makes up for; it could not for many more."""

AGES_OF_PARENTS = (22, 38, 60), (20, 34, 45)
"""Of fathers, of mothers, at the first birth: youngest, the oldest that is sought first, oldest."""

_MAN, _WOMAN = 0, 1
_SPAN = 256  # years of a line, at least: a line and a year make one number
_LONGEST_DESCENT = 3  # doublings of the way up: 2³ generations


@dataclass(frozen=True)
class Kin:
    """Families of one shard, whose people stand line after line, by date of birth.

    Attributes:
        family: Of each person, numbered from 0 in the order of people: members follow each other, the eldest first.
        eldest: Position of the eldest of each family.
        father: Position of the father of each family, -1 when he is not in the shard.
        mother: Same.
        name_from: The family whose name each family bears: its own number, or that of the first known ancestor's.
    """

    family: Ints
    eldest: Ints
    father: Ints
    mother: Ints
    name_from: Ints

    def parent_of_same_sex(self, sex: Ints) -> Ints:
        """Position of each man's father and of each woman's mother, -1 when unknown."""
        return np.where(sex == _MAN, self.father[self.family], self.mother[self.family])


def lines(region: Ints, born: Born, seed: int, shard: int) -> tuple[Ints, Ints]:
    """The line of descent of each person, and the line their mothers come from; the same one where there is no other.

    Args:
        region: Where the person was born, any integer: lines stay within one.
        born: Dates of birth and twins.
        seed: Of the register.
        shard: Its rank.
    """
    uniform = born.same_for_twins(stream(seed, "lines", shard))
    _, region = np.unique(region, return_inverse=True)
    count = np.maximum(np.bincount(region) * MEAN_GAP_YEARS / len(YEARS), 1).astype(np.int64)
    first = np.cumsum(count) - count
    within = (uniform * count[region]).astype(np.int64)
    # Lines are numbered at random: neighbours in the register are relatives, not people of one département.
    number = np.argsort(stream(seed, "order_of_lines", shard).random(int(count.sum())))
    return number[first[region] + within], number[first[region] + (within + 1) % count[region]]


def families(line: Ints, mate: Ints, born: Born, seed: int, shard: int) -> Kin:
    """The families of people sorted by line, then date of birth.

    Args:
        line: See ``lines``.
        mate: See ``lines``.
        born: In the same order.
        seed: Of the register.
        shard: Its rank.
    """
    uniform = stream(seed, "families", shard).random((4, line.size))
    gap = np.diff(born.year)
    starts = np.ones(line.size, dtype=bool)
    starts[1:] = (line[1:] != line[:-1]) | (gap > LONGEST_GAP_YEARS) | (uniform[0, 1:] < LAST_BORN)
    starts[1:] |= gap == 0  # two births of one year in a line are strangers, unless twins
    starts[born.is_second_twin] = False
    family, eldest = np.cumsum(starts) - 1, np.flatnonzero(starts)
    known = uniform[1, eldest] < HAVE_PARENTS
    father = _parents(line, born, _MAN, born.year[eldest], line[eldest], uniform[2, eldest])
    father[~known] = -1
    mother = _parents(line, born, _WOMAN, born.year[eldest], mate[eldest], uniform[3, eldest])
    mother[(father < 0) | (mate[eldest] == line[eldest])] = -1
    return Kin(family, eldest, father, mother, _names_from(family, father))


def _parents(line: Ints, born: Born, sex: int, year: Ints, of_line: Ints, uniform: Floats) -> Ints:
    """For families begun in each year, the last person of a sex in a line who was old enough; -1 when nobody was."""
    youngest, common, oldest = AGES_OF_PARENTS[sex]
    candidates = np.flatnonzero(born.sex == sex)
    if not candidates.size:
        return np.full(year.size, -1)
    latest = np.maximum(year - youngest - (uniform * (common - youngest)).astype(np.int64), FIRST_YEAR)
    key = line[candidates] * _SPAN + born.year[candidates] - FIRST_YEAR
    at = np.searchsorted(key, of_line * _SPAN + latest - FIRST_YEAR, side="right") - 1
    found = candidates[np.maximum(at, 0)]
    age = year - born.year[found]
    fits = (at >= 0) & (line[found] == of_line) & (age >= youngest) & (age <= oldest)
    return np.where(fits, found, -1)


def _names_from(family: Ints, father: Ints) -> Ints:
    """Up from father to father."""
    own = np.arange(father.size)
    above: Ints = np.where(father < 0, own, family[father])
    for _ in range(_LONGEST_DESCENT):
        above = above[above]
    return above
