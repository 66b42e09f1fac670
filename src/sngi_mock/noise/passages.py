"""Errors in who a passage is: a person absent from the register, a person or a passage that comes twice.

Example:
    >>> double_of(4, parse_profile("single:E41"), seed=7, starts=np.zeros(4, dtype=np.int64)).source
    array([0, 0, 0, 0])

A stranger may come *out of a family of the register*: everybody of the family is in it but the one who sits the exam.
That is the hardest case there is, a twin who differs by a given name.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sngi_mock.noise.catalogue import DOUBLE, LEFT_OUT, PROFILES, STRANGER
from sngi_mock.noise.degrade import Profile
from sngi_mock.randomness import Floats, Ints, stream

TWINS_AMONG_LEFT_OUT = 0.5
SAME_PASSAGE = 0.5
"""Of doubles: the same passage once more; the others are another passage of the same person, typed again."""


@dataclass(frozen=True)
class Strangers:
    """Which passages are strangers', one element per passage.

    Attributes:
        is_stranger: The person is absent from the register.
        is_left_out: A twin, brother or sister is in it.
        is_twin: The twin is.
        drawn: A uniform number, for the years between brothers and sisters.
    """

    is_stranger: NDArray[np.bool_]
    is_left_out: NDArray[np.bool_]
    is_twin: NDArray[np.bool_]
    drawn: Floats


@dataclass(frozen=True)
class Doubles:
    """Which passages double another one, one element per passage.

    Attributes:
        source: Rank of the passage whose person it is; its own when it doubles nobody.
        is_same_passage: It is that very passage, sent twice.
    """

    source: Ints
    is_same_passage: NDArray[np.bool_]

    @property
    def is_double(self) -> NDArray[np.bool_]:
        """The person was in the file before."""
        return np.asarray(self.source != np.arange(self.source.size))


def with_strangers(profile: Profile, share: float, abroad: NDArray[np.bool_]) -> Profile:
    """The profile with that share of strangers, whatever its own.

    People born abroad stay as many times likelier to be strangers as in the profile (in ``typical``, for one that has
    no stranger), as far as a rate of 1 allows.

    Args:
        profile: How much of each error.
        share: Of strangers, 0..1, over all passages.
        abroad: Where the person drawn for each passage was born.
    """
    here, there = STRANGER.rates(profile.name if profile.name in PROFILES else "typical")
    of_abroad = float(abroad.mean())
    there = min(share * there / (here + of_abroad * (there - here)), 1.0)
    here = (share - of_abroad * there) / (1 - of_abroad) if of_abroad < 1 else share
    return replace(profile, strangers=(here, there))


def stranger_rate(profile: Profile, abroad: NDArray[np.bool_]) -> Floats:
    """The rate of strangers of each passage."""
    if profile.strangers is None and profile.only is not None and LEFT_OUT.id in profile.only:
        return np.ones(abroad.size)
    here, there = profile.rates(STRANGER)
    return np.asarray(np.where(abroad, there, here))


def who_is_a_stranger(profile: Profile, seed: int, abroad: NDArray[np.bool_]) -> Strangers:
    """Draws strangers; ``abroad`` says where the person drawn for each passage was born."""
    draws = stream(seed, "noise", STRANGER.id).random((abroad.size, 4))
    is_stranger = draws[:, 0] < stranger_rate(profile, abroad)
    is_left_out = is_stranger & (draws[:, 1] < profile.rates(LEFT_OUT)[0])
    return Strangers(is_stranger, is_left_out, draws[:, 2] < TWINS_AMONG_LEFT_OUT, draws[:, 3])


def double_of(size: int, profile: Profile, seed: int, starts: Ints) -> Doubles:
    """Draws doubles.

    Args:
        size: Passages.
        profile: How many.
        seed: Of the draw.
        starts: For each passage, the first one of its certification: a passage doubles one that comes between.
    """
    draws = stream(seed, "noise", DOUBLE.id).random((size, 3))
    ranks = np.arange(size)
    is_double = (draws[:, 0] < profile.rates(DOUBLE)[0]) & (ranks > starts)
    source = np.where(is_double, starts + (draws[:, 1] * (ranks - starts)).astype(np.int64), ranks)
    while not np.array_equal(source, source[source]):  # the double of a double is the first one's
        source = source[source]
    return Doubles(source, is_double & (draws[:, 2] < SAME_PASSAGE))
