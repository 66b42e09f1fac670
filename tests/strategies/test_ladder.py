"""The ladder of bits: it sums to the score, tells the same as the decisions, and shows nothing it should not."""

import math

import pytest

from matching.identity.errors import UsageError
from matching.identity.outcomes import Outcome
from matching.linkage.levels import LEVELS, TRAITS
from matching.register.folder import open_register
from matching.strategies.ladder import SENT, ladder, ladders
from matching.strategies.probabilistic import decide
from matching.strategies.settings import ProbabilisticSettings
from tests.builders import holder, passages_of, person, register_of

SETTINGS = ProbabilisticSettings()
PEOPLE = (
    person(0),
    person(1, given_names=["LOUISE"]),  # a sister born on the same day
    person(2, birth_name="DELMAS", given_names=["JEAN", "PAUL"], sex="M", birth_year=1950, birth_place="97105"),
    person(3, birth_name="VASSEUR", given_names=["ANNE"], birth_year=1988, birth_place="62041"),
    person(3, birth_name="MOREL", given_names=["ANNE"], birth_year=1988, birth_place="62041", kind="usage"),
    *(person(k, birth_name="AUTRE" + chr(60 + k), given_names=["PAULE"], birth_year=1900 + k) for k in range(5, 25)),
)
HOLDERS = (
    holder(),
    holder(sex=None),
    holder(birth_month="12", birth_day="3"),
    holder(birth_name="Rouviére", given_name_1="Camile", insee_code=None),
    holder(given_name_1=None),
    holder(birth_name="MOREL", given_name_1="ANNE", birth_year="1988", insee_code="62041"),
    holder(birth_name="Delmas", given_name_1="Jean", given_name_2="Paul", sex="M", birth_year="1950", insee_code=None),
    holder(birth_name="INCONNUE", given_name_1="Zoé", birth_year="2001", insee_code="33063"),
    holder(birth_name=None, given_name_1="Zoé", birth_year=None, birth_month=None, birth_day=None),
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("ladder") / "register", *PEOPLE)


@pytest.fixture(scope="module")
def passages():
    return passages_of(*HOLDERS)


@pytest.fixture(scope="module")
def found(register, passages):
    return ladders(passages, passages["id_technique"].to_list(), register, SETTINGS)


def test_a_ladder_sums_to_the_distance_from_nobody(found):
    for one in found:
        share = {each.who: each.probability for each in one.alternatives}
        assert math.isclose(sum(share.values()), 1)
        if one.rungs:
            parts = [rung.bits for rung in one.rungs] + [one.persons_bits, one.presence_bits]
            assert math.isclose(sum(parts), one.score, abs_tol=1e-9)
            assert math.isclose(one.score, math.log2(share["best"] / share["nobody"]), abs_tol=1e-6)


def test_a_ladder_tells_what_was_decided(found, register, passages):
    decisions = decide(passages, register, SETTINGS)
    assert [one.outcome for one in found] == decisions["outcome"].to_list()
    assert [one.ask_for for one in found] == decisions["ask_for"].to_list()
    for one, probability in zip(found, decisions["probability"], strict=True):
        assert math.isclose(next((a.probability for a in one.alternatives if a.who == "best"), 0.0), probability)
    for one, name, date in zip(found, decisions["level_birth_name"], decisions["level_birth_date"], strict=True):
        levels = {rung.trait: rung.level for rung in one.rungs}
        assert (levels.get("birth_name"), levels.get("birth_date")) == (name, date)


def test_a_passage_alone_has_the_same_ladder_as_among_others(found, register, passages):
    assert ladder(passages, "T2", register, SETTINGS) == found[2]


def test_presence_learnt_from_the_file_is_that_of_the_whole_file(register, passages):
    learning = ProbabilisticSettings(presence="file")
    decisions = decide(passages, register, learning)
    one = ladder(passages, "T2", register, learning)
    assert math.isclose(one.alternatives[0].probability, decisions["probability"][2], rel_tol=1e-12)


def test_every_trait_has_a_rung_and_every_level_a_name(found):
    assert sorted(SENT) == sorted(TRAITS)
    for one in found:
        for rung in one.rungs:
            assert rung.level in {level.name for level in LEVELS[rung.trait]}
        assert [rung.trait for rung in one.rungs] in ([], list(SENT))


def test_reasons_are_of_the_outcome(found):
    assert found[0].reason == "found"
    assert found[8].outcome == Outcome.INVALID
    assert found[8].reason == "invalid"
    assert {one.reason for one in found if one.outcome == Outcome.FOUND_RECTIFIED} == {"found_rectified"}


def test_the_next_person_is_told_by_what_differs(found):
    sister = next(each for each in found[0].alternatives if each.who == "next")
    assert [trait for trait, _ in sister.differs] == ["given_names"]


def test_values_of_the_register_only_when_asked_for(register, passages, found):
    assert all(rung.registered is None for one in found for rung in one.rungs)
    shown = {rung.trait: rung.registered for rung in ladder(passages, "T5", register, SETTINGS, reveal=True).rungs}
    assert shown["birth_name"] == "MOREL (usage)"
    assert (shown["given_names"], shown["birth_date"], shown["birth_place"]) == ("ANNE", "1988-03-12", "62041")


def test_a_register_that_is_not_simulated_shows_levels_only(tmp_path, passages, found):
    register_of(tmp_path / "register", *PEOPLE)
    facts = tmp_path / "register/register.toml"
    facts.write_text(facts.read_text("utf-8").replace("simulated = true", "simulated = false"), "utf-8")
    real = open_register(tmp_path / "register")
    masked = ladder(passages, "T0", real, SETTINGS)
    assert [(rung.level, rung.bits) for rung in masked.rungs] == [(rung.level, rung.bits) for rung in found[0].rungs]
    assert {rung.sent for rung in masked.rungs} == {"R…", None, "C…", "F…", "1…", "7…"}
    with pytest.raises(UsageError) as refused:
        ladder(passages, "T0", real, SETTINGS, reveal=True)
    assert refused.value.code == "linkage_report.no_reveal"


def test_a_name_that_no_passage_has(register, passages):
    with pytest.raises(UsageError) as refused:
        ladder(passages, "absent", register, SETTINGS)
    assert refused.value.facts == {"id": "absent", "passages": len(HOLDERS)}


def test_a_holder_given_otherwise_has_no_ladder(register):
    with pytest.raises(UsageError) as refused:
        ladder(passages_of(holder(branch="dossier_formation")), "T0", register, SETTINGS)
    assert refused.value.code == "linkage_report.not_by_traits"
