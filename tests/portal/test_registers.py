"""The register a portal looks in: made at first use, once; what cannot be made or opened is told."""

import shutil
import threading
import time
from dataclasses import replace

import pytest
import requests

from matching.identity.errors import RegisterError
from matching.portal import registers
from matching.portal.office import Office
from matching.portal.settings import PortalSettings
from matching.portal.testing import running_portal
from matching.strategies.table import strategy
from tests.portal.client import deposited, send, settled


def test_a_register_is_made_at_first_use_and_deposits_wait(portal_register, deposit, tmp_path, monkeypatch):
    asked = threading.Event()

    def generator(words, tell):
        tell()
        asked.wait()
        assert (words[0], words[2:]) == ("generate", ["--size", 1_000, "--seed", 3, "--quiet"])
        shutil.copytree(portal_register, words[1])

    monkeypatch.setattr(registers, "run_generator", generator)
    settings = PortalSettings(tmp_path / "portal", size=1_000, seed=3)
    with running_portal(settings) as portal:
        told = requests.get(f"{portal.url}/portail", timeout=30).json()
        assert (told["personnes"], told["registre"][:14]) == (None, "En préparation")
        number = send(portal, deposit(strangers=["A-1"])).json()["numero"]
        assert portal.office.deposit(number).status.text == "traitement en cours"
        asked.set()
        assert settled(portal, number)["ko"] == 1
        told = requests.get(f"{portal.url}/portail", timeout=30).json()
        assert (told["personnes"], told["registre_simule"], told["registre"]) == (12, True, "Prêt.")
    made = settings.folder / "register-1000-3"
    before = made.stat().st_mtime_ns
    assert registers.prepare(settings, lambda *_: None).folder == made
    assert made.stat().st_mtime_ns == before


def test_a_register_that_cannot_be_made_is_told_and_deposits_wait(deposit, tmp_path, monkeypatch):
    def fail(*_):
        raise RegisterError("portal.no_register", reason="no room")

    monkeypatch.setattr(registers, "run_generator", fail)
    with running_portal(PortalSettings(tmp_path / "portal")) as portal:
        number = send(portal, deposit("A-1")).json()["numero"]
        while portal.office.failure is None:
            time.sleep(0.01)
        assert "no room" in requests.get(f"{portal.url}/portail", timeout=30).json()["registre"]
        assert portal.office.deposit(number).status.text == "traitement en cours"


class TestFirstUse:
    @pytest.fixture
    def asked(self, portal_register, monkeypatch):
        """How often the generator was asked for a register."""
        times = []

        def generator(words, _):
            times.append(words)
            shutil.copytree(portal_register, words[1])

        monkeypatch.setattr(registers, "run_generator", generator)
        return times

    def test_no_register_is_made_before_somebody_wants_one(self, deposit, tmp_path, asked):
        with running_portal(PortalSettings(tmp_path / "portal", size=1_000)) as portal:
            for path in ("/portail", "/depots", "/organisations"):
                assert requests.get(portal.url + path, timeout=30).status_code == 200
            assert (portal.office.is_ready, portal.office.register, asked) == (False, None, [])
            deposited(portal, deposit("A-1"))
            assert (portal.office.is_ready, len(asked)) == (True, 1)

    def test_it_may_be_wanted_before_any_deposit(self, tmp_path, asked):
        with Office.open(PortalSettings(tmp_path / "portal", size=1_000)) as office:
            office.want_register()
            while not office.is_ready:
                time.sleep(0.01)
            assert office.register.persons == 12
            office.want_register()
            assert len(asked) == 1

    @pytest.mark.usefixtures("asked")
    def test_a_deposit_that_waited_for_the_process_to_start_wants_it(self, deposit, tmp_path):
        settings = PortalSettings(tmp_path / "portal", size=1_000, delay=3600)
        with running_portal(settings) as portal:
            number = send(portal, deposit("A-1")).json()["numero"]
        with running_portal(replace(settings, delay=0)) as portal:
            assert settled(portal, number)["passages"] == 1

    def test_one_that_is_given_is_opened_at_once(self, portal_register, tmp_path, asked):
        with Office.open(PortalSettings(tmp_path / "portal", register=portal_register)) as office:
            assert office.register.persons == 12
        assert asked == []


class TestGenerator:
    def test_its_failure_is_told_in_its_own_words(self, tmp_path):
        with pytest.raises(RegisterError) as caught:
            registers.run_generator(["draw", tmp_path / "none", "-o", tmp_path / "d", "--passages", 1], lambda: None)
        assert caught.value.code == "portal.no_register"
        assert "none" in caught.value.sentence()

    def test_whoever_waits_is_told_and_may_end_it(self, tmp_path):
        class EndedError(Exception):
            pass

        told = []

        def tell():
            told.append(1)
            if len(told) > 1:
                raise EndedError

        words = ["generate", tmp_path / "r", "--size", 2_000_000, "--quiet"]
        with pytest.raises(EndedError):
            registers.run_generator(words, tell)
        assert len(told) == 2
        assert not (tmp_path / "r/register.toml").exists()


def test_a_register_that_is_not_there_stops_at_once(tmp_path):
    with pytest.raises(RegisterError), Office.open(PortalSettings(tmp_path / "portal", register=tmp_path / "none")):
        pass


def test_the_index_that_a_strategy_needs_is_built(portal_register, deposit, tmp_path, monkeypatch):
    monkeypatch.setenv("NIRISATION_INDEX", str(tmp_path / "index"))
    settings = PortalSettings(tmp_path / "portal", strategy("probabilistic"), portal_register)
    with running_portal(settings) as portal:
        told = deposited(portal, deposit("A-1", strangers=["A-2"]))
        assert (told["passages"], told["ok"] + told["ko"]) == (2, 2)
        assert requests.get(f"{portal.url}/portail", timeout=30).json()["strategie"] == "probabilistic"
    assert list((tmp_path / "index").iterdir())
