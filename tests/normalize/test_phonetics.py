import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalize.phonetics import phonetic_key
from tests.golden_rows import golden

capitals = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=20)


def keys(*texts):
    return phonetic_key(pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize("row", golden("phonetic_pairs.csv"), ids=lambda row: f"{row['one']}-{row['other']}")
def test_golden_pairs(row):
    one, other = keys(row["one"], row["other"])
    assert (one == other) == (row["meet"] == "yes"), (one, other)


@settings(max_examples=60)
@given(st.lists(st.none() | capitals))
def test_every_name_has_a_key_of_capitals(texts):
    for text, key in zip(texts, keys(*texts), strict=True):
        assert (key is None) == (text is None)
        if text:
            assert key.isalpha()
            assert key.isupper()
            assert len(key) <= 2 * len(text)


@settings(max_examples=60)
@given(st.text(alphabet="BFLMPR", min_size=1, max_size=3), st.text(alphabet="AIO", min_size=1, max_size=2), capitals)
def test_a_doubled_letter_is_heard_once(start, vowels, end):
    letter, rest = start[-1], vowels + end
    assert len(set(keys(start + rest, start + letter + rest))) == 1


def test_a_name_of_silent_letters_alone_is_its_own_key():
    assert keys("H", "HH", "") == ["H", "HH", ""]
