"""What the portal refuses, as sentences for people and ``application/problem+json`` (RFC 9457) for programs.

Example:
    >>> problem(RefusedError("portal.unknown_number", 404, number=12), "en").body
    b'{"type":"about:blank","title":"Not Found","status":404,"code":"portal.unknown_number","detail":"..."}'

An error never shows a trace, a path of this machine or what a file holds.
"""

from http import HTTPStatus

from fastapi.responses import JSONResponse

from matching.identity.catalogue import Lang
from matching.identity.errors import NirisationError, UsageError

MEDIA_TYPE = "application/problem+json"


class RefusedError(UsageError):
    """A request that the portal refuses.

    Attributes:
        status: Of the HTTP answer, 400 to 599.
    """

    def __init__(self, code: str, status: int, **facts: object) -> None:
        super().__init__(code, **facts)
        self.status = status


def status_of(error: NirisationError) -> HTTPStatus:
    """The HTTP status of an error: one that is not a refusal is about what was sent."""
    return HTTPStatus(error.status if isinstance(error, RefusedError) else HTTPStatus.UNPROCESSABLE_ENTITY)


def problem(error: NirisationError, lang: Lang) -> JSONResponse:
    """An error as an answer."""
    status = status_of(error)
    told = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": error.code,
        "detail": error.sentence(lang),
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(told, int(status), headers, MEDIA_TYPE)
