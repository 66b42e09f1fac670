"""Take the pictures of the page again: ``docs/screenshots/page-*.png``, of fictional people.

``python docs/screenshots.py`` starts the page on a free port, walks through it and overwrites them. It needs the extra
``test`` and a Chromium: ``chromium`` on the path, or where ``NIRISATION_CHROMIUM`` says.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from matching.pages.app import opened
from matching.portal.app import create_app
from matching.portal.office import Office
from matching.portal.registers import prepare
from matching.portal.serving import Address, listening
from matching.portal.settings import PortalSettings

FOLDER = Path(__file__).parent / "screenshots"
_DESKTOP, _PHONE = (1280, 860), (390, 780)
_DAY = date(2026, 3, 2)
_PERSONS, _PASSAGES = 20_000, 800


@contextmanager
def _running(folder: Path) -> Iterator[tuple[str, Path]]:
    """The page, and a folder with a deposit of people of its register, as a table too."""
    register = prepare(PortalSettings(folder / "made", size=_PERSONS), lambda *_: None).folder
    words = ["draw", register, "-o", folder / "drawn", "--passages", _PASSAGES, "--seed", 3, "--quiet"]
    subprocess.run([sys.executable, "-m", "sngi_mock", *map(str, words)], check=True)  # noqa: S603 - our own program
    address, settings = Address(port=0), PortalSettings(folder / "portal", register=register, day=_DAY)
    with (
        Office.open(settings) as office,
        opened(office, address.rules(office)) as site,
        listening(create_app(office, address.rules(office), site), address) as url,
    ):
        yield url, folder / "drawn"


def _shoot(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / f"page-{name}.png", animations="disabled")


def _send(page: Page, button: str, file: Path) -> None:
    page.set_input_files("#fichier", file)
    page.get_by_role("button", name=button, exact=True).click()


def _on_desktop(page: Page, deposit: Path, table: Path) -> None:
    for name, path in (("home", "/"), ("measures", "/mesures"), ("check", "/verifier")):
        page.goto(path)
        _shoot(page, name)
    _send(page, "Vérifier", table)
    page.locator("table.columns").wait_for()
    _shoot(page, "columns")

    # The work is over in a second: the window is told that it is not, for as long as the picture takes.
    told = {"fini": False, "etape": "Vérification des données", "part": 0.44}
    page.route("**/etat", lambda route: route.fulfill(json=told))
    page.goto("/verifier")
    _send(page, "Vérifier", deposit)
    page.get_by_text(str(told["etape"])).wait_for()
    _shoot(page, "progress")
    page.unroute("**/etat")
    page.locator(".site-bar").wait_for()
    _shoot(page, "checked")

    page.goto("/deposer")
    _send(page, "Déposer", deposit)
    page.locator(".counts").wait_for()
    _shoot(page, "deposit")
    page.get_by_role("button", name="Comprendre les KO de ce dépôt").click()
    page.locator(".site-bar").wait_for()
    _shoot(page, "explained")


def _on_phone(page: Page, deposit: Path) -> None:
    page.goto("/")
    _shoot(page, "phone-home")
    page.goto("/verifier")
    _send(page, "Vérifier", deposit)
    page.locator(".site-bar").wait_for()
    _shoot(page, "phone-checked")


def take() -> None:
    """Take every picture."""
    found = os.environ.get("NIRISATION_CHROMIUM") or shutil.which("chromium")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's own sandbox does not start for root
    with TemporaryDirectory() as folder, _running(Path(folder)) as (url, drawn), sync_playwright() as playwright:
        deposit = (drawn / "deposit.xml").rename(drawn / "janvier.xml")
        table = (drawn / "deposit.xlsx").rename(drawn / "Promotion mars 2026.xlsx")
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=not is_root)
        desktop, phone = (
            browser.new_context(base_url=url, locale="fr-FR", viewport={"width": width, "height": height})
            for width, height in (_DESKTOP, _PHONE)
        )
        _on_desktop(desktop.new_page(), deposit, table)
        _on_phone(phone.new_page(), deposit)
        browser.close()


if __name__ == "__main__":
    take()
