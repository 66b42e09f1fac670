"""The terminal tells the page's story in 25 lines of 80 columns, in a pipe as on a screen."""

import io

import pytest
from rich.console import Console

from matching.report.model import Source
from matching.report.quality_terminal import print_quality
from tests.builders import passages_of
from tests.report.quality_builders import RULES, finding, findings_of, forecast_of, people, report_of

pytestmark = pytest.mark.usefixtures("own_rules")

LONG = Source("un-nom-de-fichier-vraiment-très-long-" * 3 + ".xml", "deposit", "ab" * 32, ("schéma 1.1.2",), 2, "0.3.1")
TABLE = Source(
    "a.csv", "table", "ab" * 32, ("a.csv\u202f: fichier CSV, encodage Windows-1252.", "Colonne A"), None, "0.3"
)


def printed(report, width=80, *, terminal=False):
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False)
    print_quality(report, console)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def full():
    rows = [finding(rule.code, passage, "birth_name", value="X") for rule in RULES for passage in range(60)]
    gains = {rule.code: 0.02 + rank / 1000 for rank, rule in enumerate(RULES)}
    forecast = forecast_of(60, gains, wrong_person=0.1, messages={1: 0.04, 4: 0.04, 6: 0.02})
    return report_of(findings_of(*rows), people(60), source=LONG, forecast=forecast)


REPORTS = {
    "small": report_of,
    "english": lambda: report_of(lang="en"),
    "full": full,
    "nothing_found": lambda: report_of(findings_of()),
    "nothing_pays": lambda: report_of(gains=()),
    "no_passage": lambda: report_of(findings_of(), passages_of(), forecast=None),
    "refused": lambda: report_of(source=LONG),
    "table": lambda: report_of(source=TABLE),
}


@pytest.mark.parametrize("name", REPORTS)
def test_what_it_says(name, snapshot):
    assert printed(REPORTS[name]()) == snapshot


@pytest.mark.parametrize("name", REPORTS)
def test_it_fits_a_small_screen(name):
    lines = printed(REPORTS[name]()).splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80


def test_a_wide_screen_gets_wider_lines_and_a_narrow_one_loses_none():
    assert max(map(len, printed(full(), 200, terminal=True).splitlines())) == 100
    assert max(map(len, printed(full(), 60, terminal=True).splitlines())) <= 60


def test_values_cannot_drive_the_terminal():
    hostile = Source("\x1b[31m[red]a\x07.xml", "deposit", "", (), 0, "0")
    assert "\x1b" not in printed(report_of(source=hostile))
    assert "[red]a" in printed(report_of(source=hostile))
