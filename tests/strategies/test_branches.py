"""Holders given by a file number or by their NIR, whatever the strategy."""

from dataclasses import replace

import pytest

from matching.identity.outcomes import Message, Outcome
from matching.strategies.table import STRATEGIES
from tests.builders import crowd, holder, passages_of, person, register_of

UNTOLD = {"sex": None, "birth_year": None, "birth_month": None, "birth_day": None, "insee_code": None}


@pytest.fixture(params=sorted(STRATEGIES))
def strategy(request):
    return STRATEGIES[request.param]


@pytest.fixture
def register(tmp_path):
    return register_of(tmp_path / "register", person(0), person(1, birth_name="PERRIN"), *crowd())


def test_a_training_file_number_is_an_assumption_and_says_so(strategy, register):
    told = passages_of(holder(branch="dossier_formation", **UNTOLD))
    (found,) = strategy.run(told, register).to_dicts()
    assert (found["outcome"], found["message"], found["stages"]) == (Outcome.INVALID, None, None)
    assert found["assumption"] == "file_number_accepted"
    doubting = replace(strategy, settings=replace(strategy.settings, accept_file_number=False))
    (refused,) = doubting.run(told, register).to_dicts()
    assert (refused["message"], refused["assumption"]) == (Message.NOBODY, None)


def test_a_declared_nir_is_looked_up_and_its_birth_name_compared(strategy, register):
    number = next(register.shards())["nir"][0][:13]
    told = [
        holder(branch="identifiant_national", declared_nir=number, birth_name=name, **UNTOLD)
        for name in ("Rouvière", "PERRIN", None)
    ]
    found = strategy.run(passages_of(*told), register)
    assert found["person"].to_list() == [0, None, None]
    assert found["message"].to_list() == [None, Message.NOBODY, Message.NOBODY]
    assert found["stages"].to_list() == [[1], [0], [0]]
    assert found.select("agree_birth_name", "agree_sex").row(0) == ("agree", "missing")


def test_the_branches_of_a_file_keep_its_order(strategy, register):
    number = next(register.shards())["nir"][1][:13]
    told = passages_of(
        holder(branch="identifiant_national", declared_nir=number, birth_name="PERRIN", **UNTOLD),
        holder(),
        holder(branch="dossier_formation", **UNTOLD),
        holder(birth_name="PERSONNE"),
    )
    found = strategy.run(told, register)
    assert found["passage"].to_list() == [0, 1, 2, 3]
    assert found["person"].to_list() == [1, 0, None, None]
