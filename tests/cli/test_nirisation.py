"""The command line as its users type it: what is printed, and the exit code."""

import json
import re
from pathlib import Path

import pytest

from matching.deposit.writer import write_deposit
from matching.strategies.table import STRATEGIES
from tests.builders import HEADER, holder, passages_of, person, register_of
from tests.cli.commands import nirisation

SAMPLES = Path(__file__).parents[2] / "data/samples"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with a register and a deposit of one OK and one KO."""
    monkeypatch.chdir(tmp_path)
    register_of(tmp_path / "register", person(0))
    write_deposit(tmp_path / "janvier.xml", passages_of(holder(), holder(birth_name="PERSONNE")), HEADER)
    text = (tmp_path / "janvier.xml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text('strategy = "csns"\nstep = ["exact"]\n', encoding="utf-8")
    (tmp_path / "ko.xml").write_text(text.replace("<cpf:sexe>F<", "<cpf:sexe>H<"), encoding="utf-8")
    return tmp_path


def test_control_of_a_good_file(snapshot):
    assert nirisation("control", "janvier.xml") == snapshot
    assert nirisation("control", "janvier.xml", "--lang", "en") == snapshot


def test_control_of_a_bad_file(snapshot):
    assert nirisation("control", "ko.xml", code=1) == snapshot
    assert nirisation("control", "ko.xml", "--lang", "en", "--max", "1", code=1) == snapshot
    nirisation("control", "ko.xml", "--fail-on", "never")


def test_control_for_programs():
    told = json.loads(nirisation("control", "ko.xml", "--format", "json", code=1))
    assert (told["ok"], told["n_errors"], told["version"]) == (False, 2, "1.1.2")
    assert {(error["field_id"], error["element"], error["value"]) for error in told["errors"]} == {("8.9", "sexe", "H")}


def test_a_sample_of_the_newer_version_in_the_older_one():
    nirisation("control", SAMPLES / "deposit-1.1.5.xml")
    nirisation("control", SAMPLES / "deposit-1.1.5.xml", "--schema", "1.1.2", code=1)


def test_match_tells_the_story_in_a_few_lines(folder, snapshot):
    told = nirisation("match", "janvier.xml", "--register", "register", "-o", "out", "--date", "2026-03-02", code=1)
    assert told == snapshot
    assert len(told.splitlines()) <= 25
    assert (folder / "out/Accusé de traitement_janvier.xml_20260302.xml").exists()


def test_match_in_english(snapshot):
    assert nirisation("match", "janvier.xml", "--register", "register", "--lang", "en", code=1) == snapshot


def test_match_of_a_refused_structure_writes_form_a(folder, snapshot):
    told = nirisation("match", "ko.xml", "--register", "register", "-o", "out", "--date", "2026-03-02", code=1)
    assert told == snapshot
    assert "<erreurs>" in (folder / "out/receipt.xml").read_text(encoding="utf-8")


def test_match_for_programs():
    told = json.loads(nirisation("match", "janvier.xml", "--register", "register", "--format", "json", code=1))
    assert told["counts"] == {"passages": 2, "ok": 1, "flagged": 0, "assumed": 0, "ko": {"1": 1}}
    assert told["strategy"]["name"] == "cdc"


@pytest.mark.parametrize(("fail_on", "code"), [("ko", 1), ("control", 0), ("never", 0)])
def test_what_makes_exit_code_1_is_chosen(fail_on, code):
    nirisation("match", "janvier.xml", "--register", "register", "--fail-on", fail_on, code=code)


def test_no_identity_is_printed():
    told = nirisation("match", "janvier.xml", "--register", "register", code=1)
    for value in ("ROUVIERE", "PERSONNE", "Camille", "75044"):
        assert value not in told
    assert not re.search(r"\d{13}", told)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["control", "absent.xml"], 3),
        (["control", "."], 3),
        (["match", "janvier.xml", "--register", "absent"], 3),
        (["match", "janvier.xml", "--register", "."], 3),
        (["match", "janvier.xml", "--register", "register", "--strategy", "magic"], 2),
        (["match", "janvier.xml", "--register", "register", "--settings", "absent.toml"], 3),
        (["match", "janvier.xml", "--register", "register", "--settings", "mine.toml"], 2),
        (["match", "janvier.xml", "--register", "register", "--settings", "mine.toml", "--strategy", "insi"], 2),
        (["strategies", "--settings", "magic"], 2),
        (["match", "janvier.xml", "--register", "register", "-o", "janvier.xml"], 2),
        (["match", "janvier.xml", "--register", "register", "--accepted", "janvier.xml"], 3),
        (["match", "janvier.xml", "--register", "register", "--codes", "absent.txt"], 3),
    ],
)
def test_what_cannot_be_done_is_one_clear_sentence(folder, words, code, snapshot):
    for lang in ("fr", "en"):
        told = nirisation(*words, "--lang", lang, code=code)
        assert len(told.strip().splitlines()) == 1
        assert told.replace(str(folder), "…") == snapshot


def test_usage_errors_are_click_s():
    assert "Missing option '--register'" in nirisation("match", "janvier.xml", code=2)
    assert "No such command" in nirisation("magic", code=2)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_match_by_every_strategy(name):
    # The second passage is a letter away from the register's only person: one strategy forgives that.
    ko = {} if name == "probabilistic" else {"1": 1}
    words = ["match", "janvier.xml", "--register", "register", "--strategy", name, "--format", "json"]
    told = json.loads(nirisation(*words, code=int(bool(ko))))
    assert told["counts"] == {"passages": 2, "ok": 2 - len(ko), "flagged": 0, "assumed": 0, "ko": ko}
    assert told["strategy"]["name"] == name


def test_settings_written_by_strategies_are_read_by_match(folder):
    written = nirisation("strategies", "--settings", "insi", "--lang", "en")
    (folder / "mine.toml").write_text(written.replace("echoes = true", "echoes = false"), encoding="utf-8")
    words = ["match", "janvier.xml", "--register", "register", "--settings", "mine.toml", "--format", "json"]
    told = json.loads(nirisation(*words, code=1))
    assert told["strategy"]["name"] == "insi"
    own = json.loads(nirisation("strategies", "--settings", "insi", "--format", "json"))["settings"]
    assert told["strategy"]["settings"] == own | {"echoes": False}


def test_the_settings_of_a_strategy(snapshot):
    for lang in ("fr", "en"):
        assert nirisation("strategies", "--settings", "cdc+date", "--lang", lang) == snapshot


def test_strategies(snapshot):
    assert nirisation("strategies") == snapshot
    told = json.loads(nirisation("strategies", "--format", "json", "--lang", "en"))
    assert set(told) == {"strategies", "hypotheses"}
    assert all(told["hypotheses"].values())


def test_demo_plays_the_whole_chain():
    told = nirisation("demo", "--size", "3000", "--passages", "100", "--format", "json")
    facts = json.loads(told[told.index("{") :])
    assert facts["counts"]["passages"] == 100
    assert all(Path(path).exists() for path in facts["files"])


def test_an_extract_becomes_a_register_that_match_reads():
    extract, mapping = SAMPLES / "register-extract.csv", SAMPLES / "register-mapping.toml"
    told = nirisation("import", extract, "--mapping", mapping, "-o", "own", "--simulated", code=1)
    assert "rejected.csv" in told
    facts = json.loads(nirisation("import", extract, "--mapping", mapping, "-o", "own", "--format", "json", code=1))
    assert facts["rows"] == facts["identities"] + facts["rejected"]
    nirisation("match", "janvier.xml", "--register", "own", "--fail-on", "never")


def test_a_mapping_that_is_none_is_a_clear_sentence():
    told = nirisation("import", SAMPLES / "register-extract.csv", "--mapping", "absent.toml", "-o", "own", code=3)
    assert "absent.toml" in told
    assert len(told.strip().splitlines()) == 1
