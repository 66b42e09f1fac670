"""Re-estimation finds the shares that made the data, and leaves alone what the data say nothing of."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.linkage.em import AS_SENT, Estimated, em, level_counts, reestimated, shifts
from matching.linkage.levels import LEVELS, TRAITS, rank_of
from matching.linkage.score import Scored
from matching.linkage.values import VALUES
from matching.linkage.weights import MOST_LEVELS, load_weights

PERSONS = 1_000_000
MOVED = {
    "sex": ("differ", 0.03),
    "birth_date": ("swapped", 0.05),
    "birth_name": ("one_edit", 0.06),
    "given_names": ("cut", 0.04),
}
TABLE = load_weights()


def moved_m() -> np.ndarray:
    """The stored shares, but for some levels that are much more frequent."""
    m = TABLE.m.copy()
    for trait, (level, share) in MOVED.items():
        row = m[:, TRAITS.index(trait)]
        row *= (1 - share) / row.sum(axis=1, keepdims=True)
        row[:, rank_of(trait, level)] += share
    return m / m.sum(axis=2, keepdims=True)


def simulated(n: int, seed: int, m: np.ndarray, presence: float = 0.9) -> tuple[Scored, np.ndarray, np.ndarray]:
    """Passages of France and abroad: a stranger among the candidates of all, the holder among those of most."""
    rng = np.random.default_rng(seed)
    abroad = rng.random(n) < 0.3
    present = np.flatnonzero(rng.random(n) < presence)
    levels = np.zeros((n + present.size, len(TRAITS)), np.uint8)
    query = np.concatenate([np.arange(n), present])
    for rank, trait in enumerate(TRAITS):
        levels[:n, rank] = len(LEVELS[trait]) - 1  # strangers differ in everything
        for stratum in (0, 1):
            here = np.flatnonzero(abroad[present] == stratum)
            levels[n + here, rank] = rng.choice(MOST_LEVELS, here.size, p=m[stratum, rank])
    values = np.full((n, len(VALUES)), 12.0)
    values[:, 0] = 0
    order = np.argsort(query, kind="stable")
    number = np.arange(query.size, dtype=np.uint32)
    return Scored(query[order], number, number, levels[order], np.zeros(query.size)), values, abroad


def estimated(scored: Scored, values: np.ndarray, abroad: np.ndarray, trust: float = 10.0) -> Estimated:
    return em(scored, values, abroad, PERSONS, weights=TABLE, trust=trust)


def test_it_finds_the_shares_that_made_the_data():
    truth = moved_m()
    found = estimated(*simulated(40_000, 1, truth), trust=0.1)
    for trait, (level, _) in MOVED.items():
        at = (slice(None), TRAITS.index(trait), rank_of(trait, level))
        np.testing.assert_allclose(found.m[at], truth[at], atol=0.006, err_msg=trait)
        assert (np.abs(found.m[at] - truth[at]) < np.abs(TABLE.m[at] - truth[at]) / 4).all()
    np.testing.assert_allclose(found.presence, 0.9, atol=0.02)
    assert sum(found.true_pairs) == pytest.approx(36_000, rel=0.02)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.floats(1, 1000))
@settings(max_examples=25)
def test_shares_are_shares(seed, n, trust):
    found = estimated(*simulated(n, seed, TABLE.m / TABLE.m.sum(axis=2, keepdims=True), presence=0.5), trust)
    assert ((found.m >= 0) & (found.m <= 1)).all()
    np.testing.assert_allclose(found.m.sum(axis=2), 1)
    assert all(0 < share < 1 for share in found.presence)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_order_of_passages_changes_nothing(seed):
    scored, values, abroad = simulated(200, seed, moved_m())
    order = np.random.default_rng(seed).permutation(abroad.size)
    place = np.argsort(order)
    rows = np.argsort(place[scored.query], kind="stable")
    shuffled = replace(scored.taken(rows), query=place[scored.query][rows])
    one, other = estimated(scored, values, abroad), estimated(shuffled, values[order], abroad[order])
    np.testing.assert_allclose(one.m, other.m, atol=1e-9)


def test_without_data_it_keeps_what_is_stored():
    scored, values, abroad = simulated(5, 1, moved_m())
    none = estimated(scored.taken(np.empty(0, np.intp)), values, abroad)
    np.testing.assert_allclose(none.m, TABLE.m, rtol=0.01)  # the stored shares are rounded
    assert (none.presence, none.true_pairs) == (TABLE.presence, (0, 0))
    without_anybody = estimated(scored.taken(np.empty(0, np.intp)), values[:0], abroad[:0])
    np.testing.assert_allclose(without_anybody.m, none.m)


def test_the_more_the_table_is_trusted_the_less_it_moves():
    truth = moved_m()
    at = (0, TRAITS.index("sex"), rank_of("sex", "differ"))
    found = [estimated(*simulated(2_000, 2, truth), trust).m[at] for trust in (1.0, 1e3, 1e5, 1e9)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(TABLE.m[at], rel=1e-3)


def test_an_offset_moves_by_what_its_share_moves():
    same = reestimated(TABLE, TABLE.m, "same", {})
    np.testing.assert_array_equal(same.offsets, TABLE.offsets)
    doubled = TABLE.m.copy()
    at = (0, TRAITS.index("sex"), rank_of("sex", "differ"))
    doubled[at] *= 2
    moved = reestimated(TABLE, doubled, "doubled", {"made": "here"})
    assert moved.offsets[at] == pytest.approx(TABLE.offsets[at] + 1)
    assert (np.flatnonzero(moved.offsets != TABLE.offsets)).size == 1
    assert (moved.name, moved.provenance) == ("doubled", {"made": "here"})


def test_levels_that_only_say_how_the_passage_was_written_never_move():
    found = shifts(TABLE.m, np.clip(TABLE.m * 3, 0, 1))
    for rank, (trait, levels) in enumerate(LEVELS.items()):
        for at, level in enumerate(levels):
            if level.name in AS_SENT.get(trait, ("missing",)):
                assert not found[:, rank, at].any(), (trait, level.name)
        assert not found[:, rank, len(levels) :].any()


def test_a_pair_counts_for_its_probability():
    levels = np.zeros((3, len(TRAITS)), np.uint8)
    levels[2] = 1
    np.testing.assert_allclose(level_counts(levels, np.array([0.5, 0.5, 3.0]))[:, :2], [[1, 3]] * len(TRAITS))
    assert not level_counts(levels[:0], np.empty(0)).any()
