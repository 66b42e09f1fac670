import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.normalize.text import ascii_text, funnel_text
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text, names


@pytest.mark.parametrize("row", golden("funnel_text.csv"), ids=lambda row: row["why"])
def test_golden_rows(row):
    seen = funnel_text(pl.Series([row["text"]]))
    assert seen.to_list() == [row["funnel"] or None]


@given(st.lists(any_text))
def test_twice_is_once(texts):
    once = funnel_text(pl.Series(texts, dtype=pl.String))
    assert funnel_text(once).to_list() == once.to_list()


@given(st.lists(names))
def test_what_is_left_is_ascii_capitals_without_outer_blanks(texts):
    for seen in funnel_text(pl.Series(texts, dtype=pl.String)).drop_nulls():
        assert seen.isascii()
        assert seen == seen.strip().upper() != ""


@given(st.lists(names))
def test_no_letter_is_lost(texts):
    for text, plain in zip(texts, ascii_text(pl.Series(texts, dtype=pl.String)), strict=True):
        assert sum(map(str.isalpha, plain)) >= sum(map(str.isalpha, text))


@given(names)
def test_case_and_blanks_do_not_count_unless_the_settings_say_so(text):
    loud = f" {text.upper()} "
    both = funnel_text(pl.Series([text, loud]))
    assert both[0] == both[1]
    strict = funnel_text(pl.Series([text.strip(), loud]), trim=False)
    assert strict[0] != strict[1] or strict[0] is None


def test_null_stays_null_and_blank_becomes_it():
    assert funnel_text(pl.Series([None, "", "  "], dtype=pl.String)).to_list() == [None, None, None]
