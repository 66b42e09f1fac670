"""*Stratégies et mesures*: the strategies, what the public documents leave open, and the results of the benchmarks.

The results are the page that the benchmarks write, with its charts: packaged beside this module, or in the repository.
"""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from matching.identity.catalogue import sentence
from matching.pages.site import Site
from matching.portal.problems import RefusedError
from matching.strategies.settings_file import hypotheses
from matching.strategies.table import STRATEGIES

DOOR = "mesures"
_NOT_FOUND = 404
_PACKAGED = Path(__file__).parent / "measured"
_REPOSITORY = Path(__file__).parents[3] / "benchmarks"
_PAGE, _CHARTS = "RESULTS.md", "charts"


def router(site: Site) -> APIRouter:
    """Its routes."""
    routes = APIRouter(prefix=f"/{DOOR}")

    @routes.get("")
    def show(request: Request) -> Response:
        lang = site.lang_of(request.scope)
        strategies = {name: sentence(f"strategies.{name}", lang) for name in STRATEGIES}
        left_open = {name: sentence(setting.code, lang) for name, setting in hypotheses().items()}
        return site.page(
            request, "measures.html", door=DOOR, strategies=strategies, left_open=left_open, results=results()
        )

    @routes.get(f"/{_CHARTS}/{{name}}.svg")
    def chart(name: str) -> Response:
        found = next((file for file in charts() if file.stem == name), None)
        if found is None:
            raise RefusedError("portal.no_page", _NOT_FOUND)
        return FileResponse(found, media_type="image/svg+xml")

    return routes


def charts() -> list[Path]:
    """The charts of the results; none where they were not packaged."""
    return sorted((_folder() / _CHARTS).glob("*.svg"))


@cache
def results() -> Markup | None:
    """The results as HTML, headings one level lower than the page's; None where they were not packaged."""
    file = _folder() / _PAGE
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8").partition("\n")[2]  # its title: the page has one
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text.replace(f"]({_CHARTS}/", f"](/{DOOR}/{_CHARTS}/"))
    for rank, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens[rank + 1].content))
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.type == "table_open":
            token.attrSet("tabindex", "0")
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704 - our own page


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _REPOSITORY


def _anchor(title: str) -> str:
    """As the page of results links to it."""
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign == "-")
