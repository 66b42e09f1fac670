"""Every benchmark at both sizes: commands that exist, options that they take, results kept apart."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import everything
from benchmarks.__main__ import main
from benchmarks.everything import FULL, PLAN, SMALL
from benchmarks.machine import COMMITTED, RESULTS_VARIABLE

ARE_NO_MEASURE = {"all", "render", "weights", "forecast-model", "causes-model"}


@pytest.mark.parametrize("size", [SMALL, FULL])
@pytest.mark.parametrize("name", PLAN)
def test_a_command_takes_what_the_plan_gives_it(name, size):
    commands = everything.commands([name], size, Path("work"))
    (_, *options) = commands[name]
    main.commands[name].make_context(name, options)


def test_every_measure_is_in_the_plan():
    assert set(PLAN) == set(main.commands) - ARE_NO_MEASURE


def test_named_questions_are_run_in_the_order_of_the_plan():
    assert list(everything.commands(["febrl", "control"], SMALL, Path("work"))) == ["control", "febrl"]
    assert list(everything.commands([], FULL, Path("work"))) == list(PLAN)
    small = everything.commands([], SMALL, Path("work"))
    assert [name for name in PLAN if name not in small] == ["funnel", "febrl", "check-speed"]


@pytest.mark.parametrize(("size", "place"), [(SMALL, "work/results"), (FULL, COMMITTED)])
def test_small_results_are_kept_apart(size, place, tmp_path, monkeypatch):
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, env, **_: seen.append((command, env[RESULTS_VARIABLE])))
    everything.run(["control", "febrl"], size, Path("work"))
    assert [command[3] for command, _ in seen] == ["control", "febrl", "render"]
    assert {results for _, results in seen} == {str((tmp_path / place).resolve())}
    assert all(command[0] == sys.executable for command, _ in seen)
