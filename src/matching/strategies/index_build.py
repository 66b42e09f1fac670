"""Build a register's linkage index, streamed: memory follows one blocking pass, not the register.

Four steps. The rows are read once, shard after shard, and written as records, with ranks for values (``index_rows``).
The distinct values get their codes (``index_names``, ``index_places``). The records are gone over in place: codes for
ranks, words for given names, frequencies counted on the way (``index_counts``). Then each blocking pass sorts its rows
by bucket.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.linkage import blocking
from matching.register.buckets import bucket_blocks
from matching.register.folder import Register
from matching.register.hashing import Hashes
from matching.register.mapped import ArrayWriter, building, publish
from matching.strategies.index_arrays import WORDS
from matching.strategies.index_counts import Counts
from matching.strategies.index_names import Arrays, givens, surnames
from matching.strategies.index_places import places
from matching.strategies.index_rows import RowWriter, Steps
from matching.strategies.lookups import Progress

_ROWS_AT_ONCE = 1 << 18
_PASSES_AT_ONCE = 2  # each takes 8 bytes per row of memory
_KIND, _ABROAD = np.uint8(0b110), np.uint8(0b10000)


def build(register: Register, folder: Path, facts: Mapping[str, Any], progress: Progress | None = None) -> None:
    """Build the index of a register and give it its name.

    Args:
        register: The register.
        folder: Where the index will stand.
        facts: What it will say of itself.
        progress: Called with rows done and rows in all, those of every step counted.

    Raises:
        RegisterError: a shard cannot be read, or the register has too many place codes.
        OSError: the folder cannot be written.
    """
    with building(folder) as partial:
        arrays = ArrayWriter(partial)
        counted = _write(register, arrays, Steps(progress, register.rows * (2 + len(blocking.PASSES))))
        arrays.describe({**facts, **counted})
        publish(partial, folder, facts)


def _write(register: Register, arrays: ArrayWriter, steps: Steps) -> dict[str, int]:
    """Write every array; what was counted of persons."""
    rows = RowWriter(arrays)
    records = rows.write(register, steps)
    named: dict[str, Arrays] = {}
    named["surnames"], surname_of = surnames(rows.surnames.values())
    named["givens"], words_of = givens(rows.givens.values())
    named["places"], place_of = places(rows.places.values())
    counts = Counts({owner: of_owner["hashes"].size for owner, of_owner in named.items()})

    def set_codes(chunk: NDArray[np.void]) -> NDArray[np.void]:
        chunk["surname"] = surname_of[chunk["surname"]]
        chunk["place"] = place_of[chunk["place"]]
        _set_words(chunk, words_of)
        _set_abroad(chunk, named["places"])
        return chunk

    with ThreadPoolExecutor(1) as ahead:  # of the counts
        for chunk in ahead.map(set_codes, _chunks(records)):
            counts.add(chunk, named["places"])
            steps.add(chunk.size)
    counted = {owner: {**of_owner, "count": counts.of[owner]} for owner, of_owner in named.items()}
    for owner, of_owner in {**counted, "frequencies": counts.frequencies()}.items():
        for name, array in of_owner.items():
            arrays.write(f"{owner}.{name}", array)
    _write_passes(arrays, records, _attributes(**named), steps)
    return counts.persons()


def _chunks(records: NDArray[np.void]) -> Iterator[NDArray[np.void]]:
    return (records[first : first + _ROWS_AT_ONCE] for first in range(0, records.size, _ROWS_AT_ONCE))


def _set_words(chunk: NDArray[np.void], of_given: NDArray[np.uint32]) -> None:
    """For the ranks of given names, the codes of their words in order; and how many the first two names have."""
    ranks = chunk["given"].copy()
    lengths = np.count_nonzero(of_given, axis=1).astype(np.uint8)
    here = lengths[ranks]
    chunk["given"] = of_given[ranks, 0]
    chunk["shape"] = 0
    # Most rows have names of one word each, without a gap: their words stand where their names stood.
    some = np.flatnonzero(np.any((here > 1) | ((here == 0) & (ranks > 0)), axis=1))
    words = of_given[ranks[some]]
    names = np.argsort(here[some] == 0, axis=1, kind="stable")  # names without word (placeholders) go last
    words = np.take_along_axis(words, names[:, :, None], axis=1).reshape(some.size, WORDS * WORDS)
    order = np.argsort(words == 0, axis=1, kind="stable")[:, :WORDS]
    chunk["given"][some] = np.take_along_axis(words, order, axis=1)
    first, second = (np.take_along_axis(here[some], names[:, k : k + 1], axis=1).ravel() for k in range(2))
    chunk["shape"][some] = np.maximum(first, 1) - 1 | (np.maximum(second, 1) - 1) << 2


def _set_abroad(chunk: NDArray[np.void], places: Arrays) -> None:
    """Whether each person was born abroad, as of the year of birth."""
    until = places["abroad_until"][chunk["place"]]
    abroad = np.where(chunk["year"] == 0, places["is_abroad"][chunk["place"]], chunk["year"] < until)
    chunk["shape"] |= abroad * _ABROAD


Attribute = Callable[[NDArray[np.void]], NDArray[np.unsignedinteger]]


def _attributes(surnames: Arrays, givens: Arrays, places: Arrays) -> dict[str, Attribute]:
    """How each attribute of ``linkage.blocking`` is read off records."""
    return {
        "core": lambda records: surnames["core"][records["surname"]],
        "sound": lambda records: surnames["sound"][records["surname"]],
        "initials": lambda records: surnames["initials"][records["surname"]],
        "given": lambda records: givens["hashes"][records["given"][:, 0]],
        "given_sound": lambda records: givens["sound"][records["given"][:, 0]],
        "given_initial": lambda records: givens["initial"][records["given"][:, 0]],
        "year": lambda records: records["year"],
        "month": lambda records: records["month"],
        "day": lambda records: records["day"],
        "place": lambda records: np.where(
            records["shape"] & _ABROAD, places["group_abroad"][records["place"]], places["group"][records["place"]]
        ),
    }


def _write_passes(
    arrays: ArrayWriter, records: NDArray[np.void], attributes: Mapping[str, Attribute], steps: Steps
) -> None:
    """Write the buckets of each pass, a few passes at once: sorting leaves Python free."""

    def keys(pass_: blocking.Pass) -> Iterator[Hashes]:
        for chunk in _chunks(records):
            found = blocking.keys(pass_, {name: attributes[name](chunk) for name in pass_.attributes})
            if pass_.official_only:
                found[chunk["sex_kind"] & _KIND != 0] = 0
            yield found
            steps.add(chunk.size)

    def write(name: str) -> None:
        pass_ = f"passes.{name}"
        with arrays.path(f"{pass_}.offsets").open("wb") as offsets, arrays.path(f"{pass_}.entries").open("wb") as rows:
            np.zeros(1, np.uint32).tofile(offsets)
            buckets = found = 0
            for ends, of_block in bucket_blocks(keys(blocking.PASSES[name]), records.size):
                ends.tofile(offsets)
                of_block.tofile(rows)
                buckets, found = buckets + ends.size, found + of_block.size
        arrays.declare(f"{pass_}.offsets", np.dtype(np.uint32), (buckets + 1,))
        arrays.declare(f"{pass_}.entries", np.dtype(np.uint32), (found,))

    with ThreadPoolExecutor(_PASSES_AT_ONCE) as pool:
        list(pool.map(write, blocking.PASSES))
