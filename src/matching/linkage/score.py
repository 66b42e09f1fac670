"""Pairs → weights: the levels of each trait, looked up in the weight table.

Example:
    >>> lookups = look_up(queries, index, most_per_bucket=400)
    >>> for span, compared, candidates, by_trait in score(queries, index, weights, lookups, bits(queries, index)): ...
    ...     candidates.weight  # bits, per candidate: the sum of its row of by_trait
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from matching.linkage.arrays import Array, Bits, Rows
from matching.linkage.candidates import Lookups, Span, chunks, expand
from matching.linkage.index import Index
from matching.linkage.levels import TRAITS, compare
from matching.linkage.pairs import Pairs
from matching.linkage.queries import Queries
from matching.linkage.weights import VALUE_OF, Weights

_USAGE = TRAITS.index("usage_name")
_ALWAYS = 2  # candidates of a passage that are kept whatever their weight
LEAST = -16.0
"""Bits above the odds of one person among all; below, a pair adds less than 1e-5 to what it competes with."""


@dataclass(frozen=True)
class Scored:
    """Pairs with their evidence, ordered by passage.

    Attributes:
        query: Row of the passage.
        row: Row of the register.
        person: Its person.
        levels: (pairs, traits) rank of the level met.
        weight: Bits.
    """

    query: Rows
    row: NDArray[np.uint32]
    person: NDArray[np.uint32]
    levels: NDArray[np.uint8]
    weight: Bits

    def taken(self, at: Rows) -> "Scored":
        """Some of the pairs."""
        return Scored(self.query[at], self.row[at], self.person[at], self.levels[at], self.weight[at])

    @staticmethod
    def concatenated(parts: "list[Scored]") -> "Scored":
        """The pairs of several, in order."""
        if not parts:
            none = np.empty(0, np.uint32)
            return Scored(
                none.astype(np.intp), none, none, np.empty((0, len(TRAITS)), np.uint8), none.astype(np.float64)
            )
        return Scored(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Scored)))


def levels_of(pairs: Pairs) -> NDArray[np.uint8]:
    """(pairs, traits) the level met in each trait."""
    return np.stack([compare(pairs, trait) for trait in TRAITS], axis=1)


def trait_bits(
    levels: NDArray[np.uint8], query: Rows, abroad: NDArray[np.bool_], values: Bits, weights: Weights
) -> Bits:
    """(pairs, traits) bits of each trait: they sum to the pair's weight, exactly what is explained."""
    stratum = abroad[query].astype(np.intp)
    parts = []
    for rank in range(len(TRAITS)):
        level = levels[:, rank]
        value = VALUE_OF[rank, level]
        parts.append(weights.offsets[stratum, rank, level] + weights.slopes[rank, level] * values[query, value])
    return np.stack(parts, axis=1)


def score(  # noqa: PLR0913 - the two sides, what weighs them, how much of it
    queries: Queries,
    index: Index,
    weights: Weights,
    lookups: Lookups,
    values: Bits,
    *,
    threads: int = 2,
    least: float = LEAST,
) -> Iterator[tuple[Span, NDArray[np.int64], Scored, Bits]]:
    """The candidates worth keeping, chunk by chunk.

    Kept are those that could be somebody (``least`` bits above the odds of one person among all), and each passage's
    two best.

    Yields:
        The passages of the chunk, how many pairs of each were compared, their candidates, best first, and (candidates,
        traits) their bits.
    """
    threshold = np.log2(index.frequencies.persons) + least
    abroad = queries.places.is_abroad

    def work(span: Span) -> tuple[Span, NDArray[np.int64], Scored, Bits]:
        query, row = expand(lookups, span, queries, index)
        pairs = Pairs(queries, index, query, row)
        levels = levels_of(pairs)
        by_trait = trait_bits(levels, query, abroad, values, weights)
        # The identity that fits best is found without what another identity of the person adds.
        weight = np.delete(by_trait, _USAGE, axis=1).sum(axis=1)
        at = _kept(query, weight, threshold)
        person = np.ascontiguousarray(pairs.records["person"][at])
        persons = one_row_per_person(Scored(query[at], row[at], person, levels[at], weight[at]), pairs.kind[at])
        by_trait = trait_bits(persons.levels, persons.query, abroad, values, weights)
        return span, np.bincount(query - span[0], minlength=span[1] - span[0]), *best_first(persons, by_trait)

    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, chunks(lookups, queries.size))


def one_row_per_person(scored: Scored, kind: Array) -> Scored:
    """Each person's best row for each passage, with the usage name that another row of the person agrees on.

    Of rows that fit as well, the official identity is the one: the order of a register decides nothing.
    """
    by_person = np.lexsort((kind, -scored.weight, scored.person, scored.query))
    query, person = scored.query[by_person], scored.person[by_person]
    is_first = np.ones(query.size, np.bool_)
    is_first[1:] = (query[1:] != query[:-1]) | (person[1:] != person[:-1])
    kept = scored.taken(by_person[is_first])
    if query.size:
        kept.levels[:, _USAGE] = np.maximum.reduceat(scored.levels[by_person, _USAGE], np.flatnonzero(is_first))
    return kept


def best_first(scored: Scored, bits: Bits) -> tuple[Scored, Bits]:
    """Candidates by falling weight within a passage; the weight is the sum of the bits of the traits."""
    scored = replace(scored, weight=bits.sum(axis=1))
    order = np.lexsort((scored.row, -scored.weight, scored.query))
    return scored.taken(order), bits[order]


def _kept(query: Rows, weight: Bits, least: float) -> Rows:
    """Pairs of at least so many bits, and the two best of each passage with what fits as well as these."""
    order = np.lexsort((-weight, query))
    rank = np.arange(query.size) - np.searchsorted(query[order], query[order])
    last = np.full(int(query.max(initial=-1)) + 1, np.inf)
    np.minimum.at(last, query[order[rank < _ALWAYS]], weight[order[rank < _ALWAYS]])
    return np.flatnonzero((weight >= last[query]) | (weight >= least))
