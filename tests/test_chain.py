"""The chain from a deposit file to its receipt, and the files of a run."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from matching.chain import match_deposit, write_run
from matching.deposit.receipt import read_receipt
from matching.deposit.writer import write_deposit
from matching.identity.frames import DECISIONS
from matching.identity.mock_nir import is_mock_nir
from matching.identity.outcomes import Message
from matching.strategies.admission import Admission
from matching.strategies.lists import read_accepted
from matching.strategies.table import strategy
from tests.builders import HEADER, holder, passages_of, person, register_of

SAMPLES = Path(__file__).parents[1] / "data/samples"
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def register(tmp_path):
    return register_of(
        tmp_path / "register",
        person(0),
        person(1, birth_name="PERRIN", given_names=["LOU"]),
        person(2, birth_name="PERRIN", given_names=["LOU"]),
    )


@pytest.fixture
def deposit(tmp_path):
    told = [
        holder(),
        holder(birth_day="30"),
        holder(birth_name="Perrin", given_name_1="Lou"),
        holder(birth_name="PERSONNE"),
        holder(certification_index=1, certification_type="RS", certification_code="6042"),
        holder(validity_start="2026-02-20", validity_end="2020-01-01"),
    ]
    return write_deposit(tmp_path / "janvier.xml", passages_of(*told), HEADER)


def test_the_receipt_says_what_the_decisions_say(deposit, register):
    run = match_deposit(deposit, register, strategy("cdc"))
    told = dict(zip(run.decisions["id_technique"], run.decisions["message"], strict=True))
    assert {refused.id_technique: refused.number for refused in run.receipt.ko} == {
        key: message for key, message in told.items() if message is not None
    }
    assert list(run.receipt.ok) == [key for key, message in told.items() if message is None]
    assert run.receipt.id_flux == HEADER.id_flux
    assert sorted(n for n in told.values() if n is not None) == [
        Message.NOBODY,
        Message.SEVERAL,
        Message.CERTIFICATION,
        Message.VALIDITY_DATES,
    ]


def test_the_summary_adds_up_and_counts_what_contradicts(deposit, register):
    summary = match_deposit(deposit, register, strategy("cdc")).summary
    assert (summary.passages, summary.ok, summary.flagged) == (6, 2, 1)
    assert summary.ok + sum(summary.ko.values()) == summary.passages
    strict = match_deposit(deposit, register, strategy("cdc+date")).summary
    assert (strict.ok, strict.flagged) == (1, 0)


def test_the_files_of_a_run(deposit, register, tmp_path):
    run = match_deposit(deposit, register, strategy("cdc"))
    paths = write_run(run, tmp_path / "out", DAY)
    assert [path.name for path in paths] == [
        "Accusé de traitement_janvier.xml_20260302.xml",
        "receipt.xml",
        "decisions.parquet",
        "decisions.csv",
        "accepted.csv",
        "run.json",
    ]
    assert read_receipt(paths[0]) == read_receipt(paths[1]) == run.receipt
    decisions = DECISIONS.check(pl.read_parquet(paths[2]))
    assert decisions.equals(run.decisions)
    assert all(is_mock_nir(number) for number in decisions["nir"].drop_nulls())
    facts = json.loads(paths[5].read_text(encoding="utf-8"))
    assert facts["counts"]["ok"] + sum(facts["counts"]["ko"].values()) == facts["counts"]["passages"] == 6
    assert facts["strategy"]["settings"]["places"]["history"] is True


def test_same_input_same_bytes(deposit, register, tmp_path):
    def bytes_of(folder):
        paths = write_run(match_deposit(deposit, register, strategy("cdc")), tmp_path / folder, DAY)
        return [path.read_bytes() for path in paths]

    assert bytes_of("once") == bytes_of("twice")


def test_what_was_accepted_is_message_5_the_next_time(deposit, register, tmp_path):
    first = match_deposit(deposit, register, strategy("cdc"))
    write_run(first, tmp_path / "out", DAY)
    again = Admission(read_accepted(tmp_path / "out/accepted.csv"))
    second = match_deposit(deposit, register, strategy("cdc"), admission=again)
    assert second.summary.ok == 0
    assert second.summary.ko[Message.ALREADY_ACCEPTED] == first.summary.ok
    assert "41QRT905" in next(one.message for one in second.receipt.ko if one.number == Message.ALREADY_ACCEPTED)


def test_a_refused_structure_gives_form_a_and_no_decision(deposit, register, tmp_path):
    deposit.write_text(deposit.read_text(encoding="utf-8").replace("<cpf:sexe>F<", "<cpf:sexe>H<", 1), encoding="utf-8")
    run = match_deposit(deposit, register, strategy("cdc"))
    assert (run.receipt.form, run.decisions, run.summary) == ("A", None, None)
    paths = write_run(run, tmp_path / "out", DAY)
    assert [path.name for path in paths][1:] == ["receipt.xml", "run.json"]
    assert read_receipt(paths[1]).errors == run.receipt.errors


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("deposit-*.xml")), ids=lambda path: path.name)
def test_every_sample_goes_through(sample, register):
    run = match_deposit(sample, register, strategy("cdc"))
    assert run.control.is_ok
    assert run.summary.passages == 4
    by_file_number = (run.passages["branch"] == "dossier_formation").sum()
    assert run.summary.assumed == run.summary.ok == by_file_number  # nobody of the samples is in this register
