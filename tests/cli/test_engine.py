"""The commands that look into the engine, as their users type them."""

import json
import re

import pytest

from matching.deposit.writer import write_deposit
from tests.builders import HEADER, holder, passages_of, person, register_of
from tests.cli.commands import nirisation

PEOPLE = (
    person(0, birth_name="OUVRELEUIL", given_names=["ZEPHYRINE", "QUITTERIE"], birth_place="97107"),
    person(1, birth_name="OUVRELEUIL", given_names=["ADELAIDE"], birth_place="97107"),
    *(person(k, birth_name="AUTRE" + chr(60 + k), given_names=["PAULE"], birth_year=1900 + k) for k in range(5, 40)),
)
HOLDERS = (
    holder(birth_name="OUVRELEUL", given_name_1="Zéphirine", birth_month="12", birth_day="3", insee_code="33063"),
    holder(birth_name="Ouvreleuil", given_name_1="Zéphyrine", insee_code="97107"),
    holder(birth_name="PERSONNE", given_name_1="Zoé", birth_year="2001", insee_code="33063"),
)
MATCH = ("match", "janvier.xml", "--register", "register", "--strategy", "probabilistic")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with a simulated register, the same not marked simulated, and a deposit of three."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NIRISATION_INDEX", raising=False)
    for name in ("register", "real"):
        register_of(tmp_path / name, *PEOPLE)
    facts = tmp_path / "real/register.toml"
    facts.write_text(facts.read_text("utf-8").replace("simulated = true", "simulated = false"), encoding="utf-8")
    write_deposit(tmp_path / "janvier.xml", passages_of(*HOLDERS), HEADER)
    text = (tmp_path / "janvier.xml").read_text(encoding="utf-8")
    (tmp_path / "ko.xml").write_text(text.replace("<cpf:sexe>F<", "<cpf:sexe>H<"), encoding="utf-8")
    return tmp_path


def layout(told):
    """What was printed without the figures that another weight table changes, nor the widths that follow them."""
    lines = (re.sub(r"[+−]?\d+[.,]\d+", "#", line).strip() for line in told.splitlines())
    return "\n".join(re.sub(r"[ ─]{2,}", "  ", line) for line in lines)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_ladder_of_a_passage(lang, snapshot):
    assert layout(nirisation(*MATCH, "--explain", "T0", "--lang", lang)) == snapshot
    assert layout(nirisation(*MATCH, "--explain", "T2", "--lang", lang)) == snapshot


def test_the_ladder_shown_sums_to_its_last_line():
    told = nirisation(*MATCH, "--explain", "T1", "--lang", "en")
    rungs = [line for line in told.splitlines() if re.search(r"[+−]?\d+\.\d\s*$", line)]
    numbers = [[float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d+\.\d", line)] for line in rungs]
    *parts, (score,) = numbers
    assert sum(part for row in parts for part in row[:-1]) == pytest.approx(score)
    assert len(parts) == 9  # seven traits, the number of persons, presence


def test_the_ladder_for_programs(snapshot):
    told = json.loads(nirisation(*MATCH, "--explain", "T0", "--explain", "T2", "--format", "json"))
    assert told["strategy"] == "probabilistic"
    assert [one["id_technique"] for one in told["passages"]] == ["T0", "T2"]
    first = told["passages"][0]
    assert {name: sorted(first[name][0]) if isinstance(first[name], list) else None for name in first} == snapshot
    bits = [rung["bits"] for rung in first["rungs"]] + [first["persons_bits"], first["presence_bits"]]
    assert sum(bits) == pytest.approx(first["score"])


def test_register_values_are_shown_when_asked_for_only(snapshot):
    secrets = ("OUVRELEUIL", "ZEPHYRINE", "QUITTERIE", "97107", "1967-03-12")
    for form in ("text", "json"):
        told = nirisation(*MATCH, "--explain", "T0", "--format", form)
        assert not [secret for secret in secrets if secret in told]
    shown = nirisation(*MATCH, "--explain", "T0", "--reveal")
    assert [secret for secret in secrets if secret not in shown] == []
    assert layout(shown) == snapshot


@pytest.mark.parametrize("strategy", ["probabilistic", "cdc", "insi", "csns"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_of_people_is_shown_from_a_register_that_is_not_simulated(strategy, form):
    words = ("match", "janvier.xml", "--register", "real", "--strategy", strategy, "--format", form)
    told = nirisation(*words, "--explain", "T0", "--explain", "T1")
    sent = [value for each in HOLDERS[:2] for name, value in each.items() if value and len(value) > 3]
    for value in (*sent, "OUVRELEUIL", "ZEPHYRINE", "QUITTERIE", "97107", "ADELAIDE"):
        assert value not in told
    assert not re.search(r"(?<![\d.])\d{13}", told)


@pytest.mark.parametrize("strategy", ["cdc", "insi", "csns"])
def test_a_strategy_without_bits_tells_agreements_and_stages(strategy, snapshot):
    words = ("match", "janvier.xml", "--register", "register", "--strategy", strategy)
    assert layout(nirisation(*words, "--explain", "T1")) == snapshot
    told = json.loads(nirisation(*words, "--explain", "T1", "--format", "json"))["passages"][0]
    assert set(told["agreements"]) == {"birth_name", "given_names", "sex", "birth_date", "birth_place"}
    assert set(told["nearest"]) == {"traits", "reason"}


def test_who_came_closest_is_told_with_what_kept_them_out(folder):
    words = ("match", "janvier.xml", "--register", "register", "--explain", "T0", "--lang", "en")
    told = nirisation(*words)
    assert "enough to keep this person out: birth name, given name." in told
    assert "ZEPHYRINE" not in told
    assert "ZEPHYRINE" in nirisation(*words, "--reveal")
    assert "Nobody else in the register resembles" in nirisation(*words[:5], "T2", "--lang", "en")
    real = nirisation(*words[:3], "real", *words[4:])
    assert "Not a simulated register" in real
    assert not (folder / "real" / "linkage-index").exists()


def test_a_refused_structure_is_not_explained():
    words = ("match", "ko.xml", "--register", "register", "--explain", "T0")
    assert nirisation(*words, code=1).startswith("KO")
    nirisation(*words, "--fail-on", "never")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_answers_of_the_search_stand_under_the_messages(lang, snapshot):
    assert nirisation(*MATCH, "--lang", lang, code=1) == snapshot
    assert sum(json.loads(nirisation(*MATCH, "--format", "json", code=1))["outcomes"].values()) == 3


def test_the_blocking_report(folder, snapshot):
    words = ("blocking", "janvier.xml", "--register", "register")
    assert nirisation(*words) == snapshot
    assert nirisation(*words, "--lang", "en") == snapshot
    told = json.loads(nirisation(*words, "-o", "out", "--format", "json"))
    assert told["possible"] == 3 * 37
    assert told["files"] == ["out/blocking.csv"]
    header, *rows = (folder / "out/blocking.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header == "pass;lookups;met;dropped;rows;pairs;only_here"
    assert len(rows) == len(told["passes"])


def test_weights_of_a_file_serve_its_matching(folder, snapshot):
    words = ("weights", "janvier.xml", "--register", "register", "-o", "table.toml", "--trust", "5")
    told = layout(nirisation(*words, "--date", "2026-03-02"))
    assert [line for line in told.splitlines() if "#" not in line] == snapshot  # which levels move is the table's
    first = (folder / "table.toml").read_bytes()
    told = json.loads(nirisation(*words, "--date", "2026-03-02", "--format", "json", "--lang", "en"))
    assert (folder / "table.toml").read_bytes() == first
    assert told["provenance"]["date"] == "2026-03-02"
    assert told["provenance"]["trust"] == 5
    (folder / "mine.toml").write_text('strategy = "probabilistic"\nweights = "table.toml"\n', encoding="utf-8")
    by_settings = ("match", "janvier.xml", "--register", "register", "--settings", "mine.toml", "--format", "json")
    assert json.loads(nirisation(*by_settings, code=1))["strategy"]["settings"]["weights"] == "table.toml"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([*MATCH, "--explain", "absent"], 2),
        ([*MATCH, "--reveal"], 2),
        ([*MATCH[:3], "real", *MATCH[4:], "--explain", "T0", "--reveal"], 2),
        (["blocking", "absent.xml", "--register", "register"], 3),
        (["blocking", "janvier.xml", "--register", "absent"], 3),
        (["blocking", "janvier.xml", "--register", "register", "-o", "janvier.xml"], 2),
        (["blocking", "janvier.xml", "--register", "register", "--settings", "cdc.toml"], 2),
        (["weights", "janvier.xml", "--register", "register", "-o", "absent/table.toml"], 2),
        (["weights", "janvier.xml", "--register", "register", "-o", "t.toml", "--settings", "no-table.toml"], 2),
    ],
)
def test_what_cannot_be_done_is_one_clear_sentence(folder, words, code, snapshot):
    (folder / "cdc.toml").write_text('strategy = "cdc"\n', encoding="utf-8")
    (folder / "no-table.toml").write_text('strategy = "probabilistic"\nweights = "none.toml"\n', encoding="utf-8")
    for lang in ("fr", "en"):
        told = nirisation(*words, "--lang", lang, code=code)
        assert len(told.strip().splitlines()) == 1
        assert told.replace(str(folder), "…") == snapshot
