"""Births in France: the commune, under the code in force that day.

Example:
    >>> france = BirthsInFrance()
    >>> place, departement = france.place(np.array(["1960-05-01"], dtype="datetime64[D]"), draws)
    >>> france.codes[place[0]]
    '75044'

Births per commune are published nowhere in packaged form. Assumptions: a département's births follow its present
population; within it they are spread over the communes by population while people were born at home, and gather in
its few largest towns, where the maternities are, as these replaced homes between 1925 and 1975. The population of
a commune that is no more is an equal share of what it became. Paris, Lyon and Marseille are coded by arrondissement.
"""

import datetime as dt
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.reference import communes
from sngi_mock.population.demography import YEARS
from sngi_mock.randomness import Floats, Ints, WeightedDraw

MATERNITY_TOWNS = 5
"""Towns of a département where maternities are."""

_MATERNITIES = ((1925, 1975), (0.1, 0.97))
"""Share of births that take place in them: years, then shares, linear in between."""

_SMALLEST = 50.0  # inhabitants, where nothing is known
_EVER = dt.date(1800, 1, 1), dt.date(2200, 1, 1)


class BirthsInFrance:
    """Draws communes.

    Attributes:
        codes: Every commune code there is, past ones included.
    """

    def __init__(self) -> None:
        table = _weighed_communes()
        self.codes: list[str] = table["code"].unique().sort().to_list()
        ranks = {code: rank for rank, code in enumerate(self.codes)}
        self._code = np.array([ranks[code] for code in table["code"]])
        self._departement: Ints = table["departement"].rank("dense").to_numpy().astype(np.int64)
        self._start, self._end = table["start"].to_numpy(), table["end"].to_numpy()
        self._draw, self._interval = self._draw_by_year(table["weight"].to_numpy())

    def place(self, date: NDArray[np.datetime64], draws: Callable[[int], Floats]) -> tuple[Ints, Ints]:
        """The rank in ``codes`` of the commune of each birth, and a number of its département.

        Args:
            date: Of birth.
            draws: Uniform numbers for every birth, new ones at each attempt 0, 1, 2 …: a commune that was not in
                force on the very day of birth is drawn again.
        """
        year = date.astype("datetime64[Y]").astype(np.int64) + 1970 - YEARS[0]
        interval = np.empty_like(year)
        pending, attempt = np.arange(year.size), 0
        while pending.size:
            interval[pending] = self._interval[self._draw(year[pending], draws(attempt)[pending])]
            found = interval[pending]
            in_force = (self._start[found] <= date[pending]) & (date[pending] < self._end[found])
            pending, attempt = pending[~in_force], attempt + 1
        return self._code[interval], self._departement[interval]

    def _draw_by_year(self, weight: Floats) -> tuple[WeightedDraw, Ints]:
        """A draw among the intervals in force at some time of each year, and the interval of each of its items."""
        order = np.lexsort((-weight, self._departement))  # the largest of each département first
        weight, departement = weight[order], self._departement[order]
        start, end = self._start[order], self._end[order]
        years, shares = _MATERNITIES
        intervals, weights = [], []
        for year in YEARS.tolist():
            begins, ends = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01")
            rows = np.flatnonzero((start < ends) & (end > begins))
            intervals.append(order[rows])
            weights.append(_gathered(weight[rows], departement[rows], float(np.interp(year, years, shares))))
        group = np.repeat(np.arange(len(YEARS)), [rows.size for rows in intervals])
        return WeightedDraw(group, np.concatenate(weights), groups=len(YEARS)), np.concatenate(intervals)


def _gathered(weight: Floats, departement: Ints, maternities: float) -> Floats:
    """The weights, a share moved to each département's largest towns; they stand first in their département."""
    starts = np.flatnonzero(np.diff(departement, prepend=-1))
    sizes = np.diff(starts, append=departement.size)
    is_town = np.arange(departement.size) - np.repeat(starts, sizes) < MATERNITY_TOWNS
    whole, towns = np.add.reduceat(weight, starts), np.add.reduceat(weight * is_town, starts)
    return (1 - maternities) * weight + maternities * is_town * weight * np.repeat(whole / towns, sizes)


def _weighed_communes() -> pl.DataFrame:
    """The intervals that births carry: ``code, departement, start, end, weight``, no null."""
    table = communes.table()
    known = table.filter(pl.col("population") > 0).group_by("code").agg(pl.col("population").max())
    pairs = communes.same_place_pairs().filter(pl.col("relation") != "contains")
    parts = pairs.group_by("other").agg(parts=pl.len() + 1)
    became = (
        pairs.join(known, left_on="other", right_on="code")
        .join(parts, on="other")
        .group_by("code")
        .agg(inherited=(pl.col("population") / pl.col("parts")).max())
    )
    own = pl.col("population").cast(pl.Float64)
    return (
        table.filter(~pl.col("code").is_in(communes.arrondissements()["city_code"].implode()))
        .select("code", "departement", pl.col("start").fill_null(_EVER[0]), pl.col("end").fill_null(_EVER[1]))
        .join(known, on="code", how="left")
        .join(became, on="code", how="left")
        .with_columns(weight=pl.max_horizontal(pl.coalesce(own, "inherited", pl.lit(_SMALLEST)), pl.lit(_SMALLEST)))
        .sort("code", "start")
    )
