"""How much it says to agree on a value: ``-log2`` of its share among the people who could have sent it.

Agreeing on MARTIN says little, on a name of three bearers much. The share is conditional on what makes a value
frequent: the country of birth for surnames, given names and dates (many are registered on 1 January), sex and decade
for given names. Such a share is drawn towards everybody's, the more the fewer people are counted.

For a submitted value the share depends on the passage alone, so it is computed once per passage, not per pair.
"""

from typing import Final

import numpy as np

from matching.linkage.arrays import Array, Bits, Codes, Hashes
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
    f = index.frequencies
    surname = _surname_share(queries.surnames.code, queries, index)
    usage = _surname_share(queries.usage_names.code, queries, index)
    given = _given_share(queries.given_names.tokens[:, 0], queries, index)
    words = queries.given_names.first_words.astype(np.intp)
    second = np.take_along_axis(queries.given_names.tokens, words[:, None], axis=1)[:, 0]
    date, year_month, year = _date_shares(queries, index)
    place = queries.places
    shares = [
        np.ones(queries.size), surname, usage, given, _given_share(second, queries, index), date, year_month, year,
        _place_share(queries, index), _count_share(_people_by(index.places.group, index), place.group, f.persons),
        _count_share(_people_by(index.places.department, index), place.department, f.persons),
    ]  # fmt: skip
    return np.maximum(-np.log2(np.stack(shares, axis=1)), 0)


def _people_by(part: Array, index: Index) -> Array:
    """Persons born in each group of places, or each département."""
    return np.bincount(part, weights=index.places.count)


def _count_share(counts: Array, codes: Array, total: int) -> Bits:
    """Share of a code among ``total``; that of the rarest for one that nobody has."""
    known = np.where(codes < counts.size, codes, 0).astype(np.intp)
    found = np.where((codes > 0) & (codes < counts.size), counts[known], 0)
    return np.maximum(found / (total + OTHERS), RAREST)


def _surname_share(code: Codes, queries: Queries, index: Index) -> Bits:
    """Share of a surname among those born in France, or in the country of birth."""
    f = index.frequencies
    everybody = _count_share(index.surnames.count, code, f.persons)
    keys = (code.astype(np.uint64) << np.uint64(16)) | queries.places.group.astype(np.uint64)
    there = np.where(code == UNSEEN, 0, _counted(*f.surname_country, keys))
    of_country = _at(_people_by(index.places.group_abroad, index), queries.places.group)
    # Most bearers of a foreign name who were born in France are not counted apart: their share is everybody's.
    return np.where(queries.places.is_abroad, _drawn(there, of_country, everybody), everybody)


def _given_share(code: Codes, queries: Queries, index: Index) -> Bits:
    """Share of a given name in its sex and decade; abroad, in the country of birth."""
    f = index.frequencies
    everybody = _count_share(index.givens.count, code, f.persons)
    decade = ((queries.year.astype(np.int64) - _FIRST_YEAR) // 10).clip(0, f.cohort.shape[1] - 1)
    sex = np.minimum(queries.sex, 1).astype(np.int64)
    known = (queries.sex < 2) & (queries.year > 0)  # noqa: PLR2004 - missing sex
    keys = (code.astype(np.uint64) << np.uint64(16)) | ((sex << 8) | decade).astype(np.uint64)
    there = np.where(code == UNSEEN, 0, _counted(*f.given_cohort, keys))
    of_cohort = f.cohort[sex, decade]
    share = np.where(known, _drawn(there, of_cohort, everybody), everybody)
    keys = (code.astype(np.uint64) << np.uint64(16)) | queries.places.group.astype(np.uint64)
    there = np.where(code == UNSEEN, 0, _counted(*f.given_country, keys))
    of_country = _at(_people_by(index.places.group_abroad, index), queries.places.group)
    return np.where(queries.places.is_abroad, _drawn(there, of_country, share), share)


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


def _drawn(count: Array, people: Bits, everybody: Bits) -> Bits:
    """The share among some people, drawn towards everybody's: the more, the fewer they are."""
    weight = _OWN * people / (people + _MANY)
    return weight * count / np.maximum(people, 1) + (1 - weight) * everybody


def _at(counts: Array, codes: Array) -> Bits:
    return counts[np.minimum(codes, counts.size - 1)].astype(np.float64)


def _counted(keys: Hashes, counts: Array, wanted: Hashes) -> Array:
    """The count of each key in a sorted table; 0 when it is not there."""
    if not keys.size:
        return np.zeros(wanted.size, np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[at] == wanted, counts[at], 0)
