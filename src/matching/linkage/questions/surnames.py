"""The questions about the birth name, and about the usage name where it helps."""

import numpy as np

from matching.linkage.arrays import Flags
from matching.linkage.pairs import FORMER, USAGE, At, Pairs
from matching.linkage.questions.texts import starts, two_apart

_ADULT = 18  # years a woman must have to bear a husband's name
_CUT = 5  # letters of a cut surname
_LAST_BIRTHS = 2026  # a birth year this far is no adult's


def missing(p: Pairs, at: At) -> Flags:
    """A side has no birth name, or a placeholder."""
    return (p.queries.surnames.length[p.query[at]] == 0) | (p.surname[at] == 0)


def exact(p: Pairs, at: At) -> Flags:
    """The same letters; the register's official identity."""
    return _same_surname(p, at) & (p.kind[at] == 0)


def usage_exact(p: Pairs, at: At) -> Flags:
    """The usage name that the register knows."""
    return (_same_surname(p, at) | particle(p, at)) & (p.kind[at] == USAGE)


def former_exact(p: Pairs, at: At) -> Flags:
    """A name borne before it was changed."""
    return (_same_surname(p, at) | particle(p, at)) & (p.kind[at] == FORMER)


def particle(p: Pairs, at: At) -> Flags:
    """The same but for a particle."""
    sent = p.queries.surnames.core[p.query[at]]
    return (sent == p.index.surnames.core[p.surname[at]]) & (sent > 0)


def inverted(p: Pairs, at: At) -> Flags:
    """The surname stands in the given name's field, and the given name in the surname's."""
    surnames, sent = p.index.surnames, p.queries.given_names
    query, code = p.query[at], p.surname[at]
    as_surname = (sent.core[query] == surnames.core[code]) & (sent.core[query] > 0)
    given = p.index.givens.hashes[p.given[at, 0]]
    as_given = (p.queries.surnames.hash[query] == given) | (p.queries.surnames.parts[query, 0] == given)
    return as_surname & as_given & (given > 0)


def half(p: Pairs, at: At) -> Flags:
    """A half of a double name, its halves in another order, or both names of a woman in the field."""
    sent, known, query, code = p.queries.surnames, p.index.surnames, p.query[at], p.surname[at]
    found = np.zeros(at.size, np.bool_)
    for part in (known.part_1[code], known.part_2[code], known.core[code]):
        for rank in range(2):
            found |= (sent.parts[query, rank] == part) & (part > 0)
        found |= (sent.core[query] == part) & (part > 0)
    return found


def sent_as_usage(p: Pairs, at: At) -> Flags:
    """The register's birth name stands in the usage name's field."""
    sent, query = p.queries.usage_names, p.query[at]
    core = p.index.surnames.core[p.surname[at]]
    return (
        ((sent.code[query] == p.surname[at]) | (sent.core[query] == core))
        & (sent.length[query] > 0)
        & (p.kind[at] == 0)
    )


def sound(p: Pairs, at: At) -> Flags:
    """The names sound alike."""
    sent = p.queries.surnames.sound[p.query[at]]
    return (sent == p.index.surnames.sound[p.surname[at]]) & (sent > 0)


def one_edit(p: Pairs, at: At) -> Flags:
    """One letter typed, dropped, added or exchanged."""
    return p.surname_edits(at, 1) == 1


def cut(p: Pairs, at: At) -> Flags:
    """The first letters of the name, or of the one that was sent."""
    sent, known, query, code = p.queries.surnames, p.index.surnames, p.query[at], p.surname[at]
    shorter = np.minimum(sent.length[query], known.length[code])
    near = np.flatnonzero(
        (shorter >= _CUT) & (sent.initials[query] == known.initials[code]) & (sent.length[query] != known.length[code])
    )
    found = np.zeros(at.size, np.bool_)
    if near.size:
        ours, theirs = sent.text.gather(query[near]), known.texts(code[near])
        found[near] = starts(theirs, ours) | starts(ours, theirs)
    return found


def two_edits(p: Pairs, at: At) -> Flags:
    """Two letters of a name that is long enough."""
    return two_apart(p.queries.surnames.length[p.query[at]], p.surname_edits, at)


def usage_twice(p: Pairs, at: At) -> Flags:
    """Another name, sent both as birth name and as usage name: it is a usage name."""
    query = p.query[at]
    sent = p.queries.surnames.hash[query]
    return (sent == p.queries.usage_names.hash[query]) & (sent > 0)


def woman_no_usage(p: Pairs, at: At) -> Flags:
    """Another name, sent for an adult woman without a usage name: it may be one."""
    query = p.query[at]
    adult = p.queries.year[query] <= _LAST_BIRTHS - _ADULT
    return adult & (p.sex[at] == 1) & (p.queries.usage_names.length[query] == 0)


def usage_name_missing(p: Pairs, at: At) -> Flags:
    """The row is no usage identity, or its name was not sent as usage name, or was sent as birth name too."""
    sent, query = p.queries.usage_names, p.query[at]
    same = (sent.core[query] == p.index.surnames.core[p.surname[at]]) & (sent.length[query] > 0)
    twice = sent.core[query] == p.queries.surnames.core[query]
    return ~same | twice | (p.kind[at] != USAGE)


def _same_surname(p: Pairs, at: At) -> Flags:
    return p.queries.surnames.code[p.query[at]] == p.surname[at]
