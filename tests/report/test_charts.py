"""Charts: bars that add up, figures in the language of the reader, and no chart without an answer."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.report.charts import charts, exposure_chart, families_chart, outcome_bar, who_chart
from matching.report.wording import Words, shortened, visible
from tests.builders import holder, passages_of
from tests.report.quality_builders import findings_of, forecast_of, people, report_of

pytestmark = pytest.mark.usefixtures("own_rules")

FRENCH = Words("fr")


def report_with(passages, **columns):
    forecast = forecast_of(passages.height)
    rows = forecast.rows.with_columns(pl.Series(name, values) for name, values in columns.items())
    return report_of(findings_of(), passages, forecast=forecast_of(passages.height, rows=rows))


def test_the_bar_of_outcomes_is_filled_and_has_no_overlap():
    parts = outcome_bar(report_of(), FRENCH).parts
    assert parts[0].start == 0
    assert sum(part.width for part in parts) == pytest.approx(1)
    assert [part.start for part in parts[1:]] == [part.start + part.width for part in parts[:-1]]


def test_findings_by_family_add_up_to_all_of_them():
    chart = families_chart(report_of(), FRENCH)
    assert sum(int(bar.figure) for bar in chart.bars) == 8
    assert max(sum(part.width for part in bar.parts) for bar in chart.bars) == pytest.approx(1)
    assert chart.said.startswith("Le plus de constats\u202f: Prénoms, 3 sur 8")


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_every_passage_is_in_one_bar_of_exposure(namesakes):
    chart = exposure_chart(report_with(people(len(namesakes)), namesakes=namesakes), FRENCH)
    assert sum(int(bar.figure.split(" ")[0]) for bar in chart.bars) == len(namesakes)


def test_exposure_says_who_lacks_what_decides():
    passages = passages_of(*[holder()] * 60, *[holder(birth_day=None)] * 40)
    said = exposure_chart(report_with(passages, namesakes=[9.0] * 100), FRENCH).said
    assert "probable pour 100 passages (100,0\u202f%)" in said
    assert said.endswith("sans jour, mois ou lieu\u202f: 40.")


def test_who_fails_most_is_told_of_groups_large_enough():
    abroad = holder(insee_code="99352", birth_year="1981")
    passages = passages_of(*[holder()] * 60, *[abroad] * 40, *[holder(birth_year="1999")] * 5)
    chart = who_chart(report_with(passages, ok=[0.9] * 60 + [0.7] * 40 + [0.1] * 5), FRENCH)
    assert [bar.label for bar in chart.bars] == ["nés 1960–1969", "nés 1980–1989", "nés en France", "nés à l’étranger"]
    assert (
        chart.said
        == "Le plus de KO attendus\u202f: nés 1980–1989, 30,0\u202f%. Le moins\u202f: nés 1960–1969, 10,0\u202f%."
    )


def test_a_chart_without_answer_is_left_out():
    assert [chart.name for chart in charts(report_of(), FRENCH)] == ["families", "exposure"]
    assert charts(report_of(findings_of(), people(0), forecast=None), FRENCH) == ()


@pytest.mark.parametrize(
    ("gain", "french", "english"),
    [
        (0.016, "+\u202f1,6\u00a0pt", "+1.6\u00a0pt"),
        (0.0004, "moins de 0,1 pt", "less than 0.1 pt"),
        (0.0, "0,0\u00a0pt", "0.0\u00a0pt"),
        (-0.012, "−\u202f1,2\u00a0pt", "−1.2\u00a0pt"),
        (-0.0001, "0,0\u00a0pt", "0.0\u00a0pt"),
    ],
)
def test_points_are_never_a_false_zero(gain, french, english):
    assert (FRENCH.points(gain), Words("en").points(gain)) == (french, english)


def test_one_is_singular():
    assert [FRENCH("lines", n=n) for n in (0, 1, 2)] == ["0 ligne", "1 ligne", "2 lignes"]
    assert [Words("en")("lines", n=n) for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


@given(st.text(), st.integers(1, 40))
def test_what_is_shown_can_be_seen_and_is_short(text, most):
    shown = shortened(visible(text), most)
    assert len(shown) <= most
    assert shown.strip() == shown
    assert not set("\t\r\n\x1b\u202e\u200b\u00a0") & set(shown)
