import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import FOUND
from matching.identity.rules import ELEMENTS, rules
from matching.quality import dates
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.golden_rows import golden

PARTS = ("year", "month", "day")
born = st.dates(dt.date(1950, 1, 2), dt.date(2005, 12, 30))
anything = st.text(alphabet="0123456789/-. :?XTZmars", max_size=12)


def typed(*written, is_order_told=False, **context):
    """The findings on a file of these holders, whose dates are (year, month, day) as text."""
    frame = passages_of(*({**holder(birth_year=None, birth_month=None, birth_day=None), **context} for _ in written))
    raw = {f"raw_birth_{part}": [row[rank] for row in written] for rank, part in enumerate(PARTS)}
    read = {f"birth_{part}": pl.Series(raw[f"raw_birth_{part}"]).cast(pl.Int64, strict=False) for part in PARTS}
    types = {name: frame.schema[name] for name in (*raw, *read)}
    frame = frame.with_columns(pl.Series(name, values).cast(pl.String) for name, values in raw.items())
    frame = frame.with_columns(
        pl.when(values.is_between(*_READABLE[name])).then(values).cast(types[name]).alias(name)
        for name, values in read.items()
    )
    return dates.find(Submitted.of(frame, is_order_told=is_order_told))


_READABLE = {"birth_year": (-32768, 32767), "birth_month": (1, 12), "birth_day": (1, 31)}


@pytest.mark.parametrize("row", golden("quality_dates.csv"), ids=lambda row: " ".join(row.values()))
def test_golden_dates(row):
    context = {"insee_code": row["place"] or None, "exam_end": row["exam"]}
    found = typed([row[part] or None for part in PARTS], *[("1967", "3", "12")] * 2, **context)
    assert set(found["passage"]) <= {0}
    assert found["code"].unique(maintain_order=True).to_list() == row["code"].split()
    if row["code"]:
        assert found["value"][0] == (row["value"] or None)
        assert found["proposal"][0] == {"": None, "(nil)": ""}.get(row["proposal"], row["proposal"])


def test_each_rule_of_dates_is_found_in_a_golden_row():
    codes = {code for row in golden("quality_dates.csv") for code in row["code"].split()}
    assert codes == {code for code, rule in rules().items() if rule.family == "dates"}


def test_a_finding_names_only_the_fields_of_its_rule():
    for finder in (*dates.WRITTEN, *dates.READ):
        assert finder.field in ELEMENTS
        assert finder.field in rules()[finder.code].fields


@given(born)
@settings(max_examples=40)
def test_a_usual_birth_date_is_silent(date):
    quiet = (date.month, date.day) not in {(1, 1), (12, 31)}
    found = typed((str(date.year), f"{date.month:02d}", str(date.day)), exam_end="2026-03-10")
    assert found.is_empty() == quiet


@given(st.lists(st.tuples(*[st.none() | anything] * 3), max_size=5))
@settings(max_examples=60)
def test_whatever_is_written_is_found_or_passed_over(written):
    found = typed(*written, exam_end="2026-03-10")
    assert found.schema == FOUND
    assert set(found["code"]) <= set(rules())
    nowhere = {rank for rank, row in enumerate(written) if not any((part or "").strip() for part in row)}
    assert nowhere <= set(found.filter(pl.col("code") == "birth_date_missing")["passage"])


@given(born, st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"]))
@settings(max_examples=40)
def test_a_safe_proposal_is_read_as_the_date_that_was_written(date, form):
    found = typed((date.strftime(form), None, None), ("1967", "3", "12"), ("1967", "3", "12"), exam_end="2026-03-10")
    safe = found.filter(pl.col("code").is_in([code for code, rule in rules().items() if rule.is_safe]))
    assert set(safe["proposal"]) <= {date.isoformat()}
    assert found.filter(pl.col("field") == "birth_date")["proposal"].drop_nulls().to_list() == [date.isoformat()]


def test_a_table_that_keeps_its_dates_whole_is_not_blamed_on_every_row():
    whole = [(f"{day}/03/1985", None, None) for day in (4, 13, 25)]
    assert typed(*whole, exam_end="2026-03-10").is_empty()
    assert typed(*whole, ("1985-03", "x", "y"), exam_end="2026-03-10")["passage"].unique().to_list() == [3]


def test_the_order_of_day_and_month_is_told_by_the_other_rows():
    unsure = ("04/03/1985", None, None)
    usual = [("1967", "3", "12")] * 5
    assert typed(unsure, *usual)["code"].to_list() == ["birth_date_order_unsure"]
    french, american = (("25/03/1985", None, None), ("03/25/1985", None, None))
    assert typed(unsure, french, *usual)["code"].to_list() == ["birth_date_in_one_column"] * 2
    assert "birth_date_order_unsure" in typed(unsure, french, american, *usual)["code"]
    assert "birth_date_order_unsure" not in typed(unsure, *usual, is_order_told=True)["code"]


@pytest.mark.parametrize(
    ("context", "header", "codes"),
    [
        ({"exam_end": "2026-03-10"}, {}, ["holder_too_young"]),
        ({"exam_start": "2026-03-10"}, {}, ["holder_too_young"]),
        ({"validity_start": "2026-03-10"}, {}, ["holder_too_young"]),
        ({}, {"timestamp": "2026-03-25T09:15:00+01:00"}, ["holder_too_young"]),
        ({}, {}, []),
        ({"exam_end": "demain"}, {}, []),
    ],
)
def test_the_age_is_that_at_the_first_date_that_is_told(context, header, codes):
    child = holder(birth_year="2015")
    frame = passages_of({**child, "validity_start": None, **context})
    assert dates.find(Submitted.of(frame, header))["code"].to_list() == codes


def test_only_holders_told_by_their_traits_are_asked():
    frame = passages_of({**holder(birth_year=None, birth_month=None, birth_day=None), "branch": "dossier_formation"})
    assert dates.find(Submitted.of(frame)).is_empty()
