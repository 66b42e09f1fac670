"""Intervals hold what they promise; calibration is nil for a probability that tells the truth."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measures import brier, calibration_error, upper_bound, wilson


def at_most(events: int, trials: int, share: float) -> float:
    """The chance of no more than that many events."""
    return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(events + 1))


@given(st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials - 1), st.just(trials))))
def test_the_upper_bound_is_the_share_that_would_give_so_few_one_time_in_twenty(counts):
    events, trials = counts
    bound = upper_bound(events, trials)
    assert events / trials < bound < 1
    assert at_most(events, trials, bound) == pytest.approx(0.05, abs=1e-6)


def test_when_none_is_seen_it_is_the_rule_of_three():
    assert upper_bound(0, 30_000) == pytest.approx(3 / 30_000, rel=0.002)
    assert upper_bound(5, 5) == 1


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.27753), (5, 10, 0.23659, 0.76341), (98, 100, 0.93, 0.9945), (10, 10, 0.72247, 1.0), (0, 0, 0, 1)],
)
def test_wilson_gives_the_published_intervals(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-4)


def test_a_probability_that_is_always_off_by_a_tenth_has_an_error_of_a_tenth():
    probability = np.full(1000, 0.9)
    assert calibration_error(probability, np.ones(1000, dtype=np.bool_)) == pytest.approx(0.1)
    assert brier(probability, np.ones(1000, dtype=np.bool_)) == pytest.approx(0.01)


def test_a_true_probability_has_no_error_but_chance():
    draws = np.random.default_rng(3)
    probability = draws.random(200_000)
    assert calibration_error(probability, draws.random(200_000) < probability) < 0.01
