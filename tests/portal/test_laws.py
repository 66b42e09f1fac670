"""Whatever is deposited or removed, in whatever order: receipts and ledger say what a simple model says."""

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.deposit.receipt import read_receipt
from matching.portal.office import Office
from matching.portal.records import Status
from matching.portal.settings import PortalSettings

_PASSAGES = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=6)  # key, is in the register
_FILES = st.lists(st.tuples(st.booleans(), _PASSAGES), min_size=1, max_size=4)  # is a SUPPRESSION, passages
_RUNS = itertools.count()


@pytest.fixture(scope="module")
def office(portal_register, tmp_path_factory):
    settings_told = PortalSettings(tmp_path_factory.mktemp("laws") / "portal", register=portal_register)
    with Office.open(settings_told) as opened:
        yield opened


def model(accepted: set[str], passages, *, removes: bool) -> list[bool]:
    """Which passages are OK; what is accepted changes."""
    answers = []
    for key, is_known in passages:
        is_ok = (key in accepted) if removes else (is_known and key not in accepted)
        if is_ok:
            accepted ^= {key}
        answers.append(is_ok)
    return answers


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=_FILES)
def test_receipts_say_what_the_model_says(office, deposit, tmp_path, files):
    run, accepted, before = next(_RUNS), set(), office.ledger.counts()["accepted"]
    for removes, drawn in files:
        passages = [(f"{run}-{key}", is_known) for key, is_known in drawn]
        action = {"version": "1.1.5", "action": "SUPPRESSION"} if removes else {}
        expected = model(accepted, passages, removes=removes)
        receipt, status = answered(office, deposit(*passages, **action), tmp_path)
        told = sorted([(key, True) for key in receipt.ok] + [(one.id_technique, False) for one in receipt.ko])
        assert told == sorted(zip((key for key, _ in passages), expected, strict=True))
        assert status == (Status.OK if all(expected) else Status.KO)
    assert office.ledger.counts()["accepted"] - before == len(accepted)


def answered(office, content, tmp_path: Path):
    """The receipt of a deposit and its status."""
    file = office.folder.new_file()
    file.write_bytes(content)
    number = office.receive(file, "janvier.xml")
    while office.deposit(number).status == Status.IN_PROGRESS:
        time.sleep(0.01)
    name, written = office.ledger.receipt(number)
    assert name.startswith("Accusé de traitement_janvier.xml_")
    (tmp_path / "receipt.xml").write_bytes(written)
    return read_receipt(tmp_path / "receipt.xml"), office.deposit(number).status
