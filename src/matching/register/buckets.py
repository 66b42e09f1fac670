"""Rows by key: buckets of about four rows, built by sorting, looked up by two reads.

Example:
    >>> blocks = list(bucket_blocks([keys], rows=3))
    >>> buckets = Buckets(np.concatenate([[0], *(ends for ends, _ in blocks)]), np.concatenate([r for _, r in blocks]))
    >>> starts, counts = buckets.lookup(keys[:1])
    >>> buckets.rows[starts[0] : starts[0] + counts[0]]
    array([0, 2], dtype=uint32)

A key is a number of 64 bits whose high bits are as good as random (``hashing.mixed``); 0 is no key: such a row is in no
bucket, and such a key finds nothing. A bucket also holds the rows of other keys with the same high bits: the few rows
that are found in vain are told apart by what is compared afterwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Rows = NDArray[np.uint32]

ROWS_PER_BUCKET = 4
_MOST_ROW_BITS = 32
_BLOCK = 1 << 21  # buckets sorted at once
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Buckets:
    """Rows by bucket.

    Attributes:
        offsets: Where each bucket starts in ``entries``, and where the last one ends.
        entries: Row numbers, bucket after bucket; the bits that a row number leaves over hold the key's fingerprint,
            so that the rows of other keys are told without reading them. Increasing in each bucket.
        row_bits: Bits of a row number.
    """

    offsets: NDArray[np.uint32]
    entries: Rows
    row_bits: int

    def lookup(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the entries of each key's bucket start, and how many there are; 0 for the key 0."""
        at = _bucket_of(keys, self.offsets.size - 1)
        starts = self.offsets[at].astype(np.int64)
        counts = self.offsets[at + np.uint64(1)].astype(np.int64) - starts
        counts[keys == 0] = 0
        return starts, counts


def row_bits(rows: int) -> int:
    """Bits that the numbers of so many rows need; the others of 32 are the fingerprint's."""
    return max(rows - 1, 1).bit_length()


def fingerprints(keys: Keys, bits: int) -> NDArray[np.uint32]:
    """What entries hold above a row number of so many bits: low bits of the key; high ones choose its bucket."""
    return (keys & np.uint64((1 << _MOST_ROW_BITS - bits) - 1)).astype(np.uint32)


def bucket_blocks(chunks: Iterable[Keys], rows: int) -> Iterator[tuple[NDArray[np.uint32], Rows]]:
    """The buckets of rows 0, 1, 2 …, a block of buckets after the other.

    Memory: 8 bytes per row that has a key, until its block was given.

    Args:
        chunks: The keys of all rows, in order.
        rows: How many there are.

    Yields:
        Where each bucket of the block ends among all rows with a key, and the entries of the block.
    """
    buckets, bits = max(1, rows // ROWS_PER_BUCKET), row_bits(rows)
    blocks = [_Block(first, min(_BLOCK, buckets - first)) for first in range(0, buckets, _BLOCK)]
    row = 0
    for keys in chunks:
        here = np.flatnonzero(keys)
        bucket = _bucket_of(keys[here], buckets)
        marks = fingerprints(keys[here], bits).astype(np.uint64) << np.uint64(bits)
        entries = np.bitwise_or((bucket << _HALF) | marks, (here + row).astype(np.uint64))
        row += keys.size
        of_block = (bucket // np.uint64(_BLOCK)).astype(np.uint16)
        for number, block in enumerate(blocks):
            block.entries.append(entries[of_block == number] if len(blocks) > 1 else entries)
    start = 0
    for block in blocks:
        ends, of_rows = block.sorted()
        yield ends + np.uint32(start), of_rows
        start += of_rows.size


class _Block:
    """Some neighbouring buckets while they are filled."""

    def __init__(self, first: int, buckets: int) -> None:
        self.entries: list[Keys] = []  # bucket << 32 | fingerprint and row
        self._first, self._buckets = first, buckets

    def sorted(self) -> tuple[NDArray[np.uint32], Rows]:
        """The end of each bucket in the block, and its rows; the block is empty from then on."""
        entries = np.concatenate([np.empty(0, np.uint64), *self.entries])
        self.entries.clear()
        # polars sorts integers some three times as fast as numpy does where numpy has no vectorised sort.
        entries = pl.Series(entries).sort().to_numpy()
        bucket = ((entries >> _HALF) - np.uint64(self._first)).astype(np.int64)
        counts = np.bincount(bucket, minlength=self._buckets)
        return np.cumsum(counts, dtype=np.uint32), entries.astype(np.uint32)


def _bucket_of(keys: Keys, buckets: int) -> Keys:
    """The bucket of each key: its high half, scaled to the number of buckets."""
    return ((keys >> _HALF) * np.uint64(buckets)) >> _HALF
