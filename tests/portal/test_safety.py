"""What the portal refuses, hides and deletes."""

import json
import logging
import re
import socket
import time

import pytest
import requests

from matching.identity.errors import UsageError
from matching.portal import office as office_module
from matching.portal.safety import HEADERS
from matching.portal.serving import Address, listener_of
from matching.portal.settings import PortalSettings
from matching.portal.testing import running_portal
from matching.portal.uploads import harmless_name
from tests.portal.client import deposited, send, settled

TOKEN = "s3cret-s3cret-s3cret"  # noqa: S105 - of this test


def raw(portal, text, *, is_cut=False):
    """The answer to bytes that no client library would send."""
    host, port = portal.url.removeprefix("http://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(text)
        if is_cut:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def kept(portal):
    return list((portal.office.folder.path / "files").iterdir())


@pytest.mark.parametrize("path", ["/depots", "/depots/1", "/nowhere", "/api", "/openapi.json", "/assets/api/api.css"])
def test_every_answer_has_the_headers(shared_portal, path):
    answer = requests.get(shared_portal.url + path, timeout=30)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "server" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_of_the_api_loads_nothing_from_elsewhere(shared_portal):
    page = requests.get(f"{shared_portal.url}/", timeout=30)
    assert page.url.endswith("/api")
    assert re.findall(r'(?:src|href)="((?!#)[^"]*)"', page.text) == ["/assets/api/api.css", "/openapi.json"]
    assert not re.search(r"<script|style=|@import|https?://", page.text)
    assert "POST /depots" in page.text
    assert "{" not in re.sub(r"/depots/\{numero\}", "", page.text)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.nip.io:80", "[", "a b", "x@localhost"]
)
def test_a_name_that_is_not_the_portal_s_is_refused(shared_portal, host):
    answer = requests.get(f"{shared_portal.url}/portail", headers={"Host": host}, timeout=30)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},  # another port is another site
    ],
)
def test_a_page_of_another_site_cannot_deposit(shared_portal, deposit, headers):
    answer = send(shared_portal, deposit("A-1"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "portal.cross_site")
    assert shared_portal.office.ledger.counts()["deposits"] == 0


def test_the_portal_s_own_page_may_deposit_and_so_may_a_program(deposit_portal, deposit):
    own = {"Origin": deposit_portal.url, "Sec-Fetch-Site": "same-origin"}
    for headers in (own, {"Sec-Fetch-Site": "none"}, {}):
        assert send(deposit_portal, deposit("A-1"), headers=headers).status_code == 201


def test_a_token_is_asked_of_every_request(portal_register, tmp_path):
    settings = PortalSettings(tmp_path / "portal", register=portal_register)
    with running_portal(settings, Address(port=0, token=TOKEN)) as portal:
        for path in ("/depots", "/api", "/openapi.json", "/nowhere", "/assets"):
            answer = requests.get(portal.url + path, timeout=30)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert requests.get(f"{portal.url}/assets/api/api.css", timeout=30).status_code == 200  # the same for everybody
        wrong = requests.get(f"{portal.url}/depots", headers={"Authorization": f"Bearer {TOKEN}x"}, timeout=30)
        assert wrong.status_code == 401
        right = requests.get(f"{portal.url}/openapi.json", headers={"Authorization": f"bearer {TOKEN}"}, timeout=30)
        assert right.json()["security"] == [{"jeton": []}]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "portal.example"])  # noqa: S104 - refused
def test_other_computers_need_a_token(host):
    with pytest.raises(UsageError) as caught:
        Address(host)
    assert caught.value.code == "portal.token_needed"
    assert Address(host, token=TOKEN).token == TOKEN
    with pytest.raises(UsageError, match="fewer than 16"):
        Address(host, token=TOKEN[:15])


def test_a_port_that_is_taken():
    with listener_of(Address(port=0)) as taken, pytest.raises(UsageError) as caught:
        listener_of(Address(port=taken.getsockname()[1]))
    assert caught.value.code == "portal.no_port"


class TestSize:
    @pytest.fixture
    def portal_settings(self):
        return {"most_bytes": 100_000}

    def test_too_large_is_refused_by_what_it_announces_and_by_what_it_is(self, deposit_portal):
        announced = raw(
            deposit_portal,
            b"POST /depots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n<x",
        )
        assert announced.startswith(b"HTTP/1.1 413")
        unannounced = send(deposit_portal, iter([b"<flux>" + b" " * 60_000] * 3))
        assert (unannounced.status_code, unannounced.json()["code"]) == (413, "portal.too_large")
        form = {"fichier": ("a.xml", b"<flux>" + b" " * 200_000)}
        assert requests.post(f"{deposit_portal.url}/depots", files=form, timeout=30).status_code == 413
        assert kept(deposit_portal) == []

    def test_a_file_of_the_limit_is_received(self, deposit_portal, deposit):
        content = deposit("A-1")
        content += b" " * (100_000 - len(content))
        assert deposited(deposit_portal, content)["octets"] == 100_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "portal.empty"),
        (b"PK\x03\x04 a workbook", "deposit.zip"),
        (b"%PDF-1.7", "deposit.pdf"),
        (b"nom;prenom\n", "deposit.not_xml"),
    ],
)
def test_what_is_no_xml_is_refused_by_the_name_its_sender_knows(shared_portal, content, code):
    answer = send(shared_portal, content, "mine.xml")
    told = answer.json()
    assert answer.status_code == 422
    assert told["code"] == code or (told["code"].startswith("deposit.") and "mine.xml" in told["detail"])
    assert kept(shared_portal) == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"files": {"autre": ("a.xml", b"<flux/>")}}, "portal.no_field"),
        ({"files": {"fichier": (None, "text")}}, "portal.no_field"),
        ({"files": [("fichier", ("a.xml", b"<a/>")), ("fichier", ("b.xml", b"<b/>"))]}, "portal.bad_form"),
        ({"data": b"garbage", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, "portal.bad_form"),
        ({"data": b"garbage", "headers": {"Content-Type": "multipart/form-data"}}, "portal.bad_form"),
    ],
)
def test_a_form_that_brings_no_file(shared_portal, form, code):
    answer = requests.post(f"{shared_portal.url}/depots", timeout=30, **form)
    assert answer.json()["code"] == code
    assert answer.status_code in {400, 422}
    assert kept(shared_portal) == []


@pytest.mark.parametrize(
    "entity", [b'<!DOCTYPE flux [<!ENTITY a SYSTEM "file:///etc/passwd">]>', b'<!DOCTYPE f [<!ENTITY a "aaaa">]>']
)
def test_a_doctype_is_never_read(deposit_portal, deposit, entity):
    content = deposit("A-1").replace(b"<cpf:flux", entity + b"<cpf:flux", 1)
    told = deposited(deposit_portal, content)
    assert told["statut"] == "traitement avec erreurs"
    receipt = requests.get(deposit_portal.url + told["accuse_de_traitement"], timeout=30).text
    assert "DOCTYPE" in receipt
    assert "root:" not in receipt


def test_a_connection_that_is_cut_leaves_nothing(shared_portal):
    head = b"POST /depots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n<flux>"
    raw(shared_portal, head, is_cut=True)
    while kept(shared_portal):  # the server notices in its own time
        time.sleep(0.01)
    assert shared_portal.office.ledger.counts()["deposits"] == 0


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("janvier.xml", "janvier.xml"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\janvier.xml", "janvier.xml"),
        ("/etc/", "depot.xml"),
        ("..", "depot.xml"),
        ("", "depot.xml"),
        ("a\x00b\r\nc\u202e.xml", "abc.xml"),
        ("x" * 400 + ".xml", "x" * 146 + ".xml"),
        ("." * 400, "depot.xml"),
    ],
)
def test_a_name_is_shown_and_never_a_path(given, shown):
    assert harmless_name(given) == shown


def test_files_are_kept_under_names_of_ours(deposit_portal, deposit):
    told = deposited(deposit_portal, deposit("A-1"), "../../../tmp/evil.xml")
    assert told["fichier"] == "evil.xml"
    assert [re.fullmatch(r"[0-9a-f]{32}\.xml", file.name) is not None for file in kept(deposit_portal)] == [True]
    assert {file.name for file in deposit_portal.office.folder.path.iterdir()} >= {"files", "ledger.sqlite"}


def test_the_folder_is_its_owner_s_alone(deposit_portal):
    for folder in (deposit_portal.office.folder.path, deposit_portal.office.folder.path / "files"):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_failure_is_answered_and_logged_without_what_it_was_about(deposit_portal, deposit, monkeypatch, caplog):
    identity = "ROUVIERE Camille"

    def fail(*_):
        raise RuntimeError(identity)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(office_module, "treat", fail)
    number = send(deposit_portal, deposit("A-1"), "rouviere.xml").json()["numero"]
    assert settled(deposit_portal, number)["statut"] == "Traitement interrompu"
    monkeypatch.setattr(deposit_portal.office.ledger, "deposits", fail)
    answer = requests.get(f"{deposit_portal.url}/depots", timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (500, "portal.failure")
    ours = [record for record in caplog.records if not record.name.startswith("urllib3")]  # that is the client's
    logged = "\n".join(record.getMessage() + (record.exc_text or "") for record in ours)
    assert logged.count("RuntimeError") == 2
    assert "test_safety.py:" in logged
    for told in (logged, answer.text):
        assert "Traceback" not in told
        assert not re.search("rouviere|camille", told, re.IGNORECASE)


def test_no_identity_in_the_log_of_a_deposit(deposit_portal, deposit, caplog):
    caplog.set_level(logging.DEBUG)
    deposited(deposit_portal, deposit("KEY-1", strangers=["KEY-2"]), "rouviere.xml")
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("matching"))
    assert "received" in logged
    assert "2 passages" in logged
    assert not re.search("rouviere|camille|KEY-|41QRT905|xml", logged, re.IGNORECASE)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "portal.no_page"),
        ("DELETE", "/depots", 405, "portal.no_method"),
        ("GET", "/depots/12", 404, "portal.unknown_number"),
        ("GET", "/depots/abc", 422, "portal.parameter"),
        ("GET", "/depots/99999999999999999999", 422, "portal.parameter"),
        ("GET", "/depots?limite=0", 422, "portal.parameter"),
        ("GET", "/depots/12?attendre=inf", 422, "portal.parameter"),
        ("GET", "/assets/../app.py", 404, "portal.no_page"),
        ("GET", "/assets/%2e%2e/app.py", 404, "portal.no_page"),
    ],
)
def test_a_refusal_is_a_problem_with_a_sentence(shared_portal, method, path, status, code):
    answer = raw(shared_portal, f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}".encode())
    assert b"application/problem+json" in head
    told = json.loads(body)
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"].endswith(".")
