"""The funnel, stage by stage, on registers small enough to be read."""

import pytest

from matching.identity.outcomes import Message, Outcome
from matching.strategies import cdc
from matching.strategies.settings import CdcSettings
from tests.builders import holder, person
from tests.strategies.desk import answered


def decide(tmp_path, people, *holders, **settings):
    return answered(cdc.decide, CdcSettings(**settings), tmp_path, people, *holders)


def test_alone_at_stage_1_is_ok_and_nothing_else_is_looked_at(tmp_path):
    (found,) = decide(tmp_path, [person(0)], holder())
    assert found["outcome"] == Outcome.FOUND
    assert (found["message"], found["person"], found["flagged"]) == (None, 0, False)
    assert found["stages"] == [1]
    assert found["incoherent_nir"] == []


def test_ok_at_stage_1_although_date_and_place_contradict_is_flagged(tmp_path):
    (found,) = decide(tmp_path, [person(0)], holder(birth_month="11", insee_code="13055"))
    assert found["outcome"] == Outcome.FOUND_RECTIFIED
    assert found["message"] is None
    assert found["flagged"]
    assert (found["agree_birth_date"], found["agree_birth_place"]) == ("differ", "differ")
    assert found["incoherent_nir"] == ["month", "place"]


def test_missing_is_not_different(tmp_path):
    (found,) = decide(tmp_path, [person(0)], holder(birth_month=None, birth_day=None, insee_code=None))
    assert found["outcome"] == Outcome.FOUND
    assert (found["agree_birth_date"], found["agree_birth_place"]) == ("missing", "missing")
    assert not found["flagged"]


TWIN = {"birth_month": 7, "birth_day": 1, "birth_place": "13208"}


@pytest.mark.parametrize(
    ("changed", "message", "stages"),
    [
        ({"birth_name": "Rouvière "}, None, [2, 1]),
        ({"birth_name": "ROUVIERES"}, Message.NOBODY, [0]),
        ({"given_name_1": "Camille-Jeanne"}, Message.NOBODY, [0]),
        ({"sex": "M"}, Message.NOBODY, [0]),
        ({"birth_year": "1968"}, Message.NOBODY, [0]),
        ({"birth_day": "13"}, Message.NOBODY_WITH_DATE, [2, 0]),
        ({"birth_month": None, "birth_day": None}, None, [2, 2, 1]),
        ({"birth_month": None, "birth_day": None, "insee_code": "29019"}, Message.NOBODY_WITH_PLACE, [2, 2, 0]),
        ({"birth_month": None, "birth_day": None, "insee_code": None}, Message.SEVERAL, [2, 2, 2]),
        ({"birth_month": None, "birth_day": None, "insee_code": "92044"}, None, [2, 2, 1]),
        ({"birth_month": None, "birth_day": None, "insee_code": "13055", "given_name_2": "Jeanne"}, None, [2, 2, 1]),
        (
            {"birth_month": None, "birth_day": None, "given_name_2": "Louise"},
            Message.NOBODY_WITH_PLACE,
            [2, 2, 0],
        ),
    ],
)
def test_the_stages_and_their_messages(tmp_path, changed, message, stages):
    (found,) = decide(tmp_path, [person(0), person(1, **TWIN)], holder(**changed))
    assert found["message"] == message
    assert found["stages"] == stages
    assert (found["person"] is None) is (message is not None)


@pytest.mark.parametrize(
    "submitted",
    [
        {"insee_code": "75044"},  # the code of the time
        {"insee_code": "92044"},  # today's code
        {"insee_code": None, "postal_code": "92300"},
    ],
)
def test_levallois_is_found_by_every_code_it_had(tmp_path, submitted):
    people = [person(0), person(1, birth_place="13208")]
    (found,) = decide(tmp_path, people, holder(**submitted))
    assert (found["person"], found["agree_birth_place"]) == (0, "agree")


def test_born_in_algeria_before_independence_is_born_in_algeria(tmp_path):
    people = [person(0, birth_year=1955, birth_place="92352"), person(1, birth_year=1955)]
    told = holder(birth_year="1955", insee_code="99352", country_code="352")
    (found,) = decide(tmp_path, people, told)
    assert (found["person"], found["agree_birth_place"]) == (0, "agree")


def test_a_country_that_contradicts_keeps_the_homonym_out(tmp_path):
    people = [person(0, birth_place="99352"), person(1, birth_place="99350")]
    told = holder(insee_code=None, country_code="350", birth_month=None, birth_day=None)
    (found,) = decide(tmp_path, people, told)
    assert found["person"] == 1


def test_the_usage_name_tells_homonyms_apart_when_both_sides_have_one(tmp_path):
    people = [
        person(0),
        person(0, kind="usage", birth_name="MONTGAILLARD"),
        person(1),
        person(1, kind="usage", birth_name="PERRIN"),
    ]
    (found,) = decide(tmp_path, people, holder(usage_name="Montgaillard"))
    assert (found["person"], found["stages"]) == (0, [2, 2, 1])


def test_a_usage_name_that_was_not_sent_keeps_nobody_out(tmp_path):
    people = [person(0), person(0, kind="usage", birth_name="MONTGAILLARD"), person(1)]
    without, other = holder(), holder(usage_name="Perrin")
    found = decide(tmp_path, people, without, other)
    assert [(row["stages"][2], row["message"]) for row in found] == [(2, Message.SEVERAL), (1, None)]


def test_given_names_that_were_not_sent_keep_nobody_out(tmp_path):
    (found,) = decide(tmp_path, [person(0), person(1)], holder(), given_name="any")
    assert (found["stages"][2], found["message"]) == (2, Message.SEVERAL)


def test_a_usage_name_in_place_of_the_birth_name_finds_nobody(tmp_path):
    people = [person(0), person(0, kind="usage", birth_name="MONTGAILLARD")]
    (found,) = decide(tmp_path, people, holder(birth_name="MONTGAILLARD"))
    assert found["message"] == Message.NOBODY


@pytest.mark.parametrize("missing", ["birth_name", "given_name_1", "birth_year", "sex"])
def test_a_passage_without_a_mandatory_trait_cannot_be_searched(tmp_path, missing):
    (found,) = decide(tmp_path, [person(0)], holder(**{missing: None}))
    assert (found["outcome"], found["message"]) == (Outcome.INVALID, Message.NOBODY)


@pytest.mark.parametrize(
    ("setting", "told", "message"),
    [
        ({"ignore_case": False}, {"given_name_1": "Camille"}, Message.NOBODY),
        ({"trim": False}, {"birth_name": "ROUVIERE "}, Message.NOBODY),
        ({"given_name": "any"}, {"given_name_1": "Jeanne"}, None),
        ({"given_name": "first"}, {"given_name_1": "Jeanne"}, Message.NOBODY),
        ({"former_names": True}, {"birth_name": "ROUVIER"}, None),
        ({"former_names": False}, {"birth_name": "ROUVIER"}, Message.NOBODY),
    ],
)
def test_each_hypothesis_of_stage_1_is_a_setting_that_acts(tmp_path, setting, told, message):
    people = [person(0), person(0, kind="former", birth_name="ROUVIER"), person(1, birth_name="PERRIN")]
    (found,) = decide(tmp_path, people, holder(**told), **setting)
    assert found["message"] == message


@pytest.mark.parametrize(
    ("setting", "told", "stages"),
    [
        ({"nil_constrains": True}, {"birth_month": None, "birth_day": None}, [3, 1]),
        ({"nil_constrains": False}, {"birth_month": None, "birth_day": None}, [3, 3, 3]),
        ({"unknown_constrains": True}, {}, [3, 1]),
        ({"unknown_constrains": False}, {}, [3, 2, 2]),
    ],
)
def test_each_hypothesis_of_stage_2_is_a_setting_that_acts(tmp_path, setting, told, stages):
    people = [person(0), person(1, birth_month=7), person(2, birth_month=None, birth_day=None)]
    (found,) = decide(tmp_path, people, holder(**told), **setting)
    assert found["stages"] == stages


def test_variants_refuse_what_contradicts(tmp_path):
    wrong_date, wrong_both = holder(birth_day="30"), holder(birth_day="30", insee_code="29019")
    for refuse, expected in (
        ((), [None, None]),
        (("birth_date",), [2, 2]),
        (("birth_date", "birth_place"), [None, 2]),
    ):
        found = decide(tmp_path, [person(0)], wrong_date, wrong_both, refuse_contradiction=refuse)
        assert [row["message"] for row in found] == expected
        assert all((row["person"] is None) is (row["message"] is not None) for row in found)
