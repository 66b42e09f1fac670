"""Every door of the page, beside the portal's routes.

Example:
    >>> with opened(office, rules) as site:
    ...     app = create_app(office, rules, site)

::

    /                        the doors
    /verifier                a deposit or a table → the report of `check`
    /comprendre              a receipt and its deposit → the report of `explain`
    /deposer                 the mock portal, on fictional people
    /mesures                 strategies, and what the benchmarks measured
    /travaux/{cle}           where the work on a file stands, then what it made
    /langue, /entrer         the reader's language; the token
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from matching.pages import building, checking, depositing, entry, explaining, measures, results
from matching.pages.jobs import Jobs
from matching.pages.site import Site
from matching.portal.office import Office
from matching.portal.safety import SafetyRules

_WORK = "work"


@contextmanager
def opened(office: Office, rules: SafetyRules) -> Iterator[Site]:
    """The pages of a portal that is open, until the block ends; nothing of what was dropped on them is left then."""
    with Jobs.open(office.folder.path / _WORK, office.settings.time_limit) as jobs:
        yield Site(office, jobs, rules)


def add_doors(app: FastAPI, site: Site) -> None:
    """Add every route of the pages; none is part of the API."""

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        return site.page(request, "home.html", door="home")

    @app.get("/langue", include_in_schema=False)
    def lang(langue: str, retour: str = "/") -> Response:
        return site.remember_lang(langue, retour)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return site.go("/assets/icon.svg")  # what a browser asks for where a page names none: the reports

    for door in (entry, checking, building, explaining, depositing, measures, results):
        app.include_router(door.router(site), include_in_schema=False)
    app.mount("/assets", StaticFiles(packages=[("matching.pages", "assets")]))
