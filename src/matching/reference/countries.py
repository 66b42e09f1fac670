"""Countries as birth places: which code and label at which date, and which codes mean the same country.

Example:
    >>> country("352").label
    'ALGERIE'
    >>> country_at("99155", date(1980, 6, 1))  # born in Kiev: the register holds the U.R.S.S.
    '99123'
    >>> former_territory("91352", date(1950, 6, 1))  # a commune of the département of Alger
    '99352'

A code is ``99`` and three digits; the three digits alone are accepted. One code may have been two states in turn
(99121: Yougoslavie, then Serbie) and one country may have had two codes (Ukraine: 99123, then 99155).

Source: codes and labels of INSEE's code officiel géographique as a registry package has them, dates and successors
from general history (see ``tables/countries.toml``), read 2026-11-23.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from matching.reference._load import load

_ABROAD = "99"


@dataclass(frozen=True)
class Country:
    """A state, or a label it had, under its code between two dates.

    Attributes:
        code: 99 and three digits.
        label: As French files write it, in capitals without accents.
        other_labels: Former and usual names, and what the code also covers.
        iso2: ISO 3166-1, present countries only.
        iso3: Same.
        start: First day; None = before 1900.
        end: First day after; None = still so.
        successor: Codes of the states that came out of it.
    """

    code: str
    label: str
    other_labels: tuple[str, ...]
    iso2: str | None
    iso3: str | None
    start: date | None
    end: date | None
    successor: tuple[str, ...]

    def is_in_force(self, on: date) -> bool:
        """Whether the code meant this state that day."""
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


def table() -> pl.DataFrame:
    """Every interval, ordered by code and date: the fields of ``Country``, in that order."""
    return load("countries")


def country(code: str, on: date | None = None) -> Country | None:
    """The state of a code, that day or in its last form; None when the code is unknown, or not in force that day."""
    intervals = _by_code().get(_full(code), ())
    if on is None:
        return intervals[-1] if intervals else None
    return next((interval for interval in intervals if interval.is_in_force(on)), None)


def country_at(code: str, on: date) -> str:
    """The code that a birth of that day carries, for a country known by its present code.

    The code itself where it was in force; else, for a country that was divided, the part listed first; else the state
    it came out of; else the code itself: nothing better is known.
    """
    full = _full(code)
    if country(full, on):
        return full
    parts = (part for state in _by_code().get(full, ()) for part in state.successor if country(part, on))
    states = (state for intervals in _by_code().values() for state in intervals)
    wholes = (state.code for state in states if full in state.successor and state.is_in_force(on))
    return next(parts, None) or next(wholes, full)


def same_country_pairs() -> pl.DataFrame:
    """Pairs of codes that a birth in the same place may carry, in both directions.

    Returns:
        ``code``, ``other`` and ``until``: for births before that day. U.R.S.S. and Ukraine until 1991, for instance:
        the register holds 99123, a file may hold 99155.
    """
    successors = table().select("code", "end", pl.col("successor").alias("other")).explode("other").drop_nulls("other")
    starts = table().group_by("code").agg(pl.col("start").max())
    pairs = (
        successors.filter(pl.col("code") != pl.col("other"))
        .join(starts, left_on="other", right_on="code", how="left")
        .select("code", "other", pl.min_horizontal("end", "start").alias("until"))
    )
    both = pl.concat([pairs, pairs.select(pl.col("other").alias("code"), pl.col("code").alias("other"), "until")])
    return both.group_by("code", "other").agg(pl.col("until").max()).sort("code", "other")


def former_territories() -> pl.DataFrame:
    """Départements and protectorates before independence.

    Returns:
        ``department`` (first two characters of the place code), ``label``, ``country`` (99xxx today), ``until`` (first
        day of the new country's own code).
    """
    rows = [(department, *facts) for department, facts in _FORMER.items()]
    return pl.DataFrame(rows, schema=["department", "label", "country", "until"], orient="row")


def former_territory(code: str, on: date) -> str | None:
    """The present country of a place code 91xxx to 96xxx of a birth before independence; None for any other."""
    facts = _FORMER.get(code[:2])
    if facts is None:
        return None
    _, present, until = facts
    return present if on < until else None


_ALGERIA, _MOROCCO, _TUNISIA = date(1962, 7, 5), date(1956, 3, 2), date(1956, 3, 20)  # independence
_FORMER = {
    "91": ("ALGER", "99352", _ALGERIA),
    "92": ("ORAN", "99352", _ALGERIA),
    "93": ("CONSTANTINE", "99352", _ALGERIA),
    "94": ("TERRITOIRES DU SUD", "99352", _ALGERIA),
    "95": ("MAROC", "99350", _MOROCCO),
    "96": ("TUNISIE", "99351", _TUNISIA),
}


def _full(code: str) -> str:
    return code if code.startswith(_ABROAD) and len(code) > len(_ABROAD) + 1 else _ABROAD + code


@cache
def _by_code() -> dict[str, tuple[Country, ...]]:
    found: dict[str, tuple[Country, ...]] = {}
    for row in table().iter_rows(named=True):
        lists = {name: tuple(row[name]) for name in ("other_labels", "successor")}
        found[row["code"]] = (*found.get(row["code"], ()), Country(**(row | lists)))
    return found
