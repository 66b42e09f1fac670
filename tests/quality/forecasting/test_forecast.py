from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import BRANCH, FINDINGS, FORECASTS
from matching.identity.rules import rules
from matching.quality.forecasting.expectation import ONE_IS_ENOUGH, REFUSED
from matching.quality.forecasting.features import FACTS
from matching.quality.forecasting.forecast import forecast, interval
from matching.quality.forecasting.model import EVENTS, ForecastModel, load_model, model_of, model_toml
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.quality.forecasting.forecast_builders import FIELDS, GIVEN_NAME, NAME, PLACE, code_of, findings_of

MODEL = ForecastModel(
    "by-hand",
    {
        "absent": {
            "always": -3.0,
            f"code.{NAME}": 1.5,
            "group.likely_ko.names": 1.0,
            "group.likely_ko.given_names": 2.0,
        },
        "date": {"always": -4.0},
        "place": {"always": -4.0, f"code.{PLACE}": 3.0, "code.a_rule_that_is_no_more": 9.0},
    },
    file_effect=0.2,
    floor=0.002,
    width=1.7,
    provenance={},
)
MARTIN = {"birth_name": "MARTIN", "given_name_1": "Marie", "birth_year": "1960"}


def of(holders, *found, model=MODEL, persons=115_000_000, severity="likely_ko"):
    submitted = Submitted.of(passages_of(*(holder(**each) for each in holders)))
    return forecast(submitted, findings_of(*found, severity=severity), persons, model)


def test_rows_are_of_the_contract_and_shares_are_theirs():
    found = of([{}, MARTIN, {}], (NAME, 1, "birth_name"))
    assert FORECASTS.check(found.rows)["passage"].to_list() == [0, 1, 2]
    assert found.ok == pytest.approx(found.rows["ok"].mean())
    assert found.wrong_person == pytest.approx(found.rows["wrong_person"].mean())
    assert found.messages[1] == pytest.approx(found.rows["message_1"].mean())
    assert found.model == "by-hand"


@settings(max_examples=8)
@given(st.lists(st.tuples(st.sampled_from([NAME, GIVEN_NAME, PLACE]), st.integers(0, 2)), max_size=6, unique=True))
def test_every_passage_has_some_outcome(pairs):
    rows = of([{}, MARTIN, MARTIN], *((code, at, FIELDS[code]) for code, at in pairs)).rows
    everything = rows.select(pl.sum_horizontal("ok", *(f"message_{number}" for number in range(1, 8)))).to_series()
    assert everything.to_list() == pytest.approx([1, 1, 1])
    assert (rows["wrong_person"] <= rows["ok"]).all()


def test_a_finding_makes_an_ok_less_likely_where_it_is():
    rows = of([{}, {}], (NAME, 1, "birth_name")).rows
    assert rows["ok"][0] > 0.94
    assert rows["ok"][1] < rows["ok"][0] - 0.2
    assert rows["message_1"][1] > 0.2


def test_a_rule_the_model_never_met_counts_as_its_family():
    never_met, met_alone = of([{}, {}], (GIVEN_NAME, 1, "given_name_1")).rows["ok"]
    assert never_met - met_alone > 0.15


def test_a_coefficient_without_rule_is_not_asked_for():
    without = replace(MODEL, coefficients=MODEL.coefficients | {"place": {"always": -4.0, f"code.{PLACE}": 3.0}})
    assert of([MARTIN]).rows.equals(of([MARTIN], model=without).rows)


def test_homonyms_make_place_and_date_count():
    rows = of([MARTIN, MARTIN, {}], (PLACE, 1, "insee_code"), (PLACE, 2, "insee_code")).rows
    assert rows["namesakes"][0] > 100 * rows["namesakes"][2]
    assert rows["message_3"][1] > 10 * rows["message_3"][2]


def test_in_a_larger_register_more_go_to_somebody_else():
    small, large = (of([MARTIN, {}], (NAME, 0, "birth_name"), persons=size) for size in (100_000, 10_000_000))
    assert 0 < small.wrong_person < large.wrong_person


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.sampled_from([NAME, GIVEN_NAME, PLACE]), st.integers(0, 4)), min_size=1, max_size=6, unique=True
    )
)
def test_a_gain_is_what_the_forecast_wins_without_the_findings_of_its_rule(pairs):
    holders = [{}, MARTIN, {}, MARTIN, {}]
    found = [(code, at, FIELDS[code]) for code, at in pairs]
    before = of(holders, *found)
    assert before.gains["gain"].is_sorted(descending=True)
    for code, passages, gain in before.gains.iter_rows():
        without = [each for each in found if each[0] != code]
        assert passages == len(found) - len(without)
        assert gain == pytest.approx(of(holders, *without).ok - before.ok, abs=1e-9)
    assert before.corrected == pytest.approx(of(holders).ok)


def test_correcting_a_name_that_no_table_has_lifts_the_doubt():
    doubt = {"always": -3.0, "surname_unlisted": 1.0}
    model = replace(MODEL, coefficients=MODEL.coefficients | {"absent": doubt})
    strange = {"birth_name": "ZWRQVX"}
    before = of([strange, MARTIN], (NAME, 0, "birth_name"), model=model, persons=1)
    assert before.gains.row(0)[:2] == (NAME, 1)
    assert before.corrected == pytest.approx(of([MARTIN, MARTIN], model=model, persons=1).ok)


def test_a_finding_about_the_file_counts_for_all_its_passages():
    code = code_of("file")
    absent = {"always": -3.0, f"file.{code}": 1.0, "file.group.likely_ko.file": 1.0}
    model = replace(MODEL, coefficients=MODEL.coefficients | {"absent": absent})
    before, without = of([{}, {}, {}], (code, None, None), model=model), of([{}, {}, {}], model=model)
    assert before.ok < without.ok - 0.1
    assert before.gains.row(0) == (code, 3, pytest.approx(without.ok - before.ok))
    assert before.corrected == pytest.approx(without.ok)


def test_correcting_the_file_corrects_what_is_found_of_its_fields():
    file_rule = "file_names_swapped"
    absent = {"always": -3.0, f"file.{file_rule}": 1.0, "code.names_inverted": 4.0}
    model = replace(MODEL, coefficients=MODEL.coefficients | {"absent": absent})
    holders = [{}, {}, {}]
    rows = [("names_inverted", at, "birth_name") for at in range(3)]
    before, without = of(holders, (file_rule, None, None), *rows, model=model), of(holders, model=model)
    gains = dict(before.gains.select("code", "gain").iter_rows())
    assert gains[file_rule] == pytest.approx(without.ok - before.ok)
    assert 0 < gains["names_inverted"] < gains[file_rule]


def test_what_is_refused_for_certain_is_ko_with_its_message():
    found = of([{}, {}], ("validity_end_before_start", 1, "validity_end"), severity="blocking")
    assert found.rows["ok"][1] == 0 == found.rows["wrong_person"][1]
    assert found.rows["message_7"].to_list() == [0, 1]
    assert found.rows["message_1"][1] == 0
    assert found.gains.row(0)[:2] == ("validity_end_before_start", 1)
    assert found.corrected == pytest.approx(of([{}, {}]).ok)


def test_a_second_passage_of_an_identifier_is_ko_by_the_funnel_or_by_message_5():
    rows = of([{}, {}], ("id_duplicate", 1, "id_technique"), severity="blocking").rows
    assert rows["ok"][1] == 0
    assert rows["message_5"][1] == pytest.approx(rows["ok"][0])
    assert rows["message_1"][1] == pytest.approx(rows["message_1"][0])


def test_somebody_who_cannot_be_searched_is_not_found():
    found = of([{}, {"given_name_1": None}], (GIVEN_NAME, 1, "given_name_1"))
    assert found.rows["message_1"][1] == 1
    assert found.corrected == pytest.approx(of([{}, {"given_name_1": "Camille"}]).ok, abs=1e-3)


def test_what_control_1_refuses_is_taken_as_mended():
    code = code_of("sex", "blocking")
    found = of([{}, {"sex": None}], (code, 1, "sex"), severity="blocking")
    assert found.rows["ok"][1] > 0.9
    assert found.gains.is_empty()


def test_a_holder_who_is_not_told_by_traits_is_ok_unless_refused():
    branch = pl.Series(["titulaire", "dossier_formation", "identifiant_national"]).cast(BRANCH)
    frame = passages_of(holder(), holder(), holder()).with_columns(branch=branch)
    refused = findings_of(("validity_end_before_start", 2, "validity_end"), severity="blocking")
    found = forecast(Submitted.of(frame), refused, model=MODEL)
    assert found.rows["ok"].to_list()[1:] == [1, 0]
    assert found.rows["message_7"].to_list() == [0, 0, 1]
    assert found.corrected > found.ok
    assert found.gains.row(0) == ("validity_end_before_start", 1, pytest.approx(1 / 3))


def test_an_empty_file_has_nothing_to_expect():
    found = forecast(Submitted.of(passages_of(holder()).clear()), FINDINGS.empty(), model=MODEL)
    assert (found.passages, found.ok, found.rows.height, found.gains.height) == (0, 0, 0, 0)


@given(st.floats(0, 1), st.integers(1, 200_000), st.floats(0, 1))
def test_the_interval_holds_the_forecast_and_no_more_than_can_be_ok(ok, size, certain):
    refused = int(certain * size)
    ok *= (size - refused) / size
    low, high = interval(ok, size, refused, MODEL)
    assert 0 <= low <= ok <= high <= max((size - refused) / size, ok)


def test_a_larger_file_is_better_known():
    widths = [high - low for low, high in (interval(0.9, size, 0, MODEL) for size in (500, 5_000, 50_000))]
    assert widths == sorted(widths, reverse=True)


def test_a_model_survives_its_file():
    model = replace(MODEL, provenance={"seeds": [1, 2], "rules": ["some_rule"] * 40, "made_by": 'a "command"'})
    assert model_of(model_toml(model)) == model


def test_the_refusals_are_rules():
    assert set(rules()) >= ONE_IS_ENOUGH
    assert set(REFUSED).isdisjoint(ONE_IS_ENOUGH)


def test_the_packaged_model_has_every_event_and_where_it_comes_from():
    model = load_model()
    assert set(model.coefficients) == set(EVENTS)
    assert {"registers", "seeds", "profiles", "rules", "date", "passages"} <= set(model.provenance)
    told = {name for event in EVENTS for name in model.coefficients[event]}
    kinds = {name for name in told if "." not in name and not name.endswith("*care")}
    assert kinds <= {"always", "care", *FACTS}
