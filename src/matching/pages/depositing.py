"""*Déposer (simulation)*: the mock portal as a screen; the register of fictional people is made the first time.

Nobody of a real file is in that register, so an example is drawn from it: deposits to drop here, whose holders are.
"""

import time
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from matching.identity.catalogue import Lang, catalogue, sentence
from matching.identity.errors import NirisationError, RegisterError
from matching.pages.jobs import Job, Made, Step
from matching.pages.site import PageWords, Site
from matching.portal.office import Office
from matching.portal.problems import RefusedError
from matching.portal.records import DepositRow, Status
from matching.portal.registers import run_generator
from matching.portal.uploads import save

DOOR = "deposer"

_SHOWN = 20
_EXAMPLE = 500  # passages
_POLL_SECONDS = 0.1
_NOT_FOUND = 404


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter(prefix=f"/{DOOR}")
    office = site.office

    def show(request: Request, error: NirisationError | None = None) -> Response:
        lang = site.lang_of(request.scope)
        return site.page(
            request,
            "deposits.html",
            error,
            door=DOOR,
            office=office,
            rows=office.ledger.deposits(_SHOWN),
            strategy=sentence(f"strategies.{office.settings.strategy.name}", lang),
            organisations=list(office.settings.accounts.organisations.values()),
            hypotheses=hypotheses(lang),
        )

    @routes.get("")
    def deposits(request: Request) -> Response:
        return show(request)

    @routes.post("")
    async def deposit(request: Request) -> Response:
        target = office.folder.new_file()
        try:
            name = await save(request, target, office.settings.time_limit)
            number = await run_in_threadpool(office.receive, target, name)
        except NirisationError as error:
            return await run_in_threadpool(show, request, error)
        return site.go(f"/{DOOR}/{number}")

    @routes.post("/exemple")
    def example(request: Request) -> Response:
        lang = site.lang_of(request.scope)
        job = site.jobs.new(DOOR, PageWords(lang)("example_name"), lang)
        office.want_register()
        site.jobs.start(job, partial(_draw, site))
        return site.go(f"/travaux/{job.key}")

    @routes.get("/{number}")
    def one(request: Request, number: int) -> Response:
        row = _known(office, number)
        lang = site.lang_of(request.scope)
        step, share = _progress(office, row, lang)
        is_explained = row.status == Status.KO and row.stored is not None
        return site.page(request, "deposit.html", door=DOOR, row=row, step=step, share=share, is_explained=is_explained)

    @routes.get("/{number}/etat")
    def state(request: Request, number: int) -> JSONResponse:
        row = _known(office, number)
        step, share = _progress(office, row, site.lang_of(request.scope))
        return JSONResponse({"fini": row.status != Status.IN_PROGRESS, "etape": step, "part": share})

    return routes


def hypotheses(lang: Lang) -> list[str]:
    """What the portal takes for granted."""
    return [sentence(code, lang) for code in catalogue() if code.startswith("portal.hypothesis_")]


def _known(office: Office, number: int) -> DepositRow:
    row = office.deposit(number)
    if row is None:
        raise RefusedError("portal.unknown_number", _NOT_FOUND, number=number)
    return row


def _progress(office: Office, row: DepositRow, lang: Lang) -> tuple[str, float | None]:
    """What is being done for a deposit, and how much of it."""
    words, now = PageWords(lang), office.progress
    if row.status != Status.IN_PROGRESS:
        return "", None
    if office.failure is not None:
        return office.failure.sentence(lang), None
    if now is None or (now.number is not None and now.number != row.number):
        return words("step_turn"), None
    return words(f"step_{now.step}"), now.share if now.done else None  # nothing done tells nothing yet


def _draw(site: Site, job: Job, step: Step) -> Made:
    """An example: a deposit whose holders are in the register, with the errors of a usual file.

    Raises:
        RegisterError: there is no register, or a real one: nobody is drawn from it.
    """
    office = site.office
    while not office.is_ready:
        if office.failure is not None:
            raise office.failure
        now = office.progress
        step(*((now.step, now.done, now.total) if now is not None else ("generate", 0, 0)))
        time.sleep(_POLL_SECONDS)
    register = office.register
    if register is None or not register.simulated:
        raise RegisterError("pages.no_example")
    folder = job.folder / "draw"
    words = ["draw", register.folder, "-o", folder, "--passages", _EXAMPLE, "--profile", "typical"]
    words += ["--seed", office.settings.seed, "--no-xlsx", "--quiet"]
    run_generator(words, lambda: step("draw", 0, 0))
    target = (folder / "deposit.xml").rename(job.output / "exemple.xml")
    told = PageWords(job.lang)
    return site.made(job, [target], title="example_title", said=told("example_said", n=_EXAMPLE), left_out=())
