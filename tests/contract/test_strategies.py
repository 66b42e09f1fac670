"""What every strategy of the table keeps, whatever it computes."""

import polars as pl
import pytest

from matching.identity.frames import DECISIONS
from matching.identity.outcomes import Outcome
from matching.strategies.table import STRATEGIES
from tests.builders import holder, passages_of, person, register_of

PEOPLE = (
    person(0),
    person(0, kind="usage", birth_name="MONTGAILLARD"),
    person(1, birth_name="PERRIN", given_names=["JEAN-BAPTISTE"], sex="M", birth_year=2001, birth_place="69387"),
    person(2, birth_name="ZELLAGUI", given_names=["NOUREDDINE"], sex="M", birth_month=None, birth_day=None),
    person(3, birth_month=7),
)
HOLDERS = (
    holder(),
    holder(birth_month=None, birth_day=None, insee_code=None),
    holder(birth_name="Perrin", given_name_1="Jean-Baptiste", sex="M", birth_year="2001", insee_code="69123"),
    holder(birth_name="ZELLAGUI", given_name_1="NOUREDDINE", sex="M", birth_day=None, birth_month=None),
    holder(birth_name="PERSONNE", insee_code=None),
    holder(birth_name=None),
)


@pytest.fixture(params=sorted(STRATEGIES))
def strategy(request):
    return STRATEGIES[request.param]


@pytest.fixture
def register(tmp_path):
    return register_of(tmp_path / "register", *PEOPLE)


def test_one_decision_per_passage_of_the_contract(strategy, register):
    passages = passages_of(*HOLDERS)
    decisions = DECISIONS.check(strategy.run(passages, register))
    assert decisions["passage"].to_list() == passages["passage"].to_list()
    assert decisions["id_technique"].to_list() == passages["id_technique"].to_list()


def test_ok_exactly_when_a_person_is_named(strategy, register):
    decisions = strategy.run(passages_of(*HOLDERS), register)
    ok = decisions["outcome"].cast(pl.String).is_in([str(outcome) for outcome in Outcome if outcome.is_ok])
    assert ok.to_list() == decisions["person"].is_not_null().to_list()
    assert ok.to_list() == decisions["nir"].is_not_null().to_list()
    assert ok.to_list() == decisions["message"].is_null().to_list()


def test_an_identical_record_is_found_and_a_homonym_makes_it_several(strategy, tmp_path):
    alone = register_of(tmp_path / "alone", person(0))
    twice = register_of(tmp_path / "twice", person(0), person(1))
    assert strategy.run(passages_of(holder()), alone)["outcome"].to_list() == [Outcome.FOUND]
    assert strategy.run(passages_of(holder()), twice)["outcome"].to_list() == [Outcome.SEVERAL]


def test_twice_is_the_same(strategy, register):
    passages = passages_of(*HOLDERS)
    assert strategy.run(passages, register).equals(strategy.run(passages, register))


def test_the_order_of_passages_and_shards_does_not_matter(strategy, register, tmp_path):
    passages = passages_of(*HOLDERS)
    turned = strategy.run(passages.reverse(), register_of(tmp_path / "shards", *reversed(PEOPLE), shards=3))
    assert turned.sort("passage").equals(strategy.run(passages, register))


def test_an_unrelated_person_changes_nothing(strategy, register, tmp_path):
    stranger = person(9, birth_name="QUELQU'UN", given_names=["ZOE"], birth_year=1931, birth_place="29019")
    passages = passages_of(*HOLDERS)
    more = register_of(tmp_path / "more", *PEOPLE, stranger)
    assert strategy.run(passages, more).equals(strategy.run(passages, register))


def test_missing_and_different_are_told_apart(strategy, register):
    differs, lacks = holder(birth_name="PERRIN", given_name_1="JEAN-BAPTISTE", sex="M", birth_year="2001"), None
    lacks = {**differs, "insee_code": None}
    decisions = strategy.run(passages_of(differs, lacks), register)
    assert decisions["agree_birth_place"].to_list() == ["differ", "missing"]


def test_an_empty_deposit_is_an_empty_answer(strategy, register):
    empty = passages_of(holder()).clear()
    assert strategy.run(empty, register).height == 0
