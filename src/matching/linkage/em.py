"""Re-estimate a weight table on a file, without labels: expectation–maximisation by the engine's own probabilities.

Example:
    >>> found = em(candidates, values, abroad, persons, weights=load_weights(), trust=500.0)
    >>> found.m[0, TRAITS.index("sex"), names("sex").index("differ")]
    0.0057

Expectation: each candidate counts for the probability that the posterior gives it, so frequencies of values, homonyms,
absent twins and nobody all have their say. Maximisation: ``m`` is the share of each level among those counts. The
stored ``m`` stands as so many pairs of each level (``trust``): a level that the file hardly shows stays where it was.

An offset moves by what its ``m`` moves among the pairs that tell the trait. Levels that only say how the passage was
written (``AS_SENT``) keep theirs: strangers meet them as often, so ``m`` and ``u`` move together.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.linkage.arrays import Bits, Flags
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.posterior import SURE, Prior, family_bits, shares
from matching.linkage.score import Scored, best_first, trait_bits
from matching.linkage.weights import MOST_LEVELS, STRATA, Weights

AS_SENT: Final = {
    "birth_date": ("missing", "day_unknown", "only_year_known", "default"),
    "birth_name": ("missing", "usage_twice"),
    "given_names": ("missing", "initial"),
}
"""Levels that depend on the passage alone; in the other traits, ``missing``."""

_ROUNDS = 5  # later ones move no offset by a hundredth of a bit
_LEAST = 1e-6


@dataclass(frozen=True)
class Estimated:
    """What a file says of the table.

    Attributes:
        m: (strata, traits, levels) share of each level among true pairs.
        presence: By stratum, share of passages whose holder is in the register.
        true_pairs: By stratum, how many pairs that is, in expectation.
    """

    m: Bits
    presence: tuple[float, float]
    true_pairs: tuple[float, float]


def em(candidates: Scored, values: Bits, abroad: Flags, persons: int, *, weights: Weights, trust: float) -> Estimated:
    """``m`` and presence that explain a file's candidates best.

    Args:
        candidates: One row per person (``Found.candidates``).
        values: Of the passages (``values.bits``).
        abroad: Stratum of each passage.
        persons: In the register.
        weights: The stored table.
        trust: Number of pairs of each level that its ``m`` stands for.
    """
    table = weights
    passages = np.maximum(np.bincount(abroad, minlength=len(STRATA)), 1)
    for _ in range(_ROUNDS):
        by_trait = trait_bits(candidates.levels, candidates.query, abroad, values, table)
        ranked, by_trait = best_first(candidates, by_trait)
        prior = Prior(np.where(abroad, table.presence[1], table.presence[0]), table.twin, persons)
        share, _, _ = shares(ranked, family_bits(ranked, by_trait), prior)
        stratum = abroad[ranked.query].astype(np.intp)
        true_pairs = np.bincount(stratum, share, len(STRATA)).astype(np.float64)
        seen = np.stack([level_counts(ranked.levels, share * (stratum == of)) for of in range(len(STRATA))])
        m = _moved(weights.m, seen, true_pairs, trust)
        present = np.where(true_pairs > 0, np.clip(true_pairs / passages, *SURE), weights.presence)
        # Presence follows the file here, or else strangers would pass for people who err a lot.
        table = replace(reestimated(weights, m, weights.name, {}), presence=(float(present[0]), float(present[1])))
    return Estimated(m, table.presence, (float(true_pairs[0]), float(true_pairs[1])))


def level_counts(levels: NDArray[np.uint8], counts: Bits) -> Bits:
    """(traits, levels) how many pairs reach each level, a pair counting for so much; 0 beyond a trait's last level."""
    return np.stack([np.bincount(levels[:, rank], counts, MOST_LEVELS) for rank in range(len(TRAITS))])


def _moved(m: Bits, seen: Bits, true_pairs: Bits, trust: float) -> Bits:
    """The stored shares by the ratio of pairs seen to pairs expected, both with ``trust`` pairs more."""
    expected = m * true_pairs[:, None, None]
    moved = m * (seen + trust) / (expected + trust)
    return moved / moved.sum(axis=2, keepdims=True)


def reestimated(weights: Weights, m: Bits, name: str, provenance: dict[str, object]) -> Weights:
    """The table with another ``m``: each offset moves by what its ``m`` moves, in bits.

    Args:
        weights: The stored table.
        m: (strata, traits, levels).
        name: Of the new table.
        provenance: Of the new table.
    """
    return replace(weights, name=name, m=m, offsets=weights.offsets + shifts(weights.m, m), provenance=provenance)


def shifts(before: Bits, after: Bits) -> Bits:
    """(strata, traits, levels) bits by which offsets move when ``m`` does."""
    moved = _log_told(after) - _log_told(before)
    for rank, (trait, levels) in enumerate(LEVELS.items()):
        held = AS_SENT.get(trait, ("missing",))
        moved[:, rank, [level for level, of in enumerate(levels) if of.name in held]] = 0
        moved[:, rank, len(levels) :] = 0
    return moved


def _log_told(m: Bits) -> Bits:
    """log2 of each share among the pairs that tell the trait; ``missing`` is the first level of each."""
    told = 1 - np.minimum(m[:, :, :1], 1 - _LEAST)
    bits: Bits = np.log2(np.maximum(m, _LEAST)) - np.log2(told)
    return bits
