"""Surnames too rare to be published: made up, in the number and with the frequencies that the published list implies.

Example:
    >>> rare = RareSurnames()
    >>> rare(np.array([0.5, 0.9])).n_unique()
    2

INSEE lists surnames of 30 bearers or more. From 1951 to 2000 the list holds 91 % of births: the rest bear rarer names.
The number of names with k bearers falls as k to the power −1.45 where the list stops (4,291 names of 30 bearers, 674 of
100); carried on down to one bearer, this law gives 1.4 million names for 6.5 million people, as many as are missing:
both numbers agree, and are used here. The spellings are those of ``recombined``; 1.06 million of them are distinct.
"""

import numpy as np
import polars as pl

from matching.reference import names as tables
from sngi_mock.population.recombined import Recombined
from sngi_mock.randomness import Floats

UNLISTED_SHARE = 0.09
"""Share of births whose surname is not in the list."""

_NAMES_AT_THE_LIMIT, _LIMIT, _EXPONENT = 4291, 30, 1.45


class RareSurnames:
    """Draws rare surnames."""

    def __init__(self) -> None:
        bearers = np.arange(1, _LIMIT)
        self._names_with = np.round(_NAMES_AT_THE_LIMIT * (_LIMIT / bearers) ** _EXPONENT).astype(np.int64)
        self._first_with = np.cumsum(self._names_with) - self._names_with
        mass = np.cumsum(self._names_with * bearers).astype(np.float64)
        self._mass = np.concatenate([[0.0], mass / mass[-1]])
        self._spelled = Recombined(tables.surnames()["name"], "surnames")

    def __call__(self, uniform: Floats) -> pl.Series:
        """A surname for each number of 0..1."""
        bearers = np.clip(np.searchsorted(self._mass, uniform, side="right") - 1, 0, self._names_with.size - 1)
        within = (uniform - self._mass[bearers]) / (self._mass[bearers + 1] - self._mass[bearers])
        rank = np.minimum((within * self._names_with[bearers]).astype(np.int64), self._names_with[bearers] - 1)
        return self._spelled(self._first_with[bearers] + rank)
