"""Axes of charts, and shares as they are written on them.

Example:
    >>> Axis("seconds", 1, 100, ((1, "1 s"), (10, "10 s"), (100, "100 s")), is_log=True).at(10)
    0.5
    >>> whole_percent(0.9996)  # never a false 100%
    '99.9%'
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Axis:
    """A scale with its ticks.

    Attributes:
        name: What it measures, with its unit.
        low: Where it starts.
        high: Where it ends.
        ticks: Values and what is written there.
        is_log: Equal steps are equal ratios.
    """

    name: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    is_log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands, 0..1; what is outside stands on the edge."""
        inside = min(max(value, self.low), self.high)
        if self.is_log:
            return log(inside / self.low) / log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


def share_axis(name: str, low: float = 0.0, high: float = 1.0, step: float = 0.2) -> Axis:
    """An axis of shares, ticks in percent."""
    count = round((high - low) / step)
    ticks = [low + step * rank for rank in range(count + 1)]
    return Axis(name, low, high, [(tick, percent(tick)) for tick in ticks])


def percent(share: float) -> str:
    """A round share."""
    return f"{100 * share:.4g}%"


def whole_percent(share: float) -> str:
    """A share in whole percent, which says 100% or 0% only when it is."""
    rounded = round(100 * share)
    if rounded == 100 and share < 1:  # noqa: PLR2004 - percent
        return f"{int(1000 * share) / 10:.1f}%"
    return "<1%" if rounded == 0 and share > 0 else f"{rounded}%"
