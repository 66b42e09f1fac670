"""Who may read and use every page: by a screen reader, by keyboard, on a phone, at twice the size.

Rules of WCAG 2.2 AA are those of axe-core; what it cannot see (scrolling sideways, the focus) is looked at here.
"""

import re

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from matching.portal.serving import Address
from matching.portal.settings import PortalSettings
from tests.pages.browser.conftest import PHONE, running

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "home", "check", "explain", "deposits", "measures", "api", "columns", "report", "build", "built", "failed",
    "deposit", "explained", "lost", "refused",
)  # fmt: skip
TWICE = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
LEAST_TARGET = 24  # pixels, WCAG 2.2
TABS = 80  # stops between two places of one page
FIRST_STOPS = 25  # of the keyboard, looked at on every page

_FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const seen = style.outlineStyle === 'auto' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {name: one.outerHTML.slice(0, 120), isBody: one === document.body, seen, width: box.width, height: box.height,
          shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
}"""

# Boxes to tick have a label, which is a target too: nothing else may be small, or stand beside the screen.
_SMALL = """least => [...document.querySelectorAll(
    'button, .button, input:not([type=checkbox], [type=radio]), select, summary, nav a')]
  .filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least || box.right > innerWidth || box.left < 0)
  .map(([said, box]) => [said, box.left, box.right, box.height])"""


@pytest.fixture(scope="session")
def addresses(server, files):
    """Where every page is; those of files that are worked on are made here, once."""
    ask = requests.Session()

    def made(path, wanted, **sent):
        """The address that a form leads to, once the work is over."""
        opened = {name: (file.name, file.read_bytes()) for name, file in sent.items()}
        at = ask.post(f"{server.url}{path}", files=opened or None, timeout=60).url
        return settled(at, wanted)

    def settled(at, wanted):
        while not ask.get(f"{at}/etat", timeout=60).json()["fini"]:
            pass
        assert wanted in (text := ask.get(at, timeout=60).text), text[:2_000]
        return at.removeprefix(server.url)

    def built(at):
        fields = {"emetteur": "41QRT905", "contrat": "MCFCER009041"}
        found = ask.post(f"{server.url}{at}/fichier-xml", data=fields, timeout=60).url
        return settled(found, "prêt")

    def confirmed(at):
        ask.post(f"{server.url}{at}/colonnes", files={"ordre": (None, "day_first")}, timeout=60)
        return settled(f"{server.url}{at}", "site-bar")

    deposit = made("/deposer", "Traité avec", fichier=files.xml)
    columns = made("/verifier", "Les colonnes de", fichier=files.xlsx)
    checked = confirmed(made("/verifier", "Les colonnes de", fichier=files.csv))
    return {
        "home": "/",
        "check": "/verifier",
        "explain": "/comprendre",
        "deposits": "/deposer",
        "measures": "/mesures",
        "api": "/api",
        "columns": columns,
        "report": checked,
        "build": f"{checked}/fichier-xml",
        "built": built(checked),
        "failed": made("/verifier", "arrêté", fichier=files.broken),
        "deposit": deposit,
        "explained": made(f"/comprendre/depot/{deposit.rpartition('/')[2]}", "passages refusés"),
        "lost": "/ailleurs",
        "refused": "/comprendre",
    }


@pytest.fixture
def pages(window, addresses):
    """Opens every page in one window, one after the other; gives each name and the page."""

    def opened(**options):
        page = window("about:blank", **options)
        page.watch.expect(404, 422)
        for name in PAGES:
            page.goto(addresses[name])
            if name == "refused":
                page.evaluate("document.querySelectorAll('[required]').forEach(field => field.required = false)")
                page.locator("main form").first.get_by_role("button").last.click()
                expect(page.get_by_role("alert")).to_be_focused()
            yield name, page

    return opened


def all_open(page):
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def broken_rules(page):
    all_open(page)
    said = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200], len(one["nodes"])) for one in said]


def test_nothing_against_the_rules_of_access(pages):
    # axe tries out styles of its own, which our policy would refuse
    found = {name: broken for name, page in pages(bypass_csp=True) if (broken := broken_rules(page))}
    assert not found, found


def test_on_a_phone_nothing_scrolls_sideways_and_every_target_is_large(pages):
    found = {}
    for name, page in pages(**PHONE):
        wide = overflow(page)
        small = page.evaluate(_SMALL, LEAST_TARGET)
        all_open(page)
        if wide or small or overflow(page):
            found[name] = wide, small, overflow(page)
    assert not found, found


def test_at_twice_the_size_nothing_scrolls_sideways(pages):
    found = {name: wide for name, page in pages(**TWICE) if (wide := overflow(page))}
    assert not found, found


def test_the_keyboard_goes_everywhere_and_is_seen(pages):
    for name, page in pages():
        starts_at_error = page.locator("#error").count() > 0
        page.keyboard.press("Tab")
        if not starts_at_error and name != "api":
            expect(page.locator(":focus")).to_have_class("skip")
        for _ in range(FIRST_STOPS):
            at = page.evaluate(_FOCUS)
            if at["isBody"]:
                break
            assert at["seen"], (name, at)
            assert at["shown"], (name, at)
            page.keyboard.press("Tab")


def test_english_is_english_to_the_end(window, addresses):
    page = window("/langue?langue=en&retour=/verifier")
    page.watch.expect(404)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a file")
    for name in ("home", "check", "explain", "deposits", "measures", "columns", "build", "deposit", "lost"):
        page.goto(addresses[name])
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("navigation").get_by_role("link", name="Check a file")).to_be_visible()
        expect(page.get_by_role("link", name="Français")).to_be_visible()
    page.goto("/verifier")
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier un fichier")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_the_skip_link_goes_to_the_content(window):
    page = window("/verifier")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Le fichier à vérifier")).to_be_focused()


def test_a_file_is_checked_and_downloaded_by_keyboard_alone(window, files):
    page = window("/")

    def tab_to(target):
        for _ in range(TABS):
            page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(target)

    tab_to(page.get_by_role("main").get_by_role("link", name="Vérifier un fichier"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vérifier un fichier")).to_be_visible()
    tab_to(page.get_by_label("Le fichier à vérifier"))
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(files.csv)
    tab_to(page.get_by_text("Autres choix"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_label("Montrer les noms en entier"))
    page.keyboard.press("Space")
    tab_to(page.get_by_role("button", name="Vérifier", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Les colonnes de")
    tab_to(page.get_by_role("button", name="Vérifier", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".site-bar")).to_be_visible()
    tab_to(page.locator(".site-bar summary"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("link", name="to_fix.xlsx"))
    with page.expect_download() as waited:
        page.keyboard.press("Enter")
    assert waited.value.suggested_filename == "to_fix.xlsx"


def test_the_token_is_asked_for_once(window, register, tmp_path):
    token = "un-jeton-de-seize-signes"  # noqa: S105 - nothing is behind it
    settings = PortalSettings(tmp_path / "portal", register=register)
    with running(settings, Address(port=0, token=token)) as guarded:
        page = window("/verifier", url=guarded.url, bypass_csp=True, **PHONE)
        page.watch.expect(401, 403, 422)
        expect(page).to_have_url(re.compile("/entrer$"))
        assert overflow(page) == 0
        assert not broken_rules(page)
        page.get_by_label("Jeton").fill("ce-n-est-pas-le-jeton")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_label("Jeton").fill(token)
        page.keyboard.press("Enter")
        expect(page.get_by_role("navigation")).to_be_visible()
        page.goto("/verifier")
        expect(page.get_by_label("Le fichier à vérifier")).to_be_visible()
