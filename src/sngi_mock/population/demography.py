"""When people were born, of which sex, who is a twin, and who is still alive.

Example:
    >>> births = Births(share_abroad=np.zeros(127)).draw(1000, seed=7, shard=0)
    >>> births.year.min() >= FIRST_YEAR
    True

Births by year and sex are INSEE's (``matching.reference.births``), raised each year by the share of that cohort who
were born abroad. Twins: 9.3 deliveries in 1,000 about 1973, 17.4 in 2014 (INSEE, civil register; Pison and Couvert
2004 before; read 2026-11-23), 1.2 % over the century. Assumptions: days are uniform within a year; a third of twins
are identical; deaths follow a Gompertz law whose mode rises with the cohort, after an infant mortality that falls
from 15 % (1900) to 0.4 %; wars leave no mark on deaths.
"""

import datetime as dt
from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference.births import births as births_in_france
from sngi_mock.randomness import Floats, Ints, WeightedDraw, stream

FIRST_YEAR = 1900
REGISTER_DATE = dt.date(2026, 9, 30)
"""The register as of this day: nobody is born after it, people are alive or dead on it."""
YEARS = np.arange(FIRST_YEAR, REGISTER_DATE.year + 1)

TWIN_YEARS, TWIN_DELIVERIES = (1900, 1965, 1973, 1995, 2005, 2012), (0.0115, 0.0108, 0.0093, 0.0136, 0.0162, 0.0174)
"""Share of deliveries that are of twins, linear between these years."""

IDENTICAL_TWINS = 1 / 3
_GOMPERTZ_SLOPE = 0.1  # log of the death rate per year of age
_WOMAN = 1


@dataclass(frozen=True)
class Born:
    """Births, one element per person. A twin follows the other at once.

    Attributes:
        year, month, day: The true date, always complete.
        sex: 0 man, 1 woman.
        is_second_twin: True when the person before is the twin.
    """

    year: Ints
    month: Ints
    day: Ints
    sex: Ints
    is_second_twin: NDArray[np.bool_]

    @property
    def date(self) -> NDArray[np.datetime64]:
        """The date, in days."""
        january = (self.year - 1970).astype("datetime64[Y]").astype("datetime64[M]")
        month = january + (self.month - 1).astype("timedelta64[M]")
        return np.asarray(month.astype("datetime64[D]") + (self.day - 1).astype("timedelta64[D]"))

    def in_order(self, order: Ints) -> "Born":
        """The same births in another order, which must leave the second twin just after the first."""
        parts = {field.name: getattr(self, field.name)[order] for field in fields(self)}
        return Born(**parts)

    def same_for_twins(self, generator: np.random.Generator) -> Floats:
        """A uniform number per person, the same for both twins."""
        uniform = generator.random(self.year.size)
        second = np.flatnonzero(self.is_second_twin)
        uniform[second] = uniform[second - 1]
        return uniform


class Births:
    """Draws births of a register."""

    def __init__(self, share_abroad: Floats) -> None:
        """Weights of the cells (year, sex).

        Args:
            share_abroad: 0..1, for each year of ``YEARS``: people of the register born that year outside France.
        """
        table = births_in_france().filter(pl.col("year").is_between(FIRST_YEAR, REGISTER_DATE.year)).sort("year", "sex")
        counts = table["births"].to_numpy().reshape(len(YEARS), 2) / (1 - share_abroad[:, None])
        self._days = _days_in(YEARS)
        self._days[-1] = REGISTER_DATE.timetuple().tm_yday
        counts[-1] *= self._days[-1] / _days_in(YEARS[-1:])[0]
        cells = counts.ravel()
        self._draw = WeightedDraw(np.zeros(cells.size, dtype=np.int64), cells, groups=1)

    def draw(self, size: int, seed: int, shard: int) -> Born:
        """The births of one shard."""
        uniform = stream(seed, "births", shard).random((size, 2))
        cell = self._draw(np.zeros(size, dtype=np.int64), uniform[:, 0])
        year, sex = YEARS[cell // 2].astype(np.int64), cell % 2
        day_of_year = (uniform[:, 1] * self._days[cell // 2]).astype(np.int64)
        second = _second_twins(year, seed, shard)
        first = second - 1
        year[second], day_of_year[second] = year[first], day_of_year[first]
        # Twins that are not identical have sexes of their own; drawn again, since the year is another one.
        identical = stream(seed, "identical_twins", shard).random(size)[second] < IDENTICAL_TWINS
        sex[second[identical]] = sex[first[identical]]
        date = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + day_of_year.astype("timedelta64[D]")
        month = date.astype("datetime64[M]")
        is_second = np.zeros(size, dtype=bool)
        is_second[second] = True
        return Born(
            year=year,
            month=month.astype(np.int64) % 12 + 1,
            day=(date - month).astype(np.int64) + 1,
            sex=sex,
            is_second_twin=is_second,
        )


def is_alive(born: Born, seed: int, shard: int) -> NDArray[np.bool_]:
    """True for who is alive on ``REGISTER_DATE``."""
    age = (np.datetime64(REGISTER_DATE) - born.date).astype(np.float64) / 365.25
    return np.asarray(stream(seed, "deaths", shard).random(age.size) < survival(age, born.year, born.sex))


def survival(age: Floats, year: Ints, sex: Ints) -> Floats:
    """The share, 0..1, of a cohort that reaches an age in years."""
    rise = np.clip((year - FIRST_YEAR) / 50, 0, 1)  # of the age where deaths peak: 72 to 84, women six years later
    mode = 72 + 12 * rise + 6 * (sex == _WOMAN)
    gompertz = np.exp(-(np.exp(_GOMPERTZ_SLOPE * (age - mode)) - np.exp(-_GOMPERTZ_SLOPE * mode)))
    infant_deaths = np.maximum(0.15 * np.exp(-(year - FIRST_YEAR) / 27), 0.004)
    return np.asarray(gompertz * (1 - infant_deaths * np.minimum(age, 1)))


def _second_twins(year: Ints, seed: int, shard: int) -> Ints:
    """Positions of people whose twin is just before: drawn among the pairs (0, 1), (2, 3) and so on."""
    firsts = year[: year.size // 2 * 2 : 2]
    # p of the pairs are twins: p/2 deliveries of twins for every 1 − p/2 deliveries, hence p = 2t / (1 + t).
    share = np.interp(firsts, TWIN_YEARS, TWIN_DELIVERIES)
    return np.flatnonzero(stream(seed, "twins", shard).random(firsts.size) < 2 * share / (1 + share)) * 2 + 1


def _days_in(years: Ints) -> Ints:
    start = (years - 1970).astype("datetime64[Y]")
    end = start + np.timedelta64(1, "Y")
    return np.asarray(end.astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
