"""From weights to probabilities: somebody of the register, an absent twin of somebody, or nobody.

For one passage, with N persons in the register and π the share of passages whose holder is in it,

    candidate i        π / N · 2^weight_i
    absent twin of i   (1 − π) · τ / N · 2^(what the family shares: surname, date, place)
    nobody             (1 − π) · (1 − τ)

divided by their sum. Homonyms share the probability; "nobody" competes explicitly; and a person who is not in the
register while their twin is cannot pass for the twin. What a pair is worth is not what an identity is worth.
"""

from dataclasses import dataclass

import numpy as np

from matching.linkage.arrays import Bits, Rows
from matching.linkage.levels import TRAITS, rank_of
from matching.linkage.score import Scored

_NAME, _GIVEN, _DATE, _PLACE = map(TRAITS.index, ("birth_name", "given_names", "birth_date", "birth_place"))
FAMILY = tuple(rank_of("birth_name", name) for name in ("exact", "particle", "half", "sound", "one_edit"))
_SAME_GIVEN = tuple(
    rank_of("given_names", name) for name in ("exact", "compound_exact", "regrouped", "reordered", "spelling")
)
_BIRTHDAY = tuple(rank_of("birth_date", name) for name in ("exact", "day_unknown", "only_year_known"))


SURE = (0.05, 0.999)
"""Bounds of a presence that is learnt: a file of nobody or of everybody is no proof that the next one is."""


@dataclass(frozen=True)
class Prior:
    """What is known before a passage is looked at.

    Attributes:
        presence: Of each passage, the chance that its holder is in the register.
        twin: Of holders who are not, the share who have a twin in it.
        persons: In the register.
    """

    presence: Bits
    twin: float
    persons: int


@dataclass(frozen=True)
class Posterior:
    """Per passage, the best candidate and what stands against.

    Attributes:
        best: Position in the scored pairs of the best candidate; -1 = none.
        second: Of the next person; -1 = none.
        probability: Of the best candidate.
        runner_up: Of the next person.
        nobody: Of nobody, absent twins included.
    """

    best: Rows
    second: Rows
    probability: Bits
    runner_up: Bits
    nobody: Bits


def family_bits(scored: Scored, bits: Bits) -> Bits:
    """What twins share, in bits; -inf where the pair cannot be twins: another surname or date, the same given name."""
    is_family = np.isin(scored.levels[:, _NAME], FAMILY) & np.isin(scored.levels[:, _DATE], _BIRTHDAY)
    is_family &= ~np.isin(scored.levels[:, _GIVEN], _SAME_GIVEN)
    shared = bits[:, _NAME] + bits[:, _DATE] + np.maximum(bits[:, _PLACE], 0)
    return np.where(is_family, shared, -np.inf)


def posterior(scored: Scored, family: Bits, prior: Prior) -> Posterior:
    """Probabilities of each passage's candidates.

    Args:
        scored: One row per person, best first within a passage (``best_first``).
        family: Their ``family_bits``.
        prior: Of the file.
    """
    n = prior.presence.size
    candidate, twin, nobody = shares(scored, family, prior)
    best, second = _ranked(scored.query, n, 0), _ranked(scored.query, n, 1)
    of = [np.where(at >= 0, candidate[at], 0) if candidate.size else np.zeros(n) for at in (best, second)]
    return Posterior(best, second, of[0], of[1], nobody + np.bincount(scored.query, twin, n))


def shares(scored: Scored, family: Bits, prior: Prior) -> tuple[Bits, Bits, Bits]:
    """Probability of each candidate, of the absent twin of each, and of nobody at all for each passage."""
    n = prior.presence.size
    log_n = np.log2(prior.persons)
    odds_in, odds_out = np.log2(prior.presence), np.log2(1 - prior.presence)
    candidate = odds_in[scored.query] - log_n + scored.weight
    twin = odds_out[scored.query] + np.log2(prior.twin) - log_n + family
    nobody = odds_out + np.log2(1 - prior.twin)
    top = nobody.copy()
    np.maximum.at(top, scored.query, np.maximum(candidate, twin))
    of_pair = top[scored.query]
    candidate, twin, nobody = np.exp2(candidate - of_pair), np.exp2(twin - of_pair), np.exp2(nobody - top)
    total = np.bincount(scored.query, candidate + twin, n) + nobody
    return candidate / total[scored.query], twin / total[scored.query], nobody / total


def _ranked(query: Rows, n: int, rank: int) -> Rows:
    """Position of the rank-th candidate of each passage; -1 = it has none."""
    start = np.searchsorted(query, np.arange(n)) + rank
    end = np.searchsorted(query, np.arange(n), side="right")
    return np.where(start < end, start, -1)
