"""Figures of a measurement: intervals of a share, calibration of a probability.

Example:
    >>> [round(bound, 4) for bound in wilson(98, 100)]
    [0.93, 0.9945]
    >>> round(upper_bound(0, 3000), 5)  # none seen: about three in 3 000
    0.001
"""

from math import lgamma, log

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
