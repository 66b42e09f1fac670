"""A server that stops leaves no connection open, whoever still waits for an answer."""

import gc
import socket
import threading
from urllib.parse import urlsplit

from matching.portal import serving
from matching.portal.settings import PortalSettings
from matching.portal.testing import running_portal
from tests.portal.client import send


def test_a_request_that_still_waits_is_cut(portal_register, tmp_path, deposit, monkeypatch):
    monkeypatch.setattr(serving, "_GRACE_SECONDS", 1)
    settings = PortalSettings(tmp_path / "portal", register=portal_register, delay=3600)
    with socket.socket() as client:
        client.settimeout(30)
        with running_portal(settings) as running:
            number = send(running, deposit("A-1")).json()["numero"]
            is_asked, known = threading.Event(), running.office.deposit
            monkeypatch.setattr(running.office, "deposit", lambda asked: is_asked.set() or known(asked))
            client.connect((urlsplit(running.url).hostname, urlsplit(running.url).port))
            client.sendall(f"GET /depots/{number}?attendre=60 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert is_asked.wait(30)
        assert client.recv(1) == b""
    gc.collect()  # an open socket would warn here, and warnings are errors
