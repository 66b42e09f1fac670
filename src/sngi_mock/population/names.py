"""What people are called: surnames by decade of the family, given names by sex and year of birth.

Example:
    >>> surnames()(np.array([1950, 2000]), np.array([0.0, 0.001])).to_list()
    ['MARTIN', 'MARTIN']

Names are drawn by their frequency in INSEE's tables and nothing else: homonyms follow. Assumptions: a person has one
to four given names (25, 27, 40 and 8 %), those after the first taken from the fashion 25 to 60 years older; of the
families begun since 2005, one in ten gave both parents' names, written with ``--`` until 2010 and a space since.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import names as tables
from sngi_mock.randomness import Floats, Ints, WeightedDraw

MOST_GIVEN_NAMES = 4
GIVEN_NAME_COUNTS = (0.25, 0.27, 0.40, 0.08)
"""Share of people with one, two, three and four given names."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2019  # of INSEE's given names
_OLDER_FASHION = (25, 60)  # years by which further given names are older
_DOUBLE_NAMES_SINCE, _DOUBLE_HYPHEN_UNTIL = 2005, 2010
_DOUBLE_NAME_SHARE = 0.1


class Surnames:
    """INSEE's surnames by decade of birth; see ``surnames``."""

    def __init__(self) -> None:
        table = tables.surnames()
        weights = [table[f"d{decade}"].to_numpy().astype(np.float64) for decade in tables.DECADES]
        decade = np.repeat(np.arange(len(weights)), table.height)
        self._names = table["name"]
        self._draw = WeightedDraw(decade, np.concatenate(weights), groups=len(weights))

    def __call__(self, year: Ints, uniform: Floats) -> pl.Series:
        """A surname for people of each year of birth."""
        decade = np.clip((year - tables.DECADES[0]) // 10, 0, len(tables.DECADES) - 1)
        return self._names.gather(self._draw(decade, uniform) % len(self._names))


class GivenNames:
    """INSEE's given names by sex and year of birth; see ``given_names``."""

    def __init__(self) -> None:
        table = tables.given_names().sort("sex", "year", "name")
        self._names = table["name"]
        cell = self._cell(table["year"].to_numpy(), table["sex"].to_physical().to_numpy().astype(np.int64))
        cells = 2 * (_LAST_YEAR - _FIRST_YEAR + 1)
        self._draw = WeightedDraw(cell, table["births"].to_numpy().astype(np.float64), groups=cells)

    def __call__(self, year: Ints, sex: Ints, uniform: Floats) -> pl.Series:
        """A given name for people of each year of birth and sex (0 man, 1 woman)."""
        return self._names.gather(self._draw(self._cell(year, sex), uniform))

    @staticmethod
    def _cell(year: Ints, sex: Ints) -> Ints:
        return sex * (_LAST_YEAR - _FIRST_YEAR + 1) + np.clip(year, _FIRST_YEAR, _LAST_YEAR) - _FIRST_YEAR


@cache
def surnames() -> Surnames:
    """The draw of surnames, built once."""
    return Surnames()


@cache
def given_names() -> GivenNames:
    """The draw of given names, built once."""
    return GivenNames()


def with_double_names(names: pl.Series, year: Ints, second: pl.Series, uniform: Floats) -> pl.Series:
    """The same surnames, a tenth of those of families begun since 2005 doubled with the other parent's."""
    double = (year >= _DOUBLE_NAMES_SINCE) & (uniform < _DOUBLE_NAME_SHARE)
    at = np.flatnonzero(double)
    separator = pl.Series(np.where(year[at] < _DOUBLE_HYPHEN_UNTIL, "--", " ").tolist(), dtype=pl.String)
    return names.scatter(at, names.gather(at) + separator + second.gather(at))


def older_fashion(year: Ints, uniform: Floats) -> Ints:
    """The years whose fashion gives the names after the first."""
    shortest, longest = _OLDER_FASHION
    return year - shortest - (uniform * (longest - shortest)).astype(np.int64)


def told_apart(first: pl.Series, second: pl.Series, is_second_twin: NDArray[np.bool_]) -> pl.Series:
    """The first given names; a twin who was given the other's takes the second name drawn instead."""
    twins = np.flatnonzero(is_second_twin)
    same = twins[(first.gather(twins) == first.gather(twins - 1)).to_numpy()]
    return first.scatter(same, second.gather(same))


def given_name_lists(ordered: Sequence[pl.Series], counts: Ints) -> pl.Series:
    """Lists of the first ``counts`` names of each person, cut before a name that comes twice."""
    for rank, names in enumerate(ordered):
        for before in ordered[:rank]:
            counts = np.where((names == before).to_numpy(), np.minimum(counts, rank), counts)
    frame = pl.DataFrame([names.alias(str(rank)) for rank, names in enumerate(ordered)])
    return frame.select(pl.concat_list(frame.columns).list.head(pl.lit(pl.Series(counts)))).to_series()


def how_many_given_names(uniform: Floats) -> Ints:
    """1..4 names each."""
    return np.searchsorted(np.cumsum(GIVEN_NAME_COUNTS)[:-1], uniform, side="right") + 1
