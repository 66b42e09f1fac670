"""*Comprendre un accusé*: a receipt and its deposit are dropped, and the report of `explain` comes back.

A second form takes the workbook that came with the report, filled, and makes the file to send again. A deposit made on
the mock portal is explained with its register: every holder is fictional there.
"""

from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matching.explained_files import Again, write_explained
from matching.explaining import explain_file
from matching.identity.errors import InputError, NirisationError
from matching.pages.jobs import Job, Made, Step, Work
from matching.pages.site import PageWords, Site
from matching.portal.api import Number, known
from matching.portal.problems import RefusedError
from matching.portal.uploads import FIELD, Form, Sent, save_form
from matching.report.explain_page import page
from matching.resending import read_filled, refusals, resend_filled
from matching.trying import Searched

DOOR = "comprendre"
_RECEIPT, _FILLED = "accuse", "classeur"
_FILES = ("file", "receipt")  # facts of an error that are names of files
_NOT_FOUND, _CONFLICT = 404, 409


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter()

    @routes.get(f"/{DOOR}")
    def show(request: Request) -> Response:
        return site.page(request, "explain.html", door=DOOR)

    @routes.post(f"/{DOOR}")
    async def explain(request: Request) -> Response:
        return await _started(request, (_RECEIPT, FIELD), partial(_explain, site))

    @routes.get(f"/{DOOR}/renvoyer")
    def show_again() -> Response:
        return site.go(f"/{DOOR}")  # where a refused form leads when its page is asked for again

    @routes.post(f"/{DOOR}/renvoyer")
    async def resend(request: Request) -> Response:
        return await _started(request, (_FILLED, FIELD), partial(_resend, site))

    @routes.post(f"/{DOOR}/depot/{{numero}}")
    def explain_deposit(request: Request, number: Number) -> Response:
        with site.jobs.new(DOOR, "", site.lang_of(request.scope)) as job:
            job.take(_of_deposit(site, number, job.sent), _RECEIPT, FIELD)
            site.jobs.start(job, partial(_explain_with_register, site))
        return site.go(f"/travaux/{job.key}")

    async def _started(request: Request, needed: tuple[str, ...], work: Work) -> Response:
        try:
            with site.jobs.new(DOOR, "", site.lang_of(request.scope)) as job:
                form = await save_form(request, job.sent, site.office.settings.time_limit)
                job.take(form, *needed)
                site.jobs.start(job, work)
        except NirisationError as error:
            again = needed[0] == _FILLED
            return site.page(request, "explain.html", error, door=DOOR, again=again)
        return site.go(f"/travaux/{job.key}")

    return routes


def _of_deposit(site: Site, number: int, folder: Path) -> Form:
    """Receipt and file of a deposit of the mock portal, as if they had been dropped.

    Raises:
        RefusedError: there is no receipt, or none yet, or the file was deleted.
    """
    row, told = known(site.office, number), site.office.ledger.receipt(number)
    if row.stored is None:
        raise RefusedError("pages.file_deleted", _NOT_FOUND, number=number)
    if told is None:
        raise RefusedError("portal.no_receipt", _CONFLICT, number=number, stands=row.status.text)
    name, content = told
    receipt, file = folder / "receipt", folder / "file"
    receipt.write_bytes(content)
    file.write_bytes(site.office.folder.file(row.stored).read_bytes())
    return Form({_RECEIPT: [Sent(receipt, name)], FIELD: [Sent(file, row.file_name)]}, {})


def _explain_with_register(site: Site, job: Job, step: Step) -> Made:
    """The same for a deposit of the mock portal, whose register is there to look in."""
    office = site.office
    return _explain(site, job, step, Searched(office.ready_register(step), office.settings.strategy))


def _explain(site: Site, job: Job, step: Step, searched: Searched | None = None) -> Made:
    """The report, its files, and the page that shows it."""
    receipt, file = job.files[_RECEIPT][0], job.files[FIELD][0]
    names = file.name, receipt.name
    try:
        explained = explain_file(receipt.path, file.path, searched=searched, names=names, progress=step)
    except InputError as error:
        raise _as_called(error, receipt, file) from None
    step("write", 0, 0)
    written = write_explained(explained, job.output, Again.now(), lang=job.lang, show_names=job.shows_names)
    bar = site.bar(job.lang, door=DOOR, job=job, files=written.paths, can_build=False)
    return job.made_of(page(written.report, bar), written.paths)


def _resend(site: Site, job: Job, step: Step) -> Made:
    """The deposit that sends again what a filled workbook holds."""
    filled, file = job.files[_FILLED][0], job.files[FIELD][0]
    receipts = job.files.get(_RECEIPT, ())[:1]
    again, target = Again.now(), job.output / "resend.xml"
    step("write", 0, 0)
    try:
        asked = replace(read_filled(filled.path), file=filled.name)
    except InputError as error:
        raise error.about(filled.name) from None
    told = {"id_flux": again.id_flux, "timestamp": again.timestamp, "name": file.name}
    try:
        done = resend_filled(file.path, asked, target, receipt=receipts[0].path if receipts else None, **told)
    except NirisationError as error:
        raise _as_called(error, file, *receipts) from None
    words, changed = PageWords(job.lang), asked.changes["passage"].n_unique()
    refused = refusals(done, asked, job.lang)
    said = words("resent_said", n=done.passages, changed=changed)
    return site.made(job, [target], title="resent_title", said=said, left_out=refused)


def _as_called(error: NirisationError, *sent: Sent) -> NirisationError:
    """An error that calls these files as their owner does, where it does not yet."""
    names = {place: one.name for one in sent for place in (str(one.path), one.path.name)}
    told = copy(error)
    told.facts = {key: names.get(str(fact), fact) if key in _FILES else fact for key, fact in error.facts.items()}
    return told
