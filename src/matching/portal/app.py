"""The application: the guard, the deposit portal's routes, and the page that shows its OpenAPI document.

Example:
    >>> app = create_app(office, SafetyRules(token="…"))

The portal's routes stand under ``/depots``, ``/organisations`` and ``/portail``; pages for people (``matching.pages``)
go beside them. Nothing is loaded from elsewhere: the page of the API is made here, without a script.
"""

from functools import cache, partial
from typing import Any, Protocol, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import matching
from matching.identity.catalogue import Lang, catalogue, sentence
from matching.identity.errors import NirisationError
from matching.portal.api import router
from matching.portal.office import Office
from matching.portal.problems import RefusedError, problem
from matching.portal.safety import Guard, SafetyRules, lang_of
from matching.portal.wire import ProblemOut


class Pages(Protocol):
    """What stands beside the portal's routes."""

    def add(self, app: FastAPI) -> None:
        """Add routes."""

    def answer(self, scope: Scope, error: NirisationError, lang: Lang) -> Response:
        """Tell an error to whoever asked."""


class NoPages:
    """An address for programs only."""

    def add(self, app: FastAPI) -> None:
        """A way to the page of the API."""
        app.add_api_route("/", lambda: RedirectResponse("/api"), include_in_schema=False)

    def answer(self, scope: Scope, error: NirisationError, lang: Lang) -> Response:
        """Every refusal as the same kind of answer."""
        return problem(error, lang_of(Headers(scope=scope), lang))


def create_app(office: Office, rules: SafetyRules, pages: Pages | None = None) -> FastAPI:
    """The application of a portal that is open."""
    # FastAPI's own pages of the API would load their scripts from elsewhere, and know one language.
    app = FastAPI(
        title="portal.title", description="portal.description", version=matching.__version__, openapi_url=None
    )
    pages = pages or NoPages()
    app.add_middleware(Guard, rules=rules, answer=pages.answer)
    app.include_router(router(office))
    _add_document(app, rules)
    _add_errors(app, rules, pages)
    pages.add(app)
    return app


def _add_document(app: FastAPI, rules: SafetyRules) -> None:
    """The OpenAPI document, for programs and for people."""
    shown = Environment(loader=PackageLoader("matching.portal"), autoescape=True, undefined=StrictUndefined)

    @cache
    def openapi_in(lang: Lang) -> dict[str, Any]:
        return cast("dict[str, Any]", told(openapi(app, has_token=rules.token is not None), lang))

    @app.get("/openapi.json", include_in_schema=False)
    def document(request: Request) -> JSONResponse:
        return JSONResponse(openapi_in(lang_of(request.headers, rules.lang)))

    @app.get("/api", include_in_schema=False)
    def api(request: Request) -> HTMLResponse:
        lang = lang_of(request.headers, rules.lang)
        say = partial(sentence, lang=lang)
        return HTMLResponse(shown.get_template("api.html").render(document=openapi_in(lang), say=say, lang=lang))

    app.mount("/assets/api", StaticFiles(packages=[("matching.portal", "assets")]))


def _add_errors(app: FastAPI, rules: SafetyRules, pages: Pages) -> None:
    """Every refusal told by the pages, whoever made it."""

    @app.exception_handler(NirisationError)
    async def refused(request: Request, error: NirisationError) -> Response:
        return pages.answer(request.scope, error, rules.lang)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
        return pages.answer(request.scope, RefusedError("portal.parameter", 422, names=names), rules.lang)

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        code = {404: "portal.no_page", 405: "portal.no_method"}.get(error.status_code, "portal.bad_request")
        answer = pages.answer(request.scope, RefusedError(code, error.status_code), rules.lang)
        answer.headers.update(error.headers or {})
        return answer


def openapi(app: FastAPI, *, has_token: bool) -> dict[str, Any]:
    """The OpenAPI document, the token and the form of problems included; its sentences are codes."""
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    parts = made["components"]
    parts["schemas"]["ProblemOut"] = ProblemOut.model_json_schema(mode="serialization")
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    for name, schema in parts["schemas"].items():
        if name.endswith("Out"):
            schema["description"] = f"portal.schema_{name.removesuffix('Out').lower()}"
        schema.pop("title", None)
    if has_token:
        parts["securitySchemes"] = {"jeton": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"jeton": []}]
    return made


def told(document: Any, lang: Lang) -> Any:  # noqa: ANN401 - any JSON
    """The same JSON with sentences in place of codes."""
    if isinstance(document, dict):
        return {name: told(value, lang) for name, value in document.items()}
    if isinstance(document, list):
        return [told(value, lang) for value in document]
    return sentence(document, lang) if isinstance(document, str) and document in catalogue() else document
