"""The page that asks for the token, where the portal has one: a browser then bears a pass made of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matching.pages.site import Site
from matching.portal.problems import RefusedError
from matching.portal.safety import ENTRY, ENTRY_COOKIE, is_token, pass_of
from matching.portal.uploads import form_texts

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
        given = await form_texts(request, _MOST_BYTES)  # anybody may come here
        if token is None or not is_token(given.get("jeton", ""), token):
            return site.page(request, "entry.html", RefusedError("pages.wrong_token", _FORBIDDEN))
        answer = site.go("/")
        answer.set_cookie(ENTRY_COOKIE, pass_of(token), httponly=True, samesite="strict")
        return answer

    return routes
