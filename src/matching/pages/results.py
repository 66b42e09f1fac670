"""Where the work on a file stands, then what it made: one address from the drop to the downloads.

While it lasts, the page asks again by itself, with its script or without.
"""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from matching.identity.catalogue import Lang
from matching.pages.jobs import Job, State
from matching.pages.site import PageWords, Site
from matching.portal.problems import RefusedError

_NOT_FOUND = 404


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter(prefix="/travaux/{key}")

    @routes.get("")
    async def result(request: Request, key: str) -> Response:
        job = site.jobs.job(key)
        if job.state == State.DONE and job.made is not None:
            return site.report(await asyncio.to_thread(job.made.page.read_text, "utf-8"))
        if job.state == State.ASKING:
            return site.go(f"/travaux/{key}/colonnes")
        if job.state == State.FAILED:
            return site.page(request, "failed.html", job.error, door=job.door, job=job)
        return site.page(request, "progress.html", door=job.door, job=job, step=_step(job, site.lang_of(request.scope)))

    @routes.get("/etat")
    def state(request: Request, key: str) -> JSONResponse:
        job = site.jobs.job(key)
        is_over = job.state not in {State.WAITING, State.RUNNING}
        return JSONResponse({"fini": is_over, "etape": _step(job, site.lang_of(request.scope)), "part": job.share})

    @routes.get("/fichiers/{name}")
    def file(key: str, name: str) -> Response:
        found = site.jobs.job(key).file(name)
        if found is None:
            raise RefusedError("portal.no_page", _NOT_FOUND)
        return FileResponse(found, filename=found.name)

    @routes.post("/effacer")
    def forget(key: str) -> Response:
        job = site.jobs.job(key)
        site.jobs.forget(job)
        return site.go(f"/{job.door}")

    return routes


def _step(job: Job, lang: Lang) -> str:
    """What is being done, for a person."""
    words = PageWords(lang)
    return words(f"step_{job.step}" if job.step and job.state == State.RUNNING else "step_waiting")
