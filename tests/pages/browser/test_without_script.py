"""Without JavaScript every way leads to its end: pages that wait load again by themselves."""

from playwright.sync_api import expect

from tests.pages.browser.test_journeys import downloaded_one, sent


def test_a_table_is_checked_and_downloaded(window, files, tmp_path):
    page = window("/verifier", java_script_enabled=False)
    sent(page, "Vérifier", fichier=files.csv)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Les colonnes de")
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.locator(".site-bar summary").click()
    assert downloaded_one(page, "to_fix.xlsx", tmp_path).stat().st_size > 0


def test_a_deposit_is_followed_and_explained(window, files):
    page = window("/deposer", java_script_enabled=False)
    sent(page, "Déposer", fichier=files.xml)
    page.get_by_role("button", name="Comprendre les KO de ce dépôt").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("passages refusés")


def test_what_went_wrong_is_told(window, files):
    page = window("/deposer", java_script_enabled=False)
    page.watch.expect(422)
    sent(page, "Déposer", fichier=files.xlsx)
    expect(page.get_by_role("alert")).to_be_visible()
