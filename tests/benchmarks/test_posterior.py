"""The decision layer given to peers: a probability over nobody, the absent twin and the candidates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.posterior import posterior

PERSONS = 2.0**20
BITS = st.floats(-30, 60)


def one_passage(*pairs: tuple[float, float], prior: float = 0.5) -> list[float]:
    weights, given_names = np.array(pairs, dtype=np.float64).T
    return posterior(np.zeros(len(pairs), dtype=np.int64), weights, given_names, persons=PERSONS, prior=prior).tolist()


def test_a_pair_that_outweighs_the_register_is_as_likely_as_nobody():
    assert one_passage((20.0, 5.0)) == pytest.approx([0.5])


def test_homonyms_share():
    assert one_passage((60.0, 9.0), (60.0, 9.0)) == pytest.approx([0.5, 0.5])


def test_a_pair_whose_given_name_speaks_against_it_may_be_the_twin():
    agreeing, other = one_passage((50.0, 8.0)), one_passage((50.0, -8.0))
    assert agreeing[0] > 0.9999
    assert other[0] == pytest.approx(1 / (1 + 0.026 * 2**8), rel=1e-6)


@given(st.lists(st.tuples(BITS, BITS), min_size=1, max_size=6), st.floats(0.01, 0.99))
def test_probabilities_of_a_passage_do_not_pass_one(pairs, prior):
    found = one_passage(*pairs, prior=prior)
    assert all(0 <= each <= 1 for each in found)
    assert sum(found) <= 1 + 1e-9


@given(st.lists(st.lists(st.tuples(BITS, BITS), min_size=1, max_size=4), min_size=1, max_size=5))
def test_a_passage_does_not_depend_on_the_others(passages):
    numbers = np.repeat(np.arange(len(passages)), [len(each) for each in passages])
    weights, given_names = np.array([pair for each in passages for pair in each]).T
    together = posterior(numbers, weights, given_names, persons=PERSONS, prior=0.9)
    apart = [chance for each in passages for chance in one_passage(*each, prior=0.9)]
    assert together.tolist() == pytest.approx(apart, abs=1e-12)


def test_no_pair_is_no_answer():
    nothing = np.empty(0)
    assert posterior(np.empty(0, dtype=np.int64), nothing, nothing, persons=PERSONS, prior=0.9).size == 0
