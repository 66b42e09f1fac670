"""The token, where the portal has one: asked of people on a page, of programs in a header."""

import re
import socket
from dataclasses import replace

import pytest
import requests

from matching.portal.safety import ENTRY_COOKIE, pass_of
from matching.portal.serving import Address
from tests.pages.visitor import running_page, told

TOKEN = "s3cret-s3cret-s3cret"  # noqa: S105 - of this test
CLOSED = ["/", "/verifier", "/comprendre", "/deposer", "/mesures", "/travaux/x", "/langue?langue=en", "/api"]


@pytest.fixture(scope="module")
def page(page_settings):
    with running_page(page_settings, Address(port=0, token=TOKEN)) as running:
        yield running


def entered(visitor, given=TOKEN):
    return visitor.post("/entrer", data={"jeton": given}, allow_redirects=False)


@pytest.mark.parametrize("path", CLOSED)
def test_who_has_no_pass_is_asked_for_the_token(visitor, path):
    answer = visitor.get(path)
    assert answer.url.endswith("/entrer")
    assert 'type="password"' in answer.text
    assert visitor.get(path, allow_redirects=False).status_code == 303


@pytest.mark.parametrize("path", ["/verifier", "/comprendre", "/comprendre/renvoyer", "/deposer", "/deposer/exemple"])
def test_nothing_is_taken_from_who_has_no_pass(visitor, page, path):
    answer = visitor.post(path, files={"fichier": ("janvier.xml", b"<flux/>")}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entrer")
    assert list((page.folder / "work").iterdir()) == []
    assert page.office.ledger.counts()["deposits"] == 0


def test_the_page_that_asks_has_its_style(visitor):
    assert visitor.get("/assets/site.css").status_code == 200
    assert visitor.get("/assets/bar.css").status_code == 200


def test_the_token_opens_every_door(visitor):
    assert entered(visitor).headers["Location"] == "/"
    for path in ("/", "/verifier", "/comprendre", "/deposer", "/mesures", "/api"):
        answer = visitor.get(path, allow_redirects=False)
        assert (answer.status_code, "password" in answer.text) == (200, False), path
    assert visitor.get("/langue?langue=en").url.endswith("/")


def test_the_token_may_be_pasted_with_blanks_around(visitor):
    assert entered(visitor, f"  {TOKEN}\n").status_code == 303


@pytest.mark.parametrize("given", ["", "s3cret", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), pass_of(TOKEN), "é" * 20])
def test_another_token_opens_nothing(visitor, given):
    answer = entered(visitor, given)
    assert answer.status_code == 403
    assert "Ce n'est pas le jeton" in told(answer)
    assert "Set-Cookie" not in answer.headers
    assert given not in answer.text or not given
    assert visitor.get("/", allow_redirects=False).status_code == 303


def test_the_pass_is_no_token_and_no_script_reads_it(visitor):
    cookie = entered(visitor).headers["Set-Cookie"]
    name, value = cookie.split(";")[0].split("=", 1)
    assert name == ENTRY_COOKIE
    assert TOKEN not in cookie
    assert re.fullmatch(r"[0-9a-f]{64}", value)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


@pytest.mark.parametrize("cookie", ["", TOKEN, "0" * 64, pass_of("another-token-of-20")])
def test_another_pass_opens_nothing(visitor, cookie):
    answer = visitor.get("/", headers={"Cookie": f"{ENTRY_COOKIE}={cookie}"}, allow_redirects=False)
    assert answer.status_code == 303


def test_programs_bear_the_token_and_are_told_so(page):
    refused = requests.get(f"{page.url}/depots", timeout=30)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert refused.json()["code"] == "portal.token"
    borne = {"Authorization": f"Bearer {TOKEN}"}
    assert requests.get(f"{page.url}/depots", headers=borne, timeout=30).json()["depots"] == []
    wrong = {"Authorization": f"Bearer {pass_of(TOKEN)}"}
    assert requests.get(f"{page.url}/depots", headers=wrong, timeout=30).status_code == 401


def test_a_page_of_another_site_cannot_try_tokens(visitor):
    answer = visitor.post("/entrer", data={"jeton": TOKEN}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "length", [b"Content-Length: 200000000", b"Content-Length: 2001", b"Transfer-Encoding: chunked"]
)
def test_a_body_that_is_no_token_is_not_waited_for(page, length):
    """Anybody may come here: what is larger than the form, or of a size not told, is answered before it is sent."""
    host, port = page.url.removeprefix("http://").rsplit(":", 1)
    head = b"POST /entrer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head + length + b"\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("path", ["/verifier", "/depots"])
def test_nor_is_any_other_body_without_the_token(page, path):
    host, port = page.url.removeprefix("http://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000000\r\n\r\n".encode())
        assert line.recv(65536).startswith(b"HTTP/1.1 401")


def test_without_a_token_there_is_nothing_to_ask(page_settings, tmp_path):
    with running_page(replace(page_settings, folder=tmp_path / "open")) as page, page.visitor() as visitor:
        assert visitor.get("/entrer").url.endswith("/")
        assert visitor.post("/entrer", data={"jeton": "x"}).status_code == 403
