"""The rule: how probable somebody must be, and what refuses whatever the probability."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identity.outcomes import Outcome
from matching.linkage.decision import Rule, agreements, outcomes
from matching.linkage.levels import LEVELS, TRAITS, rank_of
from matching.linkage.posterior import Posterior
from matching.linkage.score import Scored

RULE = Rule(cost=1000, plausible=0.02, usage_name=True, guard=True)
ALL_AGREE = {
    trait: next(level.name for level in levels if level.agreement == "agree") for trait, levels in LEVELS.items()
}
ALL_AGREE["usage_name"] = "missing"
level_names = st.fixed_dictionaries(
    {trait: st.sampled_from([level.name for level in levels]) for trait, levels in LEVELS.items()}
)


def decided(
    probability: float, runner_up: float = 0.0, rule: Rule = RULE, *, searchable: bool = True, **levels: str
) -> str:
    """The outcome of one passage, whose best candidate agrees on all traits but these."""
    named = ALL_AGREE | levels
    ranks = np.array([[rank_of(trait, named[trait]) for trait in TRAITS]], np.uint8)
    one, number = np.zeros(1, np.intp), np.zeros(1, np.uint32)
    found = Posterior(
        one, one - 1, *(np.array([share]) for share in (probability, runner_up, 1 - probability - runner_up))
    )
    return str(outcomes(Scored(one, number, number, ranks, np.zeros(1)), found, rule, np.array([searchable]))[0])


@pytest.mark.parametrize(
    ("probability", "runner_up", "outcome"),
    [
        (0.9995, 0.0, Outcome.FOUND),
        (0.999, 0.001, Outcome.FOUND),
        (0.9985, 0.0, Outcome.WEAK_ECHO),
        (0.97, 0.03, Outcome.SEVERAL),
        (0.5, 0.5, Outcome.SEVERAL),
        (0.97, 0.01, Outcome.WEAK_ECHO),
        (0.02, 0.0, Outcome.WEAK_ECHO),
        (0.019, 0.018, Outcome.NONE),
    ],
)
def test_certainty_decides(probability, runner_up, outcome):
    assert decided(probability, runner_up) == outcome


def test_a_dearer_false_match_takes_more_certainty():
    assert decided(0.9995, rule=replace(RULE, cost=10_000)) == Outcome.WEAK_ECHO
    assert decided(0.95, rule=replace(RULE, cost=10)) == Outcome.FOUND


@pytest.mark.parametrize(
    ("trait", "level"),
    [(trait, level) for trait, levels in LEVELS.items() for level in levels],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_differs_rectifies_and_what_is_missing_does_not(trait, level):
    if level.name != "usage_exact":
        expected = Outcome.FOUND_RECTIFIED if level.agreement == "differ" else Outcome.FOUND
        assert decided(1.0, **{trait: level.name}) == expected


@pytest.mark.parametrize("name", ["different", "woman_no_usage", "usage_twice"])
@pytest.mark.parametrize("date", ["different", "year_off"])
def test_another_name_and_another_year_refuse(name, date):
    both = {"birth_name": name, "birth_date": date}
    assert decided(1.0, **both) == Outcome.WEAK_ECHO
    assert decided(1.0, rule=replace(RULE, guard=False), **both) == Outcome.FOUND_RECTIFIED


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ({}, Outcome.FOUND_RECTIFIED),
        ({"birth_place": "different"}, Outcome.FOUND_RECTIFIED),
        ({"birth_date": "swapped"}, Outcome.USAGE_NAME_ONLY),
        ({"birth_date": "missing"}, Outcome.USAGE_NAME_ONLY),
        ({"birth_date": "day_unknown"}, Outcome.USAGE_NAME_ONLY),
        ({"given_names": "one_edit"}, Outcome.USAGE_NAME_ONLY),
        ({"other_names": "differ"}, Outcome.USAGE_NAME_ONLY),
        ({"sex": "differ"}, Outcome.USAGE_NAME_ONLY),
        ({"sex": "missing"}, Outcome.USAGE_NAME_ONLY),
    ],
)
def test_who_is_reached_by_the_usage_name_must_agree_on_the_rest(levels, outcome):
    reached = {"birth_name": "usage_exact"} | levels
    assert decided(1.0, **reached) == outcome
    assert decided(1.0, rule=replace(RULE, usage_name=False), **reached) == Outcome.USAGE_NAME_ONLY
    assert decided(0.5, **reached) == Outcome.WEAK_ECHO


def test_sex_alone_never_refuses():
    assert decided(1.0, sex="differ") == Outcome.FOUND_RECTIFIED


@given(level_names, st.floats(0, 1), st.floats(0, 0.5))
def test_what_cannot_be_searched_is_invalid_and_ok_takes_certainty(levels, probability, runner_up):
    assert decided(probability, runner_up, searchable=False, **levels) == Outcome.INVALID
    if Outcome(decided(probability, runner_up, **levels)).is_ok:
        assert probability >= 0.999


def test_without_any_candidate_there_is_nobody():
    none = np.empty(0, np.uint32)
    scored = Scored(none.astype(np.intp), none, none, np.empty((0, len(TRAITS)), np.uint8), np.empty(0))
    found = Posterior(*(np.full(2, -1),) * 2, np.zeros(2), np.zeros(2), np.ones(2))
    assert outcomes(scored, found, RULE, np.array([True, False])).tolist() == [Outcome.NONE, Outcome.INVALID]


def test_other_given_names_count_with_the_first():
    ranks = np.array([[rank_of(trait, (ALL_AGREE | {"other_names": "differ"})[trait]) for trait in TRAITS]], np.uint8)
    found = {trait: values.tolist() for trait, values in agreements(ranks).items()}
    assert found["given_names"] == ["differ"]
    assert "other_names" not in found
