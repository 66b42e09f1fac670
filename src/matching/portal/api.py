"""The routes of the deposit portal: ``/depots`` and what is beside it.

Example:
    >>> app.include_router(router(office))

::

    POST /depots                      a file → accusé de réception, with its number
    GET  /depots                      the latest deposits
    GET  /depots/{numero}             where a deposit stands; ?attendre=30 answers as soon as it is treated
    GET  /depots/{numero}/accuse      the accusé de traitement, under its official name
    GET  /organisations               who may deposit for whom
    GET  /portail                     settings and hypotheses
"""

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from unidecode import unidecode

import matching
from matching.identity.catalogue import Lang, catalogue, sentence
from matching.portal.office import Office
from matching.portal.problems import MEDIA_TYPE, RefusedError
from matching.portal.records import DepositRow, Status
from matching.portal.safety import lang_of
from matching.portal.uploads import FIELD, save
from matching.portal.wire import DepositOut, DepositsOut, OrganisationOut, PortalOut

MOST_WAITED = 60  # seconds
MOST_LISTED = 200

_POLL_SECONDS = 0.1
_LARGEST = 2**63 - 1  # of SQLite's integers
_HYPOTHESES = re.compile(r"portal\.hypothesis_(\w+)")

Number = Annotated[int, Path(alias="numero", ge=1, le=_LARGEST, description="portal.field_number")]
Waited = Annotated[float, Query(alias="attendre", ge=0, le=MOST_WAITED, description="portal.parameter_wait")]
Listed = Annotated[int, Query(alias="limite", ge=1, le=MOST_LISTED, description="portal.parameter_most")]
Before = Annotated[int | None, Query(alias="avant", ge=1, le=_LARGEST, description="portal.parameter_before")]

_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "parameters": [
        {
            "name": "nom",
            "in": "query",
            "required": False,
            "description": "portal.parameter_name",
            "schema": {"type": "string", "example": "janvier.xml"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/xml": {"schema": _FILE},
            "multipart/form-data": {"schema": {"type": "object", "required": [FIELD], "properties": {FIELD: _FILE}}},
        },
    },
}


def router(office: Office) -> APIRouter:
    """The routes, for one portal."""
    routes = APIRouter()

    @routes.post("/depots", status_code=201, openapi_extra=_BODY, **_told("deposit", 400, 403, 408, 413, 422, 503))
    async def deposit(request: Request, response: Response) -> DepositOut:
        target = office.folder.new_file()
        name = await save(request, target, office.settings.time_limit)
        number = await run_in_threadpool(office.receive, target, name)
        response.headers["Location"] = f"/depots/{number}"
        return _shown(office, await run_in_threadpool(known, office, number))

    @routes.get("/depots", **_told("deposits", 422))
    def deposits(most: Listed = 50, before: Before = None) -> DepositsOut:
        rows = office.ledger.deposits(most, before)
        following = f"/depots?limite={most}&avant={rows[-1].number}" if len(rows) == most else None
        return DepositsOut(deposits=[_shown(office, row) for row in rows], following=following)

    @routes.get("/depots/{numero}", **_told("status", 404, 422))  # noqa: FAST003 - an alias
    async def status(number: Number, wait: Waited = 0) -> DepositOut:
        until = time.monotonic() + wait
        row = await run_in_threadpool(known, office, number)
        while row.status == Status.IN_PROGRESS and time.monotonic() < until:
            await asyncio.sleep(_POLL_SECONDS)
            row = await run_in_threadpool(known, office, number)
        return _shown(office, row)

    @routes.get("/depots/{numero}/accuse", response_class=Response, **_told("receipt", 404, 409, 422, xml=True))  # noqa: FAST003
    def receipt(number: Number) -> Response:
        row = known(office, number)
        found = office.ledger.receipt(number)
        if found is None:
            raise RefusedError("portal.no_receipt", 409, number=number, stands=row.status.text)
        name, content = found
        headers = {"Content-Disposition": _as_attachment(name)}
        return Response(content, media_type="application/xml", headers=headers)

    @routes.get("/organisations", **_told("organisations"))
    def organisations() -> list[OrganisationOut]:
        return [OrganisationOut.of(one) for one in office.settings.accounts.organisations.values()]

    @routes.get("/portail", **_told("portal"))
    def portal(request: Request) -> PortalOut:
        return _portal(office, lang_of(request.headers, office.settings.lang))

    return routes


def hypotheses(lang: Lang) -> dict[str, str]:
    """What the portal takes for granted, by name."""
    return {match[1]: sentence(code, lang) for code in catalogue() if (match := _HYPOTHESES.fullmatch(code))}


def _told(operation: str, *refusals: int, xml: bool = False) -> Mapping[str, Any]:
    """What the OpenAPI document says of an operation, by codes of sentences."""
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}}
    responses: dict[int | str, dict[str, Any]] = {
        number: {"description": f"portal.answer_{number}", **problem} for number in refusals
    }
    if xml:
        responses[200] = {"content": {"application/xml": {}}}
    return {
        "responses": responses,
        "summary": f"portal.operation_{operation}",
        "description": f"portal.operation_{operation}_more",
        "response_description": f"portal.done_{operation}",
        "operation_id": operation,
    }


def known(office: Office, number: int) -> DepositRow:
    """A deposit by its number.

    Raises:
        RefusedError: there is none.
    """
    row = office.deposit(number)
    if row is None:
        raise RefusedError("portal.unknown_number", 404, number=number)
    return row


def _shown(office: Office, row: DepositRow) -> DepositOut:
    progress = office.progress
    is_mine = progress is not None and progress.number == row.number and row.status == Status.IN_PROGRESS
    return DepositOut.of(row, progress.share if is_mine and progress is not None else None)


def _as_attachment(name: str) -> str:
    """The official name, and without its accents for the clients that know no other (RFC 6266)."""
    plain = re.sub(r'["\\\\]', "_", unidecode(name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _portal(office: Office, lang: Lang) -> PortalOut:
    settings, register = office.settings, office.register
    state = sentence("portal.register_ready" if register else "portal.register_awaited", lang)
    return PortalOut(
        version=matching.__version__,
        strategy=settings.strategy.name,
        persons=None if register is None else register.persons,
        is_simulated=None if register is None else register.simulated,
        state=office.failure.sentence(lang) if office.failure else state,
        seed=settings.seed,
        delay=settings.delay,
        keep_days=settings.keep_days,
        hypotheses=hypotheses(lang),
    )
