"""The page that asks for the token, where the portal has one: a browser then bears a pass made of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matching.identity.errors import UsageError
from matching.pages.site import Site
from matching.portal.safety import ENTRY, ENTRY_COOKIE, is_token, pass_of

_FORBIDDEN = 403
_MOST_BYTES = 2_000


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter()

    @routes.get(ENTRY)
    def ask(request: Request) -> Response:
        return site.go("/") if site.rules.token is None else site.page(request, "entry.html")

    @routes.post(ENTRY)
    async def enter(request: Request) -> Response:
        token = site.rules.token
        if token is None or not is_token(await _given(request), token):
            return site.page(request, "entry.html", _FORBIDDEN, error=UsageError("pages.wrong_token"))
        answer = site.go("/")
        answer.set_cookie(ENTRY_COOKIE, pass_of(token), httponly=True, samesite="strict")
        return answer

    return routes


async def _given(request: Request) -> str:
    """What was typed; nothing of a body larger than such a form: anybody may come here."""
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal() or int(announced) > _MOST_BYTES:
        return ""
    async with request.form(max_files=0, max_fields=1) as form:
        return str(form.get("jeton", ""))
