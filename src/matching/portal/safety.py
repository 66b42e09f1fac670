"""What stands before every request: whose it is, how large, and what its answer says to a browser.

Example:
    >>> app.add_middleware(Guard, rules=SafetyRules(hosts=frozenset({"localhost"}), token=None))

- Host: only the names that the portal answers to, so that no page of another site reaches it by a name of its own.
- Origin and Sec-Fetch-Site: what changes something must not come from another site's page.
- Token: asked of every request when there is one; a browser bears a pass instead, given for the token by a page.
- Size: of the whole body, announced or not.
- Headers: nothing from elsewhere, no script but ours, no frame, nothing kept.
- What fails unexpectedly is answered without a trace, and logged without what it was about.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matching.identity.catalogue import Lang
from matching.identity.errors import NirisationError
from matching.portal.log import log_failure
from matching.portal.problems import RefusedError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none at all, a browser says that its own forms come from nowhere
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

ENTRY_COOKIE = "nirisation_passe"
"""Cookie of a browser whose owner gave the token."""

ENTRY = "/entrer"
"""The page that asks for the token."""

_OPEN = ("/assets/", ENTRY)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_ENVELOPE = 10_000  # bytes of a form around its file


@dataclass(frozen=True)
class SafetyRules:
    """What the guard asks.

    Attributes:
        hosts: Names that the portal answers to, without ports; lower case.
        token: What every request must bear (``Authorization: Bearer …``); None = nothing.
        most_bytes: Of the file in a body.
        lang: Of the sentences, unless the request asks for another.
    """

    hosts: frozenset[str] = LOOPBACK
    token: str | None = None
    most_bytes: int = 200_000_000
    lang: Lang = "fr"


Answer = Callable[[Scope, NirisationError, Lang], Response]
"""How a refusal is told: as a problem to programs, as a page to people."""


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, rules: SafetyRules, answer: Answer) -> None:
        self.app = app
        self.rules = rules
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)  # a page may name the one style that it holds
            await send(message)

        try:
            self._check(scope["method"], scope["path"], headers)
            await self.app(scope, self._limited(receive), send_with_headers)
        except RefusedError as error:
            await self.answer(scope, error, self.rules.lang)(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - the last resort
            log_failure(error)
            if not has_started:
                failure = RefusedError("portal.failure", 500)
                await self.answer(scope, failure, self.rules.lang)(scope, receive, send_with_headers)

    def _check(self, method: str, path: str, headers: Headers) -> None:
        """Refuse a request by its headers.

        Raises:
            RefusedError: and why.
        """
        host = headers.get("host", "")
        if _name(host) not in self.rules.hosts:
            raise RefusedError("portal.host", 400)
        if method not in _SAFE_METHODS and _is_from_elsewhere(headers, host):
            raise RefusedError("portal.cross_site", 403)
        if self.rules.token is not None and not path.startswith(_OPEN) and not _bears(headers, self.rules.token):
            raise RefusedError("portal.token", 401)
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.rules.most_bytes + _ENVELOPE:
            raise self._too_large()

    def _limited(self, receive: Receive) -> Receive:
        """The body, as long as it is not too large: its announced length may be wrong, or missing."""
        left = self.rules.most_bytes + _ENVELOPE

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise self._too_large()
            return message

        return limited

    def _too_large(self) -> RefusedError:
        return RefusedError("portal.too_large", 413, most=self.rules.most_bytes // 1_000_000)


def lang_of(headers: Headers, default: Lang) -> Lang:
    """French or English, whichever the client names first; the portal's own language when it names neither."""
    for part in headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag == "fr":
            return "fr"
        if tag == "en":
            return "en"
    return default


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty when it is none."""
    try:
        return "" if "@" in host else urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser says that another site's page sends this; programs say nothing."""
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2].lower() != host.lower()


def pass_of(token: str) -> str:
    """What a browser bears in place of the token, which it never keeps."""
    return hmac.new(token.encode(), ENTRY_COOKIE.encode(), "sha256").hexdigest()


def is_token(given: str, token: str) -> bool:
    """Whether a text is the token; how long that takes tells nothing."""
    return secrets.compare_digest(given.strip().encode(), token.encode())


def _bears(headers: Headers, token: str) -> bool:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_token(given, token):
        return True
    return is_token(cookie_parser(headers.get("cookie", "")).get(ENTRY_COOKIE, ""), pass_of(token))
