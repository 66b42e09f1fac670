"""Who came closest without being accepted: never the one who was, and kept out by what the strategy refuses."""

import pytest

from matching.identity.errors import UsageError
from matching.register.folder import open_register
from matching.strategies.ladder import SENT
from matching.strategies.nearest import near_misses
from matching.strategies.settings import ProbabilisticSettings
from matching.strategies.table import STRATEGIES, Strategy, strategy
from tests.builders import crowd, holder, passages_of, person, register_of

GOFF = {"birth_name": "LE-GOFF", "birth_year": 1980}
PEOPLE = (
    person(0),
    person(0, kind="usage", birth_name="MONTGAILLARD"),
    person(1, given_names=["LOUISE"]),  # a sister born on the same day
    person(2, given_names=["ANNE-LISE"], birth_place="29019", **GOFF),
    person(3, given_names=["ANNE-LISE"], birth_month=5, birth_place="29019", **GOFF),
    person(4, birth_name="DELMAS", given_names=["JEAN"], sex="M", birth_year=1950),
    person(5, birth_name="DELMAS", given_names=["JEAN"], sex="M", birth_year=1950),  # nobody can tell them apart
    *crowd(),
)
DELMAS = {"birth_name": "DELMAS", "given_name_1": "Jean", "sex": "M", "birth_year": "1950"}
ANNE = {"birth_name": "LE-GOFF", "given_name_1": "ANNE-LISE", "birth_year": "1980", "insee_code": "29019"}


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return register_of(tmp_path_factory.mktemp("nearest") / "register", *PEOPLE)


def missed(register, chosen, *holders, **options):
    passages = passages_of(*holders)
    persons = chosen.run(passages, register)["person"].to_list()
    return near_misses(passages, persons, register, chosen, **options)


@pytest.mark.parametrize(
    ("name", "sent", "reason", "kept_out_by"),
    [
        # The funnel: a letter too many, a hyphen lost, then a month where two people share the rest.
        ("cdc", holder(given_name_1="Camile"), "traits", ("given_names",)),
        ("cdc", holder(**ANNE | {"birth_name": "LE GOFF"}), "traits", ("birth_name",)),
        ("cdc", holder(**ANNE | {"birth_name": "LE GOFF", "given_name_1": "Anne"}), "traits",
         ("birth_name", "given_names")),
        ("cdc", holder(**ANNE, birth_month="4"), "traits", ("birth_date",)),
        ("cdc", holder(**DELMAS), "namesakes", ()),
        # A date that the funnel never looks at refuses nobody, unless a setting says so.
        ("cdc", holder(given_name_1="Camile", birth_day="13"), "traits", ("given_names",)),
        ("cdc+date", holder(given_name_1="Camile", birth_day="13"), "traits", ("given_names", "birth_date")),
        # Strict equalities.
        ("insi", holder(birth_day="13"), "traits", ("birth_date",)),
        ("insi", holder(birth_name="MONTGAILLARD"), "traits", ("birth_name",)),
        # A cascade: either alone would pass by one of its steps.
        ("csns", holder(birth_day="3", birth_month="12", insee_code="33063"), "together", ()),
        ("csns", holder(sex="M"), "traits", ("sex",)),
        # Whoever is accepted, the next one is the miss.
        ("cdc", holder(), "traits", ("given_names",)),
        ("probabilistic", holder(), "traits", ("given_names",)),
        ("probabilistic", holder(**DELMAS), "namesakes", ()),
    ],
)  # fmt: skip
def test_what_keeps_somebody_out_is_what_the_strategy_refuses(register, name, sent, reason, kept_out_by):
    (miss,) = missed(register, strategy(name), sent)
    assert (miss.reason, miss.kept_out_by) == (reason, kept_out_by)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_miss_tells_every_trait_and_no_value_of_the_register(register, name):
    found = missed(register, strategy(name), holder(given_name_1="Camile"), holder(), holder(**ANNE, birth_month="4"))
    for miss in found:
        assert tuple(one.trait for one in miss.traits) == tuple(SENT)
        assert {one.registered for one in miss.traits} == {None}


def test_values_of_the_register_are_as_it_writes_them(register):
    (miss,) = missed(register, strategy("cdc"), holder(**ANNE | {"birth_name": "LE GOFF"}), reveal=True)
    told = {one.trait: (one.sent, one.registered) for one in miss.traits}
    assert told["birth_name"] == ("LE GOFF", "LE-GOFF")
    assert told["birth_date"] == ("1980-3-12", "1980-3-12")
    assert told["usage_name"] == (None, None)
    (miss,) = missed(register, strategy("insi"), holder(birth_name="MONTGAILLARD"), reveal=True)
    told = {one.trait: one.registered for one in miss.traits}
    assert (told["birth_name"], told["usage_name"], told["other_names"]) == ("ROUVIERE", "MONTGAILLARD", "JEANNE")


def test_several_passages_have_each_their_own(register):
    alone = [missed(register, strategy("cdc"), sent)[0] for sent in (holder(given_name_1="Camile"), holder(**DELMAS))]
    nobody = holder(birth_name="ZZYX", given_name_1="Qwor", birth_year="1901", birth_month=None, birth_day=None,
                    insee_code=None)  # fmt: skip
    found = missed(register, strategy("cdc"), holder(given_name_1="Camile"), nobody, holder(**DELMAS))
    assert found == [alone[0], None, alone[1]]
    assert missed(register, strategy("cdc"), nobody) == [None]


def test_presence_learnt_from_the_file_is_not_learnt_from_what_is_asked_again(register):
    learning = Strategy("learning", strategy("probabilistic").decide, ProbabilisticSettings(presence="file"))
    assert missed(register, learning, holder()) == missed(register, strategy("probabilistic"), holder())


def test_a_register_of_real_people_is_refused(tmp_path):
    register_of(tmp_path / "register", *PEOPLE)
    facts = tmp_path / "register/register.toml"
    facts.write_text(facts.read_text("utf-8").replace("simulated = true", "simulated = false"), "utf-8")
    with pytest.raises(UsageError) as refused:
        near_misses(passages_of(holder()), [None], open_register(tmp_path / "register"), strategy("cdc"))
    assert refused.value.code == "linkage_report.no_nearest"
