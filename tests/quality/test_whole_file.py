"""Files that are broken as a whole: each failure is said once, and an honest file of any size is left alone."""

import datetime as dt
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.reader import with_read_values
from matching.identity.frames import FOUND, PASSAGES
from matching.identity.rules import rules
from matching.quality import whole_file
from matching.quality.submitted import Submitted
from matching.quality.whole_file import dates, identifiers
from sngi_mock.noise.files import FILE_ERRORS, parse_file_error
from tests.builders import HEADER
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text
from tests.quality.honest_people import honest_people

TRAITS = (
    *("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "sex"),
    *("birth_year", "birth_month", "birth_day", "place_label", "country_code", "country_label"),
)
CODES = ("insee_code", "postal_code")
HONEST_HEADER = vars(HEADER) | {"id_flux": "6f0c1f2e-8d3b-4c58-9b1e-2f7a90c41d55"}
EXPECTED = {
    "column_shift": ["file_columns_shifted"],
    "name_swap": ["file_names_swapped"],
    "usage_for_birth": ["file_no_usage_name"],
    "given_names_together": ["file_given_names_together"],
    "sex_swap": ["file_sex_swapped"],
    "encoding": ["file_encoding"],
    "day_month": [],  # nothing to see in births that are spread evenly
    "lost_zero": ["file_leading_zero_lost"],
    "filler_postal_code": ["file_filler_place"],
    **{f"empty_column:{field}": ["file_column_empty"] for field in ("birth_name", "given_name_1", "sex", "birth_year")},
    "empty_column:usage_name": ["file_no_usage_name"],
    "empty_column:given_name_2": ["file_no_other_given_name"],
    "empty_column:given_name_3": ["file_no_other_given_name"],
    "empty_column:birth_month": ["file_no_day_or_month"],
    "empty_column:birth_day": ["file_no_day_or_month"],
    "empty_column:place_code": ["file_no_place"],
    "empty_column:place_label": ["file_no_place_label"],
    "empty_column:country_code": ["file_no_country"],
    "empty_column:country_label": ["file_no_country"],
}
PEOPLE = honest_people(600)


def passages(people, **context):
    """The people as the reader would give them, whatever the texts."""
    size = len(people)
    told = {"id_technique": [f"L{7 * rank + 3}" for rank in range(size)], "exam_end": ["2026-02-20"] * size} | context
    raw = {f"raw_{trait}": [person.get(trait) for person in people] for trait in (*TRAITS, *CODES)}
    fixed = {"branch": "titulaire", "line": 0, "certification_index": 0, "certification_type": "RS"}
    frame = pl.DataFrame(raw | told, schema={name: PASSAGES.columns[name] for name in (*raw, *told)})
    frame = pl.concat([PASSAGES.empty(), frame], how="diagonal").with_columns(
        passage=pl.int_range(size, dtype=pl.UInt32),
        **{name: pl.lit(value).cast(PASSAGES.columns[name]) for name, value in fixed.items() if name not in context},
    )
    return PASSAGES.check(with_read_values(frame))


def found(people, header=HONEST_HEADER, **context):
    return whole_file.find(Submitted.of(passages(people, **context), header))


def codes(people, header=HONEST_HEADER, **context):
    return sorted(found(people, header, **context)["code"].to_list())


def damaged(people, error):
    """What a failure of the generator makes of people."""
    frame = pl.DataFrame(people, schema=dict.fromkeys((*TRAITS, "insee_code"), pl.String))
    traits = frame.rename({"insee_code": "place_code"}).with_columns(place_kind=pl.lit("insee"))
    rows = parse_file_error(error).damage(traits)
    kinds = {f"{kind}_code": pl.when(pl.col("place_kind") == kind).then("place_code") for kind in ("insee", "postal")}
    return rows.select(*TRAITS, **kinds).to_dicts()


@pytest.mark.parametrize("row", golden("quality_headers.csv"), ids=lambda row: row["value"])
def test_golden_headers(row):
    result = found(PEOPLE[:3], HONEST_HEADER | {row["field"]: row["value"]})
    expected = [(row["code"], row["field"], row["value"], row["proposal"] or None)] if row["code"] else []
    assert result.select("code", "field", "value", "proposal").rows() == expected


@pytest.mark.parametrize("size", [0, 1, 2, 5, 20, 60, 300, 600])
def test_honest_files_of_any_size_are_left_alone(size):
    assert codes(PEOPLE[:size]) == []


@settings(max_examples=12)
@given(st.integers(0, 590), st.integers(1, 10))
def test_ten_honest_rows_never_look_like_a_broken_file(start, size):
    assert codes(PEOPLE[start : start + size]) == []


def test_every_failure_of_the_generator_is_expected_here():
    assert set(FILE_ERRORS) <= set(EXPECTED)


@pytest.mark.parametrize("error", EXPECTED)
def test_failures_of_the_generator_are_said_once(error):
    people = PEOPLE[:400] if error != "encoding" else [person | {"given_name_1": "Hervé"} for person in PEOPLE[:8]]
    result = found(damaged(people, error))
    assert sorted(set(result["code"])) == EXPECTED[error]
    assert all(field is None or field in rules()[code].fields for code, field in result.select("code", "field").rows())


def each(people, **made):
    """The people with traits made of their rank and of themselves."""
    return [person | {trait: make(rank, person) for trait, make in made.items()} for rank, person in enumerate(people)]


def rotated(people, *traits):
    """The people with some columns moved by a row."""
    above = [people[-1], *people[:-1]]
    return [person | {trait: other[trait] for trait in traits} for person, other in zip(people, above, strict=True)]


SOME = PEOPLE[:200]
LYON = {"insee_code": "69123", "place_label": "LYON", "country_code": None, "country_label": None}
OTHER_FAILURES = {
    "usage name copied": (
        each(SOME, birth_name=lambda _, person: person["usage_name"] or person["birth_name"]),
        [("file_usage_name_in_birth_name", "birth_name")],
    ),
    "given names moved by a row": (rotated(SOME, "given_name_1"), [("file_rows_misaligned", None)]),
    "labels moved by a row": (rotated(SOME, "place_label"), [("file_places_misaligned", "place_label")]),
    "all of one sex": (each(SOME, sex=lambda *_: "M"), [("file_sex_constant", "sex")]),
    "question marks": (
        each(SOME, given_name_1=lambda _, p: p["given_name_1"][0] + "?" + p["given_name_1"][2:]),
        [("file_encoding", None)],
    ),
    "one given name": (each(SOME, given_name_1=lambda *_: "Camille"), [("file_column_constant", "given_name_1")]),
    "one month": (each(SOME, birth_month=lambda *_: "1"), [("file_column_constant", "birth_month")]),
    "day and month exchanged": (
        each(SOME, birth_day=lambda _, p: p["birth_month"], birth_month=lambda _, p: p["birth_day"]),
        [("file_month_above_twelve", "birth_month")],
    ),
    "days up to twelve": (
        each(SOME, birth_day=lambda _, p: p["birth_day"] if int(p["birth_day"]) <= 12 else None),
        [("file_days_up_to_twelve", "birth_day")],
    ),
    "born where the exam is": (
        each(SOME, **{trait: lambda *_, value=value: value for trait, value in LYON.items()}),
        [("file_same_place", "insee_code")],
    ),
    "tests left in the file": (
        each(SOME, birth_name=lambda rank, p: "TESTEUR" if rank % 12 == 0 else p["birth_name"]),
        [("file_same_name", "birth_name")],
    ),
    "long names cut": (
        each(SOME, birth_name=lambda rank, p: p["birth_name"] if rank % 8 else f"LEBLANC-{rank:03d}-DELATOUR"[:20]),
        [("file_names_cut", "birth_name")],
    ),
    "pasted twice": ([*SOME, *SOME], [("file_pasted_twice", "id_technique")]),
    "columns shifted by dates": (
        each(SOME, birth_month=lambda _, p: p["birth_year"], birth_year=lambda *_: "Jean"),
        [("file_columns_shifted", None), ("file_no_day_or_month", "birth_month")],
    ),
}


@pytest.mark.parametrize("failure", OTHER_FAILURES)
def test_other_failures_are_said(failure):
    people, expected = OTHER_FAILURES[failure]
    said = set(found(people).select("code", "field").rows())
    assert set(expected) >= said
    assert expected[0] in said


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([str(rank) for rank in range(1, 31)], ["file_ids_are_row_numbers"]),
        ([f"{rank:05d}" for rank in range(30)], ["file_ids_are_row_numbers"]),
        ([str(rank) for rank in range(831, 861)], []),
        ([f"2,60{rank % 9}E+15" for rank in range(30)], ["file_ids_rounded"]),
        ([f"20260302{rank:07d}0" for rank in range(30)], ["file_ids_rounded"]),
        ([f"20260302{rank:08d}" for rank in range(30)], []),
        ([f"FR-{rank}" for rank in range(30)], []),
    ],
)
def test_identifiers_of_a_whole_file(ids, expected):
    assert codes(PEOPLE[:30], id_technique=ids) == expected


def test_a_certification_announced_again_is_said_of_deposit_files():
    index = [rank // 20 for rank in range(60)]
    told = ["RS1", "RS2", "RS1"]
    again = {"certification_index": index, "certification_code": [told[rank] for rank in index]}
    assert found(PEOPLE[:60], **again).select("code", "value").rows() == [("file_certification_repeated", "1")]
    assert codes(PEOPLE[:60], header={}, **again) == []


@pytest.mark.parametrize(
    ("size", "expected"),
    [(200_000, []), (200_001, ["file_too_long"]), (65_535, ["file_cut_by_spreadsheet"]), (65_534, [])],
)
def test_limits_of_size(size, expected):
    frame = (
        passages(PEOPLE[:1])
        .select(pl.all().repeat_by(size).explode())
        .with_columns(
            birth_name=pl.int_range(size).cast(pl.String), id_technique=pl.int_range(7, size + 7).cast(pl.String)
        )
    )
    assert identifiers.find(Submitted(frame))["code"].to_list() == expected


def births(size, *, exchanged):
    """Births of people of 20 to 50, fewer on Sundays; read mm/dd where asked."""
    draw = random.Random(5)  # noqa: S311 - fictional people, not secrets
    days = [dt.date(1975, 1, 1) + dt.timedelta(days=rank) for rank in range(11000)]
    drawn = draw.choices(days, [0.7 if day.weekday() >= 5 else 1.1 for day in days], k=size)
    frame = pl.DataFrame({"day": drawn}).select(
        birth_year=pl.col("day").dt.year(), birth_month=pl.col("day").dt.month(), birth_day=pl.col("day").dt.day()
    )
    rows = frame.cast(pl.String)
    if exchanged:
        rows = FILE_ERRORS["day_month"].damage(rows)
    raw = (
        passages(PEOPLE[:1])
        .select(pl.all().repeat_by(size).explode())
        .with_columns(
            passage=pl.int_range(size, dtype=pl.UInt32), **{f"raw_{part}": rows[part] for part in rows.columns}
        )
    )
    return dates.find(Submitted.of(PASSAGES.check(with_read_values(raw))))


def test_weekdays_tell_that_many_dates_were_read_the_wrong_way():
    assert births(60_000, exchanged=False).is_empty()
    assert births(60_000, exchanged=True)["code"].to_list() == ["file_day_month_swapped"]


def test_each_rule_of_the_family_is_found_above():
    said = {"file_too_long", "file_cut_by_spreadsheet", "file_certification_repeated", "file_day_month_swapped"}
    said |= {"file_ids_are_row_numbers", "file_ids_rounded"}
    said |= {row["code"] for row in golden("quality_headers.csv")} - {""}
    said |= {code for _, expected in OTHER_FAILURES.values() for code, _ in expected}
    said |= {code for expected in EXPECTED.values() for code in expected}
    assert said == {code for code, rule in rules().items() if rule.family == "file"}


@settings(max_examples=15)
@given(st.lists(st.fixed_dictionaries({trait: st.none() | any_text for trait in (*TRAITS, *CODES)}), max_size=3))
def test_any_text_gives_findings_of_the_family(people):
    result = found(people * 8)
    assert result.schema == FOUND
    assert result["passage"].null_count() == result.height
    assert {rules()[code].family for code in result["code"]} <= {"file"}


def test_an_empty_file_has_nothing_to_say():
    assert whole_file.find(Submitted.of(PASSAGES.empty())).schema == FOUND
