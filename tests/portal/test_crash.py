"""The process is killed (SIGKILL) in the middle of fifty concurrent deposits, and started again: nothing is lost.

The invariants: every deposit that was acknowledged is in the ledger, treated, with its receipt; every passage that a
deposit held is OK in exactly one receipt, and message 5 in the others; no file is left that no deposit names.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from matching.identity.outcomes import Message
from matching.portal.folder import PortalFolder
from matching.portal.ledger import Ledger
from tests.portal.client import receipt_of

DEPOSITS = 50
KILLS = 3
KEYS = [f"A-{rank}" for rank in range(60)]


class Killable:
    """A portal in a process of its own, which may be killed at any moment."""

    def __init__(self, folder, register):
        self.words = ["serve", "--folder", folder, "--register", register, "--port", "0", "--format", "json", "--quiet"]
        self.url = ""

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "matching", *map(str, self.words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        told = b"".join(iter(self.process.stdout.readline, b"}\n")) + b"}"
        self.url = json.loads(told)["url"]

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.terminate()
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors.decode()


def keys_of(rank):
    """Each passage is in several deposits."""
    return KEYS[rank % 48 : rank % 48 + 12]


def deposit_until_received(portal, content, acknowledged):
    """A client that tries again when nobody answers."""
    for _ in range(200):
        try:
            answer = requests.post(f"{portal.url}/depots", data=content, timeout=30)
        except requests.RequestException:
            time.sleep(0.5)
            continue
        assert answer.status_code == 201, answer.text
        acknowledged.append(answer.json()["numero"])
        return
    raise AssertionError("nobody answered")


@pytest.fixture
def portal(portal_register, tmp_path):
    made = Killable(tmp_path / "portal", portal_register)
    made.start()
    yield made
    made.kill()


def test_nothing_is_lost_and_nothing_accepted_twice(portal, deposit, tmp_path, capsys):
    contents = [deposit(*keys_of(rank)) for rank in range(DEPOSITS)]
    acknowledged, in_progress = [], []
    ledger_file = PortalFolder(tmp_path / "portal").ledger_file
    draw = random.Random(8)  # noqa: S311 - when to kill
    with ThreadPoolExecutor(DEPOSITS) as clients:
        sent = [clients.submit(deposit_until_received, portal, content, acknowledged) for content in contents]
        for _ in range(KILLS):
            received = len(acknowledged)
            while len(acknowledged) < min(received + 10, DEPOSITS):
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.2))
            portal.kill()
            ledger = Ledger(ledger_file)
            in_progress.append(ledger.counts()["in_progress"])
            ledger.close()
            portal.start()
        for one in sent:
            one.result()
    assert any(in_progress), "every kill came too late to interrupt anything"
    deposits = everything(portal)
    counts = Counter(key for number in deposits for key in receipt_of(portal, number, tmp_path).ok)
    code, errors = portal.stop()
    assert (code, errors) == (0, "")

    ledger = Ledger(ledger_file)
    kept = ledger.counts()
    told = {**kept, "acknowledged": len(acknowledged), "kills": KILLS, "interrupted": sum(in_progress)}
    with capsys.disabled():
        print("\ncrash test: " + ", ".join(f"{name} {n}" for name, n in told.items()))  # noqa: T201 - its figures
    assert set(acknowledged) <= set(deposits)
    assert len(acknowledged) == len(set(acknowledged)) == DEPOSITS
    assert kept["in_progress"] == 0
    assert kept["deposits"] == len(deposits)
    assert kept["passages"] == 12 * len(deposits)
    assert counts == dict.fromkeys({key for rank in range(DEPOSITS) for key in keys_of(rank)}, 1)
    assert kept["accepted"] == len(counts)
    assert {file.name for file in (tmp_path / "portal/files").iterdir()} == ledger.stored()
    ledger.close()


def everything(portal):
    """Numbers of all deposits, once they are treated; each has its receipt."""
    while True:
        told = requests.get(f"{portal.url}/depots?limite=200", timeout=60).json()["depots"]
        if all(one["statut"] != "traitement en cours" for one in told):
            assert {one["statut"] for one in told} <= {"Traité avec succès", "Traité avec erreurs"}
            return [one["numero"] for one in told]
        time.sleep(0.4)


def test_fifty_deposits_of_the_same_passage_at_once(deposit_portal, deposit, tmp_path):
    content = deposit("A-1")
    acknowledged = []
    start = threading.Barrier(DEPOSITS)

    def client(_):
        start.wait()
        deposit_until_received(deposit_portal, content, acknowledged)

    with ThreadPoolExecutor(DEPOSITS) as clients:
        list(clients.map(client, range(DEPOSITS)))
    assert sorted(everything(deposit_portal)) == sorted(acknowledged)
    receipts = [receipt_of(deposit_portal, number, tmp_path) for number in acknowledged]
    assert sum(receipt.ok == ("A-1",) for receipt in receipts) == 1
    refused = [one.number for receipt in receipts for one in receipt.ko]
    assert refused == [Message.ALREADY_ACCEPTED] * (DEPOSITS - 1)
