"""*Vérifier un fichier*: a deposit or a table is dropped, and the report of `check` comes back.

A table goes by its columns first: what each was taken for is confirmed on screen (``columns``).
"""

from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matching.checked_files import checked_report
from matching.checking import Known, accepted_in, check_file, is_deposit
from matching.identity.errors import InputError, NirisationError, ReceiptError
from matching.pages import columns
from matching.pages.jobs import Asked, Job, Made, Step
from matching.pages.site import Site
from matching.portal.uploads import FIELD, form_texts, save_form
from matching.report.page import page
from matching.report.write import write_quality

DOOR = "verifier"
_RECEIPTS = "accuses"
_MOST_TYPED = 1_000_000  # bytes of the columns' form


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter()

    @routes.get(f"/{DOOR}")
    def show(request: Request) -> Response:
        return site.page(request, "check.html", door=DOOR)

    @routes.post(f"/{DOOR}")
    async def check(request: Request) -> Response:
        try:
            with site.jobs.new(DOOR, "", site.lang_of(request.scope)) as job:
                form = await save_form(request, job.sent, site.office.settings.time_limit)
                job.take(form, FIELD)
                site.jobs.start(job, partial(_read, site))
        except NirisationError as error:
            return site.page(request, "check.html", error, door=DOOR)
        return site.go(f"/travaux/{job.key}")

    @routes.get("/travaux/{key}/colonnes")
    def ask(request: Request, key: str) -> Response:
        job = site.jobs.job(key)
        if job.asked is None:
            return site.go(f"/travaux/{key}")
        return site.page(request, "columns.html", door=DOOR, job=job, asked=job.asked.question)

    @routes.post("/travaux/{key}/colonnes")
    async def confirm(request: Request, key: str) -> Response:
        values = await form_texts(request, _MOST_TYPED)
        job = site.jobs.job(key)
        if job.asked is None:  # answered already: an impatient click
            return site.go(f"/travaux/{key}")
        question = job.asked.question
        assert isinstance(question, columns.Question)  # noqa: S101 - the only one that a check asks
        sheet = values.get("feuille", question.sheet)
        if sheet != question.sheet:
            site.jobs.start(job, partial(_read, site, sheet=sheet))
            return site.go(f"/travaux/{key}")
        try:
            mapping = columns.answered(question, values, job.mapping)
        except InputError as error:
            again = columns.with_choices(question, values)
            return site.page(request, "columns.html", error, door=DOOR, job=job, asked=again)
        site.jobs.start(job, partial(_check, site, mapping=mapping))
        return site.go(f"/travaux/{key}")

    return routes


def _read(site: Site, job: Job, step: Step, sheet: str | None = None) -> Made | Asked:
    """A deposit is checked; of a table, its columns are asked about first."""
    file = job.files[FIELD][0].path
    if is_deposit(file, job.name):
        return _check(site, job, step)
    step("read", 0, 0)
    try:
        return Asked(columns.question(file, job.name, show_names=job.shows_names, sheet=sheet))
    except InputError as error:
        raise error.about(job.name) from None


def _check(site: Site, job: Job, step: Step, mapping: Path | None = None) -> Made:
    """The report, its files, and the page that shows it."""
    file = job.files[FIELD][0].path
    known = Known(_accepted(job), columns=mapping, is_deposit=mapping is None)
    try:
        checked = check_file(file, known, name=job.name, lang=job.lang, progress=step)
    except InputError as error:
        raise error.about(job.name) from None
    step("write", 0, 0)
    report = checked_report(checked, job.lang, show_names=job.shows_names)
    files = write_quality(report, job.output)
    bar = site.bar(job.lang, door=DOOR, job=job, files=files, can_build=mapping is not None)
    return job.made_of(page(report, bar), files)


def _accepted(job: Job) -> frozenset[str]:
    """What receipts dropped beside the file say is acquired.

    Raises:
        ReceiptError: one cannot be read.
    """
    keys: set[str] = set()
    for sent in job.files.get(_RECEIPTS, ()):
        try:
            keys |= accepted_in([sent.path])
        except ReceiptError as error:
            raise error.about(sent.name) from None
    return frozenset(keys)
