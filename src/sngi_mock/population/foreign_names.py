"""What people born abroad are called: the names of their country, as French files write them.

Example:
    >>> names = ForeignNames(["99139", "99352"])
    >>> names.surnames(np.array([1, 0]), np.array([0.3, 0.0])).to_list()
    ['BELKACEM', 'ALMEIDA']

Names and weights are those of ``matching.reference.foreign``; a country without a list takes a neighbour's.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from matching.reference import foreign
from sngi_mock.randomness import Floats, Ints, WeightedDraw

_KINDS: tuple[foreign.Kind, ...] = ("surname", "given_m", "given_f")


class ForeignNames:
    """Draws from the lists of each country; building it joins them once."""

    def __init__(self, countries: Sequence[str]) -> None:
        lists = [foreign.names(country, kind) for country in countries for kind in _KINDS]
        group = np.repeat(np.arange(len(lists)), [each.height for each in lists])
        together = pl.concat(lists)
        self._names = together["name"]
        self._draw = WeightedDraw(group, together["weight"].to_numpy(), groups=len(lists))

    def surnames(self, country: Ints, uniform: Floats) -> pl.Series:
        """A surname for people born in each country, given by its rank."""
        return self._names.gather(self._draw(country * len(_KINDS), uniform))

    def given_names(self, country: Ints, sex: Ints, uniform: Floats) -> pl.Series:
        """A given name for people born in each country, by sex (0 man, 1 woman)."""
        return self._names.gather(self._draw(country * len(_KINDS) + 1 + sex, uniform))
