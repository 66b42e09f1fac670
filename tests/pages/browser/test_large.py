"""Twenty thousand passages: the window says how far the work is, and the report is light enough to read."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from matching.portal.registers import prepare
from matching.portal.settings import PortalSettings
from tests.pages.browser.conftest import drawn

PASSAGES = 20_000
MOST_BYTES = 2_000_000  # of the report's page

# What the page showed while it waited, kept by the window across its reload.
_NOTE = """addEventListener('DOMContentLoaded', () => {
  const bar = document.querySelector('progress'), step = document.querySelector('.step');
  if (!bar) return;
  const note = () => {
    const told = JSON.parse(sessionStorage.told || '[]');
    sessionStorage.told = JSON.stringify([...told, [step.textContent, bar.position]]);
  };
  new MutationObserver(note).observe(document.querySelector('.progress'),
    {subtree: true, childList: true, characterData: true, attributes: true});
});"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    register = prepare(PortalSettings(tmp_path_factory.mktemp("crowd"), size=50_000), lambda *_: None).folder
    options = ("--passages", str(PASSAGES), "--no-xlsx", "--seed", "5")
    return drawn(register, tmp_path_factory.mktemp("large"), *options) / "deposit.xml"


def test_a_large_file_is_checked(window, large):
    page = window("/verifier")
    page.add_init_script(_NOTE)
    page.set_input_files("#fichier", large)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.locator(".site-bar")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("20 000 passages")
    told = page.evaluate("JSON.parse(sessionStorage.told)")
    checking = [share for step, share in told if step == "Vérification des données"]
    assert told, "the window was told how far the work is while it went on"
    assert all(before <= after for before, after in pairwise(checking)), told
    assert len(page.content().encode()) < MOST_BYTES
