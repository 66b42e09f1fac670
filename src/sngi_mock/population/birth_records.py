"""What the register knows of a birth: some dates are partial or by default, some numbers are not certified yet.

Example:
    >>> month, day = known_dates(by_default(born, origin, 7, 0), origin, 7, 0)
    >>> month.null_count() <= day.null_count()
    True

All of it concerns people born abroad to foreign parents. Assumptions: the day of 6 % of those born in 1900, 1 % of
those born today, is unknown, and the month too but for one in seven; 3 % more were given 1 January (the former rule
of the central civil registry) and 2 % 31 December (the present one); 3 % of the living have a provisional number.
"""

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.frames import STATUS
from sngi_mock.population.demography import YEARS, Born
from sngi_mock.population.places import Origin
from sngi_mock.randomness import stream

UNKNOWN = (0.06, 0.01)
"""Share without a day, in the first year and in the last."""

MONTH_UNKNOWN_TOO = 0.85
"""Share of these of whom the year alone is known."""

DEFAULTS = ((0.03, 1, 1), (0.02, 12, 31))
"""Share, month and day of the dates given by default."""

PROVISIONAL = 0.03

_ALIVE, _DEAD, _PROVISIONAL = (STATUS.categories.to_list().index(each) for each in ("alive", "dead", "provisional"))


def by_default(born: Born, origin: Origin, seed: int, shard: int) -> Born:
    """The same births, some on the date that the civil registry gave by default."""
    uniform = born.same_for_twins(stream(seed, "default_dates", shard))
    month, day, start = born.month.copy(), born.day.copy(), 0.0
    for share, default_month, default_day in DEFAULTS:
        chosen = ~origin.has_french_names & (start <= uniform) & (uniform < start + share)
        month[chosen], day[chosen], start = default_month, default_day, start + share
    return replace(born, month=month, day=day)


def known_dates(born: Born, origin: Origin, seed: int, shard: int) -> tuple[pl.Series, pl.Series]:
    """Month 1..12 and day 1..31 as the register has them, null when unknown; twins have the same."""
    uniform = born.same_for_twins(stream(seed, "unknown_dates", shard))
    share = np.interp(born.year, (YEARS[0], YEARS[-1]), UNKNOWN)
    no_day, no_month = (~origin.has_french_names & (uniform < of * share) for of in (1, MONTH_UNKNOWN_TOO))
    month, day = (pl.Series(part.astype(np.int8)) for part in (born.month, born.day))
    return month.set(pl.Series(no_month), None), day.set(pl.Series(no_day), None)


def statuses(origin: Origin, is_alive: NDArray[np.bool_], seed: int, shard: int) -> pl.Series:
    """alive, dead or provisional."""
    uniform = stream(seed, "provisional", shard).random(is_alive.size)
    status = np.where(is_alive, _ALIVE, _DEAD)
    status[is_alive & ~origin.has_french_names & (uniform < PROVISIONAL)] = _PROVISIONAL
    return pl.Series(status.astype(np.uint8)).cat.to(STATUS)
