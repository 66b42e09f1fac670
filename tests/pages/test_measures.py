"""*Stratégies et mesures*: the results that the benchmarks wrote, with their charts."""

from itertools import pairwise

import pytest

from matching.pages import measures
from matching.strategies.table import STRATEGIES
from tests.pages.markup import Markup
from tests.pages.visitor import told


@pytest.fixture(scope="module")
def shown(page):
    with page.visitor() as visitor:
        return visitor.get("/mesures")


def test_every_strategy_is_told(shown):
    said = [one.text for one in Markup(shown.text).named("code")]
    assert set(STRATEGIES) <= set(said)


def test_charts_are_shown_and_served_as_drawings(shown, visitor):
    charts = [one.attributes for one in Markup(shown.text).named("img")]
    assert charts, "the results of the repository have charts"
    for chart in charts:
        answer = visitor.get(chart["src"])
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml"), chart
        assert chart["alt"].strip()


def test_links_within_the_page_lead_to_a_heading(shown):
    page = Markup(shown.text)
    asked = [one.attributes["href"] for one in page.named("a") if one.attributes["href"].startswith("#")]
    assert len(asked) > 1
    assert {link[1:] for link in asked} <= set(page.ids)


def test_headings_go_down_one_level_at_a_time(shown):
    levels = [int(one.name[1]) for one in Markup(shown.text).named("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("name", ["none", "..%2F..%2Fpyproject", "%2e%2e/RESULTS", "RESULTS"])
def test_a_chart_that_is_none_is_not_there(visitor, name):
    assert visitor.get(f"/mesures/charts/{name}.svg").status_code == 404


def test_without_the_results_the_page_says_where_they_are(visitor, tmp_path, monkeypatch):
    monkeypatch.setattr(measures, "_folder", lambda: tmp_path)
    measures.results.cache_clear()
    try:
        answer = visitor.get("/mesures")
    finally:
        measures.results.cache_clear()
    assert answer.status_code == 200
    assert "benchmarks/RESULTS.md" in told(answer)
    assert not Markup(answer.text).named("img")
