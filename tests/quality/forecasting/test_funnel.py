import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.quality.forecasting.funnel import Namesakes, Odds, outcomes

MOST = 16  # of each kind of namesakes: more are too rare to count
share = st.floats(0, 1)
few = st.floats(0, 1.5)


def one(absent, date, place, name, same_date, same_place):
    """The outcomes of one passage, as a list: right, wrong, messages 1 to 4."""
    odds = Odds(*(np.array([each]) for each in (absent, date, place)))
    namesakes = Namesakes(*(np.array([float(each)]) for each in (name, same_date, same_place)))
    found = outcomes(odds, namesakes)
    return [float(each[0]) for each in (found.right, found.wrong, *found.messages)]


def walked(state, other_date, other_place, alike):
    """The funnel walked through by its definition: rank in the list of ``one``."""
    stages = [
        ["holder"] * (state != "absent") + ["other"] * (other_date + other_place + alike),
        ["holder"] * (state in {"agrees", "place"}) + ["other"] * (other_place + alike),
        ["holder"] * (state == "agrees") + ["other"] * alike,
    ]
    for number, left in enumerate(stages, start=1):
        if not left:
            return 1 + number
        if len(left) == 1:
            return 0 if left == ["holder"] else 1
    return 5


@settings(max_examples=25, deadline=None)
@given(share, share, share, few, few, few)
def test_outcomes_are_those_of_the_stages_one_by_one(absent, date, place, other_date, other_place, alike):
    there = 1 - absent
    states = {
        "absent": absent,
        "date": there * date,
        "place": there * (1 - date) * place,
        "agrees": there * (1 - date) * (1 - place),
    }
    counts = [
        [math.exp(-mean) * mean**n / math.factorial(n) for n in range(MOST)]
        for mean in (other_date, other_place, alike)
    ]
    expected = [0.0] * 6
    for a, b, c in itertools.product(range(MOST), repeat=3):
        chance = counts[0][a] * counts[1][b] * counts[2][c]
        for state, weight in states.items():
            expected[walked(state, a, b, c)] += weight * chance
    found = one(absent, date, place, other_date + other_place + alike, other_place + alike, alike)
    assert found == pytest.approx(expected, abs=1e-6)


@given(share, share, share, st.floats(0, 200), share, share)
def test_outcomes_add_up_to_one(absent, date, place, name, of_name, of_date):
    found = one(absent, date, place, name, name * of_name, name * of_name * of_date)
    assert sum(found) == pytest.approx(1)
    assert min(found) > -1e-9


def test_without_namesakes_only_the_absent_are_ko():
    assert one(0.2, 0.5, 0.5, 0, 0, 0) == pytest.approx([0.8, 0, 0.2, 0, 0, 0])


def test_an_absent_holder_with_one_namesake_is_taken_for_him():
    _, wrong, nobody, *_ = one(1, 0, 0, 1, 0, 0)
    assert (wrong, nobody) == pytest.approx((math.exp(-1), math.exp(-1)))
