"""Candidate pairs: each passage is looked up in the register's blocking passes, under every reading of its traits.

A passage may be read in several ways (day and month swapped, names inverted, the usage name for the birth name, a
half of a double name): each reading is looked up in the passes where it can meet somebody that the plain one does not.
All look-ups of a passage are expanded together, so pairs come out grouped by passage and each once. Passages are taken
in chunks of about as many pairs, so that memory does not depend on the file.

A bucket that holds more than ``most_per_bucket`` rows tells nobody apart: it is not read, and counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.linkage import blocking
from matching.linkage.arrays import Array, Flags, Hashes, Rows
from matching.linkage.index import Index
from matching.linkage.queries import Queries

PAIRS_PER_CHUNK = 1_000_000
_NAMES = ("names_year", "surname_date")
Attributes = dict[str, Array]
Reading = tuple[tuple[str, ...], Rows, Attributes]
Span = tuple[int, int]
"""First passage and the one after the last."""


@dataclass(frozen=True)
class Block:
    """The look-ups of one reading in one blocking pass that met somebody, ordered by passage.

    Attributes:
        pass_: Name of the pass.
        query: Row of the passage.
        start: First of the bucket's entries.
        count: How many there are.
        mark: Fingerprint of the key, which entries of other keys seldom have.
        date: Year, month and day of the key, as a record packs them; 0 where the key has none.
        mask: Bits of the date that are the key's.
    """

    pass_: str
    query: Rows
    start: NDArray[np.int64]
    count: NDArray[np.int64]
    mark: NDArray[np.uint32]
    date: NDArray[np.uint32]
    mask: np.uint32

    def of(self, span: Span) -> "Block":
        """The look-ups of a range of passages."""
        part = slice(*np.searchsorted(self.query, span))
        return replace(
            self, **{name: getattr(self, name)[part] for name in ("query", "start", "count", "mark", "date")}
        )


@dataclass(frozen=True)
class Lookups:
    """Every look-up of a file.

    Attributes:
        blocks: By reading and pass.
        dropped: Look-ups that met a bucket too large, by pass.
    """

    blocks: tuple[Block, ...]
    dropped: Mapping[str, int]


def readings(queries: Queries) -> Iterator[Reading]:
    """Each reading: the passes it is looked up in, the passages it concerns, their attributes under it."""
    surnames, usages, given = queries.surnames, queries.usage_names, queries.given_names
    plain: Attributes = {
        "sound": surnames.sound, "initials": surnames.initials,
        "given_sound": given.sound, "given_initial": given.initial,
        "year": queries.year, "month": queries.month, "day": queries.day, "place": queries.places.group,
    }  # fmt: skip
    yield tuple(blocking.PASSES), np.arange(queries.size), plain
    swapped = plain | {"month": queries.day, "day": queries.month}
    can_swap = (queries.day <= 12) & (queries.month > 0) & (queries.day != queries.month)  # noqa: PLR2004 - months
    yield _some(("surname_date", "given_date", "initials_date", "date_place"), can_swap & (queries.day > 0), swapped)
    usage = plain | {"sound": usages.sound, "initials": usages.initials}
    has_usage = (usages.length > 0) & (usages.sound != surnames.sound)
    yield _some((*_NAMES, "surname_place_year"), has_usage, usage)
    inverted = plain | {"sound": given.sound_as_surname, "given_sound": surnames.sound_as_given}
    yield _some((*_NAMES, "surname_place"), given.length > 0, inverted)
    for rank in range(surnames.part_sounds.shape[1]):
        part = plain | {"sound": surnames.part_sounds[:, rank]}
        yield _some((*_NAMES, "surname_place"), surnames.part_sounds[:, rank] > 0, part)
    for rank in range(given.other_sounds.shape[1]):
        other = plain | {"given_sound": given.other_sounds[:, rank]}
        yield _some(("given_date", "names_year", "given_place_year"), given.other_sounds[:, rank] > 0, other)


def _some(passes: tuple[str, ...], of: Flags, attributes: Attributes) -> Reading:
    at = np.flatnonzero(of)
    return passes, at, {name: values[at] for name, values in attributes.items()}


def look_up(queries: Queries, index: Index, most_per_bucket: int) -> Lookups:
    """Every look-up, by the index's buckets."""
    blocks = []
    dropped = dict.fromkeys(blocking.PASSES, 0)
    marks = np.uint64((1 << 32 - index.row_bits) - 1)
    for passes, at, attributes in readings(queries):
        for name in passes:
            pass_ = blocking.PASSES[name]
            keys = blocking.keys(pass_, attributes)
            start, count = index.lookup(name, keys)
            dropped[name] += int((count > most_per_bucket).sum())
            kept = np.flatnonzero((count > 0) & (count <= most_per_bucket))
            date, mask = _packed_date(pass_, attributes, kept)
            mark = (keys[kept] & marks).astype(np.uint32)
            blocks.append(Block(name, at[kept], start[kept], count[kept], mark, date, mask))
    return Lookups(tuple(blocks), dropped)


def _packed_date(pass_: blocking.Pass, attributes: Attributes, at: Rows) -> tuple[NDArray[np.uint32], np.uint32]:
    """The key's year, month and day as a record packs them, and which of these bits are the key's."""
    date, mask = np.zeros(at.size, np.uint32), 0
    for part, shift, width in (("year", 0, 0xFFFF), ("month", 16, 0xFF), ("day", 24, 0xFF)):
        if part in pass_.attributes:
            date |= attributes[part][at].astype(np.uint32) << np.uint32(shift)
            mask |= width << shift
    return date, np.uint32(mask)


def chunks(lookups: Lookups, n_queries: int, pairs_per_chunk: int = PAIRS_PER_CHUNK) -> Iterator[Span]:
    """Ranges of passages that meet about as many entries each; a passage is never parted."""
    met = np.zeros(n_queries, np.int64)
    for block in lookups.blocks:
        met += np.bincount(block.query, block.count, n_queries).astype(np.int64)
    ends = np.cumsum(met)
    start = 0
    while start < n_queries:
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + pairs_per_chunk, side="right")))
        yield start, stop
        start = stop


def expand(lookups: Lookups, span: Span, queries: Queries, index: Index) -> tuple[Rows, NDArray[np.uint32]]:
    """The pairs of a range of passages: passage and register row, ordered, each once."""
    pairs = [_pairs(block.of(span), queries, index) for block in lookups.blocks]
    together = np.sort(np.concatenate(pairs)) if pairs else np.empty(0, np.uint64)
    together = together[np.concatenate([np.ones(min(together.size, 1), np.bool_), together[1:] != together[:-1]])]
    return (together >> np.uint64(32)).astype(np.intp), (together & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _pairs(block: Block, queries: Queries, index: Index) -> Hashes:
    """The pairs of some look-ups, as ``passage << 32 | register row``."""
    words = index.records.view(np.uint32).reshape(-1, index.records.itemsize // 4)
    lookup = np.repeat(np.arange(block.query.size), block.count)
    within = np.arange(lookup.size) - np.repeat(np.cumsum(block.count) - block.count, block.count)
    entry = index.entries(block.pass_)[block.start[lookup] + within]
    # A bucket holds other keys too: the fingerprint, then the date, spare reading and comparing most of them.
    alike = np.flatnonzero(entry >> np.uint32(index.row_bits) == block.mark[lookup])
    lookup, row = lookup[alike], entry[alike] & index.row_mask
    date = words[row, _DATE_WORD]
    fits = (date & block.mask) == block.date[lookup]
    if block.pass_ in _WEAK:
        query = block.query[lookup]
        told = _some_date(queries.packed_date[query], date)
        if block.pass_ in _WITHOUT_GIVEN:
            told |= index.givens.sound[words[row, _GIVEN_WORD]] == queries.given_names.sound[query]
        fits &= told
    return (block.query[lookup[fits]].astype(np.uint64) << np.uint64(32)) | row[fits]


# Passes that meet many who share two traits by chance: the date, or the given name where it is not in the key, must
# say something too.
_WEAK = ("surname_place", "surname_place_year", "given_place_year")
_WITHOUT_GIVEN = ("surname_place", "surname_place_year")
_GIVEN_WORD, _DATE_WORD = 2, 6  # of a record read as numbers of 32 bits
_TWO = 2
_DEFAULTS = tuple(np.uint32(day << 24 | month << 16) for month, day in ((1, 1), (12, 31)))
_FIFTEENTH = np.uint32(15 << 24)
_YEAR, _MONTH, _DAY = np.uint32(0xFFFF), np.uint32(0xFF0000), np.uint32(0xFF000000)


def _some_date(sent: NDArray[np.uint32], known: NDArray[np.uint32]) -> Flags:
    """Whether two parts are equal, or day and month swapped, or the year is equal and the rest unknown or made up."""
    apart = sent ^ known
    year, month, day = ((apart & part) == 0 for part in (_YEAR, _MONTH, _DAY))
    equal = year.astype(np.uint8) + month + day
    unknown = ((sent & _DAY) == 0) | ((known & _DAY) == 0)
    for default in _DEFAULTS:
        unknown |= (sent & (_MONTH | _DAY)) == default
    unknown |= (sent & _DAY) == _FIFTEENTH
    swapped = ((sent >> np.uint32(24)) == ((known >> np.uint32(16)) & np.uint32(0xFF))) & (
        (known >> np.uint32(24)) == ((sent >> np.uint32(16)) & np.uint32(0xFF))
    )
    return (equal >= _TWO) | (year & unknown) | swapped
