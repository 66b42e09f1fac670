"""*Déposer (simulation)*: the mock portal as a screen; the register of fictional people is made the first time.

Nobody of a real file is in that register, so an example is drawn from it: deposits to drop here, whose holders are.
"""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import NirisationError, RegisterError
from matching.pages.jobs import Job, Made, Step
from matching.pages.site import PageWords, Site
from matching.portal.api import Number, hypotheses, known
from matching.portal.office import Office
from matching.portal.records import DepositRow, Status
from matching.portal.registers import run_generator
from matching.portal.treatment import SUPPRESSION
from matching.portal.uploads import save

DOOR = "deposer"

_SHOWN = 20
_EXAMPLE = 500  # passages
_LIVING_SHARE = 4  # at least one person in so many is alive and of an age to be certified


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
            hypotheses=list(hypotheses(lang).values()),
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
        with site.jobs.new(DOOR, PageWords(lang)("example_name"), lang) as job:
            site.jobs.start(job, partial(_draw, site))
        return site.go(f"/travaux/{job.key}")

    @routes.get("/{numero}")  # noqa: FAST003 - an alias
    def one(request: Request, number: Number) -> Response:
        row = known(office, number)
        lang = site.lang_of(request.scope)
        step, share = _progress(office, row, lang)
        is_explained = row.status == Status.KO and row.stored is not None and row.action != SUPPRESSION  # nobody sought
        return site.page(request, "deposit.html", door=DOOR, row=row, step=step, share=share, is_explained=is_explained)

    @routes.get("/{numero}/etat")  # noqa: FAST003
    def state(request: Request, number: Number) -> JSONResponse:
        row = known(office, number)
        step, share = _progress(office, row, site.lang_of(request.scope))
        return JSONResponse({"fini": row.status != Status.IN_PROGRESS, "etape": step, "part": share})

    return routes


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
    register = office.ready_register(step)
    if not register.simulated:
        raise RegisterError("pages.no_example")
    folder = job.folder / "draw"
    passages = min(_EXAMPLE, register.persons // _LIVING_SHARE)
    words = ["draw", register.folder, "-o", folder, "--passages", passages, "--profile", "typical"]
    words += ["--seed", office.settings.seed, "--no-xlsx", "--quiet"]
    run_generator(words, lambda: step("draw", 0, 0))
    target = (folder / "deposit.xml").rename(job.output / "exemple.xml")
    told = PageWords(job.lang)
    return site.made(job, [target], title="example_title", said=told("example_said", n=passages), left_out=())
