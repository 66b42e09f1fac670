"""The process: an HTTP server around a portal, on this computer only unless told otherwise and given a token.

Example:
    >>> with Office.open(settings) as office, listener_of(Address()) as listener:
    ...     serve(create_app(office, Address().rules(office)), listener)

``listening`` runs the same server in a thread, for tests.
"""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from matching.identity.errors import UsageError
from matching.portal.office import Office
from matching.portal.safety import LOOPBACK, SafetyRules

_SHORTEST_TOKEN = 16  # characters
_KEEP_ALIVE_SECONDS = 5
_GRACE_SECONDS = 3
_MOST_AT_ONCE = 500  # connections; more are told to come back


@dataclass(frozen=True)
class Address:
    """Where the server listens, and who may come.

    Attributes:
        host: Address or name of the interface.
        port: 0 = any that is free.
        token: Asked of every request; None = nothing asked, on this computer only.
        names: Further names that the server answers to.

    Raises:
        UsageError: other computers could come without a token, or the token is short.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.token is None and not _is_loopback(self.host):
            raise UsageError("portal.token_needed", host=self.host)
        if self.token is not None and len(self.token) < _SHORTEST_TOKEN:
            raise UsageError("portal.token_short", least=_SHORTEST_TOKEN)

    def rules(self, office: Office) -> SafetyRules:
        """What the guard asks."""
        hosts = LOOPBACK | {name.lower() for name in (self.host, *self.names)}
        return SafetyRules(hosts, self.token, office.settings.most_bytes, office.settings.lang)


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Answer until the process is asked to end, by Ctrl+C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn sends itself the signal again at its end
    with contextlib.suppress(KeyboardInterrupt):
        _server(app).run([listener])


def listener_of(address: Address) -> socket.socket:
    """The socket, open.

    Raises:
        UsageError: the port is taken, or the address is not of this computer.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=200)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("portal.no_port", host=address.host, port=address.port, reason=reason) from None


def url_of(listener: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def listening(app: FastAPI, address: Address) -> Iterator[str]:
    """The server in a thread, until the block ends; gives its URL."""
    with listener_of(address) as listener:
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), name="portal", daemon=True)
        thread.start()
        try:
            yield url_of(listener)  # the socket listens already: the first request waits for the server
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Leaves no connection open behind it: not that of a request which is still waiting when the grace is over."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, then cut what is left."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)  # which closes their sockets


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        access_log=False,  # an address may hold what somebody typed
        log_level=logging.WARNING,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws="none",
        limit_concurrency=_MOST_AT_ONCE,
    )
    return _Server(config)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
