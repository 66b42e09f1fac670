"""What is shown of the results: fresh, whole without what was not measured, and true to the rows."""

import re
import shutil
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from benchmarks import render
from benchmarks.figures import README
from benchmarks.machine import COMMITTED
from benchmarks.rendering import by_error, speed
from benchmarks.rendering.axes import Axis, percent, whole_percent
from benchmarks.rendering.drawing import INKS
from benchmarks.rendering.page import wrong
from benchmarks.rendering.stored import Stored, dates

PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
PAGES = render.pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_committed_is_what_the_results_give(path):
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: python -m benchmarks render"


def test_no_chart_is_left_that_nothing_shows():
    assert set((COMMITTED.parent / "charts").glob("*.svg")) == {path for path in PAGES if path.suffix == ".svg"}


def test_the_first_screen_of_the_readme_has_one_chart_and_one_table():
    screen = re.search(r"<!-- first screen: begin -->(.*)<!-- first screen: end -->", PAGES[README], re.DOTALL)[1]
    assert len(PICTURE.findall(screen)) == 1
    assert len(re.findall(r"^\|---", screen, re.MULTILINE)) == 1
    assert all(name in screen for name in ("Splink", "recordlinkage", "the published funnel"))


def test_every_picture_of_the_page_is_followed_by_its_answer():
    page = PAGES[COMMITTED.parent / render.PAGE]
    for found in re.finditer(r"!\[([^\]]+)\]\(([^)]+)\)\n\n(.+)", page):
        assert found[3].replace("`", "") == found[1]
        assert COMMITTED.parent / found[2] in PAGES
    assert "What we lose" in page


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".svg"], ids=lambda path: path.stem)
def test_a_chart_is_a_picture_that_stands_alone(path):
    root = ET.fromstring(PAGES[path])  # noqa: S314 - our own
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    assert root.attrib["aria-label"]
    assert "prefers-color-scheme:dark" in PAGES[path]
    assert "http" not in PAGES[path].replace("http://www.w3.org/2000/svg", "")
    for each in root.iter():
        for name, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(each.attrib.get(name, 0)) <= most


def test_every_ink_reads_on_both_pages():
    for name, pair in INKS.items():
        for page, paper in zip(pair, INKS["paper"], strict=True):
            if name not in {"paper", "line", "faint"}:
                assert _contrast(page, paper) >= 4.2


def _contrast(one: str, other: str) -> float:
    first, second = (_luminance(colour) + 0.05 for colour in (one, other))
    return max(first, second) / min(first, second)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", sorted(path.stem for path in COMMITTED.glob("*.csv")))
def test_the_page_is_made_without_any_one_file(name, tmp_path):
    results = tmp_path / "results"
    shutil.copytree(COMMITTED, results)
    (results / f"{name}.csv").unlink()
    assert render.pages(results)[tmp_path / render.PAGE].startswith("# Results")


def test_nothing_measured_is_no_section(tmp_path):
    pages = render.pages(tmp_path / "results")
    assert list(pages) == [tmp_path / render.PAGE]
    assert "##" not in pages[tmp_path / render.PAGE]


def test_charts_that_nothing_shows_any_more_are_taken_away(tmp_path):
    results = tmp_path / "results"
    results.mkdir()
    shutil.copy(COMMITTED / "linkage_speed.csv", results)
    old = tmp_path / "charts" / "old.svg"
    old.parent.mkdir()
    old.write_text("", encoding="utf-8")
    written = render.write(results)
    assert not old.exists()
    assert {path.name for path in written} == {"speed.svg", "RESULTS.md"}


def test_the_latest_measurement_of_each_configuration_counts(tmp_path):
    (tmp_path / "a.csv").write_text(
        "date,size,error,value\n1,9,A,1\n1,9,B,2\n1,8,A,3\n2,9,A,4\n2,9,C,5\n", encoding="utf-8"
    )
    stored = Stored(tmp_path)
    assert stored.latest("a", ["size"])["value"].to_list() == [3, 5]
    told = stored.latest("a", ["size"], ["error"])
    assert told.rows() == [(1, 8, "A", 3), (2, 9, "A", 4), (2, 9, "C", 5)]
    assert dates(told) == "1 to 2"
    assert stored.latest("b", ["size"]).is_empty()


def test_a_row_that_the_last_run_did_not_write_is_left_out_with_an_empty_key(tmp_path):
    (tmp_path / "a.csv").write_text("promise,error,value\n,A,1\n,B,2\n,C,3\n,C,4\n,A,5\n", encoding="utf-8")
    assert Stored(tmp_path).latest("a", ["promise"], ["error"])["value"].to_list() == [4, 5]


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100%"), (0.9996, "99.9%"), (0.996, "99.6%"), (0.994, "99%"), (0.004, "<1%"), (0.0, "0%")],
)
def test_a_share_is_whole_or_none_only_when_it_is(share, said):
    assert whole_percent(share) == said


def test_none_seen_is_not_none():
    assert wrong(0, 3_000) == "none seen, at most 0.100%"
    assert wrong(3, 3_000) == "0.100%"


def test_axes():
    assert Axis("", 0.01, 1, (), is_log=True).at(0.1) == pytest.approx(0.5)
    assert Axis("", 0, 10, ()).at(20) == 1
    assert percent(0.05) == "5%"


def test_ratios_of_the_chart_are_those_of_the_rows():
    page = PAGES[COMMITTED.parent / render.PAGE]
    for same in speed.compared(speed.linkage_rows(Stored(COMMITTED))):
        ours = same.filter(pl.col("contender") == "probabilistic")["seconds"][0]
        for contender, seconds in same.select("contender", "seconds").iter_rows():
            if contender.startswith(("splink", "recordlinkage")):
                assert f"takes {seconds / ours:.1f} times as long" in page


def test_a_type_that_the_funnel_finds_better_is_said():
    own = by_error.rates(Stored(COMMITTED)).filter(pl.col("rule") == "own")
    worse = own.with_columns(right_share=pl.when(pl.col("contender") == "probabilistic").then(0.0).otherwise(0.9))
    worse = worse.with_columns(low=pl.col("right_share"), high=pl.col("right_share"))
    assert f"and fewer on {worse['error'].n_unique() - 1}" in by_error.funnel_chart(worse).said
