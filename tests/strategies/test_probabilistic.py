"""What the probabilistic strategy answers on people that a test can see whole, and why."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from matching.identity.errors import UsageError
from matching.identity.outcomes import Message, Outcome
from matching.linkage.weights import load_weights, weights_toml
from matching.strategies.probabilistic import decide, is_searchable, search_passages
from matching.strategies.settings import ProbabilisticSettings
from tests.builders import crowd, holder, passages_of, person, register_of

CROWD = crowd()


def answered(folder: Path, told, *people, **settings) -> dict[str, object]:
    """The decision for one holder among these people and the crowd."""
    register = register_of(folder, *people, *CROWD)
    return decide(passages_of(told), register, ProbabilisticSettings(**settings)).row(0, named=True)


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({}, {}),
        ({"birth_name": "rouviere", "given_name_1": "CAMILLE "}, {}),
        ({"birth_month": "12", "birth_day": "3"}, {"birth_date": "swapped"}),
        ({"birth_day": "13"}, {"birth_date": "digit_of_day"}),
        ({"birth_name": "Rouvirre"}, {"birth_name": "one_edit"}),
        ({"birth_name": "Roubiere"}, {"birth_name": "one_edit"}),
        ({"given_name_1": "Jeanne", "given_name_2": "Camille"}, {"given_names": "reordered"}),
        ({"insee_code": "29019"}, {"birth_place": "both_in_france"}),
        ({"sex": "M"}, {"sex": "differ"}),
        ({"birth_name": "Camille", "given_name_1": "Rouvière"}, {"birth_name": "inverted", "given_names": "inverted"}),
    ],
)
def test_a_person_is_found_in_spite_of_an_error_and_the_evidence_says_which(told, level, tmp_path):
    found = answered(tmp_path, holder(**told), person(0), person(1, birth_name="PERRIN", birth_year=1971))
    assert found["person"] == 0
    assert found["outcome"] == (Outcome.FOUND_RECTIFIED if level else Outcome.FOUND)
    exact = {
        "birth_name": "exact",
        "given_names": "exact",
        "sex": "agree",
        "birth_date": "exact",
        "birth_place": "exact",
    }
    assert {trait: found[f"level_{trait}"] for trait in exact} == exact | level
    assert [trait for trait in exact if found[f"agree_{trait}"] == "differ"] == [
        trait for trait in exact if trait in level
    ]
    assert found["flagged"] == bool({"birth_date", "birth_place"} & set(level))
    assert found["probability"] >= 0.999
    assert found["runner_up_bits"] > 9


def test_the_bits_ahead_are_of_the_next_person_or_of_nobody(tmp_path):
    several = answered(tmp_path / "several", holder(), person(0), person(1))
    assert several["runner_up_bits"] == pytest.approx(0)
    assert several["probability"] == pytest.approx(0.5, abs=0.01)
    alone = answered(tmp_path / "alone", holder(birth_name="Roubiere", birth_day="13"), person(0))
    assert 2 ** alone["runner_up_bits"] == pytest.approx(alone["probability"] / (1 - alone["probability"]), rel=1e-3)


@pytest.mark.parametrize(
    ("told", "other", "asked"),
    [
        ({"birth_month": None, "birth_day": None}, {"birth_month": 7}, "birth_date"),
        ({"birth_day": None}, {"birth_day": 27}, "birth_date"),
        ({"insee_code": None}, {"birth_place": "29019"}, "birth_place"),
        ({}, {"given_names": ["CAMILLE", "LOUISE"]}, "given_names"),
        ({"sex": None}, {"sex": "M"}, "sex"),
        ({}, {}, None),
    ],
)
def test_when_several_remain_it_asks_for_what_would_tell_them_apart(told, other, asked, tmp_path):
    found = answered(tmp_path, holder(**told), person(0), person(1, **other))
    assert (found["outcome"], found["message"]) == (Outcome.SEVERAL, Message.SEVERAL)
    assert found["ask_for"] == asked
    assert found["stages"][-1] == 2


def test_a_compound_first_given_name_is_no_second_one(tmp_path):
    two = (
        person(number, given_names=["JEAN-PIERRE", second], sex="M") for number, second in enumerate(("PAUL", "LUC"))
    )
    assert answered(tmp_path, holder(given_name_1="Jean-Pierre", sex="M"), *two)["ask_for"] == "given_names"


def test_what_was_asked_for_tells_them_apart(tmp_path):
    two = person(0), person(1, given_names=["CAMILLE", "LOUISE"])
    assert answered(tmp_path / "less", holder(), *two)["ask_for"] == "given_names"
    found = answered(tmp_path / "more", holder(given_name_2="Louise"), *two)
    assert (found["outcome"], found["person"], found["ask_for"]) == (Outcome.FOUND, 1, None)


def test_nobody_alike_has_no_evidence_to_show(tmp_path):
    found = answered(tmp_path, holder(birth_name="QUXARBO", given_name_1="Zyx", birth_year="1901", insee_code="99352"))
    assert found["outcome"] == Outcome.NONE
    assert found["message"] == Message.NOBODY
    assert (found["probability"], found["runner_up_bits"], found["ask_for"]) == (0, None, None)
    assert {found[f"{kind}_birth_name"] for kind in ("level", "agree")} == {None}
    assert found["stages"] == [0, 0]


def test_a_person_is_known_by_the_usage_name_too(tmp_path):
    known = person(0), person(0, kind="usage", birth_name="MONTGAILLARD")
    found = answered(tmp_path / "a", holder(birth_name="MONTGAILLARD"), *known)
    assert (found["outcome"], found["person"]) == (Outcome.FOUND_RECTIFIED, 0)
    assert found["level_birth_name"] == "usage_exact"
    refused = answered(tmp_path / "b", holder(birth_name="MONTGAILLARD"), *known, accept_usage_name=False)
    assert (refused["outcome"], refused["person"]) == (Outcome.USAGE_NAME_ONLY, None)
    unsure = answered(tmp_path / "c", holder(birth_name="MONTGAILLARD", birth_day="13"), *known)
    assert unsure["person"] is None


def test_an_absent_twin_is_not_the_one_who_is_there(tmp_path):
    """Same surname, birth date, place and sex, another given name: a brother or a sister who is not in the register."""
    found = answered(tmp_path, holder(given_name_1="Hortense"), person(0, given_names=["CAMILLE"]))
    assert not Outcome(found["outcome"]).is_ok


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"birth_year": "1931", "birth_name": "Rouvirre", "sex": "M"}, Message.NOBODY),
        ({"birth_month": "9", "birth_day": "27", "insee_code": "99352"}, Message.NOBODY_WITH_DATE),
        ({"birth_month": None, "birth_day": None, "insee_code": "99352"}, Message.NOBODY_WITH_PLACE),
    ],
)
def test_the_message_is_the_stage_of_the_funnel_that_the_nearest_person_would_leave(told, message, tmp_path):
    found = answered(tmp_path, holder(**told), person(0), cost_of_false_match=1e15)
    assert found["person"] is None
    assert found["message"] == message


@pytest.mark.parametrize(
    ("blank", "searchable"),
    [
        ((), True),
        (("birth_name",), True),
        (("given_name_1",), True),
        (("birth_month",), True),
        (("birth_name", "given_name_1"), False),
        (("birth_name", "birth_year"), False),
        (("given_name_1", "birth_month"), False),
        (("sex", "insee_code"), True),
    ],
)
def test_one_trait_alone_is_not_searched_by(blank, searchable, tmp_path):
    register = register_of(tmp_path, person(0))
    passages = passages_of(holder(**dict.fromkeys(blank)))
    searched = search_passages(passages, register, ProbabilisticSettings())
    assert is_searchable(searched.queries).tolist() == [searchable]
    found = decide(passages, register, ProbabilisticSettings())["outcome"].item()
    assert (found == Outcome.INVALID) is not searchable


def test_a_file_of_weights_decides_like_the_table_it_holds(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(weights_toml(load_weights()), encoding="utf-8")
    told = holder(birth_day="13")
    packaged, own = (
        answered(tmp_path / name, told, person(0), weights=weights)
        for name, weights in (("a", "typical"), ("b", str(file)))
    )
    assert own == packaged
    nothing = load_weights()
    file = tmp_path / "nothing.toml"
    file.write_text(weights_toml(replace(nothing, offsets=nothing.offsets - 20)), encoding="utf-8")
    assert answered(tmp_path / "c", told, person(0), weights=str(file))["person"] is None


def test_a_table_that_does_not_exist_is_one_sentence(tmp_path):
    with pytest.raises(UsageError, match="atypical"):
        answered(tmp_path, holder(), person(0), weights="atypical")


def test_two_passages_of_one_person_are_both_found(tmp_path):
    register = register_of(tmp_path, person(0), *CROWD)
    found = decide(passages_of(holder(), holder(birth_day="13")), register, ProbabilisticSettings())
    assert found["person"].to_list() == [0, 0]


def test_progress_tells_the_passages(tmp_path):
    told = []
    register = register_of(tmp_path, person(0), *CROWD)
    decide(passages_of(holder(), holder()), register, ProbabilisticSettings())
    decide(passages_of(holder(), holder()), register, ProbabilisticSettings(), lambda *done: told.append(done))
    assert told[-1] == (2, 2)


def test_columns_that_another_strategy_fills_are_null(tmp_path):
    found = pl.DataFrame([answered(tmp_path, holder(), person(0))])
    assert found.select("incoherent_nir", "assumption").null_count().row(0) == (1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("cost_of_false_match", 0.0), ("cost_of_false_match", float("nan")), ("plausible", 1.5), ("most_per_bucket", 0)],
)
def test_a_setting_out_of_its_range_is_refused(name, value, tmp_path):
    with pytest.raises(UsageError, match=name) as refused:
        answered(tmp_path, holder(), person(0), **{name: value})
    assert "{" not in refused.value.sentence("fr") + refused.value.sentence("en")
