"""From a table that was checked to the deposit file: who deposits, for whom, under which contract; and the XML.

What `build` does on the command line, upon the columns that were confirmed for the check.
"""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matching.deposit.header import DepositHeader, new_id_flux, timestamp_now
from matching.identity.catalogue import sentence
from matching.identity.errors import InputError, NirisationError
from matching.pages.jobs import Job, Made, Step
from matching.pages.site import PageWords, Site
from matching.portal.problems import RefusedError
from matching.portal.uploads import FIELD, form_texts
from matching.tables.build import build
from matching.tables.read import read_table

_FIELDS = ("emetteur", "certificateur", "contrat")
_MATRICULE = 8  # characters
_UNPROCESSABLE = 422
_MOST_TYPED = 5_000  # bytes of the form
_MOST_TOLD = 50  # rows left out


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter(prefix="/travaux/{key}/fichier-xml")

    @routes.get("")
    def show(request: Request, key: str) -> Response:
        return _form(request, _table(site, key))

    @routes.post("")
    async def make(request: Request, key: str) -> Response:
        job = _table(site, key)
        form = await form_texts(request, _MOST_TYPED)
        given = {name: form.get(name, "").strip() for name in _FIELDS}
        try:
            header = _header(given)
            with site.jobs.new(job.door, job.name, site.lang_of(request.scope)) as made:
                made.files, made.values = job.files, job.values
                site.jobs.start(made, partial(_build, site, header=header, of=job))
        except NirisationError as error:
            return _form(request, job, error, given)
        return site.go(f"/travaux/{made.key}")

    def _form(
        request: Request, job: Job, error: NirisationError | None = None, given: Mapping[str, str] | None = None
    ) -> Response:
        filled = given or dict.fromkeys(_FIELDS, "")
        return site.page(request, "build.html", error, door=job.door, job=job, given=filled)

    return routes


def _table(site: Site, key: str) -> Job:
    """The job that checked a table.

    Raises:
        RefusedError: it did not, or not yet.
    """
    job = site.jobs.job(key)
    if job.made is None or not job.mapping.is_file():
        raise RefusedError("pages.no_job", 404)
    return job


def _header(given: Mapping[str, str]) -> DepositHeader:
    """What the file says once.

    Raises:
        RefusedError: a matricule has not its length, or the contract is missing.
    """
    certifier = given["certificateur"] or given["emetteur"]
    for name, matricule in (("emetteur", given["emetteur"]), ("certificateur", certifier)):
        if len(matricule) != _MATRICULE:
            raise RefusedError("pages.matricule", _UNPROCESSABLE, name=name, given=len(matricule))
    if not given["contrat"]:
        raise RefusedError("pages.no_contract", _UNPROCESSABLE)
    return DepositHeader(new_id_flux(), timestamp_now(), given["emetteur"], certifier, given["contrat"])


def _build(site: Site, job: Job, step: Step, header: DepositHeader, of: Job) -> Made:
    """The deposit, and the rows that could not be."""
    step("write", 0, 0)
    target = job.output / "depot.xml"
    try:
        built = build(read_table(of.files[FIELD][0].path, of.mapping), target, header=header, lang=job.lang)
    except InputError as error:
        raise error.about(job.name) from None
    told = built.left_out.select("line", "sentence").head(_MOST_TOLD).iter_rows()
    left_out = [sentence("cli.left_out", job.lang, line=line, sentence=said) for line, said in told]
    left_out += [error.sentence(job.lang) for error in built.report.errors]
    rows = built.left_out["passage"].n_unique()
    words = PageWords(job.lang)
    if built.left_out.height > _MOST_TOLD:
        left_out.append(words("more_left_out", n=built.left_out.height - _MOST_TOLD))
    said = words("built_said" if rows else "built_all", written=built.written, rows=built.rows, n=rows)
    return site.made(job, [target], title="built_title", said=said, left_out=left_out)
