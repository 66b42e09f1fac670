"""The strict search: what each passage is answered, row by row; and what each setting changes."""

import pytest

from matching.identity.outcomes import Message, Outcome
from matching.strategies import insi
from matching.strategies.settings import InsiSettings
from tests.builders import holder, person
from tests.golden_rows import golden
from tests.strategies.desk import TWO, answered, holder_of

VIDAL = {"birth_name": "VIDAL", "birth_year": 1999, "birth_month": 1, "birth_day": 1}
PEOPLE = (
    *TWO,
    person(2, birth_name="ZELLAGUI", given_names=["NOUREDDINE"], birth_year=1970, birth_month=None, birth_day=None,
           birth_place="99352"),
    person(3, given_names=["LOU"], birth_place="29019", **VIDAL),
    person(4, given_names=["LOU"], birth_place="13208", **VIDAL),
    person(5, given_names=["MAX"], birth_place="29019", **VIDAL),
)  # fmt: skip


def decide(tmp_path, people, *holders, **settings):
    return answered(insi.decide, InsiSettings(**settings), tmp_path, people, *holders)


def test_each_row_is_answered_what_it_says(tmp_path):
    rows = golden("strategies/insi.csv")
    for row, found in zip(rows, decide(tmp_path, PEOPLE, *map(holder_of, rows)), strict=True):
        answer = {name: "" if found[name] is None else str(found[name]) for name in ("outcome", "person", "message")}
        answer["stages"] = " ".join(map(str, found["stages"] or []))
        assert {"why": row["why"], **answer} == {name: row[name] for name in ("why", *answer)}


def test_two_echoes_are_none(tmp_path):
    sisters = [person(0), person(1, given_names=["LOUISE"])]
    (found,) = decide(tmp_path, sisters, holder(given_name_1="Zoé"))
    assert (found["outcome"], found["stages"]) == (Outcome.NONE, [2, 0])


@pytest.mark.parametrize(
    ("setting", "sent", "outcome"),
    [
        ({"punctuation": "nothing"}, {"birth_name": "ROUVI-ERE"}, Outcome.FOUND),
        ({"punctuation": "blank"}, {"birth_name": "ROUVIERE."}, Outcome.FOUND),
        ({"punctuation": "counts"}, {"birth_name": "ROUVIERE."}, Outcome.WEAK_ECHO),
        ({"given_name": "first"}, {"given_name_1": "Jeanne"}, Outcome.WEAK_ECHO),
        ({"former_names": True}, {"birth_name": "ROUVIER"}, Outcome.FOUND_RECTIFIED),
        ({"nil_constrains": False}, {"birth_day": None}, Outcome.FOUND),
        ({"place": "strict"}, {"insee_code": "29019"}, Outcome.WEAK_ECHO),
        ({"place": "ignored"}, {"insee_code": "29019"}, Outcome.FOUND_RECTIFIED),
        ({"echoes": False}, {"sex": "M"}, Outcome.NONE),
        ({"echoes": False}, {"birth_name": "MONTGAILLARD"}, Outcome.NONE),
        ({"echoes": False}, {}, Outcome.FOUND),
    ],
)
def test_each_hypothesis_is_a_setting_that_acts(tmp_path, setting, sent, outcome):
    (found,) = decide(tmp_path, PEOPLE, holder(**sent), **setting)
    assert found["outcome"] == outcome


def test_a_strict_place_refuses_and_says_so(tmp_path):
    (found,) = decide(tmp_path, PEOPLE, holder(insee_code="29019"), place="strict")
    assert (found["message"], found["stages"]) == (Message.NOBODY_WITH_PLACE, [1, 1, 0])


def test_an_ignored_place_separates_nobody(tmp_path):
    lou = {"birth_name": "VIDAL", "given_name_1": "Lou", "birth_year": "1999", "birth_month": "1", "birth_day": "1"}
    (found,) = decide(tmp_path, PEOPLE, holder(**lou, insee_code="29019"), place="ignored")
    assert (found["outcome"], found["ask_for"]) == (Outcome.SEVERAL, "given_names")
