"""Growth is measured where a deposit can be drawn, and in the states that are asked for."""

import pytest

from benchmarks import scale
from benchmarks.linkage_speed import Spent
from tests.builders import person, register_of


@pytest.fixture
def register(tmp_path):
    return register_of(tmp_path / "register", *(person(number, birth_name=f"PERSONNE{number}") for number in range(10)))


def test_a_register_with_too_few_people_for_a_file_is_left_out_of_it(register, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(scale, "drawn", lambda *_: pytest.fail("drawn all the same"))
    scale.run([register.folder], [500], 1, ["probabilistic"], tmp_path)
    assert "10 persons are too few for 500 passages" in capsys.readouterr().out


def test_only_the_states_asked_for_are_run_and_warm_always(register, tmp_path, monkeypatch):
    run, deposit = [], tmp_path / "deposit.xml"
    deposit.write_text("<anything/>", encoding="utf-8")
    monkeypatch.setattr(scale, "spent", lambda command: run.append(command) or Spent(1.0, 1.0, 1.0))
    taken = scale._taken(deposit, register, "probabilistic", 2, tmp_path, ["cold"])
    assert {state: len(each) for state, each in taken.items()} == {"warm": 2, "cold": 2}
    everything = scale._taken(deposit, register, "probabilistic", 1, tmp_path, scale.STATES)
    assert set(everything) == set(scale.STATES)
    assert set(scale._taken(deposit, register, "cdc", 1, tmp_path, scale.STATES)) == {"warm", "cold"}
