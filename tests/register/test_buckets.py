"""Every row is found by its key, in the order of rows; a key 0 is nobody's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.register import buckets
from matching.register.buckets import Buckets, bucket_blocks, fingerprints, row_bits
from matching.register.hashing import mixed

few_keys = st.lists(st.integers(0, 12), max_size=60)


def keys_of(numbers):
    keys = mixed(np.array(numbers, np.uint64))
    keys[np.array(numbers) == 0] = 0
    return keys


def built(keys, cuts=()):
    blocks = list(bucket_blocks(np.split(keys, cuts), keys.size))
    ends = [np.zeros(1, np.uint32), *(ends for ends, _ in blocks)]
    return Buckets(np.concatenate(ends), np.concatenate([entries for _, entries in blocks]), row_bits(keys.size))


def rows_of(found, entries=None):
    return (found.entries if entries is None else entries) & np.uint32((1 << found.row_bits) - 1)


@given(few_keys)
def test_a_row_is_found_by_its_key(numbers):
    keys = keys_of(numbers)
    found = built(keys)
    starts, counts = found.lookup(keys)
    for row, number in enumerate(numbers):
        entries = found.entries[starts[row] : starts[row] + counts[row]]
        assert entries.tolist() == sorted(entries)
        bucket = rows_of(found, entries).tolist()
        if number:
            mark = fingerprints(keys[row : row + 1], found.row_bits)[0]
            assert mark in [entry >> found.row_bits for entry in entries.tolist()]
        assert (row in bucket) == (number != 0)
        assert {at for at, other in enumerate(numbers) if other == number != 0} <= set(bucket)


@given(few_keys)
def test_the_rows_are_those_that_have_a_key(numbers):
    assert sorted(rows_of(built(keys_of(numbers)))) == np.flatnonzero(numbers).tolist()


@given(few_keys, st.lists(st.integers(0, 60), max_size=4), st.integers(1, 5))
def test_chunks_and_blocks_change_nothing(numbers, cuts, block):
    keys = keys_of(numbers)
    whole = built(keys)
    before, buckets._BLOCK = buckets._BLOCK, block
    try:
        other = built(keys, sorted(min(cut, keys.size) for cut in cuts))
    finally:
        buckets._BLOCK = before
    np.testing.assert_array_equal(whole.offsets, other.offsets)
    np.testing.assert_array_equal(whole.entries, other.entries)


def test_a_key_that_no_row_has_finds_at_most_its_bucket():
    found = built(keys_of(range(1, 4001)))
    _, counts = found.lookup(keys_of(range(5000, 9000)))
    assert counts.mean() < 2 * buckets.ROWS_PER_BUCKET


def test_the_greatest_key_has_a_bucket():
    keys = np.array([2**64 - 1, 1], np.uint64)
    found = built(np.repeat(keys, 100))
    assert found.lookup(keys)[1].min() >= 100
