"""Figures of a measurement: intervals of a share, calibration of a probability, tests of two contenders on the same.

Example:
    >>> [round(bound, 4) for bound in wilson(98, 100)]
    [0.93, 0.9945]
    >>> round(upper_bound(0, 3000), 5)  # none seen: about three in 3 000
    0.001
    >>> mcnemar(1, 9)
    0.021484375
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
"""

from collections.abc import Sequence
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054  # two-sided 95 %
_RISK = 0.05


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, 0..1; all of it when there is no trial."""
    if trials == 0:
        return 0.0, 1.0
    share, z2 = successes / trials, _Z**2 / trials
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z / (1 + z2) * (share * (1 - share) / trials + z2 / (4 * trials)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def upper_bound(events: int, trials: int) -> float:
    """The 95 % upper bound of a share, 0..1 (Clopper-Pearson; the rule of three when there is no event)."""
    if events >= trials:
        return 1.0
    counts = np.arange(events + 1)
    ways = np.array([lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) for k in counts])
    low, high = events / trials, 1.0
    for _ in range(60):
        share = (low + high) / 2
        if share in (low, high):
            break
        at_most = np.exp(ways + counts * log(share) + (trials - counts) * np.log1p(-share)).sum()
        low, high = (share, high) if at_most > _RISK else (low, share)
    return high


def calibration_error(probability: NDArray[np.float64], is_right: NDArray[np.bool_], bins: int = 15) -> float:
    """The expected calibration error: mean gap, over bins of equal mass, between probability and share of right."""
    if not probability.size:
        return 0.0
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, bins)
    gaps = [abs(probability[part].mean() - is_right[part].mean()) * part.size for part in parts if part.size]
    return float(sum(gaps) / probability.size)


def brier(probability: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """The mean squared error of the probability."""
    return float(((probability - is_right) ** 2).mean()) if probability.size else 0.0


def mcnemar(only_one: int, only_other: int) -> float:
    """McNemar's exact two-sided p-value.

    Args:
        only_one: Records that only the one contender gets right.
        only_other: Records that only the other gets right.
    """
    trials, least = only_one + only_other, min(only_one, only_other)
    ways = (lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) for k in range(least + 1))
    return min(2 * sum(exp(way - trials * log(2)) for way in ways), 1.0)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction of p-values of tests that are all looked at, in their order."""
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(p_values[at] * (len(p_values) - rank), 1.0))
        adjusted[at] = highest
    return adjusted
