"""The register a portal looks in: made at first use, once; what cannot be made or opened is told."""

import shutil
import subprocess
import threading
import time

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

    def generator(words, **_):
        asked.wait()
        assert words[2:4] == ["sngi_mock", "generate"]
        assert words[5:] == ["--size", "1000", "--seed", "3", "--quiet"]
        shutil.copytree(portal_register, words[4])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(registers.subprocess, "run", generator)
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
    failed = subprocess.CompletedProcess([], 3, stderr="no room")
    monkeypatch.setattr(registers.subprocess, "run", lambda *_, **__: failed)
    with running_portal(PortalSettings(tmp_path / "portal")) as portal:
        number = send(portal, deposit("A-1")).json()["numero"]
        while portal.office.failure is None:
            time.sleep(0.01)
        assert "no room" in requests.get(f"{portal.url}/portail", timeout=30).json()["registre"]
        assert portal.office.deposit(number).status.text == "traitement en cours"


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
