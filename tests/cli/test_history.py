"""``explain --history`` as its users type it."""

import json
import shutil

import pytest

from tests.cli.commands import nirisation
from tests.test_following import register, story  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def folder(story, tmp_path, monkeypatch):  # noqa: F811 - the fixture
    """A working folder that holds the deposits and receipts of a story."""
    shutil.copytree(story, tmp_path / "envois")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_story_in_a_screen(folder):
    told = nirisation("explain", "--history", "envois", "--today", "2026-05-15", "-o", "out")
    lines = told.splitlines()
    assert lines[0] == "Suivi de 3 envois au 15/05/2026"
    assert any("A-1" in line and "reste 5 jours" in line and "justificatifs.zip" in line for line in lines)
    assert len(lines) <= 25
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "history.csv", "history.html", "justificatifs.zip", "run.json",
    ]  # fmt: skip
    assert "3 sendings on 2026-05-21" in nirisation(
        "explain", "--history", "envois", "--today", "2026-05-21", "--lang", "en"
    )


def test_figures_for_programs():
    told = json.loads(nirisation("explain", "--history", "envois", "--today", "2026-05-21", "--format", "json"))
    assert (told["today"], told["counts"]["late"], told["counts"]["evidence"]) == ("2026-05-21", 1, 1)
    assert [one["day"] for one in told["sendings"]] == ["2026-03-02", "2026-04-01", "2026-05-04"]
    assert told["files"] == []


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        ([], "--history DIR", 2),
        (["envois/0.xml"], "--history DIR", 2),
        (["envois/0.xml", "envois/un.xml", "--today", "2026-05-15"], "--today", 2),
        (["envois/0.xml", "--history", "envois"], "receipt", 2),
        (["--history", "envois", "--register", "r", "--id-flux", "f"], "--register, --id-flux", 2),
        (["--history", "absent"], "absent", 3),
        (["--history", "."], "Rien à suivre", 3),
        (["--history", "envois", "-o", "envois/un.xml"], "un.xml", 2),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(words, told, code):
    assert told in nirisation("explain", *words, code=code)


def test_what_is_wrong_with_the_files_is_told_before_giving_up(folder):
    for name in ("un.xml", "deux.xml", "trois.xml"):
        (folder / "envois" / name).unlink()
    told = nirisation("explain", "--history", "envois", code=3)
    assert "0.xml" in told
    assert "idFlux" in told
