"""The engine finds the pairs, levels, probabilities and decisions that the slow and obvious search finds."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from matching.linkage.candidates import expand, look_up
from matching.linkage.levels import LEVELS
from matching.linkage.pairs import Pairs
from matching.linkage.score import levels_of
from matching.linkage.weights import load_weights
from matching.register.folder import Register
from matching.strategies.probabilistic import decisions_of, search_passages
from matching.strategies.settings import ProbabilisticSettings
from tests.builders import passages_of, register_of
from tests.hypothesis_strategies import deposits, registers
from tests.linkage.oracle import Oracle, decision, probabilities

EVERYBODY = ProbabilisticSettings(most_per_bucket=10**9)


@given(registers(), deposits)
@settings(max_examples=12)
def test_on_any_people(everybody, told):
    with tempfile.TemporaryDirectory() as folder:
        assert_same(passages_of(*told), register_of(Path(folder), *everybody))


def test_on_a_drawn_deposit(drawn):
    assert_same(drawn.passages, drawn.register)


def assert_same(passages: pl.DataFrame, register: Register) -> None:
    searched = search_passages(passages, register, EVERYBODY)
    index, queries, weights = searched.index, searched.queries, load_weights(EVERYBODY.weights)
    oracle = Oracle(pl.concat(register.shards()), index, weights)
    sent = oracle.passages(passages)

    query, row = expand(look_up(queries, index, EVERYBODY.most_per_bucket), (0, queries.size), queries, index)
    pairs = list(zip(query.tolist(), row.tolist(), strict=True))
    expected = oracle.pairs(queries, sent)
    assert set(pairs) == expected
    assert len(pairs) == len(expected)

    levels = levels_of(Pairs(queries, index, query, row)).tolist()
    for (of, to), ranks in zip(pairs, levels, strict=True):
        found = {trait: LEVELS[trait][rank].name for trait, rank in zip(LEVELS, ranks, strict=True)}
        assert found == oracle.levels(sent[of], oracle.register[to]), (sent[of], oracle.register[to])

    decisions, prior = decisions_of(passages, searched), dict(enumerate(weights.presence))
    candidates = oracle.candidates(queries, sent, expected)
    for answer, side, found, nobody in zip(
        decisions.to_dicts(), sent, candidates, searched.found.posterior.nobody, strict=True
    ):
        shares, absent = probabilities(found, prior[int(side.is_abroad)], weights.twin, index.frequencies.persons)
        told = sum((side.surname.text is not None, side.first_words > 0, side.date[0] > 0 and side.date[1] > 0))
        assert (answer["outcome"], answer["person"]) == decision(found, shares, told), (side, found[:2], shares[:2])
        assert answer["probability"] == pytest.approx(shares[0] if shares else 0, abs=1e-9)
        assert nobody == pytest.approx(absent, abs=1e-9)


def test_the_draw_has_something_to_tell(drawn):
    """Otherwise the law above would hold of nothing."""
    decisions = decisions_of(drawn.passages, drawn.searched)
    assert set(decisions["outcome"].unique()) >= {"FOUND", "FOUND_RECTIFIED", "NONE"}
    met = np.unique(drawn.searched.found.candidates.levels, axis=0)
    assert len(met) > 50
