"""Why a strategy answered what it did: the same as its decisions say, for every strategy."""

import math

import pytest

from matching.identity.errors import UsageError
from matching.identity.outcomes import TRAITS
from matching.register.folder import open_register
from matching.strategies.explanation import explain, explained
from matching.strategies.settings import ProbabilisticSettings
from matching.strategies.table import STRATEGIES, Strategy, strategy
from tests.builders import crowd, holder, passages_of, person, register_of

PEOPLE = (person(0), person(1, given_names=["LOUISE"]), *crowd())
HOLDERS = (
    holder(),
    holder(given_name_1="Camile"),
    holder(insee_code="33063"),
    holder(birth_name=None),
    holder(branch="dossier_formation"),
    holder(branch="identifiant_national", declared_nir="1990175001001"),
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("explanation") / "register", *PEOPLE)


@pytest.fixture(scope="module")
def passages():
    return passages_of(*HOLDERS)


@pytest.mark.parametrize("name", STRATEGIES)
def test_an_explanation_tells_what_was_decided(register, passages, name):
    decisions = strategy(name).run(passages, register)
    found = explained(passages, passages["id_technique"].to_list(), register, strategy(name))
    for one, row in zip(found, decisions.iter_rows(named=True), strict=True):
        assert (one.passage, one.outcome, one.message) == (row["passage"], row["outcome"], row["message"])
        assert one.agreements == {trait: row[f"agree_{trait}"] for trait in TRAITS}
        left = row["stages"]
        assert (None if one.stages is None else [n for _, n in one.stages]) == left
    assert explain(decisions.row(1, named=True), passages, register, strategy(name)) == found[1]


@pytest.mark.parametrize("name", STRATEGIES)
def test_bits_are_told_by_the_strategy_that_weighs_them_and_sum_to_its_score(register, passages, name):
    for one in explained(passages, ["T0", "T1", "T2"], register, strategy(name)):
        assert (one.ladder is not None) == (name == "probabilistic")
        if one.ladder is not None:
            parts = [part for rung in one.ladder.rungs for part in (rung.level_bits, rung.value_bits)]
            assert math.fsum([*parts, one.ladder.persons_bits, one.ladder.presence_bits]) == one.ladder.score
            of = {each.who: each.probability for each in one.ladder.alternatives}
            assert math.isclose(one.ladder.score, math.log2(of["best"] / of["nobody"]), abs_tol=1e-6)


def test_stages_are_those_that_ran(register, passages):
    names = {
        "cdc": [("cdc_1",), ("cdc_1",), ("cdc_1",)],
        "insi": [("insi_1", "insi_2"), ("insi_1", "insi_2"), ("insi_1", "insi_2")],
        "probabilistic": [("compared", "plausible")] * 3,
    }
    for name, stages in names.items():
        found = explained(passages, ["T0", "T1", "T2"], register, strategy(name))
        assert [tuple(stage for stage, _ in one.stages) for one in found] == stages
    cascade = explained(passages, ["T2"], register, strategy("csns"))[0].stages
    assert cascade[-1] == ("csns_place", 1)


def test_a_holder_given_otherwise_has_no_ladder_and_no_miss(register, passages):
    by_file, by_number = explained(passages, ["T4", "T5"], register, strategy("probabilistic"))
    assert (by_file.stages, by_file.ladder, by_file.nearest) == (None, None, None)
    assert (by_number.stages, by_number.ladder, by_number.nearest) == ((("by_number", 0),), None, None)


def test_values_of_the_register_only_when_asked_for(register, passages):
    for name in ("cdc", "probabilistic"):
        (hidden,), (shown,) = (
            explained(passages, ["T1"], register, strategy(name), reveal=reveal) for reveal in (False, True)
        )
        assert {one.registered for one in hidden.nearest.traits} == {None}
        assert "ROUVIERE" in {one.registered for one in shown.nearest.traits}
    assert {rung.registered for rung in hidden.ladder.rungs} == {None}
    assert "ROUVIERE" in {rung.registered for rung in shown.ladder.rungs}


def test_presence_learnt_from_the_file_is_that_of_the_whole_file(register, passages):
    learning = Strategy("learning", strategy("probabilistic").decide, ProbabilisticSettings(presence="file"))
    decisions = learning.run(passages, register)
    (one,) = explained(passages, ["T1"], register, learning)
    best = next(each.probability for each in one.ladder.alternatives if each.who == "best")
    assert math.isclose(best, decisions["probability"][1], rel_tol=1e-12)


def test_real_people_are_neither_looked_for_nor_shown(tmp_path, passages):
    register_of(tmp_path / "register", *PEOPLE)
    facts = tmp_path / "register/register.toml"
    facts.write_text(facts.read_text("utf-8").replace("simulated = true", "simulated = false"), "utf-8")
    real = open_register(tmp_path / "register")
    (one,) = explained(passages, ["T1"], real, strategy("cdc"))
    assert (one.nearest, one.stages) == (None, (("cdc_1", 0),))
    with pytest.raises(UsageError) as refused:
        explained(passages, ["T1"], real, strategy("cdc"), reveal=True)
    assert refused.value.code == "linkage_report.no_reveal"


def test_a_name_that_no_passage_has(register, passages):
    with pytest.raises(UsageError) as refused:
        explained(passages, ["absent"], register, strategy("cdc"))
    assert refused.value.code == "linkage_report.unknown_passage"
