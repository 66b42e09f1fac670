"""How much it says to agree on a value: ``-log2`` of its share among the people who could have sent it.

Agreeing on MARTIN says little, on a name of three bearers much. The share is conditional on what makes a value
frequent: the country of birth for surnames, given names and dates (many are registered on 1 January), sex and decade
for given names. Such a share is drawn towards everybody's, the more the fewer people are counted.

For a submitted value the share depends on the passage alone, so it is computed once per passage, not per pair.
"""

from typing import Final

import numpy as np

from matching.linkage.arrays import Array, Bits, Codes, Hashes, found_in
from matching.linkage.index import Index
from matching.linkage.queries import UNSEEN, Queries

VALUES: Final = (
    "none", "surname", "usage_name", "given_name", "second_name", "date", "year_month", "year", "place", "group",
    "department",
)  # fmt: skip
"""Order of the columns of ``bits``."""

OTHERS: Final = 10_000
"""People without the value who are supposed beside those counted: a small register does not tell what is frequent."""

RAREST: Final = 2.0**-24
"""Share of a name that no register has: a slip of the keys, or a name of a handful of people."""

_OWN = 0.9  # weight of a share of one's own country or cohort, beside everybody's, where many people are counted
_MANY = 500.0  # people counted from which it has half of that weight
_FIRST_YEAR = 1800
_DAYS = 13 * 32  # cells of a year, months and days unknown included


def bits(queries: Queries, index: Index) -> Bits:
    """(passages, len(VALUES)): what agreeing on each value of each passage says, in bits, never negative."""
    persons, place = index.frequencies.persons, queries.places
    of_country = np.bincount(index.places.group_abroad, weights=index.places.count)
    born_there = of_country[np.minimum(place.group, of_country.size - 1)]
    given = queries.given_names
    shares = [
        np.ones(queries.size),
        *(_surname_share(names.code, queries, index, born_there) for names in (queries.surnames, queries.usage_names)),
        *(_given_share(code, queries, index, born_there) for code in (given.tokens[:, 0], given.after_first)),
        *_date_shares(queries, index),
        _place_share(queries, index),
        _count_share(index.group_counts, place.group, persons),
        _count_share(index.department_counts, place.department, persons),
    ]
    return np.maximum(-np.log2(np.stack(shares, axis=1)), 0)


def _count_share(counts: Array, codes: Array, total: int) -> Bits:
    """Share of a code among ``total``; that of the rarest for one that nobody has."""
    known = np.where(codes < counts.size, codes, 0).astype(np.intp)
    found = np.where((codes > 0) & (codes < counts.size), counts[known], 0)
    return np.maximum(found / (total + OTHERS), RAREST)


def _surname_share(code: Codes, queries: Queries, index: Index, born_there: Array) -> Bits:
    """Share of a surname among those born in France, or in the country of birth."""
    f = index.frequencies
    everybody = _count_share(index.surnames.count, code, f.persons)
    there = _counted(*f.surname_country, code, queries.places.group)
    # Most bearers of a foreign name who were born in France are not counted apart: their share is everybody's.
    return np.where(queries.places.is_abroad, _drawn(there, born_there, everybody), everybody)


def _given_share(code: Codes, queries: Queries, index: Index, born_there: Array) -> Bits:
    """Share of a given name in its sex and decade; abroad, in the country of birth."""
    f = index.frequencies
    everybody = _count_share(index.givens.count, code, f.persons)
    decade = ((queries.year.astype(np.int64) - _FIRST_YEAR) // 10).clip(0, f.cohort.shape[1] - 1)
    sex = np.minimum(queries.sex, 1).astype(np.int64)
    known = (queries.sex < 2) & (queries.year > 0)  # noqa: PLR2004 - missing sex
    then = _counted(*f.given_cohort, code, (sex << 8) | decade)
    share = np.where(known, _drawn(then, f.cohort[sex, decade], everybody), everybody)
    there = _counted(*f.given_country, code, queries.places.group)
    return np.where(queries.places.is_abroad, _drawn(there, born_there, share), share)


def _date_shares(queries: Queries, index: Index) -> tuple[Bits, Bits, Bits]:
    """Shares of the date, of its year and month, of its year, among those born abroad or not."""
    counts = index.frequencies.dates
    stratum = queries.places.is_abroad.astype(np.intp)
    year = np.clip(queries.year.astype(np.int64) - _FIRST_YEAR, 0, counts.shape[1] - 1)
    month, day = queries.month.astype(np.intp), queries.day.astype(np.intp)
    total = counts.sum(axis=(1, 2, 3), dtype=np.float64)[stratum] + OTHERS
    in_year = counts.sum(axis=(2, 3), dtype=np.float64)[stratum, year] + 0.5
    # What a day of the year is worth is the same in neighbouring years: 1 January abroad in all of them.
    days = counts.sum(axis=1, dtype=np.float64) + OTHERS / _DAYS
    days /= days.sum(axis=(1, 2), keepdims=True)
    day_share, month_share = days[stratum, month, day], days.sum(axis=2)[stratum, month]
    year_share = in_year / total
    return year_share * day_share, year_share * month_share, year_share


def _place_share(queries: Queries, index: Index) -> Bits:
    """Share of all the codes that the submitted place can stand for, together."""
    accepted = queries.places.accepted
    counts = index.places.count[(accepted & np.uint64(0xFFFF)).astype(np.intp)]
    people = np.bincount((accepted >> np.uint64(16)).astype(np.intp), weights=counts, minlength=queries.size)
    return np.maximum(people / (index.frequencies.persons + OTHERS), RAREST)


def _drawn(count: Array, people: Array, everybody: Bits) -> Bits:
    """The share among some people, drawn towards everybody's: the more, the fewer they are."""
    weight = _OWN * people / (people + _MANY)
    return weight * count / np.maximum(people, 1) + (1 - weight) * everybody


def _counted(keys: Hashes, counts: Array, code: Codes, with_: Array) -> Array:
    """Persons of a name and something else, in a table sorted by ``code << 16 | with_``; 0 when it has none."""
    wanted = (code.astype(np.uint64) << np.uint64(16)) | with_.astype(np.uint64)
    at, is_there = found_in(keys, wanted)
    return np.where(is_there & (code != UNSEEN), counts[at], 0) if keys.size else np.zeros(code.size, np.int64)
