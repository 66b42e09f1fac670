"""The funnel's arithmetic: what comes back for a passage, from what may be wrong in it and who else bears its name.

Example:
    >>> passage = Odds(absent=np.array([0.02]), date=np.array([0.01]), place=np.array([0.03]))
    >>> outcomes(passage, Namesakes(np.array([0.8]), np.array([0.002]), np.array([0.0001]))).ok.round(3)
    array([0.989])

Namesakes of each kind are a Poisson number of their own: those who differ by the date, those who have the date and
differ by the place, those who have both. A holder who is *absent* is not in the register under the birth name, given
name, sex and year that were sent, being a stranger or told wrong; a holder who is there is left out by stage 2 when
the *date* is wrong and by stage 3 when the *place*, or another datum, is. Each stage runs when the one before leaves
several:

========  =======================================  ========================================
left      holder still there                       holder out
========  =======================================  ========================================
nobody    –                                        message 1, 2 or 3
one       OK, rightly                              OK for somebody else
several   next stage; message 4 after the third    the same
========  =======================================  ========================================
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Odds(NamedTuple):
    """What may be wrong, one element per passage, probabilities 0..1.

    Attributes:
        absent: The holder is not in the register under what stage 1 compares.
        date: Of a holder who is there: month or day contradict the register.
        place: Of the same, at stage 3: the place or another datum does.
    """

    absent: Floats
    date: Floats
    place: Floats


class Namesakes(NamedTuple):
    """Expected other people whom each stage leaves, one element per passage; never more than the stage before."""

    name: Floats
    date: Floats
    place: Floats


@dataclass(frozen=True)
class Outcomes:
    """Probability of each outcome; they add up to 1.

    Attributes:
        right: OK for the holder.
        wrong: OK for somebody else.
        messages: KO with messages 1 to 4.
    """

    right: Floats
    wrong: Floats
    messages: tuple[Floats, Floats, Floats, Floats]

    @property
    def ok(self) -> Floats:
        """OK for whoever it is."""
        return self.right + self.wrong


def outcomes(odds: Odds, namesakes: Namesakes) -> Outcomes:
    """What the funnel answers."""
    both = namesakes.place
    same_date = np.maximum(namesakes.date - both, 0)  # and another place
    others = np.maximum(namesakes.name - namesakes.date, 0)
    absent = _without_holder(others, same_date, both)
    date = _date_wrong(others, same_date, both)
    place = _place_wrong(others, same_date, both)
    there = 1 - odds.absent
    weights = (odds.absent, there * odds.date, there * (1 - odds.date) * odds.place)
    parts = list(zip(weights, (absent, date, place), strict=True))
    agree = there * (1 - odds.date) * (1 - odds.place)
    several = agree * (1 - np.exp(-both))
    wrong, first, second, third, fourth = sum(
        (weight * np.stack(case) for weight, case in parts), np.zeros((5, both.size))
    )
    fourth = fourth + several
    return Outcomes(1 - wrong - first - second - third - fourth, wrong, (first, second, third, fourth))


def _without_holder(a: Floats, b: Floats, c: Floats) -> tuple[Floats, ...]:
    """Chances of somebody else's OK and of messages 1 to 4 when nobody among the namesakes is the holder."""
    none_dated = np.exp(-b - c)
    all_ = a + b + c
    first = np.exp(-all_)
    second = none_dated * (1 - np.exp(-a) * (1 + a))
    third = np.exp(-c) * (1 - np.exp(-b) * (1 + b))
    fourth = 1 - np.exp(-c) * (1 + c)
    return 1 - first - second - third - fourth, first, second, third, fourth


def _date_wrong(a: Floats, b: Floats, c: Floats) -> tuple[Floats, ...]:
    """The same when stage 2 leaves the holder out; alone at stage 1, he is OK and rightly so."""
    right = np.exp(-a - b - c)
    second = np.exp(-b - c) * (1 - np.exp(-a))
    third = np.exp(-c) * (1 - np.exp(-b) * (1 + b))
    fourth = 1 - np.exp(-c) * (1 + c)
    return 1 - right - second - third - fourth, np.zeros_like(a), second, third, fourth


def _place_wrong(a: Floats, b: Floats, c: Floats) -> tuple[Floats, ...]:
    """The same when stage 3 leaves the holder out; alone at stage 2, he is OK."""
    right = np.exp(-b - c)
    third = np.exp(-c) * (1 - np.exp(-b))
    fourth = 1 - np.exp(-c) * (1 + c)
    return 1 - right - third - fourth, np.zeros_like(a), np.zeros_like(a), third, fourth
