"""Where people were born: in France or abroad, under the code in force that day.

Example:
    >>> origin = places().draw_origin(born, seed=7, shard=0)
    >>> born_in = places().draw(born, origin, seed=7, shard=0)
    >>> places().codes[born_in.place[0]]
    '75044'

How births are shared out is told in ``births_in_france`` and ``births_abroad``.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sngi_mock.population.births_abroad import FRANCE, BirthsAbroad
from sngi_mock.population.births_in_france import BirthsInFrance
from sngi_mock.population.demography import Born
from sngi_mock.randomness import Floats, Ints, stream


@dataclass(frozen=True)
class Origin:
    """Countries of birth, one element per person.

    Attributes:
        country: Rank of the present country in ``Places.countries``, ``FRANCE`` for France.
        has_french_names: True for people born in France, and abroad to French parents.
    """

    country: Ints
    has_french_names: NDArray[np.bool_]


@dataclass(frozen=True)
class BornIn:
    """Birth places, one element per person.

    Attributes:
        place: Rank in ``Places.codes``.
        region: The same number for the same département, or the same country and parents: families stay within one.
    """

    place: Ints
    region: Ints


class Places:
    """Draws birth places.

    Attributes:
        codes: Every place code that there is, past ones included.
        countries: Present countries that people are born in, 99xxx.
        share_abroad: For each year since 1900, the share of the people born that year who were born abroad.
    """

    def __init__(self) -> None:
        self._france, self._abroad = BirthsInFrance(), BirthsAbroad()
        # A territory before independence may have had a code that a French commune has now: one place, one rank.
        self.codes = sorted({*self._france.codes, *self._abroad.codes})
        ranks = {code: rank for rank, code in enumerate(self.codes)}
        self._french_ranks = np.array([ranks[code] for code in self._france.codes])
        self._foreign_ranks = np.array([ranks[code] for code in self._abroad.codes])
        self.countries = self._abroad.countries
        self.share_abroad = self._abroad.share_abroad

    def draw_origin(self, born: Born, seed: int, shard: int) -> Origin:
        """The country of each person; twins have the same."""
        return Origin(*self._abroad.draw_origin(born.year, born.same_for_twins(stream(seed, "origin", shard))))

    def draw(self, born: Born, origin: Origin, seed: int, shard: int) -> BornIn:
        """The birth place of each person on the date that the register has; twins have the same."""

        def draws(attempt: int) -> Floats:
            return born.same_for_twins(stream(seed, "commune", shard, attempt))[here]

        country, date = origin.country, born.date
        place, region = np.empty_like(country), 2 * country + origin.has_french_names
        here, abroad = np.flatnonzero(country == FRANCE), np.flatnonzero(country != FRANCE)
        commune, departement = self._france.place(date[here], draws)
        place[here], region[here] = self._french_ranks[commune], 2 * len(self.countries) + departement
        territory = born.same_for_twins(stream(seed, "territory", shard))[abroad]
        code = self._abroad.place(country[abroad], date[abroad], born.year[abroad], territory)
        place[abroad] = self._foreign_ranks[code]
        return BornIn(place, region)


@cache
def places() -> Places:
    """The draw of birth places, built once."""
    return Places()
