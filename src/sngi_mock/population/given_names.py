"""Given names: the fashion of the year for the first, an older one for the others, the country's for people born there.

Example:
    >>> names = GivenNames(["99139"])
    >>> codes = names.french(np.array([1946]), np.array([0]), np.array([0.5]))
    >>> names.lists(codes[:, None], np.array([1])).to_list()
    [['JEAN']]

A name is a number, its rank among all the names there are, until lists are made. First names follow INSEE's table by
sex and year, accents and hyphens as written there; the names that it does not hold, given fewer than 50 times, are
made up (``recombined``), as many as it leaves out: 1 % of births in 1960, 10 % in 2019. Assumptions: a person has one
to four given names (25, 27, 40 and 8 %), those after the first of a fashion 25 to 60 years older; before 1999 one
compound name in ten was written with a space (JEAN PIERRE), in one piece; 1.5 % of those whose parents are in the
register bear the first name of their father or mother, 12 % have it second.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import births
from matching.reference import names as tables
from sngi_mock.population.foreign_names import ForeignNames
from sngi_mock.population.recombined import Recombined
from sngi_mock.randomness import Floats, Ints, WeightedDraw

MOST_GIVEN_NAMES = 4
GIVEN_NAME_COUNTS = (0.25, 0.27, 0.40, 0.08)
"""Share of people with one, two, three and four given names."""

NAMED_AFTER_PARENT, SECOND_NAME_AFTER_PARENT = 0.015, 0.12

RARE_NAMES = 20_000
"""Rare names of each sex, alike in frequency."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2019  # of INSEE's given names
_OLDER_FASHION = (25, 60)  # years by which further given names are older
_COMPLETE_SINCE = 1946
_WITHOUT_HYPHEN, _HYPHENS_SINCE = 0.1, 1999


class GivenNames:
    """Every given name, French and foreign; building it reads the tables once."""

    def __init__(self, countries: Sequence[str]) -> None:
        table = _with_spaced_compounds(tables.given_names()).sort("sex", "year", "name")
        self._foreign = ForeignNames(countries)
        rare = [_rare_names(table, sex) for sex in ("M", "F")]
        together = pl.concat([table["name"], self._foreign.names, *rare])
        self._vocabulary = together.unique().sort()
        codes = self._vocabulary.search_sorted(together).to_numpy().astype(np.int64)
        lengths = [table.height, len(self._foreign.names), RARE_NAMES, RARE_NAMES]
        self._french_code, self._foreign_code, *rare_codes = np.split(codes, np.cumsum(lengths)[:-1])
        self._rare_code, self._rare_share = np.stack(rare_codes), _rare_shares(table)
        cell = self._cell(table["year"].to_numpy(), table["sex"].to_physical().to_numpy().astype(np.int64))
        cells = 2 * (_LAST_YEAR - _FIRST_YEAR + 1)
        self._draw = WeightedDraw(cell, table["births"].to_numpy().astype(np.float64), groups=cells)

    def french(self, year: Ints, sex: Ints, uniform: Floats) -> Ints:
        """A name for people of each year of birth and sex (0 man, 1 woman)."""
        cell = self._cell(year, sex)
        listed = 1 - self._rare_share[cell]
        codes: Ints = self._french_code[self._draw(cell, np.minimum(uniform / listed, 1))]
        rare = np.flatnonzero(uniform >= listed)
        within = (uniform[rare] - listed[rare]) / (1 - listed[rare])
        codes[rare] = self._rare_code[sex[rare], np.minimum((within * RARE_NAMES).astype(np.int64), RARE_NAMES - 1)]
        return codes

    def foreign(self, country: Ints, sex: Ints, uniform: Floats) -> Ints:
        """A name for people born in each country, by sex."""
        codes: Ints = self._foreign_code[self._foreign.given_name_ranks(country, sex, uniform)]
        return codes

    def foreign_surnames(self, country: Ints, uniform: Floats) -> pl.Series:
        """A surname for people born in each country."""
        return self._foreign.surnames(country, uniform)

    def lists(self, codes: Ints, counts: Ints) -> pl.Series:
        """The first ``counts`` names of each person, a name that comes again left out.

        Args:
            codes: Shape (people, names).
            counts: 1 to the number of names.
        """
        kept = np.arange(codes.shape[1]) < counts[:, None]
        for rank in range(1, codes.shape[1]):
            kept[:, rank] &= (codes[:, :rank] != codes[:, rank : rank + 1]).all(axis=1)
        person = pl.Series("person", np.repeat(np.arange(len(codes)), kept.sum(axis=1))).set_sorted()
        flat = pl.DataFrame({"person": person, "names": self._vocabulary.gather(codes[kept])})
        return flat.group_by("person", maintain_order=True).agg("names")["names"]

    @staticmethod
    def _cell(year: Ints, sex: Ints) -> Ints:
        return sex * (_LAST_YEAR - _FIRST_YEAR + 1) + np.clip(year, _FIRST_YEAR, _LAST_YEAR) - _FIRST_YEAR


@cache
def given_names(countries: tuple[str, ...]) -> GivenNames:
    """The draws of given names, built once."""
    return GivenNames(countries)


def older_fashion(year: Ints, uniform: Floats) -> Ints:
    """The years whose fashion gives the names after the first."""
    shortest, longest = _OLDER_FASHION
    return year - shortest - (uniform * (longest - shortest)).astype(np.int64)


def after_parents(codes: Ints, parent: Ints, uniform: Floats) -> Ints:
    """The same names, that of the parent (a position, -1 when unknown) put first or second for some.

    The parent's name is the one of ``codes``: one who was named after their own parent has another, seldom.
    """
    known, handed = parent >= 0, codes[parent, 0]
    second = known & (uniform < NAMED_AFTER_PARENT + SECOND_NAME_AFTER_PARENT)
    first = known & (uniform < NAMED_AFTER_PARENT)
    named = codes.copy()
    named[second, 1] = handed[second]
    named[first, 0], named[first, 1] = handed[first], codes[first, 1]
    return named


def told_apart(codes: Ints, is_second_twin: NDArray[np.bool_]) -> Ints:
    """The same names; a twin whose first name is the other's takes a later one instead."""
    second = np.flatnonzero(is_second_twin)
    told = codes.copy()
    for rank in range(1, codes.shape[1]):
        same = second[told[second, 0] == told[second - 1, 0]]
        told[same, 0] = codes[same, rank]
    return told


def how_many_given_names(uniform: Floats) -> Ints:
    """1..4 names each."""
    return np.searchsorted(np.cumsum(GIVEN_NAME_COUNTS)[:-1], uniform, side="right") + 1


def _with_spaced_compounds(table: pl.DataFrame) -> pl.DataFrame:
    """``given_names()`` where one compound name in ten of the old days has a space."""
    concerned = (pl.col("year") < _HYPHENS_SINCE) & pl.col("name").str.contains("-", literal=True)
    weighed = table.with_columns(pl.col("births").cast(pl.Float64))
    spaced = weighed.filter(concerned).with_columns(
        pl.col("name").str.replace_all("-", " ", literal=True), births=_WITHOUT_HYPHEN * pl.col("births")
    )
    births = pl.when(concerned).then((1 - _WITHOUT_HYPHEN) * pl.col("births")).otherwise("births")
    return pl.concat([weighed.with_columns(births=births), spaced])


def _rare_names(table: pl.DataFrame, sex: str) -> pl.Series:
    listed = table.filter(pl.col("sex") == sex)["name"].unique().sort()
    return Recombined(listed, f"given_names_{sex}")(np.arange(RARE_NAMES))


def _rare_shares(table: pl.DataFrame) -> Floats:
    """The share of births, by sex and year in the order of cells, whose name the table does not hold.

    Before 1946 the table holds a part of births only: the share of that year is used.
    """
    listed = table.group_by("sex", "year").agg(listed=pl.col("births").sum())
    both = births.births().join(listed, on=["sex", "year"]).sort("sex", "year")
    share = (1 - both["listed"] / both["births"]).to_numpy().reshape(2, -1)
    years = np.arange(_FIRST_YEAR, _LAST_YEAR + 1)
    return np.maximum(np.where(years < _COMPLETE_SINCE, share[:, years == _COMPLETE_SINCE], share), 0).ravel()
