"""One model: verdict, counts that survive every cut, and the order in which findings are told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.report.groups import ROWS_SHOWN
from matching.report.model import GAINS_SHOWN, Source, Verdict, quality_report
from tests.builders import holder, passages_of
from tests.report.quality_builders import (
    RULES,
    SOURCE,
    finding,
    findings_of,
    forecast_of,
    people,
    report_of,
    small_findings,
)

pytestmark = pytest.mark.usefixtures("own_rules")


@pytest.mark.parametrize(
    ("control", "n", "codes", "corrected", "verdict"),
    [
        (3, 3, (), 0.9, Verdict.REFUSED),
        (1, 0, (), None, Verdict.REFUSED),
        (0, 3, ("unknown_code",), 0.9, Verdict.TO_FIX),
        (None, 3, ("rare_name",), 0.91, Verdict.TO_FIX),
        (0, 3, ("rare_name", "sex_differs"), 0.904, Verdict.READY),
        (None, 3, (), 0.9, Verdict.READY),
        (None, 0, (), None, Verdict.EMPTY),
    ],
)
def test_the_verdict_says_what_to_do(control, n, codes, corrected, verdict):
    source = Source("a", "deposit" if control is not None else "table", "", (), control, "0")
    forecast = None if corrected is None else forecast_of(n, corrected=corrected)
    report = quality_report(source, people(n), findings_of(*(finding(code, 0) for code in codes)), forecast)
    assert report.verdict is verdict


def test_what_pays_comes_first_then_severity_then_family():
    codes = [group.rule.code for group in report_of().groups]
    assert codes == ["hyphen_lost", "sex_differs", "unknown_code", "date_impossible", "days_low", "rare_name"]
    assert [group.rule.code for group in report_of().gains] == ["hyphen_lost", "sex_differs"]


def test_sections_hold_every_group_once_in_order():
    report = report_of()
    assert [section.name for section in report.sections] == ["pays", "blocking", "likely_ko", "advice"]
    assert [group for section in report.sections for group in section.groups] == list(report.groups)


def test_the_gains_that_are_shown_are_cut_and_all_are_counted():
    codes = [rule.code for rule in RULES if rule.family != "file"]
    rows = findings_of(*(finding(code, 0) for code in codes))
    report = report_of(rows, gains=[(code, 0.01 + rank / 1000) for rank, code in enumerate(codes)])
    assert (len(report.gains), report.paying) == (GAINS_SHOWN, len(codes))
    assert [group.gain for group in report.gains] == sorted((group.gain for group in report.gains), reverse=True)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(RULES), st.integers(0, 120)), max_size=200))
def test_counts_survive_the_cut(found):
    rows = [finding(rule.code, passage, "birth_name", value="X") for rule, passage in found]
    report = report_of(findings_of(*rows), people(2))
    assert sum(group.findings for group in report.groups) == len(found) == report.findings.height == report.shown.height
    assert sum(family.findings for family in report.families) == len(found)
    for group in report.groups:
        passages = [passage for rule, passage in found if rule.code == group.rule.code]
        assert (group.findings, group.passages) == (len(passages), len(set(passages)))
        assert len(group.rows) == min(len(passages), ROWS_SHOWN)
        assert [row.id_technique for row in group.rows] == [f"T{n}" for n in sorted(passages)[:ROWS_SHOWN]]


@given(st.integers(1, 5000), st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda each: sum(each) > 1e-6))
def test_expected_passages_sum_to_all_of_them(n, weights):
    whole = sum(weights)
    messages = {number: weight / whole for number, weight in enumerate(weights[1:], start=1)}
    forecast = replace(forecast_of(1), passages=n, ok=weights[0] / whole, messages=messages)
    outcomes = report_of(findings_of(), people(1), forecast=forecast).outcomes
    assert sum(outcomes.values()) == n
    assert min(outcomes.values()) >= 0
    assert abs(outcomes["ok"] - n * weights[0] / whole) <= 1


def test_completeness_counts_what_the_funnel_may_look_at():
    whole = holder()
    lacking = [holder(**{trait: None}) for trait in ("given_name_1", "birth_day", "sex", "insee_code")]
    abroad = holder(insee_code=None, country_code="352")
    by_number = holder(branch="dossier_formation", birth_day=None, insee_code=None)
    report = report_of(findings_of(), passages_of(whole, *lacking, abroad, by_number))
    assert report.complete == pytest.approx(3 / 7)


def test_names_are_masked_unless_asked_for():
    masked, shown = report_of(), report_of(show_names=True)
    assert masked.groups[0].rows[0].value == "J****** P******"
    assert shown.groups[0].rows[0].value == "Jean Pierre"
    assert "Jean" not in masked.groups[0].rows[0].message
    assert masked.findings.equals(shown.findings)
    assert shown.shown.equals(shown.findings)


def test_without_forecast_there_is_no_expectation():
    report = quality_report(SOURCE, people(), small_findings(), None)
    assert (report.outcomes, report.gains, report.wrong_person) == ({}, (), 0)
    assert report.groups[0].rule.severity == "blocking"
