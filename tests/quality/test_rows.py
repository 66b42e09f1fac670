from itertools import groupby

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import FOUND, PASSAGES
from matching.identity.rules import rules
from matching.quality import rows
from matching.quality.submitted import Submitted
from tests.builders import passages_of
from tests.golden_rows import golden

CASES = {case: list(lines) for case, lines in groupby(golden("quality_rows.csv"), key=lambda row: row["case"])}

names = st.sampled_from(["MARTIN", "MARTTIN", "LE GALL", "LEGALL", "TISSOT", "NEE", "-", "ÉLIE", " ", None])
dates = st.tuples(
    *(st.sampled_from(values) for values in (["1981", "1918", "x", None], ["11", "2"], ["2", "31", None]))
)


BORN = {"birth_year": "1980", "birth_month": "6", "birth_day": "7", "insee_code": "69123"}


def passage(row):
    year, month, day = [*row["date"].split("-"), "", ""][:3]
    told = {
        "birth_name": row["birth_name"],
        "usage_name": row["usage_name"],
        "given_name_1": row["given"],
        "sex": row["sex"],
        "birth_year": year,
        "birth_month": month,
        "birth_day": day,
        "insee_code": row["insee"],
        "place_label": row["label"],
    }
    context = {"id_technique": row["id"], "certification_code": row["code"], "exam_end": row["exam"]}
    return {name: value or None for name, value in told.items()} | context


def found(*holders):
    return rows.find(Submitted.of(passages_of(*holders)))


def people(n, **traits):
    """As many people as asked who have nothing in common but the traits."""
    letters = "BCDFGHJKLMNPQRSTVWXZ"
    return [
        {
            "birth_name": f"{letters[k % 20]}A{letters[k // 20 % 20]}IER",
            "given_name_1": f"{letters[-k % 20]}O{letters[k // 3 % 20]}IN",
            "sex": "M",
            "birth_year": str(1950 + k % 41),
            "birth_month": str(1 + k * 5 % 12),
            "birth_day": str(1 + k * 11 % 28),
            "insee_code": f"{1 + k % 19:02d}004",
        }
        | traits
        for k in range(n)
    ]


@pytest.mark.parametrize("case", CASES)
def test_golden_rows(case):
    expected = []
    for rank, row in enumerate(CASES[case]):
        code, field, proposal = [*row["expected"].split(" ", 2), "", ""][:3]
        expected += [(rank, code, field, proposal or None)] if code else []
    result = found(*map(passage, CASES[case])).select("passage", "code", "field", "proposal").rows()
    assert [row for row in result if row[1] != "person_twice" or row in expected] == expected


def test_each_rule_of_the_family_is_found_in_a_golden_row_or_below():
    codes = {row["expected"].split(" ")[0] for row in golden("quality_rows.csv")} - {""}
    family = {code for code, rule in rules().items() if rule.family == "rows"}
    assert codes | {"birth_date_repeated"} == family


def test_doubles_name_the_first_passage():
    first, other = people(2)
    holders = [other, first | {"id_technique": "A"}, first | {"id_technique": "A"}, first | {"id_technique": "B"}]
    assert found(*holders).select("code", "passage", "detail").rows() == [
        ("id_duplicate", 2, "2"),
        ("passage_twice", 3, "A"),
    ]


def test_identifiers_of_two_issuers_are_two():
    holders = [person | {"id_technique": "A", "issuer": issuer} for person, issuer in zip(people(2), "XY", strict=True)]
    assert found(*holders).is_empty()


def test_no_identifier_is_no_double():
    assert found(*(person | {"id_technique": ""} for person in people(3))).is_empty()


def test_passages_told_by_a_file_number_are_compared_by_identifier_alone():
    passage = {"branch": "dossier_formation", "file_number": "1234567", "birth_name": "TISSOT", "id_technique": "A"}
    assert found(passage, passage)["code"].to_list() == ["id_duplicate"]


def test_a_date_that_too_many_people_have_is_named_on_each_of_them():
    holders = people(200)
    for k in range(0, 200, 13):
        holders[k] |= {"birth_year": "1970", "birth_month": "5", "birth_day": "20"}
    result = found(*holders)
    assert result["code"].unique().to_list() == ["birth_date_repeated"]
    assert result["passage"].to_list() == list(range(0, 200, 13))
    assert result.select("value", "detail").unique().rows() == [("1970-05-20", "16")]


def test_three_people_of_one_day_are_no_wonder():
    holders = people(60)
    for k in (3, 17, 42):
        holders[k] |= {"birth_year": "1970", "birth_month": "5", "birth_day": "20"}
    assert found(*holders).is_empty()


def test_neighbours_share_a_birth_in_a_file_sorted_by_date():
    holders = people(12, birth_year="1980", birth_month="6", insee_code="69123")
    holders = [person | {"birth_day": str(1 + k // 2)} for k, person in enumerate(holders)]
    assert "copied_from_row_above" not in found(*holders)["code"].to_list()
    assert "copied_from_row_above" in found(*holders[::-2], *holders[:2], *holders[6:8])["code"].to_list()


def test_beyond_some_people_of_one_name_and_day_nothing_is_compared():
    names = [letter + end for letter in "BDFLMNPRSTV" for end in ("ERTRAN", "OLYCA")][:21]
    holders = [person | {"given_name_1": name} for person, name in zip(people(21, **BORN), names, strict=True)]
    holders = [person | {"birth_name": "TISSOT"} for person in holders]
    assert found(*holders[:20]).filter(pl.col("code") == "twins_or_copied")["passage"].to_list() == [*range(1, 20)]
    assert "twins_or_copied" not in found(*holders)["code"].to_list()


def test_an_empty_file_has_nothing_to_compare():
    assert rows.find(Submitted.of(PASSAGES.empty())).schema == FOUND


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(names, names, names, dates, st.sampled_from(["M", "F", None])), max_size=7))
def test_any_text_gives_findings_of_the_family_on_its_passages(told):
    holders = [
        dict(
            zip(("birth_name", "usage_name", "given_name_1", "sex"), (*texts, sex), strict=True),
            **dict(zip(("raw_birth_year", "raw_birth_month", "raw_birth_day"), date, strict=True)),
        )
        for *texts, date, sex in told
    ]
    result = found(*holders)
    assert result.schema == FOUND
    assert set(result["passage"]) <= set(range(len(told)))
    for code, field in result.select("code", "field").unique().iter_rows():
        assert rules()[code].family == "rows"
        assert field in rules()[code].fields
