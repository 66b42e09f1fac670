"""The questions about the birth place."""

from matching.linkage.arrays import Flags
from matching.linkage.pairs import At, Pairs


def missing(p: Pairs, at: At) -> Flags:
    """No place was sent, or one that means nothing."""
    return (p.queries.places.code[p.query[at]] == 0) | (p.place[at] == 0)


def exact(p: Pairs, at: At) -> Flags:
    """The register's code is one that the submitted place stands for at the birth date."""
    return p.is_accepted_place(at)


def same_place(p: Pairs, at: At) -> Flags:
    """Codes of one place through time; a city and its arrondissements; a country and the states it came from."""
    return p.queries.places.group[p.query[at]] == p.index.places.groups(p.place[at], p.born_abroad[at])


def same_department(p: Pairs, at: At) -> Flags:
    """The same département."""
    return p.queries.places.department[p.query[at]] == p.index.places.department[p.place[at]]


def both_in_france(p: Pairs, at: At) -> Flags:
    """Two places of France."""
    return ~p.queries.places.is_abroad[p.query[at]] & ~p.born_abroad[at]
