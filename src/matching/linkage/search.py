"""The whole of linkage on one file: look up, compare, weigh, and say how probable each candidate is.

Example:
    >>> found = search(queries, index, load_weights(), most_per_bucket=400)
    >>> found.posterior.probability[0], found.candidates.person[found.posterior.best[0]]
    (0.9999987, 48213)
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.linkage.arrays import Bits, Flags
from matching.linkage.candidates import Lookups, look_up
from matching.linkage.index import Index
from matching.linkage.levels import TRAITS
from matching.linkage.posterior import SURE, Posterior, Prior, family_bits, posterior
from matching.linkage.queries import Queries
from matching.linkage.score import Scored, score
from matching.linkage.values import bits
from matching.linkage.weights import Weights

_ROUNDS = 3  # after which learnt presence moves no more
_TRUST = 100  # passages that the stored presence stands for
Progress = Callable[[int, int], None]
"""Called with (passages done, passages in all)."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        candidates: Persons worth keeping, best first within a passage, each with its best identity.
        bits: (candidates, traits) what each trait adds to the weight: a candidate's sum is its weight.
        posterior: Per passage.
        compared: Pairs compared, per passage.
        lookups: Every look-up, and those that met a bucket too large.
        presence: By stratum, the share of passages whose holder is in the register, that the posterior counted with.
    """

    candidates: Scored
    bits: Bits
    posterior: Posterior
    compared: np.ndarray
    lookups: Lookups
    presence: tuple[float, float]


def search(  # noqa: PLR0913 - the two sides, what weighs them, and how
    queries: Queries,
    index: Index,
    weights: Weights,
    *,
    most_per_bucket: int,
    learn_presence: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Found:
    """Look every passage up and weigh whom it meets.

    Args:
        queries: The passages.
        index: Of the register.
        weights: The weight table.
        most_per_bucket: Rows above which a bucket is not read.
        learn_presence: Take the shares of passages whose holder is in the register from the file itself.
        threads: That compare; as many as processors by default.
        progress: Called as passages are done.
    """
    lookups = look_up(queries, index, most_per_bucket)
    values = bits(queries, index)
    parts: list[tuple[Scored, Bits]] = []
    compared = np.zeros(queries.size, np.int64)
    threads = threads or os.cpu_count() or 1
    for span, pairs, scored, by_trait in score(queries, index, weights, lookups, values, threads=threads):
        compared[slice(*span)] = pairs
        parts.append((scored, by_trait))
        if progress is not None:
            progress(span[1], queries.size)
    candidates = Scored.concatenated([scored for scored, _ in parts])
    every_bit = np.concatenate([np.empty((0, len(TRAITS))), *(by_trait for _, by_trait in parts)])
    family = family_bits(candidates, every_bit)

    def weighed(presence: tuple[float, float]) -> Posterior:
        by_stratum = np.where(queries.places.is_abroad, presence[1], presence[0])
        return posterior(candidates, family, Prior(by_stratum, weights.twin, index.frequencies.persons))

    presence = weights.presence
    found = weighed(presence)
    for _ in range(_ROUNDS if learn_presence else 0):
        strata = zip((~queries.places.is_abroad, queries.places.is_abroad), weights.presence, strict=True)
        france, abroad = (_share_present(found, of, stored) for of, stored in strata)
        presence = (france, abroad)
        found = weighed(presence)
    return Found(candidates, every_bit, found, compared, lookups, presence)


def _share_present(found: Posterior, of: Flags, stored: float) -> float:
    """Share of some passages whose holder is in the register; near the stored one where they are few."""
    present = (1 - found.nobody[of]).sum() + _TRUST * stored
    return float(np.clip(present / (of.sum() + _TRUST), *SURE))
