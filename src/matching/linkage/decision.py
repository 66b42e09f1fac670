"""From probabilities to an outcome, by what the two mistakes cost.

A false match puts a diploma on somebody else's passport; a KO is one more sending. With a false match ``cost`` times
dearer, a person is accepted at ``1 − 1 / cost``. Two guards stand above any probability: year and surname both
contradicted, and a person who was reached only through a usage name while another trait contradicts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.identity.outcomes import Agreement, Outcome
from matching.linkage.arrays import Array, Flags
from matching.linkage.levels import LEVELS, TRAITS, rank_of
from matching.linkage.posterior import Posterior
from matching.linkage.score import Scored

_COLUMN = {trait: rank for rank, trait in enumerate(TRAITS)}
_AGREEMENTS = {trait: np.array([level.agreement.value for level in levels]) for trait, levels in LEVELS.items()}
_OTHER_YEAR = tuple(rank_of("birth_date", name) for name in ("different", "year_off"))
_OTHER_NAME = tuple(rank_of("birth_name", name) for name in ("different", "woman_no_usage", "usage_twice"))
_USAGE = rank_of("birth_name", "usage_exact")


@dataclass(frozen=True)
class Rule:
    """How much certainty an answer takes.

    Attributes:
        cost: Of a false match, in KOs: a person is accepted from a probability of 1 − 1/cost.
        plausible: Probability from which a person is worth naming as one of several, or as an echo.
        usage_name: Whether who was reached through the usage name may be accepted.
        guard: Whether two strong contradictions refuse whatever the probability.
    """

    cost: float
    plausible: float
    usage_name: bool
    guard: bool


def best_levels(candidates: Scored, found: Posterior) -> NDArray[np.uint8]:
    """(passages, traits) the levels of each passage's best candidate; those of rank 0 where it has none."""
    levels = np.zeros((found.best.size, len(TRAITS)), np.uint8)
    has_best = found.best >= 0
    levels[has_best] = candidates.levels[found.best[has_best]]
    return levels


def agreements(levels: NDArray[np.uint8]) -> dict[str, Array]:
    """``agree``, ``differ`` or ``missing`` per trait of an answer; other given names count with the first."""
    by_trait = {trait: _AGREEMENTS[trait][levels[:, column]] for trait, column in _COLUMN.items()}
    others = by_trait.pop("other_names")
    by_trait["given_names"] = np.where(others == Agreement.DIFFER, others, by_trait["given_names"])
    return by_trait


def outcomes(candidates: Scored, found: Posterior, rule: Rule, searchable: Flags) -> Array:
    """The outcome of each passage, as the texts of ``Outcome``."""
    levels = best_levels(candidates, found)
    agree = agreements(levels)
    accepted = (found.best >= 0) & (found.probability >= 1 - 1 / rule.cost)
    by_usage = levels[:, _COLUMN["birth_name"]] == _USAGE
    sure = np.logical_and.reduce([agree[trait] == Agreement.AGREE for trait in ("birth_date", "given_names", "sex")])
    refused = by_usage & ~(sure & rule.usage_name)
    if rule.guard:
        other_name = np.isin(levels[:, _COLUMN["birth_name"]], _OTHER_NAME)
        accepted &= ~(other_name & np.isin(levels[:, _COLUMN["birth_date"]], _OTHER_YEAR))
    differs = np.logical_or.reduce([values == Agreement.DIFFER for values in agree.values()])
    return np.select(
        [
            ~searchable,
            accepted & refused,
            accepted & differs,
            accepted,
            found.runner_up >= rule.plausible,
            found.probability >= rule.plausible,
        ],
        [
            Outcome.INVALID,
            Outcome.USAGE_NAME_ONLY,
            Outcome.FOUND_RECTIFIED,
            Outcome.FOUND,
            Outcome.SEVERAL,
            Outcome.WEAK_ECHO,
        ],
        Outcome.NONE,
    )
