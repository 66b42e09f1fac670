"""Hashes never change, meet nowhere in practice, and a packed code is the code."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.register.hashing import hash_of, mixed, packed
from tests.hypothesis_strategies import any_text, communes

texts = st.lists(st.one_of(st.none(), any_text), max_size=30)


def series(values):
    return pl.Series(values, dtype=pl.String)


def test_a_hash_is_the_same_in_every_version():
    """An index on disk is looked up with hashes made later: these numbers may not change without its version."""
    assert hash_of(series(["MARTIN", None, "", "BARTHELEMYDEROUVIERE", "É"])).tolist() == HASHES


HASHES = [6456411524130639358, 0, 5627194300713089401, 15821563231665384975, 6886664592314919262]


@given(texts)
def test_a_hash_depends_on_its_text_alone(values):
    together = hash_of(series(values)).tolist()
    assert together == [hash_of(series([value])).item() for value in values]
    assert [number == 0 for number in together] == [value is None for value in values]


@given(st.sets(any_text, max_size=50))
def test_different_texts_have_different_hashes(values):
    assert np.unique(hash_of(series(list(values)))).size == len(values)


def test_texts_that_differ_by_zero_bytes_or_length_have_different_hashes():
    values = ["", "\0", "\0\0", "A" * 8, "A" * 8 + "\0", "A" * 16, "A" * 7]
    assert np.unique(hash_of(series(values))).size == len(values)


@pytest.mark.parametrize("longest", ["SHORT", "A" * 100_000])
def test_texts_that_are_not_hashed_at_once(longest):
    """Memory follows the texts: one that is very long among many makes no matrix of that width."""
    values = pl.concat([pl.Series(range(1000)).cast(pl.String), series([longest, None])])
    hashes = hash_of(values)
    assert np.unique(hashes).size == len(values)
    assert hashes[998:].tolist() == [hash_of(series([value])).item() for value in values[998:]]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50, unique=True))
def test_mixing_is_one_to_one(numbers):
    assert np.unique(mixed(np.array(numbers, np.uint64))).size == len(numbers)


@given(st.lists(communes, max_size=30))
def test_packed_codes_are_in_the_order_of_the_codes(codes):
    codes = [code for code in codes if code.isascii()]
    numbers = packed(series(codes)).tolist()
    assert [code for _, code in sorted(zip(numbers, codes, strict=True))] == sorted(codes)
    assert len(set(numbers)) == len(set(codes))


def test_a_missing_text_packed_is_0():
    assert packed(series([None, "75044"])).tolist() == [0, 0x3735303434000000]


def test_a_text_too_long_to_be_packed_is_refused():
    with pytest.raises(ValueError, match="eight bytes"):
        packed(series(["123456789"]))
