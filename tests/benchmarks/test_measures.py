"""Intervals hold what they promise; calibration is nil for a probability that tells the truth."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from benchmarks.measures import brier, calibration_error, holm, mcnemar, upper_bound, wilson


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


@pytest.mark.parametrize("counts", [(0, 0), (0, 1), (5, 0), (3, 9), (40, 60), (1000, 1100)])
def test_mcnemar_is_the_exact_binomial_test_of_a_fair_coin(counts):
    known = binomtest(counts[0], sum(counts), 0.5).pvalue if sum(counts) else 1.0
    assert mcnemar(*counts) == pytest.approx(known, rel=1e-9)
    assert mcnemar(*counts) == mcnemar(*reversed(counts))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_keeps_the_order_and_never_makes_a_test_surer(p_values):
    corrected = holm(p_values)
    assert all(before <= after <= 1 for before, after in zip(p_values, corrected, strict=True))
    by_p = [after for _, after in sorted(zip(p_values, corrected, strict=True))]
    assert by_p == sorted(by_p)
    assert min(corrected, default=1) == min(min(p_values, default=1) * max(len(p_values), 1), 1)


def test_holm_gives_the_published_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
