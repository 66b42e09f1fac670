"""The page: well made, whole in one file, nothing from elsewhere, light whatever the file, and readable by all."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from matching.identity.catalogue import catalogue
from matching.report import page as module
from matching.report.html_page import MOST_BYTES
from matching.report.model import Source
from matching.report.page import page
from tests.builders import passages_of
from tests.report.quality_builders import RULES, finding, findings_of, people, report_of, rule_of

pytestmark = pytest.mark.usefixtures("own_rules")

REFUSED = Source("janvier.xml", "deposit", "9f3c11ab" * 8, ("schéma 1.1.2",), 3, "0.3")
TABLE = Source("janvier.csv", "table", "9f3c11ab" * 8, ("CSV, Windows-1252", "Colonne A : nomNaissance"), None, "0.3")


def many(n):
    """Everything at once, and far too much of it."""
    facts = {"value": "'\"<&>" * 60, "proposal": "é" * 300, "detail": "\u202e'" * 300}
    rows = [finding(rule.code, passage, "birth_name", **facts) for rule in RULES for passage in range(n)]
    return report_of(findings_of(*rows), show_names=True)


REPORTS = {
    "small": report_of,
    "english": lambda: report_of(lang="en"),
    "names": lambda: report_of(show_names=True),
    "nothing_found": lambda: report_of(findings_of()),
    "no_passage": lambda: report_of(findings_of(), passages_of(), forecast=None),
    "refused": lambda: report_of(source=REFUSED),
    "unreadable": lambda: report_of(findings_of(), passages_of(), source=REFUSED, forecast=None),
    "table": lambda: report_of(source=TABLE),
    "ready": lambda: report_of(findings_of(finding("rare_name")), gains=()),
    "many": lambda: many(60),
}


@pytest.fixture(params=sorted(REPORTS))
def document(request, own_rules):  # noqa: ARG001 - the rules must stand before the report
    return html.document_fromstring(page(REPORTS[request.param]()))


def text_of(document):
    lines = (" ".join(line.split()) for line in document.body.text_content().splitlines())
    return "\n".join(line for line in lines if line)


@pytest.mark.parametrize("name", ["small", "english", "nothing_found", "no_passage", "refused", "unreadable", "table"])
def test_what_it_says(name, snapshot):
    assert text_of(html.document_fromstring(page(REPORTS[name]()))) == snapshot


def test_nothing_comes_from_elsewhere(document):
    assert not document.xpath("//script | //link | //img | //iframe | //object")
    assert not document.xpath("//@src | //@onclick | //@onload")
    assert all(target.startswith("#") for target in document.xpath("//@href"))
    style = document.xpath("string(//style)")
    assert "@import" not in style
    assert set(re.findall(r"url\((#?)", style)) <= {"#"}


def test_headings_anchors_and_tables_are_sound(document):
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in document.xpath("//@href")} <= set(ids)
    assert set(document.xpath("//@aria-labelledby")) <= set(ids)
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not document.xpath("//th[not(@scope)]")
    assert not document.xpath("//details[not(summary)] | //svg[not(@aria-hidden)]")
    widths = {len({len(row) for row in table.xpath(".//tr")}) for table in document.xpath("//table")}
    assert widths <= {1}


def test_it_says_its_language(document):
    assert document.get("lang") in {"fr", "en"}
    assert document.xpath("string(//title)")


def test_what_was_submitted_is_text():
    hostile = "<script>alert(1)</script>"
    rows = findings_of({**finding("unknown_code", 0, "certification_code", value=hostile), "id_technique": hostile})
    source = Source(hostile, "deposit", "", (hostile,), 0, "0")
    made = page(report_of(rows, source=source, show_names=True))
    assert hostile not in made
    assert text_of(html.document_fromstring(made)).count("<script>") >= 3


def test_what_would_not_be_seen_is_shown():
    rows = findings_of(finding("rare_name", 0, "birth_name", value=" A  B\u200b\u202eC"))
    cells = html.document_fromstring(page(report_of(rows, show_names=True))).xpath("//td[@class='value']/text()")
    assert cells[0] == "␣A␣␣B␣␣C"


def test_the_page_stays_light_and_says_what_it_leaves_out(monkeypatch):
    crowd = [rule_of(f"rule_{n}", "names", "advice", message="{value}{detail}") for n in range(60)]
    monkeypatch.setattr("tests.report.quality_builders.RULES", crowd)
    for place in ("matching.identity.rules.rules", "matching.report.groups.rules"):
        monkeypatch.setattr(place, lambda: {rule.code: rule for rule in crowd})
    facts = {"value": "'" * 300, "proposal": "'" * 300, "detail": "'" * 300}
    rows = [finding(rule.code, passage, "birth_name", **facts) for rule in crowd for passage in range(51)]
    made = page(report_of(findings_of(*rows), show_names=True))
    assert len(made.encode()) < MOST_BYTES
    rows_shown = len(html.document_fromstring(made).xpath("//table[contains(@class, 'rows')]/tbody/tr")) // 60
    assert rows_shown < 50
    assert f"et {51 - rows_shown} autres dans to_fix.xlsx" in made


def test_fifty_rows_and_the_rest_counted():
    rows = findings_of(*(finding("rare_name", n, "birth_name", value="X") for n in range(501)))
    document = html.document_fromstring(page(report_of(rows)))
    assert len(document.xpath("//table[@class='rows']/tbody/tr")) == 50
    told = {node.get("class"): node.text for node in document.xpath("//p[starts-with(@class, 'more')]")}
    assert told == {
        "more on-screen": "et 451 autres dans to_fix.xlsx",
        "more on-paper": "et 496 autres dans to_fix.xlsx",
    }


def test_paper_shows_as_many_rows_as_it_says():
    style = html.document_fromstring(page(report_of())).xpath("string(//style)")
    assert f".rows tbody tr:nth-child(n+{module._ROWS_PRINTED + 1})" in style


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ink", ["ink", "soft", "green", "amber", "rust", "slate"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_contrast_is_enough_for_all_eyes(ink, ground):
    style = html.document_fromstring(page(report_of())).xpath("string(//style)")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    assert (luminance(colours[ground]) + 0.05) / (luminance(colours[ink]) + 0.05) >= 4.5


def test_every_sentence_of_the_report_is_said_somewhere():
    files = [path for path in Path(module.__file__).parent.rglob("*") if path.suffix in {".py", ".html"}]
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    said = set(re.findall(r"[\"'](\w+)[\"']", sources))
    by_prefix = tuple(re.findall(r"words\(f?[\"'](\w+_)[\"'{]", sources))
    known = {code.removeprefix("quality.") for code in catalogue() if code.startswith("quality.")}
    assert {name for name in known - said if not name.removesuffix("_one").startswith(by_prefix)} <= {
        f"{name}_one" for name in said
    }


def test_the_people_of_a_large_file_are_charted():
    document = html.document_fromstring(page(report_of(findings_of(), people(200))))
    assert [figure.get("aria-labelledby") for figure in document.xpath("//figure[@class='chart']")] == [
        "chart-exposure",
        "chart-who",
    ]
