"""What holds of every page: its markup, its language, its headers, and how an error is told."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

import pytest
import requests

from matching.pages.site import LANG
from matching.portal.safety import HEADERS
from tests.pages.markup import Markup
from tests.pages.visitor import told

DOORS = ["/", "/verifier", "/comprendre", "/deposer", "/mesures"]
STATES = [*DOORS, "columns", "build", "built", "checked", "explained", "failed", "deposited", "nowhere", "refused form"]
_TYPED = {"emetteur": "41QRT905", "certificateur": "", "contrat": "MCFCER009041"}


@pytest.fixture(scope="module")
def shown(page, deposit_file, csv_file, refused):
    """Every kind of page, in either language: answers by language and name."""
    answers = {}
    for lang in ("fr", "en"):
        with page.visitor() as visitor:
            visitor.get("/langue", params={"langue": lang})
            asked = visitor.drop("/verifier", fichier=csv_file)
            checked = visitor.over(visitor.post(asked.url))
            answers |= {(lang, path): visitor.get(path) for path in DOORS} | {
                (lang, "columns"): asked,
                (lang, "build"): visitor.get(f"{checked.url}/fichier-xml"),
                (lang, "built"): visitor.over(visitor.post(f"{checked.url}/fichier-xml", data=_TYPED)),
                (lang, "checked"): checked,
                (lang, "explained"): visitor.drop("/comprendre", accuse=refused[1], fichier=refused[0]),
                (lang, "failed"): visitor.drop("/verifier", fichier=("a.pdf", b"%PDF-1.7")),
                (lang, "deposited"): visitor.drop("/deposer", fichier=deposit_file),
                (lang, "nowhere"): visitor.get("/nowhere"),
                (lang, "refused form"): visitor.post("/comprendre/renvoyer", files={"fichier": ("a.xml", b"<a/>")}),
            }
    return answers


@pytest.fixture(params=STATES)
def state(request):
    return request.param


@pytest.fixture(params=["fr", "en"])
def answer(request, shown, state):
    return shown[request.param, state]


def test_every_page_is_html_with_one_title_of_its_own(answer, state):
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.lower().startswith("<!doctype html>")
    page = Markup(answer.text)
    assert len(page.named("h1")) == len(page.named("title")) == len(page.named("main")) == 1
    assert page.named("h1")[0].text.strip()
    assert len(page.ids) == len(set(page.ids))
    parts = page.named("title")[0].text.split(" · ")
    assert len(parts) == len(set(parts)), parts
    if state != "/":
        assert "nav" in {one.name for one in page.elements}


def test_every_page_is_in_the_language_that_was_chosen(shown, state):
    for lang, said in (("fr", "Vérifier un fichier"), ("en", "Check a file")):
        page = Markup(shown[lang, state].text)
        assert page.named("html")[0].attributes["lang"] == lang
        assert said in told(shown[lang, state])


def test_every_field_has_a_label_and_what_describes_it_is_there(answer):
    page = Markup(answer.text)
    ids = set(page.ids)
    labelled = {one.attributes["for"] for one in page.named("label") if one.text.strip()}
    for one in page.named("input", "select", "textarea"):
        if one.attributes.get("type") == "hidden":
            continue
        by = one.attributes.get("aria-labelledby", "").split()
        is_named = one.attributes.get("id") in labelled or (by and set(by) <= ids)
        assert is_named or one.attributes.get("aria-label"), one
    for one in page.elements:
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            assert set(one.attributes.get(attribute, "").split()) <= ids, one
    for one in page.named("button", "a"):
        assert one.text.strip() or one.attributes.get("aria-label"), one


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_in_the_page(answer):
    markup = Markup(answer.text)
    for one in markup.elements:
        assert "style" not in one.attributes, one
        assert not [name for name in one.attributes if name.startswith("on")], one
        for attribute in ("src", "href", "action", "srcset", "data", "poster"):
            asked = one.attributes.get(attribute, "")
            if one.name != "a" and not asked.startswith("data:image/"):
                assert not urlsplit(asked).netloc, one
                assert not urlsplit(asked).scheme, one
    for script in markup.named("script"):
        assert (script.attributes["src"], script.text) == ("/assets/site.js", "")
    assert "@import" not in "".join(style.text for style in markup.named("style"))


@pytest.fixture(scope="module")
def visited():
    """Addresses that answered already."""
    return set()


def test_every_address_of_the_page_leads_somewhere(shown, visitor, state, visited):
    markup = Markup(shown["fr", state].text)
    for one in markup.named("a", "link", "script", "img"):
        asked = one.attributes.get("href", one.attributes.get("src", ""))
        if asked.startswith("#"):
            assert asked[1:] in markup.ids, one
        elif asked.startswith("/") and not asked.startswith("/langue") and asked not in visited:
            assert visitor.get(asked).status_code == 200, one
            visited.add(asked)


def test_assets_load_nothing_from_elsewhere(visitor):
    for name in ("site.css", "bar.css", "site.js", "icon.svg"):
        asset = visitor.get(f"/assets/{name}")
        assert asset.status_code == 200
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\((?!\"bar\.css\")", asset.text), name


def test_every_answer_has_the_headers_and_a_policy_without_holes(answer):
    for name, value in HEADERS.items():
        if name != "Content-Security-Policy":
            assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert not re.search(r"unsafe|\*|http", policy)
    assert {part.split()[0] for part in policy.split(";")} == {
        part.split()[0] for part in HEADERS["Content-Security-Policy"].split(";")
    }


def test_the_only_style_of_a_page_that_is_obeyed_is_the_one_it_holds(answer, state):
    styles = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    named = re.findall(r"'sha256-([^']*)'", answer.headers["Content-Security-Policy"])
    assert named == digests
    assert bool(styles) == (state in {"checked", "explained"})


class TestLanguage:
    def test_french_first_then_what_the_reader_chose(self, visitor):
        assert "Vérifier un fichier" in told(visitor.get("/"))
        answer = visitor.get("/langue?langue=en&retour=/verifier")
        assert answer.url.endswith("/verifier")
        assert "The file to check" in told(answer)
        assert "The file to check" in told(visitor.get("/verifier"))

    def test_the_cookie_is_for_this_site_and_no_script(self, visitor):
        cookie = visitor.get("/langue?langue=en", allow_redirects=False).headers["Set-Cookie"]
        assert cookie.startswith(f"{LANG}=en;")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "//evil.example",
            "https://evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "evil.example",
            "javascript:1",
        ],
    )
    def test_nobody_is_sent_to_another_site(self, visitor, elsewhere):
        answer = visitor.get("/langue", params={"langue": "fr", "retour": elsewhere}, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")

    @pytest.mark.parametrize("trick", ["/\t/evil.example", "/\r\nSet-Cookie: a=b", "/ /evil.example"])
    def test_nor_by_signs_that_a_browser_drops(self, visitor, trick):
        answer = visitor.get("/langue", params={"langue": "fr", "retour": trick}, allow_redirects=False)
        assert re.fullmatch(r"/[^/\\\s][^\s]*", answer.headers["Location"])
        assert answer.headers["Set-Cookie"].count("=fr") == 1

    @pytest.mark.parametrize("value", ["xx", "", "fr; Path=/x"])
    def test_a_language_that_is_not_spoken_is_refused(self, visitor, value):
        assert visitor.get("/langue", params={"langue": value}).status_code == 422

    def test_a_cookie_that_says_nonsense_is_not_heard(self, visitor):
        assert "Vérifier un fichier" in told(visitor.get("/", headers={"Cookie": f"{LANG}=<script>"}))

    def test_the_page_of_a_refused_form_can_be_read_in_the_other_language(self, visitor):
        refused = visitor.post("/comprendre/renvoyer", files={"fichier": ("a.xml", b"<a/>")})
        link = next(one for one in Markup(refused.text).named("a") if one.attributes.get("class") == "lang")
        answer = visitor.get(link.attributes["href"])
        assert (answer.status_code, answer.url.rpartition("/")[2]) == (200, "comprendre")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/travaux/unknown", 404),
        ("/travaux/unknown/colonnes", 404),
        ("/travaux/unknown/fichier-xml", 404),
        ("/travaux/unknown/fichiers/report.html", 404),
        ("/deposer/12", 404),
        ("/deposer/abc", 422),
        ("/deposer/99999999999999999999", 422),
        ("/langue", 422),
    ],
)
def test_an_error_is_a_page_to_people_and_a_problem_to_programs(page, path, status):
    human = requests.get(page.url + path, headers={"Accept": "text/html"}, timeout=30)
    program = requests.get(page.url + path, headers={"Accept": "application/json"}, timeout=30)
    assert (human.status_code, program.status_code) == (status, status)
    alert = next(one for one in Markup(human.text).elements if one.attributes.get("id") == "error")
    assert program.json()["detail"] in alert.text
    assert program.headers["Content-Type"] == "application/problem+json"
    for answer in (human, program):
        assert "Traceback" not in answer.text
        assert str(page.folder) not in answer.text


def test_the_api_answers_programs_even_when_a_browser_asks(visitor):
    assert visitor.get("/depots/12").headers["Content-Type"] == "application/problem+json"
    assert visitor.get("/portail").json()["strategie"] == "cdc"


@pytest.mark.parametrize("path", ["/verifier", "/comprendre", "/comprendre/renvoyer", "/deposer", "/deposer/exemple"])
def test_a_page_of_another_site_can_send_nothing(page, visitor, path):
    answer = visitor.post(path, headers={"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not list((page.folder / "work").glob("*/sent/*.xml"))


def test_a_page_s_routes_are_no_part_of_the_api(visitor):
    paths = visitor.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/depots", "/depots/{numero}", "/depots/{numero}/accuse", "/organisations", "/portail"}
