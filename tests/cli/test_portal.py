"""The commands of the portal, as their users type them."""

import json
import tomllib

import pytest

from matching.portal import serving
from matching.portal.accounts import EXAMPLE
from matching.portal.folder import PortalFolder
from matching.portal.ledger import Ledger
from matching.portal.office import Office
from matching.portal.records import Arrival, Status
from tests.builders import HEADER
from tests.cli.commands import nirisation


def test_the_example_of_accounts_is_printed_as_it_is_used():
    shown = nirisation("serve", "--print-accounts")
    assert shown == EXAMPLE.read_text(encoding="utf-8")
    assert len(tomllib.loads(shown)["organisations"]) == 4


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--host", "0.0.0.0"), 2, "NIRISATION_TOKEN"),  # noqa: S104 - refused
        (("--token", "short"), 2, "16 caractères"),
        (("--strategy", "none"), 2, "none"),
        (("--register", "none"), 3, "none"),
        (("--accounts", "none.toml"), 3, "none.toml"),
        (("--codes", "none.txt"), 3, "none.txt"),
    ],
)
def test_what_does_not_start_says_why(words, code, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert told in nirisation("serve", "--port", "0", *words, code=code)


@pytest.mark.parametrize("is_open", [True, False])
def test_others_are_let_in_when_it_is_asked(is_open, tmp_path, monkeypatch):
    told, whole = [], Office.open
    monkeypatch.setattr(Office, "open", lambda settings: told.append(settings) or whole(settings))
    monkeypatch.setattr(serving, "serve", lambda *_: None)
    words = ["--let-others-in"] * is_open
    shown = nirisation("serve", "--folder", tmp_path / "portal", "--port", "0", "--format", "json", *words)
    assert json.loads(shown)["url"].startswith("http://127.0.0.1:")
    assert told[0].accounts.lets_others_in is is_open


def test_a_portal_without_its_libraries_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "nirisation[web]" in nirisation("serve", code=2)


def test_purge_deletes_the_files_of_what_is_treated(tmp_path):
    folder = PortalFolder.made(tmp_path / "portal")
    file = folder.new_file()
    file.write_bytes(b"<flux/>")
    ledger = Ledger(folder.ledger_file)
    with ledger.settlement(ledger.add(Arrival("janvier.xml", file.name, "00", 7), HEADER)) as settlement:
        settlement.close(Status.INTERRUPTED)
    ledger.close()
    words = ("purge", "--folder", tmp_path / "portal")
    assert "effacés\u202f: 0" in nirisation(*words)
    assert file.exists()
    assert json.loads(nirisation(*words, "--keep-days", "0", "--format", "json"))["files"] == 1
    assert not file.exists()
    assert "Files received that were deleted: 0" in nirisation(*words, "--keep-days", "0", "--lang", "en")


def test_purge_of_no_portal(tmp_path):
    assert "nirisation serve" in nirisation("purge", "--folder", tmp_path, code=2)
    assert list(tmp_path.iterdir()) == []
