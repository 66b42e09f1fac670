"""What contradicts a person, trait by trait: what the funnel would refuse that person for, and nothing else."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.outcomes import Message
from matching.strategies import cdc
from matching.strategies.contradictions import CONTRADICTIONS, contradictions
from matching.strategies.settings import CdcSettings
from tests.builders import holder, passages_of, person, register_of

TWIN = person(1, birth_month=7, birth_day=1, birth_place="13208")
"""Namesakes of one year: stages 2 and 3 have something to do."""


def told(register, *holders, **changes):
    passages = passages_of(*holders)
    who = passages.select("passage", person=pl.lit(0, pl.UInt32))
    return contradictions(passages, who, register, CdcSettings(**changes))


def wrong(row):
    return {trait for trait in CONTRADICTIONS if row[trait]}


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("register"), person(0), TWIN)


@pytest.mark.parametrize(
    ("changed", "traits"),
    [
        ({}, set()),
        ({"birth_name": "Rouvière "}, set()),
        ({"birth_name": "ROUVIERES"}, {"birth_name"}),
        ({"birth_name": None}, {"birth_name"}),
        ({"given_name_1": "Camille-Jeanne"}, {"given_name_1"}),
        ({"sex": "M"}, {"sex"}),
        ({"birth_year": "1968"}, {"birth_year"}),
        ({"birth_day": "13"}, {"birth_date"}),
        ({"birth_month": None, "birth_day": None}, set()),
        ({"insee_code": "29019"}, {"birth_place"}),
        ({"insee_code": "92044"}, set()),  # today's code of the place
        ({"insee_code": None}, set()),
        ({"given_name_2": "Louise"}, {"given_name_2"}),
        ({"sex": "M", "birth_day": "13", "insee_code": "29019"}, {"sex", "birth_date", "birth_place"}),
    ],
)
def test_each_trait(register, changed, traits):
    assert wrong(told(register, holder(**changed)).row(0, named=True)) == traits


def test_any_given_name_when_the_setting_says_so(register):
    sent = holder(given_name_1="Jeanne")
    assert wrong(told(register, sent).row(0, named=True)) == {"given_name_1"}
    assert wrong(told(register, sent, given_name="any").row(0, named=True)) == set()


def test_nobody_to_compare_with_is_left_out(register):
    nobody = pl.DataFrame({"passage": [0], "person": [77]}, schema={"passage": pl.UInt32, "person": pl.UInt32})
    assert contradictions(passages_of(holder()), nobody, register, CdcSettings()).is_empty()


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "birth_name": st.sampled_from(["ROUVIERE", "rouvière", "ROUVIERES", "MARTIN"]),
            "given_name_1": st.sampled_from(["Camille", "CAMILE", "Jeanne"]),
            "given_name_2": st.sampled_from(["Jeanne", "Louise"]),
            "sex": st.sampled_from(["F", "M"]),
            "birth_year": st.sampled_from(["1967", "1976"]),
            "birth_month": st.sampled_from(["3", "7", None]),
            "birth_day": st.sampled_from(["1", "12", None]),
            "insee_code": st.sampled_from(["75044", "92044", "13208", None]),
            "country_code": st.sampled_from(["100", "352", None]),
        },
    )
)
@settings(max_examples=40, deadline=None)
def test_the_funnel_refuses_a_person_for_these_and_nothing_else(register, changes):
    """Where the funnel looks at all three stages, it keeps a person that nothing contradicts, and no other."""
    passages = passages_of(holder(**changes))
    (found,) = cdc.decide(passages, register, CdcSettings()).iter_rows(named=True)
    first = told(register, holder(**changes)).row(0, named=True)
    at = {stage: any(first[trait] for trait, of in CONTRADICTIONS.items() if of <= stage) for stage in (1, 2, 3)}
    if at[1]:
        assert found["message"] == Message.NOBODY
        return
    assert found["stages"][0] == 2  # the twin has the same key
    if found["person"] == 0:
        assert not at[len(found["stages"])]
    if not at[3]:
        assert found["message"] in {None, Message.SEVERAL}
        assert found["person"] in {0, None}
