"""What designates somebody never stands whole in what is shown."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identity.frames import PASSAGES
from matching.identity.rules import PERSONAL
from matching.report.masking import _is_country, mask, masked
from matching.report.model import quality_report
from matching.report.write import write_quality
from tests.builders import holder, passages_of
from tests.hypothesis_strategies import any_text, names
from tests.report.quality_builders import RULES, finding, findings_of, people, report_of

pytestmark = pytest.mark.usefixtures("own_rules")

NAMES = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "place_label")
OTHERS = sorted(PERSONAL - {*NAMES, "declared_nir"})


def letters(text):
    return len(re.findall(r"[^\W\d_]", text))


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("birth_name", "MARTIN", "M******"),
        ("birth_name", "DE LA TOUR", "D****** L****** T******"),
        ("birth_name", "D'ARTEMARE--PERRIN", "D******'A******--P******"),
        ("birth_name", "MART1N", "M******1***"),
        ("given_name_1", "HÃ©lÃ¨ne", "H******©***¨***"),
        ("given_name_1", " jean", " j******"),
        ("given_name_1", "J.", "J."),
        ("given_name_1", "J P", "J****** P******"),
        ("given_name_1", "123", "123"),
        ("place_label", "LEVALLOIS (92)", "L****** (92)"),
        ("birth_date", "1967-02-31", "1967-**-**"),
        ("birth_date", "31/02/1967", "**/**/1967"),
        ("birth_date", "12 mars 1967", "** m****** 1967"),
        ("birth_date", "19670231", "********"),
        ("birth_year", "67", "**"),
        ("birth_month", "13", "**"),
        ("insee_code", "75044", "75***"),
        ("insee_code", "2A004", "2A***"),
        ("insee_code", "7511", "75**"),
        ("insee_code", "MARTIN", "M******"),
        ("postal_code", "29 000", "29 ***"),
        ("file_number", "12345678901", "12*********"),
        ("declared_nir", "2671475044123", "2 67 14 75 *** *** **"),
        ("declared_nir", "2 67 ** 75 *** *** **", "2 67 ** 75 *** *** **"),
        ("declared_nir", "267147504412", "************"),
    ],
)
def test_each_field_keeps_what_its_rules_are_about(field, value, shown):
    assert mask(field, value) == shown


@given(st.sampled_from(NAMES), any_text | names)
def test_no_two_letters_of_a_name_stand_together(field, name):
    shown = mask(field, name)
    assert not re.search(r"[^\W\d_]{2}", shown)
    assert letters(name) < 2 or letters(shown) < letters(name) or "*" in shown


@given(st.sampled_from(OTHERS), any_text | names)
def test_no_name_stands_whole_in_the_field_of_something_else(field, name):
    assert letters(name) < 3 or name not in mask(field, name)


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%Y%m%d"]))
def test_of_a_date_the_year_stays_at_most(date, form):
    digits = "".join(re.findall(r"\d", mask("birth_date", date.strftime(form))))
    assert digits in {"", f"{date.year:04d}"}


words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÉÈabcdefghijklmnopqrstuvwxyzéè", min_size=3, max_size=12).filter(
    lambda word: not _is_country(word)
)


@given(st.lists(words, min_size=1, max_size=4), st.sampled_from([*NAMES, "sex", "country_code", "country_label", None]))
def test_no_name_of_the_file_stands_whole_in_what_is_shown(borne, field):
    passages = passages_of(*(holder(birth_name=name, given_name_1=name.lower()) for name in borne))
    rows = [
        finding(rule.code, rank, field, value=name, proposal=name.upper(), detail=f"voir {name.lower()} ({name}) 12")
        for rule in RULES
        for rank, name in enumerate(borne)
    ]
    shown = masked(findings_of(*rows), passages)
    for fact in ("value", "proposal", "detail"):
        seen = {word.upper() for text in shown[fact] for word in re.findall(r"[^\W\d_]+", text)}
        assert seen.isdisjoint(name.upper() for name in borne)


def shown_of(*rows):
    return masked(findings_of(*rows), people()).row(0, named=True)


def test_what_is_found_of_the_whole_file_is_a_count():
    assert shown_of(finding("days_low", None, "birth_day", value="12480"))["value"] == "12480"


def test_days_of_exams_stay_and_days_of_births_go():
    exam = shown_of(finding("exam_late", 0, "exam_end", value="2026-02-28", detail="2026-01-31"))
    birth = shown_of(finding("date_impossible", 0, "birth_date", value="1967-02-31", detail="02/03/1967 ou 1967"))
    assert (exam["value"], exam["detail"]) == ("2026-02-28", "2026-01-31")
    assert (birth["value"], birth["detail"]) == ("1967-**-**", "**/**/1967 ou 1967")


def test_an_id_technique_stays_whoever_bears_its_letters():
    passages = passages_of(holder(birth_name="ROUVIERE", id_technique="ROUVIERE-75044"))
    rows = findings_of(finding("place_differs", 0, "insee_code", detail="ROUVIERE-75044"))
    assert masked(rows, passages)["detail"].to_list() == ["ROUVIERE-75044"]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("country_label", "Algérie", "Algérie"),
        ("country_label", "FRANCE", "FRANCE"),
        ("country_label", "Port-de-Paix", "P******-d******-P******"),
        ("country_code", "DZA", "DZA"),
        ("country_code", "ROUVIERE", "R******"),
    ],
)
def test_countries_stay_and_towns_go(field, value, shown):
    assert shown_of(finding("place_differs", 0, field, value=value))["value"] == shown


def test_of_a_place_the_country_stays():
    told = {detail: shown_of(finding("place_differs", 0, "insee_code", detail=detail))["detail"] for detail in PLACES}
    assert told == PLACES


PLACES = {"ALGERIE": "ALGERIE", "Quimper (29232)": "Q****** (29***)", "2A004": "2A***", "1973": "1973"}


def test_a_sentence_of_control_1_loses_the_value_it_repeats():
    told = shown_of(
        finding("value_empty", None, "birth_name", value="QUENTIEUX", detail="« QUENTIEUX » est trop long.")
    )
    assert (told["value"], told["detail"]) == ("Q******", "« Q****** » est trop long.")


def test_a_nir_is_never_shown_whole():
    row = finding("nir_differs", 0, "declared_nir", value="2671475044123", proposal="267147504412366")
    report = report_of(findings_of(row), show_names=True)
    told = [frame.select("value", "proposal").row(0) for frame in (report.findings, report.shown)]
    assert told == [("2 67 14 75 *** *** **",) * 2] * 2


def test_an_identifier_that_is_a_number_is_shown_nowhere(tmp_path):
    number = "2670375044001"
    report = report_of()
    passages = report.people.select(list(PASSAGES.columns)).with_columns(id_technique=pl.lit(number))
    findings = report.findings.with_columns(id_technique=pl.lit(number), value=pl.lit(number), detail=pl.lit(number))
    again = quality_report(report.source, passages, findings, report.forecast, show_names=True)
    texts = [path.read_text("utf-8") for path in write_quality(again, tmp_path) if path.suffix != ".xlsx"]
    assert not any(number in text for text in [*texts, str(again.findings.rows())])
