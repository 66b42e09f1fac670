"""The command line: files written, exit codes, one sentence per error, both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sngi_mock.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_generate_then_draw_then_describe(tmp_path: Path) -> None:
    assert run("generate", tmp_path / "register", "--size", "2000", "--seed", "3").exit_code == 0
    drawn = run("draw", tmp_path / "register", "-o", tmp_path / "out", "--passages", "50", "--lang", "en")
    assert drawn.exit_code == 0
    assert drawn.output.startswith("Deposit of 50 passages written to")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "deposit.csv",
        "deposit.xlsx",
        "deposit.xml",
        "scenario.toml",
        "truth.parquet",
    ]
    described = run("describe", tmp_path / "register", "--format", "json")
    persons = next(figure for figure in json.loads(described.output) if figure["name"] == "persons")
    assert persons == {
        "section": "size",
        "group": "",
        "name": "persons",
        "value": 2000,
        "published": None,
        "gap_points": None,
        "source": "",
    }


def test_describe_prints_each_section_in_french(register: Path) -> None:
    output = run("describe", register).output
    assert all(title in output for title in ("Naissances en France par décennie", "Homonymes", "MARTIN"))
    assert re.search(r"personnes\s+│\s+100\u202f000", output)


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    assert run("generate", tmp_path / "register", "--size", "300", "-q").output == ""
    assert run("draw", tmp_path / "register", "-o", tmp_path / "out", "--passages", "5", "-q").output == ""


def test_errors_are_one_sentence_on_stderr_with_their_exit_code(register: Path, tmp_path: Path) -> None:
    cases = [
        (("generate", register, "--size", "10"), 2, "--force"),
        (("draw", register, "-o", tmp_path / "out", "--passages", "10", "--profile", "awful"), 2, "awful"),
        (("draw", register, "-o", tmp_path / "out", "--passages", "10", "--profile", "single:E99"), 2, "E99"),
        (("draw", register, "-o", tmp_path / "out", "--passages", "10", "--file-error", "fire"), 2, "fire"),
        (("draw", register, "-o", register / "register.toml", "--passages", "10"), 2, "register.toml"),
        (("draw", tmp_path / "nowhere", "-o", tmp_path / "out", "--passages", "10"), 3, "nowhere"),
        (("describe", tmp_path / "nowhere"), 3, "nowhere"),
    ]
    for arguments, code, fact in cases:
        found = run(*arguments)
        assert (found.exit_code, found.stdout) == (code, ""), arguments
        assert fact in found.stderr
        assert found.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [("generate", "x", "--size", "0"), ("draw", "x"), ("describe",), ("unknown",)])
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, sngi_mock.cli; print(sorted({'polars', 'numpy', 'lxml', 'rich'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_module_runs_as_a_command() -> None:
    found = subprocess.run([sys.executable, "-m", "sngi_mock", "--help"], capture_output=True, text=True, check=True)
    assert all(command in found.stdout for command in ("generate", "draw", "describe"))
