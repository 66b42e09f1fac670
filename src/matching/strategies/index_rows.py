"""First step of the index: the register's rows as records, with ranks where codes will stand, and its NIRs.

A rank is the order in which a distinct value was met, from 1: names are put into the linkage view once each, after all
of them are known. Of the given names, the first four are kept: the record holds no more words.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import RegisterError
from matching.register.folder import Register
from matching.register.mapped import ArrayWriter
from matching.strategies.index_arrays import CORSICA, FIRST_YEAR, MOST_PLACES, RECORD, WORDS, YEARS
from matching.strategies.lookups import Progress

_READ = (
    "person", "nir", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_month", "birth_day", "birth_place"
)  # fmt: skip
_SHARDS_AT_ONCE = 2
_NIR_DIGITS = 13
_LEAST_NIR = np.uint64(10 ** (_NIR_DIGITS - 1))


class Steps:
    """Work done, told from any thread."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done, self._lock = progress, total, 0, Lock()

    def add(self, work: int) -> None:
        """So much more is done."""
        with self._lock:
            self._done += work
            if self._progress is not None:
                self._progress(min(self._done, self._total), self._total)


class Ranks:
    """Distinct values of a column, under the ranks in which they were met."""

    def __init__(self) -> None:
        self._met = pl.Categories.random()
        # Categories live as long as a column has them.
        self._alive = pl.Series(dtype=pl.Categorical(self._met))

    def of(self, values: pl.Series) -> NDArray[np.uint32]:
        """The rank of each value; 0 = null."""
        ranks = values.cast(pl.Categorical(self._met)).to_physical().cast(pl.UInt32)
        return (ranks + 1).fill_null(0).to_numpy()

    def values(self) -> pl.Series:
        """The values, in the order of their ranks."""
        return self._met.to_series().cast(pl.String)


class RowWriter:
    """Writes ``records`` and ``nir``.

    Attributes:
        surnames: Ranks of birth names.
        givens: Ranks of given names.
        places: Ranks of place codes.
    """

    def __init__(self, arrays: ArrayWriter) -> None:
        self.surnames, self.givens, self.places = Ranks(), Ranks(), Ranks()
        self._arrays = arrays

    def write(self, register: Register, steps: Steps) -> NDArray[np.void]:
        """Write every row of the register; the records, mapped, to be written over."""
        rows = persons = 0
        self._arrays.path("nir").touch()
        with self._arrays.path("records").open("wb") as records:
            for shard, of_shard in _ahead(register.shards(_READ), self._records):
                of_shard.tofile(records)
                persons = _write_nirs(self._arrays.path("nir"), shard, persons)
                rows += shard.height
                steps.add(shard.height)
        self._arrays.declare("records", RECORD, (rows,))
        self._arrays.declare("nir", np.dtype("<u8"), (persons,))
        if not rows:
            return np.empty(0, RECORD)
        return np.memmap(self._arrays.path("records"), RECORD, "r+", shape=(rows,)).view(np.ndarray)

    def _records(self, shard: pl.DataFrame) -> NDArray[np.void]:
        found = np.zeros(shard.height, RECORD)
        found["person"] = shard["person"].to_numpy()
        found["surname"] = self.surnames.of(shard["birth_name"])
        places = self.places.of(shard["birth_place"])
        if places.max(initial=0) > MOST_PLACES:
            raise RegisterError("register.too_many_places", n=int(places.max()), most=MOST_PLACES)
        found["place"] = places
        found["year"] = _number(shard["birth_year"], FIRST_YEAR, FIRST_YEAR + YEARS - 1)
        found["month"] = _number(shard["birth_month"], 1, 12)
        found["day"] = _number(shard["birth_day"], 1, 31)
        found["sex_kind"] = shard["sex"].to_physical().to_numpy() | (shard["kind"].to_physical().to_numpy() << 1)
        lengths = shard["given_names"].list.len().fill_null(0).to_numpy().astype(np.int64)
        names = self.givens.of(shard["given_names"].filter(pl.Series(lengths > 0)).explode())
        starts = np.cumsum(lengths) - lengths
        for rank in range(WORDS):
            here = np.flatnonzero(lengths > rank)
            found["given"][here, rank] = names[starts[here] + rank]
        return found


def _ahead(
    shards: Iterator[pl.DataFrame], work: Callable[[pl.DataFrame], NDArray[np.void]]
) -> Iterator[tuple[pl.DataFrame, NDArray[np.void]]]:
    """Shards and what is made of each, in order; a few are worked on at once, while the next one is read."""
    with ThreadPoolExecutor(_SHARDS_AT_ONCE) as pool:
        waiting: deque[tuple[pl.DataFrame, Future[NDArray[np.void]]]] = deque()
        for shard in shards:
            waiting.append((shard, pool.submit(work, shard)))
            if len(waiting) > _SHARDS_AT_ONCE:
                first, made = waiting.popleft()
                yield first, made.result()
        for first, made in waiting:
            yield first, made.result()


def _number(values: pl.Series, low: int, high: int) -> NDArray[np.integer]:
    """Numbers within bounds, 0 for any other and for null."""
    known = values.fill_null(0).to_numpy()
    return np.where((known >= low) & (known <= high), known, 0)


def _write_nirs(file: Path, shard: pl.DataFrame, persons: int) -> int:
    """Write the numbers of a shard's official rows at the places of their persons; the persons' numbers end there."""
    official = shard.filter(pl.col("kind") == "official")
    if official.is_empty():
        return persons
    here = official["person"].to_numpy()
    wanted = max(persons, int(here.max()) + 1)
    if wanted > persons:
        os.truncate(file, wanted * 8)  # zeros for the persons that are still to come, or that never do
    np.memmap(file, "<u8", "r+", shape=(wanted,))[here] = _coded_nirs(official["nir"].str.head(_NIR_DIGITS))
    return wanted


def _coded_nirs(body: pl.Series) -> NDArray[np.uint64]:
    """NIRs without their key as ``LinkageIndex.nir`` has them."""
    numbers = _digits(body)
    for letters, (digits, mark) in CORSICA.items():
        here = (body.str.slice(5, 2) == letters).arg_true()
        text = body.gather(here)
        plain = _digits(text.str.head(5) + digits + text.str.slice(7))
        numbers[here.to_numpy()] = np.where(plain > 0, plain | mark, 0)
    return numbers


def _digits(texts: pl.Series) -> NDArray[np.uint64]:
    """Texts of 13 digits, the first not 0, as numbers; 0 for any other."""
    numbers = texts.cast(pl.UInt64, strict=False).fill_null(0).to_numpy()
    return np.where(numbers >= _LEAST_NIR, numbers, np.uint64(0))
