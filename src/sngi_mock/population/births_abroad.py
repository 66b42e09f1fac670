"""Births outside France: which country, by cohort, and the code its births carried that day.

Example:
    >>> abroad = BirthsAbroad()
    >>> country, is_french = abroad.draw_origin(np.array([1950]), np.array([0.9999]))
    >>> abroad.countries[country[0]]
    '99352'

Shares by cohort and country are those of ``matching.reference.foreign`` (INSEE's totals, an assumption by cohort).
Assumption: births in Algeria before independence are spread over the départements of Alger, Oran, Constantine and
the South as its population was.
"""

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import countries, foreign
from sngi_mock.population.demography import YEARS
from sngi_mock.randomness import Floats, Ints, WeightedDraw

_ALGERIAN_SHARES = {"91": 0.35, "92": 0.25, "93": 0.35, "94": 0.05}
FRANCE = -1


class BirthsAbroad:
    """Draws countries and their codes of the time.

    Attributes:
        countries: Present countries people are born in, 99xxx.
        codes: Every code a birth abroad may carry, territories before independence included.
        share_abroad: For each year of ``YEARS``, the share of the people born that year who were born abroad.
    """

    def __init__(self) -> None:
        table = foreign.born_abroad().sort("cohort_start", "country", "french")
        self.countries: list[str] = table["country"].unique().sort().to_list()
        self._former = countries.former_territories().sort("department")
        former = (self._former["department"] + self._former["country"].str.slice(2)).to_list()
        self.codes: list[str] = [*former, *countries.table()["code"].unique().sort().to_list()]
        self._ranks = {code: rank for rank, code in enumerate(self.codes)}
        self._set_origins(table)
        self._code_of_year = self._codes_by_year()

    def draw_origin(self, year: Ints, uniform: Floats) -> tuple[Ints, NDArray[np.bool_]]:
        """Where people of each year were born, a rank in ``countries`` or ``FRANCE``, and who has French names."""
        found = self._origin(self._cohort[year - YEARS[0]], uniform)
        return self._origin_country[found], self._origin_french[found]

    def place(self, country: Ints, date: NDArray[np.datetime64], year: Ints, uniform: Floats) -> Ints:
        """The rank in ``codes`` of births in each country on each date."""
        place: Ints = self._code_of_year[country, year - YEARS[0]]
        for position in np.flatnonzero(place < 0):  # the few births in a country that changed its code that year
            place[position] = self._code_at(int(country[position]), date[position].astype(dt.date))
        for present in self._former["country"].unique():
            of_country = self._former.with_row_index().filter(pl.col("country") == present)
            before = np.flatnonzero((country == self._rank(present)) & (date < np.datetime64(of_country["until"][0])))
            shares = np.cumsum([_ALGERIAN_SHARES.get(d, 1.0) for d in of_country["department"]])
            chosen = np.searchsorted(shares, uniform[before] * shares[-1], side="right")
            place[before] = of_country["index"].to_numpy().astype(np.int64)[chosen]
        return place

    def _set_origins(self, table: pl.DataFrame) -> None:
        """One draw per cohort over its countries, and France for what they leave."""
        starts = table["cohort_start"].unique().sort()
        abroad = table.group_by("cohort_start").agg(pl.col("share").sum()).sort("cohort_start")
        france = abroad.with_columns(
            country=pl.lit(None, pl.String), french=pl.lit(value=True), share=1 - pl.col("share")
        )
        columns = ["cohort_start", "country", "french", "share"]
        items = pl.concat([table.select(columns), france.select(columns)]).sort(columns[:3])
        cohort = starts.search_sorted(items["cohort_start"]).to_numpy().astype(np.int64)
        self._origin = WeightedDraw(cohort, items["share"].to_numpy(), groups=len(starts))
        ranks = {code: rank for rank, code in enumerate(self.countries)}
        self._origin_country = np.array([ranks.get(code, FRANCE) for code in items["country"]])
        self._origin_french = items["french"].to_numpy()
        self._cohort = np.searchsorted(starts.to_numpy(), YEARS, side="right") - 1
        self.share_abroad: Floats = abroad["share"].to_numpy()[self._cohort]

    def _codes_by_year(self) -> Ints:
        """Shape (countries, years): rank in ``codes``, -1 in a year when the code changes."""
        found = np.empty((len(self.countries), len(YEARS)), dtype=np.int64)
        for country in range(len(self.countries)):
            for rank, year in enumerate(YEARS.tolist()):
                first, last = self._code_at(country, dt.date(year, 1, 1)), self._code_at(country, dt.date(year, 12, 31))
                found[country, rank] = first if first == last else -1
        return found

    def _code_at(self, country: int, on: dt.date) -> int:
        return self._ranks[countries.country_at(self.countries[country], on)]

    def _rank(self, country: str) -> int:
        return self.countries.index(country)
