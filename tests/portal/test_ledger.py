"""The ledger: one passage is accepted once, whoever asks at once; identities go, outcomes stay."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.errors import InputError, UsageError
from matching.portal.folder import PortalFolder
from matching.portal.ledger import Ledger
from matching.portal.office import Office
from matching.portal.records import Arrival, Status
from matching.portal.settings import PortalSettings
from tests.builders import HEADER
from tests.portal.client import deposited, receipt_of, send, settled

ISSUER = HEADER.issuer


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger.sqlite", first=500)
    yield made
    made.close()


def arrival(name="a.xml"):
    return Arrival("janvier.xml", name, "00", 12)


def settle(ledger, number, keys):
    """What a treatment does; gives the keys that were accepted."""
    with ledger.settlement(number) as settlement:
        if settlement is None:
            return None
        known = set(settlement.accepted(ISSUER, keys)["id_technique"])
        new = [key for key in keys if key not in known]
        settlement.accept((ISSUER, key) for key in new)
        settlement.outcomes((rank, key, "FOUND", 5 if key in known else None) for rank, key in enumerate(keys))
        settlement.close(Status.KO if known else Status.OK, "name.xml", b"<rapport/>")
        return new


def test_numbers_start_where_they_are_told_and_go_on(ledger, tmp_path):
    assert [ledger.add(arrival(), HEADER), ledger.add(arrival(), None)] == [500, 501]
    again = Ledger(tmp_path / "ledger.sqlite", first=9)
    assert again.add(arrival(), HEADER) == 502
    again.close()


def test_a_settlement_that_fails_changes_nothing(ledger):
    number = ledger.add(arrival(), HEADER)
    with pytest.raises(RuntimeError), ledger.settlement(number) as settlement:  # noqa: PT012 - all of it is undone
        settlement.accept([(ISSUER, "A-1")])
        settlement.outcomes([(0, "A-1", "FOUND", None)])
        settlement.close(Status.OK)
        raise RuntimeError
    assert ledger.deposit(number).status == Status.IN_PROGRESS
    assert ledger.counts() == {"deposits": 1, "in_progress": 1, "passages": 0, "accepted": 0, "files": 1}


def test_a_deposit_is_settled_once(ledger):
    number = ledger.add(arrival(), HEADER)
    assert settle(ledger, number, ["A-1"]) == ["A-1"]
    assert settle(ledger, number, ["A-1"]) is None
    assert ledger.counts()["passages"] == 1
    assert ledger.receipt(number) == ("name.xml", b"<rapport/>")


def test_accepting_twice_is_refused_by_the_table_itself(ledger):
    with pytest.raises(sqlite3.IntegrityError), ledger.settlement(ledger.add(arrival(), HEADER)) as settlement:
        settlement.accept([(ISSUER, "A-1"), (ISSUER, "A-1")])


def test_deposits_of_the_same_passages_at_once_give_each_exactly_one_ok(ledger):
    keys = [f"A-{rank}" for rank in range(50)]
    numbers = [ledger.add(arrival(f"{rank}.xml"), HEADER) for rank in range(16)]
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda number: settle(ledger, number, keys[number % 5 :]), numbers * 2))
    assert sorted(key for some in accepted if some for key in some) == sorted(keys)
    assert sum(some is not None for some in accepted) == len(numbers)
    assert ledger.counts()["accepted"] == len(keys)


KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)  # which no XML holds


@settings(max_examples=10)
@given(st.lists(st.lists(KEYS, unique=True, max_size=5), max_size=5))
def test_any_key_is_accepted_once(tmp_path_factory, files):
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "l.sqlite")
    accepted = [key for keys in files for key in settle(ledger, ledger.add(arrival(), HEADER), keys)]
    assert sorted(accepted) == sorted({key for keys in files for key in keys})
    ledger.close()


def test_an_unreadable_ledger_and_one_of_another_version(tmp_path):
    (tmp_path / "no.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 30)
    with pytest.raises(InputError) as caught:
        Ledger(tmp_path / "no.sqlite")
    assert caught.value.code == "portal.ledger_unreadable"
    db = sqlite3.connect(tmp_path / "later.sqlite")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(InputError) as caught:
        Ledger(tmp_path / "later.sqlite")
    assert caught.value.code == "portal.ledger_version"


def age(ledger, number, days):
    """Make a deposit older."""
    received = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    with ledger._transaction() as db:
        db.execute("UPDATE deposit SET received = ? WHERE number = ?", (received, number))


def test_a_purge_deletes_files_and_leaves_outcomes(deposit_portal, deposit, tmp_path):
    office = deposit_portal.office
    old, recent = (deposited(deposit_portal, deposit(key))["numero"] for key in ("A-1", "A-2"))
    age(office.ledger, old, 30.1)
    age(office.ledger, recent, 29.9)
    before = receipt_of(deposit_portal, old, tmp_path)
    assert office.purge() == 1
    assert office.deposit(old).stored is None
    assert [file.name for file in (office.folder.path / "files").iterdir()] == [office.deposit(recent).stored]
    assert receipt_of(deposit_portal, old, tmp_path) == before
    again = deposited(deposit_portal, deposit("A-1"))
    assert (again["ok"], again["ko"]) == (0, 1)  # its key is remembered: message 5
    assert office.purge() == 0


def test_a_purge_leaves_what_is_not_treated_yet(ledger):
    number = ledger.add(arrival(), HEADER)
    age(ledger, number, 400)
    assert ledger.forget_files(30) == []
    settle(ledger, number, ["A-1"])
    assert ledger.forget_files(30) == ["a.xml"]


class TestNothingKept:
    @pytest.fixture
    def portal_settings(self):
        return {"keep_days": 0}

    def test_a_file_goes_as_soon_as_it_is_treated(self, deposit_portal, deposit):
        deposited(deposit_portal, deposit("A-1"))
        settled(deposit_portal, send(deposit_portal, deposit("A-1")).json()["numero"])
        deposit_portal.office.stop()  # ends the thread, which deletes after it settles
        deposit_portal.office.purge()
        assert list((deposit_portal.office.folder.path / "files").iterdir()) == []


def test_the_receipt_of_control_1_quotes_what_it_refuses_and_goes_with_the_file(deposit_portal, deposit):
    office, named = deposit_portal.office, b"ROUVIERE"
    number = deposited(deposit_portal, deposit("A-1").replace(b">F<", b">" + named + b"<"))["numero"]
    assert named in office.ledger.receipt(number)[1]
    age(office.ledger, number, 29.9)
    office.purge()
    assert office.ledger.receipt(number) is not None
    age(office.ledger, number, 30.1)
    assert office.purge() == 1
    assert office.ledger.receipt(number) is None
    assert office.deposit(number).receipt_name is None
    told = requests.get(f"{deposit_portal.url}/depots/{number}/accuse", timeout=30)
    assert (told.status_code, told.json()["code"]) == (409, "portal.no_receipt")


def test_it_can_be_read_for_an_hour_whatever_the_days_to_keep(deposit_portal, deposit):
    ledger = deposit_portal.office.ledger
    number = deposited(deposit_portal, deposit("A-1").replace(b">F<", b">X<"))["numero"]
    ledger.forget_files(0)
    assert ledger.receipt(number) is not None
    age(ledger, number, 1.1 / 24)
    ledger.forget_files(0)
    assert ledger.receipt(number) is None


def test_no_identity_stands_in_the_ledger(deposit_portal, deposit):
    deposited(deposit_portal, deposit("A-1", strangers=["A-2"]))
    folder = deposit_portal.office.folder.path
    kept = b"".join(file.read_bytes() for file in folder.glob("ledger.sqlite*"))
    assert b"A-1" in kept
    for identity in (b"BRUBEC", b"Camille", b"PERSONNE", b"1967"):
        assert identity not in kept


def test_one_portal_at_a_time_in_a_folder(deposit_portal, portal_register):
    settings = PortalSettings(deposit_portal.office.folder.path, register=portal_register)
    with pytest.raises(UsageError) as caught, Office.open(settings):
        pass
    assert caught.value.code == "portal.folder_in_use"


def test_what_a_killed_process_left_behind_goes_when_it_starts_again(portal_register, tmp_path):
    settings = PortalSettings(tmp_path / "portal", register=portal_register)
    with Office.open(settings):
        pass
    orphan = PortalFolder.made(tmp_path / "portal").new_file()
    orphan.write_bytes(b"<flux")
    with Office.open(settings):
        assert not orphan.exists()
