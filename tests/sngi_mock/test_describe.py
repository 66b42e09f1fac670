"""A register looks like France where the tables say how France looks, and the page says so to anybody."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from click.testing import CliRunner

from matching.identity.catalogue import LANGS, catalogue
from sngi_mock.cli import main
from sngi_mock.describe import MEASURED, describe
from sngi_mock.describe.charts import REFERENCE, REGISTER, Bar, Line, bars, dots, lines
from sngi_mock.describe.figures import Figure
from sngi_mock.describe.homonyms import RARE_RANKS, WATCHED
from sngi_mock.describe.page import page
from sngi_mock.population.generate import generate

CLAN = 4
"""How many people who bear a name bear it together, on average: families make counts vary that much more."""

LARGEST_GAPS = {
    "births": 0.7, "births_by_year": 0.2, "ages": 2.5, "people": 3, "abroad": 1.5, "surnames": 0.1,
    "surnames_by_decade": 0.3, "given_names": 0.5, "given_names_by_decade": 2, "spelling": 2.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def figures(register: Path) -> list[Figure]:
    steps: list[int] = []
    found = describe(register, steps.append)
    assert steps == [1] * MEASURED
    return found


def of(figures: list[Figure], section: str) -> list[Figure]:
    return [figure for figure in figures if figure.section == section]


def test_each_section_stands_close_to_the_published_figures(figures: list[Figure]) -> None:
    compared = [figure for figure in figures if figure.gap_points is not None]
    gaps = pl.DataFrame({"section": [f.section for f in compared], "gap": [abs(f.gap_points or 0) for f in compared]})
    largest = dict(gaps.group_by("section").agg(pl.col("gap").max()).iter_rows())
    assert largest.keys() == LARGEST_GAPS.keys()
    assert {section for section, gap in largest.items() if gap >= LARGEST_GAPS[section]} == set()


def test_homonyms_are_counted_as_a_plain_group_by_counts_them(figures: list[Figure], people: pl.DataFrame) -> None:
    found = {figure.name: figure.value for figure in of(figures, "homonyms")}
    identity = people.select("birth_name", pl.col("given_names").list.first(), "sex", "birth_year")
    assert found["unique"] == identity.is_unique().mean()
    with_date = identity.with_columns(people["birth_month"], people["birth_day"])
    assert found["unique_with_date"] == with_date.is_unique().mean()
    assert 0.995 < found["unique"] < found["unique_with_date"] <= 1


def test_as_many_bear_the_watched_names_as_their_frequency_says(large_figures: list[Figure]) -> None:
    bearers = of(large_figures, "bearers")
    assert [figure.name for figure in bearers][:3] == list(WATCHED)
    assert len(bearers) == len(WATCHED) + len(RARE_RANKS)
    for figure in bearers:
        expected = figure.published or 0.0
        assert abs(figure.value - expected) < 4 * (CLAN * max(expected, 1)) ** 0.5, figure


def test_as_many_namesakes_are_found_as_given_names_make_expect(large_figures: list[Figure]) -> None:
    pairs = of(large_figures, "namesakes")
    found, expected = (sum(each) for each in zip(*((f.value, f.published or 0.0) for f in pairs), strict=True))
    assert expected > 20
    assert abs(found - expected) < 4 * expected**0.5


@pytest.fixture(scope="module")
def large_figures(large_register: Path) -> list[Figure]:
    return describe(large_register)


def test_the_names_most_borne_are_those_of_the_tables(large_figures: list[Figure]) -> None:
    first = {section: [figure.name for figure in of(large_figures, section)] for section in ("surnames", "given_names")}
    assert first["surnames"][:3] == ["MARTIN", "BERNARD", "THOMAS"]
    assert first["given_names"][:2] == ["MARIE", "JEAN"]
    assert [len(names) for names in first.values()] == [50, 50]
    decades = [figure.group for figure in of(large_figures, "surnames_by_decade")]
    assert decades == [str(decade) for decade in range(1900, 2000, 10) for _ in range(50)]


def test_every_label_has_its_sentence(figures: list[Figure]) -> None:
    needed = {f"section_{f.section}" for f in figures if not f.section.endswith("_by_decade")}
    needed |= {f"source_{figure.source}" for figure in figures if figure.source}
    needed |= {f"group_{f.group}" for f in figures if f.group and not f.group.isdigit()}
    assert {f"describe.{key}" for key in needed} <= set(catalogue())
    assert all(catalogue()[f"describe.{key}"].keys() == set(LANGS) for key in needed)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_stands_alone_and_has_a_sentence_under_each_chart(figures: list[Figure], lang: str) -> None:
    text = page(figures, {"simulated": True, "seed": 7, "digest": "x", "generator": "y"}, lang)  # type: ignore[arg-type]
    assert not re.search(r"<script|https?://|src=|<link", text)
    assert text.startswith(f'<!doctype html>\n<html lang="{lang}">')
    for chart in re.findall(r"</svg>(.{0,80})", text, re.DOTALL):
        assert re.match(r"\n*<(p|h3)>", chart)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        root = ET.fromstring(svg)  # noqa: S314 - made here
        assert root.get("role") == "img"
        assert root.get("aria-label")
    assert ("fictives" if lang == "fr" else "fictional") in text


def test_a_register_of_real_people_is_not_called_fictional(figures: list[Figure]) -> None:
    assert "fictives" not in page(figures, {"simulated": False}, "fr")


def test_the_command_writes_the_page_and_says_where(register: Path, tmp_path: Path) -> None:
    written = tmp_path / "out" / "register.html"
    told = CliRunner().invoke(main, ["describe", str(register), "-o", str(written)])
    assert told.exit_code == 0
    assert told.output.rstrip().replace("\n", "").endswith("register.html.")
    assert written.read_text(encoding="utf-8").endswith("</html>\n")
    refused = CliRunner().invoke(main, ["describe", str(register), "-o", str(tmp_path)])
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)


@pytest.mark.parametrize("size", [1, 40])
def test_a_tiny_register_is_described_all_the_same(tmp_path: Path, size: int) -> None:
    generate(tmp_path / "tiny", size, 1)
    found = describe(tmp_path / "tiny")
    assert next(figure.value for figure in found if figure.name == "persons") == size
    assert page(found, {"simulated": True}, "en").count("</svg>") == 10


def test_charts_are_well_formed_and_readable_without_colours() -> None:
    rows = [Bar("L'Haÿ & <Fils>", 0.5, 0.25), Bar("ABC", 0.01, None)]
    series = [Line("a", [(1900, 0.0), (1950, 1.0)]), Line("b", [(1900, 0.5), (1950, 0.5)], is_reference=True)]
    drawn = {
        "bars": bars(rows, label="x", number=str),
        "dots": dots([*rows, Bar("D", 0.1, 0.1)], label="x", axes=("a", "b"), number=str),
        "lines": lines(series, label="x", number=str),
    }
    for svg in drawn.values():
        ET.fromstring(svg)  # noqa: S314 - made here
    assert "stroke-dasharray" in drawn["lines"]
    assert "polygon" in drawn["bars"]


@pytest.mark.parametrize("colour", [REGISTER, REFERENCE])
def test_colours_are_readable_on_white(colour: str) -> None:
    linear = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in linear]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5
