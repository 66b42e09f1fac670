"""Sexes: what is missing, in another code set, or not told."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identity.frames import SEX
from matching.identity.rules import rules
from matching.quality import sex
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.golden_rows import golden


def asked(*sexes):
    frame = passages_of(*(holder() for _ in sexes)).with_columns(
        raw_sex=pl.Series(sexes, dtype=pl.String), sex=pl.Series(sexes, dtype=pl.String).cast(SEX, strict=False)
    )
    return sex.find(Submitted.of(frame))


@pytest.mark.parametrize("row", golden("quality_sex.csv"), ids=lambda row: repr(row["sex"]))
def test_golden_sexes(row):
    found = asked(row["sex"])
    expected = [(row["code"], "sex", row["sex"], row["proposal"] or None)] if row["code"] else []
    assert found.select("code", "field", "value", "proposal").rows() == expected


def test_each_rule_is_found_in_a_golden_row():
    codes = {row["code"] for row in golden("quality_sex.csv")} - {""}
    assert codes | {"sex_missing"} == {code for code, rule in rules().items() if rule.family == "sex"}


def test_a_sex_that_is_absent_is_missing():
    assert asked(None)["code"].to_list() == ["sex_missing"]


def test_beside_zeros_nobody_can_tell_who_1_is():
    assert asked("0", "1", "1").select("code", "proposal").unique().rows() == [("sex_unknown_code", None)]
    assert asked("1", "2").select("proposal").rows() == [("M",), ("F",)]


@given(st.lists(st.none() | st.text(max_size=5) | st.sampled_from(["M", "F", "h", "1"]), max_size=6))
def test_every_sex_is_exact_or_found_once(sexes):
    found = asked(*sexes)
    assert sorted(found["passage"]) == [rank for rank, each in enumerate(sexes) if each not in {"M", "F"}]
