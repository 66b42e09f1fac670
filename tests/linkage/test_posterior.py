"""Probabilities are shares of one: of each candidate, of the absent twin of each, and of nobody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.linkage.levels import TRAITS, rank_of
from matching.linkage.posterior import Prior, family_bits, posterior, shares
from matching.linkage.score import Scored, best_first

bits = st.floats(-40, 60)
passages = st.lists(st.lists(bits, max_size=5), min_size=1, max_size=6)
presences = st.floats(0.01, 0.99)


def scored(weights: list[list[float]]) -> Scored:
    """Candidates of these weights, all of them of the same surname and date."""
    query = np.repeat(np.arange(len(weights)), [len(of) for of in weights]).astype(np.intp)
    levels = np.zeros((query.size, len(TRAITS)), np.uint8)
    levels[:, TRAITS.index("birth_name")] = rank_of("birth_name", "exact")
    levels[:, TRAITS.index("birth_date")] = rank_of("birth_date", "exact")
    number = np.arange(query.size, dtype=np.uint32)
    weight = np.array([weight for of in weights for weight in sorted(of, reverse=True)], np.float64)
    return Scored(query, number, number, levels, weight)


def prior(n: int, presence: float = 0.9, persons: int = 1_000_000) -> Prior:
    return Prior(np.full(n, presence), 0.05, persons)


@given(passages, presences, st.floats(-30, 30))
def test_they_sum_to_one(weights, presence, shared):
    of = scored(weights)
    candidate, twin, nobody = shares(of, np.full(of.query.size, shared), prior(len(weights), presence))
    total = np.bincount(of.query, candidate + twin, len(weights)) + nobody
    np.testing.assert_allclose(total, 1)
    assert (np.concatenate([candidate, twin, nobody]) >= 0).all()


@given(passages, presences)
def test_the_best_two_and_nobody_are_those_shares(weights, presence):
    of, n = scored(weights), len(weights)
    family = np.full(of.query.size, -np.inf)
    found = posterior(of, family, prior(n, presence))
    candidate, _, nobody = shares(of, family, prior(n, presence))
    np.testing.assert_allclose(found.nobody, nobody)
    for query, own in enumerate(weights):
        mine = sorted(candidate[of.query == query], reverse=True)
        assert (found.best[query] >= 0, found.second[query] >= 0) == (len(own) > 0, len(own) > 1)
        assert [found.probability[query], found.runner_up[query]] == pytest.approx([*mine, 0, 0][:2])


@given(st.lists(bits, min_size=1, max_size=5), st.floats(0, 20), presences)
def test_more_evidence_for_one_is_more_for_this_one_and_less_for_the_others(weights, more, presence):
    weights.sort(reverse=True)
    stronger = [weights[0] + more, *weights[1:]]
    family = np.full(len(weights), -5.0)
    before, after = (shares(scored([of]), family, prior(1, presence)) for of in (weights, stronger))
    assert after[0][0] >= before[0][0] * (1 - 1e-12)
    assert (after[0][1:] <= before[0][1:] * (1 + 1e-12)).all()
    assert (after[2] <= before[2] * (1 + 1e-12)).all()


@given(bits, presences, presences)
def test_who_is_likelier_to_be_in_the_register_is_likelier_found(weight, one, other):
    low, high = sorted((one, other))
    found = [
        posterior(scored([[weight]]), np.array([-np.inf]), prior(1, share)).probability[0] for share in (low, high)
    ]
    assert found[0] <= found[1] * (1 + 1e-12)


@given(bits, st.integers(2, 5))
def test_homonyms_share(weight, n):
    found = posterior(scored([[weight] * n]), np.full(n, -np.inf), prior(1))
    assert found.probability[0] == pytest.approx(found.runner_up[0])
    assert found.probability[0] <= 1 / n + 1e-12


def test_evidence_is_weighed_against_the_number_of_persons():
    """Twice as many persons, one bit more needed."""
    family = np.array([-np.inf])
    small = posterior(scored([[25.0]]), family, prior(1, persons=1_000_000))
    large = posterior(scored([[26.0]]), family, prior(1, persons=2_000_000))
    assert small.probability == pytest.approx(large.probability)


def test_an_absent_twin_competes():
    of = scored([[30.0]])
    alone, with_twin = (posterior(of, np.array([shared]), prior(1)) for shared in (-np.inf, 30.0))
    assert with_twin.probability[0] < alone.probability[0]
    assert with_twin.nobody[0] == pytest.approx(1 - with_twin.probability[0])


def test_family_shares_surname_date_and_place_and_nothing_else():
    of, by_trait = scored([[30.0]]), np.zeros((1, len(TRAITS)))
    for trait, value in (("birth_name", 10.0), ("birth_date", 14.0), ("birth_place", 5.0), ("given_names", 7.0)):
        by_trait[0, TRAITS.index(trait)] = value
    assert family_bits(of, by_trait) == 29
    by_trait[0, TRAITS.index("birth_place")] = -7  # twins may have been registered elsewhere
    assert family_bits(of, by_trait) == 24
    of.levels[0, TRAITS.index("birth_date")] = rank_of("birth_date", "swapped")
    assert family_bits(of, by_trait) == -np.inf


def test_nobody_is_certain_where_there_is_no_candidate():
    found = posterior(scored([[], [40.0], []]), np.array([-np.inf]), prior(3))
    assert found.best.tolist() == [-1, 0, -1]
    np.testing.assert_allclose(found.nobody[[0, 2]], 1)


@given(passages)
def test_the_best_come_first_and_weigh_what_their_traits_add(weights):
    of = scored(weights)
    rng = np.random.default_rng(0)
    by_trait = rng.normal(0, 5, (of.query.size, len(TRAITS)))
    ranked, its_bits = best_first(of, by_trait)
    assert (ranked.query == np.sort(of.query)).all()
    np.testing.assert_array_equal(ranked.weight, its_bits.sum(axis=1))
    within = ranked.query[1:] == ranked.query[:-1]
    assert (ranked.weight[1:][within] <= ranked.weight[:-1][within]).all()
