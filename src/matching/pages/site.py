"""How a page is made: one frame around every door, in the reader's language, errors told where the reader is.

Example:
    >>> site = Site(office, jobs, rules)
    >>> site.page(request, "home.html", door="home")

Everything is in the first answer: no page needs a script, and none asks another host for anything.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

import matching
from matching.identity.catalogue import LANGS, Lang, sentence
from matching.identity.errors import NirisationError, UsageError
from matching.pages.jobs import KEPT_SECONDS, Job, Jobs, Made
from matching.portal.office import Office
from matching.portal.problems import problem, status_of
from matching.portal.safety import ENTRY, HEADERS, SafetyRules, lang_of
from matching.report.html_page import templates_of
from matching.report.wording import Words, harmless, visible

LANG = "nirisation_langue"
"""Cookie of the language that the reader chose."""

_FOR_PROGRAMS = ("/depots", "/organisations", "/portail", "/openapi.json", "/assets")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_YEAR_SECONDS = 365 * 86400
_MOST_NAME = 80  # characters of a file's name in a title


class PageWords(Words):
    """The sentences ``pages.*``."""

    stage: ClassVar[str] = "pages"

    def field(self, key: str) -> str:
        """What a field of a table is called."""
        return sentence(f"fields.{key}", self.lang)


@dataclass(frozen=True)
class Site:
    """What every page needs.

    Attributes:
        office: The portal.
        jobs: Work on files that were dropped.
        rules: Who may come.
    """

    office: Office
    jobs: Jobs
    rules: SafetyRules

    def page(
        self, request: Request, template: str, error: NirisationError | None = None, **facts: object
    ) -> HTMLResponse:
        """A page in the frame; ``door`` says which door it belongs to, ``error`` what is wrong with what was sent."""
        lang = self.lang_of(request.scope)
        text = self.rendered(template, lang, request.url.path, error=error, **facts)
        return HTMLResponse(text, 200 if error is None else status_of(error))

    def rendered(self, template: str, lang: Lang, path: str, **facts: object) -> str:
        """The HTML of a page; ``path`` is where to come back to in the other language, "" = it has only this one."""
        told = {"door": "", "error": None, "again": False, **facts}
        return self._environment.get_template(template).render(
            told,
            words=PageWords(lang),
            lang=lang,
            path=path,
            version=matching.__version__,
            most=self.office.settings.most_bytes // 1_000_000,
            hours=round(KEPT_SECONDS / 3600),
            is_open=self.rules.token is None,
        )

    def bar(self, lang: Lang, **facts: object) -> str:
        """What stands above a report: the way back, the downloads."""
        return self.rendered("bar.html", lang, "", **facts)

    def made(self, job: Job, files: Sequence[Path], *, title: str, said: str, left_out: Sequence[str]) -> Made:
        """What a job made, where it is no report: a sentence, what could not be done, the files."""
        facts = {"door": job.door, "job": job, "files": files, "title": title, "said": said, "left_out": left_out}
        return job.made_of(self.rendered("made.html", job.lang, "", **facts), files)

    def report(self, text: str) -> HTMLResponse:
        """A whole page made elsewhere: the style that it holds is named, no other is obeyed."""
        digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLE.findall(text)]
        named = " ".join(f"'sha256-{digest}'" for digest in digests)
        policy = HEADERS["Content-Security-Policy"].replace("style-src 'self'", f"style-src 'self' {named}".strip())
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    def lang_of(self, scope: Scope) -> Lang:
        """The language that the reader chose; else the portal's own."""
        chosen = cookie_parser(Headers(scope=scope).get("cookie", "")).get(LANG, "")
        return next((lang for lang in LANGS if lang == chosen), self.office.settings.lang)

    def go(self, path: str) -> RedirectResponse:
        """To another page, after a form: reloading it sends nothing again."""
        return RedirectResponse(path, 303)

    def add(self, app: FastAPI) -> None:
        """Add every door: see ``matching.pages.app``."""
        from matching.pages.app import add_doors  # noqa: PLC0415 - the doors import this module

        add_doors(app, self)

    def answer(self, scope: Scope, error: NirisationError, lang: Lang) -> Response:
        """An error as a page to people, as a problem to programs."""
        headers, path = Headers(scope=scope), str(scope["path"])
        if path.startswith(_FOR_PROGRAMS) or "text/html" not in headers.get("accept", ""):
            return problem(error, lang_of(headers, lang))
        status = status_of(error)
        if status == HTTPStatus.UNAUTHORIZED:
            return self.go(ENTRY)
        return HTMLResponse(self.rendered("error.html", self.lang_of(scope), "/", error=error), status)

    def remember_lang(self, lang: str, path: str) -> Response:
        """Keep the language that the reader asks for, and go back.

        Raises:
            UsageError: there is no such language.
        """
        if lang not in LANGS:
            raise UsageError("portal.parameter", names="langue")
        answer = self.go(path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/")
        answer.set_cookie(LANG, lang, max_age=_YEAR_SECONDS, httponly=True, samesite="strict")
        return answer

    @cached_property
    def _environment(self) -> Environment:
        made = templates_of("matching.pages")
        made.filters |= {"shown": _shown, "marked": _marked}
        return made


def _shown(text: str) -> str:
    """A client's text, without characters that a page would obey."""
    return visible(text)[:_MOST_NAME]


def _marked(text: str) -> Markup:
    """A sentence of the catalogue whose ``backquotes`` are code."""
    parts = harmless(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if rank % 2 else part for rank, part in enumerate(parts)
    )
