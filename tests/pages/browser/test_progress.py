"""What is seen while a file is worked on: words, a bar, then the result, by itself; with its script or without."""

from playwright.sync_api import expect

from matching.portal.settings import PortalSettings
from tests.pages.browser.conftest import running


def sent(page, file):
    page.set_input_files("#fichier", file)
    page.get_by_role("button", name="Vérifier", exact=True).click()


def test_words_and_bar_follow_the_work_and_the_report_comes_by_itself(window, held, files):
    page = window("/verifier")
    sent(page, files.xml)
    step, bar = page.get_by_role("status"), page.get_by_role("progressbar")
    held.tell("control", 0, 0)
    expect(step).to_have_text("Contrôle de la structure")
    assert bar.get_attribute("value") is None, "nobody can tell yet"
    held.tell("check", 300, 1_000)
    expect(step).to_have_text("Vérification des données")
    expect(bar).to_have_js_property("value", 0.3)
    held.tell("check", 700, 1_000)
    expect(bar).to_have_js_property("value", 0.7)
    address = page.url
    held.release()
    expect(page.locator(".site-bar")).to_be_visible()
    assert page.url == address, "one address from the drop to the downloads"


def test_without_script_the_page_loads_again_by_itself(window, held, files):
    page = window("/verifier", java_script_enabled=False)
    sent(page, files.xml)
    held.tell("check", 300, 1_000)
    expect(page.locator(".step")).to_have_text("Vérification des données")
    expect(page.locator("progress")).to_have_attribute("value", "0.300")
    expect(page.get_by_text("se recharge toute seule")).to_be_visible()
    held.release()
    expect(page.locator(".site-bar")).to_be_visible()


def test_it_is_in_english_for_who_reads_english(window, held, files):
    page = window("/verifier")
    page.get_by_role("link", name="English").click()
    page.set_input_files("#fichier", files.xml)
    page.get_by_role("button", name="Check", exact=True).click()
    held.tell("check", 300, 1_000)
    expect(page.get_by_role("status")).to_have_text("Checking the data")


def test_giving_up_leads_back_to_the_door_and_leaves_nothing(window, held, files, server):
    page = window("/verifier")
    sent(page, files.xml)
    expect(page.get_by_role("progressbar")).to_be_visible()
    address = page.url
    held.tell("check", 1, 2)
    page.get_by_role("button", name="Abandonner").click()
    expect(page).to_have_url(f"{server.url}/verifier")
    page.watch.expect(404)
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("n’existe plus")


def test_first_use_says_that_a_register_is_being_made(window, tmp_path):
    """A register takes a second or two: the page waits, says why, and goes on by itself."""
    with running(PortalSettings(tmp_path / "portal", size=1_500)) as fresh:
        page = window("/deposer", url=fresh.url)
        expect(page.get_by_text("fait au premier dépôt")).to_be_visible()
        page.get_by_role("button", name="Faire un fichier d’exemple").click()
        expect(page.get_by_role("status")).to_contain_text("Premier usage")
        expect(page.get_by_role("heading", name="Le fichier d’exemple est prêt")).to_be_visible()
