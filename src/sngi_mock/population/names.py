"""Surnames: by decade of the family, rare ones included, double ones in their three spellings.

Example:
    >>> surnames()(np.array([1950, 2000]), np.array([0.0, 0.001])).to_list()
    ['MARTIN', 'MARTIN']

Names are drawn by their frequency in INSEE's list, and beyond it as ``rare_surnames`` tells: homonyms follow.
Assumption: of the families begun since 2005, one in ten gave both parents' names (INSEE: 10 % of the children born
in 2014). They were written with ``--`` from 1 January 2005, with a space since 15 November 2011; one in ten of
them, declared abroad or by an agreement, has a hyphen at any time, as the compound names of old (SAINT-MARTIN) do.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import names as tables
from sngi_mock.population.rare_surnames import UNLISTED_SHARE, RareSurnames
from sngi_mock.randomness import Floats, Ints, WeightedDraw

DOUBLE_NAMES_SINCE, SPACE_SINCE = np.datetime64("2005-01-01"), np.datetime64("2011-11-15")
DOUBLE_HYPHEN = "--"
_DOUBLE_NAME_SHARE = 0.14  # of the families whose name is drawn: the others bear their father's
_HYPHEN_SHARE = 0.1

_GENERATION = 3  # decades between a father and his children
_NOBODY = (0.0,) * len(tables.DECADES)
_INHERITED = (0.0, 0.0, 0.0, 0.06, 0.16, 0.19, 0.2, 0.21, 0.22, 0.22, 0.23)  # what ``families`` gives


class Surnames:
    """INSEE's surnames by decade of birth, and rarer ones; see ``surnames`` and ``founders``."""

    def __init__(self, inherited: Sequence[float] = _NOBODY) -> None:
        """Weigh the names of each decade.

        Args:
            inherited: Share of the births of each decade whose surname comes from ``_GENERATION`` decades before:
                what is drawn is such that both together make INSEE's shares of the decade.
        """
        table = tables.surnames()
        decades = [table[f"d{decade}"].to_numpy().astype(np.float64) for decade in tables.DECADES]
        shares = [each / each.sum() for each in decades]
        weights = [
            np.clip(share - handed * shares[max(rank - _GENERATION, 0)], 0, None)
            for rank, (share, handed) in enumerate(zip(shares, inherited, strict=True))
        ]
        decade = np.repeat(np.arange(len(weights)), table.height)
        self._names, self._rare = table["name"], _rare()
        self._draw = WeightedDraw(decade, np.concatenate(weights), groups=len(weights))

    def __call__(self, year: Ints, uniform: Floats) -> pl.Series:
        """A surname for people of each year of birth."""
        listed = 1 - UNLISTED_SHARE
        decade = np.clip((year - tables.DECADES[0]) // 10, 0, len(tables.DECADES) - 1)
        names = self._names.gather(self._draw(decade, np.minimum(uniform / listed, 1)) % len(self._names))
        rare = np.flatnonzero(uniform >= listed)
        return names.scatter(rare, self._rare((uniform[rare] - listed) / UNLISTED_SHARE))


@cache
def surnames() -> Surnames:
    """The draw of anybody's surname, built once."""
    return Surnames()


@cache
def founders() -> Surnames:
    """The draw for families whose father is not in the register: the others bear his name, of an older fashion."""
    return Surnames(_INHERITED)


@cache
def _rare() -> RareSurnames:
    return RareSurnames()


def with_double_names(
    names: pl.Series, born: NDArray[np.datetime64], second: pl.Series, uniform: Floats, *, spelling: Floats
) -> pl.Series:
    """The same surnames, some of those of families begun since 2005 doubled with the other parent's.

    Args:
        names: One per family.
        born: Birth of its eldest, on whose day the spelling was decided.
        second: The other parent's.
        uniform: Whether the name is double.
        spelling: Whether it has a hyphen.
    """
    at = np.flatnonzero((born >= DOUBLE_NAMES_SINCE) & (uniform < _DOUBLE_NAME_SHARE))
    separator = np.where(born[at] < SPACE_SINCE, DOUBLE_HYPHEN, " ")
    separator = np.where(spelling[at] < _HYPHEN_SHARE, "-", separator)
    both = names.gather(at) + pl.Series(separator.tolist(), dtype=pl.String) + second.gather(at)
    return names.clone().scatter(at, both)  # scatter writes in place
