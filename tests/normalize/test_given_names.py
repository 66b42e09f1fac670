import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalize.given_names import given_forms
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text, names

words = st.from_regex(r"(?:[BGKMPRT][AEIOU][LNRV]?){2,3}Z", fullmatch=True)


def series(texts):
    return pl.Series(texts, dtype=pl.String)


@pytest.mark.parametrize("row", golden("given_forms.csv"), ids=lambda row: row["name"])
def test_golden_rows(row):
    tokens, glued = given_forms(series([row["name"]])).row(0)
    assert tokens == (row["tokens"].split("|") if row["tokens"] else None)
    assert glued == (row["tokens"].replace("|", "") or None)


@settings(max_examples=30)
@given(st.lists(st.none() | any_text | names))
def test_anything_is_read_in_its_place_and_left_as_it_was(texts):
    values = series(texts)
    forms = given_forms(values)
    assert values.to_list() == texts
    assert given_forms(values.reverse()).rows() == forms.rows()[::-1]
    for tokens, glued in forms.drop_nulls().iter_rows():
        assert glued == "".join(tokens)
        assert all(token.isascii() and token.isalpha() and token.isupper() for token in tokens)


@settings(max_examples=30)
@given(st.lists(words, min_size=1, max_size=4), st.sampled_from([" ", "-", " - ", "'", "."]))
def test_words_keep_their_order_whatever_parts_them(parts, sign):
    seen = given_forms(series([sign.join(parts), " ".join(parts).lower()]))
    assert seen["tokens"].to_list() == [parts, parts]


@settings(max_examples=30)
@given(st.lists(any_text | names))
def test_twice_is_once(texts):
    once = given_forms(series(texts))["tokens"]
    assert given_forms(once.list.join(" "))["tokens"].to_list() == once.to_list()


def test_no_name_at_all():
    assert given_forms(series([])).height == 0
    assert given_forms(series([None])).row(0) == (None, None)
