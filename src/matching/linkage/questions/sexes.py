"""The questions about sex."""

from matching.linkage.arrays import Flags
from matching.linkage.pairs import At, Pairs


def missing(p: Pairs, at: At) -> Flags:
    """No sex was sent."""
    return p.queries.sex[p.query[at]] > 1


def agree(p: Pairs, at: At) -> Flags:
    """The same."""
    return p.queries.sex[p.query[at]] == p.sex[at]
