"""The page in a real browser: the machine's own Chromium, driven by Playwright.

Where it is: ``NIRISATION_CHROMIUM``, else ``chromium``, ``chromium-browser`` or ``google-chrome`` on the path.
Where there is none, these tests are skipped on a person's machine and fail in continuous integration, which must not
lose them unseen. ``NIRISATION_CHROMIUM=none`` says that there is none and that this is known: they are skipped
everywhere. ``.ci/run`` installs Debian's, and says the latter, aloud, only where it cannot.

One browser and one portal for the session; each test has its own window, which may not write an error in its console,
break the page's own security policy, or ask another host for anything.
"""

import os
import shutil
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect, sync_playwright

from matching.pages import checking
from matching.pages.app import opened
from matching.portal.app import create_app
from matching.portal.office import Office
from matching.portal.registers import prepare
from matching.portal.serving import Address, listening
from matching.portal.settings import PortalSettings
from matching.portal.testing import DAY
from sngi_mock.cli import main as sngi_mock

VARIABLE = "NIRISATION_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE = "none"
MISSING = (
    "No Chromium was found, so the page is not tested in a browser: install it (on Debian and Ubuntu: "
    f"apt-get install chromium), or say where it is with {VARIABLE}."
)
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
MOST_SECONDS = 30  # for whatever a test waits for: only a failure takes that long


def chromium():
    """Where Chromium is; None when there is none."""
    told = os.environ.get(VARIABLE)
    if told == NONE:
        return None
    return told or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_runtest_setup():
    """Skip here rather than in a fixture: the summary then says it once for all tests."""
    if chromium() is None:
        is_known = os.environ.get(VARIABLE) == NONE
        (pytest.fail if os.environ.get("CI") and not is_known else pytest.skip)(MISSING)


@pytest.fixture(scope="session")
def browser():
    expect.set_options(timeout=MOST_SECONDS * 1000)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root, which containers are.
        made = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=not is_root)
        yield made
        made.close()


@pytest.fixture(scope="session")
def register(tmp_path_factory):
    """A register of fictional people, the same at every run."""
    return prepare(PortalSettings(tmp_path_factory.mktemp("register"), size=3_000), lambda *_: None).folder


@contextmanager
def running(settings, address=None):
    """The page and the portal, answering until the block ends."""
    address = address or Address(port=0)
    with ExitStack() as stack:
        office = stack.enter_context(Office.open(settings))
        rules = address.rules(office)
        site = stack.enter_context(opened(office, rules))
        url = stack.enter_context(listening(create_app(office, rules, site), address))
        yield SimpleNamespace(url=url, office=office, site=site)


@pytest.fixture(scope="session")
def server(register, tmp_path_factory):
    settings = PortalSettings(tmp_path_factory.mktemp("server") / "portal", register=register, day=DAY)
    with running(settings) as made:
        yield made


class Watch:
    """What a window may not do, collected while it does it."""

    def __init__(self, context, url):
        self.host = urlsplit(url).netloc
        self.troubles = []
        self.refusals = set()
        context.on("request", self._request)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("console", self._console)

    def expect(self, *statuses):
        """Answers that a test asks for on purpose, and that a browser writes down as errors."""
        self.refusals |= set(statuses)

    def _request(self, request):
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc != self.host:
            self.troubles.append(f"asked {request.url}")

    def _console(self, message):
        is_expected = any(f"status of {status} " in message.text for status in self.refusals)
        if message.type in {"error", "warning"} and not is_expected:
            self.troubles.append(f"{message.type}: {message.text}")


@pytest.fixture
def window(browser, server):
    """Opens windows: ``window(path, **options of the context)`` gives a page, and ``page.watch`` what it may do."""
    with ExitStack() as stack:
        watches = []

        def open_window(path="/", url=None, **options):
            address = url or server.url
            told = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR", "base_url": address, **options}
            context = stack.enter_context(browser.new_context(**told))
            context.set_default_timeout(MOST_SECONDS * 1000)
            page = context.new_page()
            page.watch = Watch(context, address)
            watches.append(page.watch)
            page.goto(path)
            return page

        yield open_window
        troubles = [one for watch in watches for one in watch.troubles]
        assert not troubles, troubles


def drawn(register, folder, *options):
    """A deposit of people of a register, with its table."""
    told = ["draw", str(register), "-o", str(folder), "--quiet", *options]
    done = CliRunner().invoke(sngi_mock, told, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def files(register, tmp_path_factory):
    """Passages with the errors of a poor file, and the same as tables, under names that people give."""
    folder = drawn(register, tmp_path_factory.mktemp("files"), "--passages", "120", "--profile", "poor", "--seed", "5")
    names = {"deposit.xml": "Janvier – promotion n° 2.xml", "deposit.xlsx": "été.xlsx", "deposit.csv": "été.csv"}
    kept = {Path(name).suffix[1:]: (folder / name).rename(folder / new) for name, new in names.items()}
    kept["broken"] = folder / "vide.csv"
    kept["broken"].write_text("a\n", encoding="utf-8")
    return SimpleNamespace(**kept)


class Held:
    """Work on a file, which stands still until the test lets it go on."""

    def __init__(self, work):
        self._work = work
        self._started, self._released = threading.Event(), threading.Event()
        self._step = None

    def __call__(self, *given, progress, **options):
        self._step = progress
        self._started.set()
        assert self._released.wait(MOST_SECONDS)
        return self._work(*given, progress=progress, **options)

    def tell(self, step, done, total):
        """Say how far the work is."""
        assert self._started.wait(MOST_SECONDS)
        self._step(step, done, total)

    def release(self):
        self._released.set()


@pytest.fixture
def held(monkeypatch):
    """The check of a file, held."""
    made = Held(checking.check_file)
    monkeypatch.setattr(checking, "check_file", made)
    yield made
    made.release()
