"""Somebody who visits the page without a browser: forms are sent, redirections followed, cookies kept."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import requests

from matching.pages.app import opened
from matching.pages.site import Site
from matching.portal.app import create_app
from matching.portal.office import Office
from matching.portal.serving import Address, listening
from matching.portal.settings import PortalSettings

_PATIENCE_SECONDS = 120
_HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass(frozen=True)
class RunningPage:
    """A page that answers, and what stands behind it."""

    url: str
    office: Office
    site: Site

    @property
    def folder(self) -> Path:
        """Where the portal keeps things."""
        return self.office.folder.path

    def visitor(self) -> "Visitor":
        """Somebody new."""
        return Visitor(self.url)


@contextmanager
def running_page(settings: PortalSettings, address: Address | None = None) -> Iterator[RunningPage]:
    """A page that answers until the block ends, on a free port by default."""
    address = address or Address(port=0)
    with Office.open(settings) as office:
        rules = address.rules(office)
        with opened(office, rules) as site, listening(create_app(office, rules, site), address) as url:
            yield RunningPage(url, office, site)


class Visitor(requests.Session):
    """A session that asks for HTML; paths are those of the page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.headers["Accept"] = _HTML

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        """One request; a path, or a whole address that a redirection gave."""
        options.setdefault("timeout", _PATIENCE_SECONDS)
        return super().request(method, path if path.startswith("http") else self.url + path, **options)

    def drop(
        self, path: str, values: dict[str, str] | None = None, **files: Path | tuple[str, bytes]
    ) -> requests.Response:
        """Send a form with files, by field, and wait for what comes of it."""
        sent = {
            field: (file.name, file.read_bytes()) if isinstance(file, Path) else file for field, file in files.items()
        }
        return self.over(self.post(path, data=values or {}, files=sent))

    def over(self, answer: requests.Response) -> requests.Response:
        """The page of a job, or of a deposit, once nothing is being done for it any more."""
        if not re.search(r"/(travaux/[^/]+|deposer/\d+)$", answer.url):
            return answer
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self.get(f"{answer.url}/etat").json()["fini"]:
            assert time.monotonic() < until, answer.url
            time.sleep(0.02)
        return self.get(answer.url)


def told(answer: requests.Response) -> str:
    """What a person reads in an answer: tags aside, spaces and apostrophes as they are typed."""
    text = unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", answer.text, flags=re.DOTALL))
    return " ".join(text.replace("’", "'").split())


def key_of(answer: requests.Response) -> str:
    """Of the job that an answer is about."""
    return re.search(r"/travaux/([^/]+)", answer.url)[1]
