"""Generate a register: people drawn shard by shard, numbered, written.

Example:
    >>> generate("register", size=200_000, seed=7)
    226813

Memory does not grow with the size: what passes from one shard to the next is the counters of the NIR. The same
size, seed and version give the same bytes.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching import __version__
from matching.identity.frames import IDENTITY_KIND, REGISTER
from matching.identity.mock_nir import mock_nir_of
from matching.reference._load import provenance
from sngi_mock.population.nir_allocation import NirAllocator
from sngi_mock.population.people import Population
from sngi_mock.population.register import RegisterWriter
from sngi_mock.population.relatives import KIN

GENERATOR = f"sngi-mock {__version__}"
"""Who wrote a register or a deposit, as they say."""

SHARD, STRANGERS_SHARD = 250_000, 20_000
"""People per shard of a register, and of the population that strangers come from."""

_DRAWN_AHEAD = 2  # shards: one per core that a small machine has

TABLES = ("births", "born_abroad", "communes", "countries", "foreign_names", "given_names", "surnames")
"""Tables of facts that a register follows from; their digests are written in ``register.toml``."""


def generate(
    folder: str | Path,
    size: int,
    seed: int = 0,
    *,
    force: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    shard_size: int = SHARD,
) -> int:
    """Generate a register in a folder.

    Args:
        folder: Receives the shards and ``register.toml`` once all is written.
        size: Persons, one or more.
        seed: Any integer from 0.
        force: Replace a register that is there.
        progress: Called after each shard with its number of persons.
        shard_size: People per shard; another one gives other people.

    Returns:
        The number of rows (identities) written.

    Raises:
        UsageError: the folder holds something else, or a register and ``force`` is false.
    """
    rows = 0
    with RegisterWriter(folder, force=force) as writer:
        population = Population(seed)
        allocator = NirAllocator(population.places.codes)
        first = 0
        for drawn in _shards(population, size, shard_size):
            people = numbered(drawn, allocator, first)
            shard = identities(people)
            writer.add(shard, _kin(people, first))
            first, rows = first + people.height, rows + shard.height
            progress(people.height)
        tables = {name: provenance(name)["digest"] for name in TABLES}
        writer.finish({"simulated": True, "seed": seed, "generator": GENERATOR, "reference": tables})
    return rows


def _shards(population: Population, size: int, shard_size: int) -> Iterator[pl.DataFrame]:
    """Every shard in order; the next ones are drawn while the one before is numbered and written."""
    sizes = [min(shard_size, size - first) for first in range(0, size, shard_size)]
    with ThreadPoolExecutor(max_workers=_DRAWN_AHEAD) as pool:
        coming = deque(pool.submit(population.shard, rank, each) for rank, each in enumerate(sizes[:_DRAWN_AHEAD]))
        for rank in range(len(sizes)):
            people = coming.popleft().result()
            if (further := rank + _DRAWN_AHEAD) < len(sizes):
                coming.append(pool.submit(population.shard, further, sizes[further]))
            yield people


def numbered(people: pl.DataFrame, allocator: NirAllocator, first_person: int) -> pl.DataFrame:
    """The people of a shard with their numbers, ``person`` and ``nir``."""
    year, place = (people[column].to_numpy().astype(np.int64) for column in ("birth_year", "place"))
    month = people["birth_month"].fill_null(0).to_numpy().astype(np.int64)
    code, rank = allocator.allocate(year, month, place)
    nir = mock_nir_of(
        sex=pl.col("sex"),
        year=pl.col("birth_year"),
        month=pl.col("birth_month"),
        place=pl.lit(pl.Series(code)),
        rank=pl.lit(pl.Series(rank)),
    )
    persons = np.arange(first_person, first_person + people.height, dtype=np.uint32)
    return people.with_columns(pl.Series("person", persons), nir=nir)


def identities(people: pl.DataFrame) -> pl.DataFrame:
    """The rows of the REGISTER contract: official identities, then known usage names, then former identities."""
    usage = people.filter(pl.col("usage_name").is_not_null(), pl.col("usage_name") != pl.col("birth_name"))
    former = people.filter(pl.col("former_name").is_not_null() | pl.col("former_given_names").is_not_null())
    kinds = {
        "official": people,
        "usage": usage.with_columns(birth_name="usage_name"),
        "former": former.with_columns(
            birth_name=pl.coalesce("former_name", "birth_name"),
            given_names=pl.coalesce("former_given_names", "given_names"),
        ),
    }
    rows = (frame.with_columns(kind=pl.lit(kind).cast(IDENTITY_KIND)) for kind, frame in kinds.items())
    return pl.concat(each.select(list(REGISTER.columns)) for each in rows)


def _kin(people: pl.DataFrame, first_person: int) -> pl.DataFrame:
    """The KIN frame of a shard: positions made person numbers."""
    positions = ("family", "twin", "father", "mother")
    return people.select("person", *((pl.col(each) + first_person).cast(KIN.columns[each]) for each in positions))


def strangers(seed: int, is_abroad: NDArray[np.bool_], born: range) -> pl.DataFrame:
    """People of another population, as the register would have them, for each place to fill.

    Args:
        seed: Of their population.
        is_abroad: For each, whether it must be somebody born abroad.
        born: Years of birth.

    Returns:
        The REGISTER contract, ``person`` being the rank in ``is_abroad``; every identity of each.
    """
    population = Population(seed)
    places_to_fill = {abroad: np.flatnonzero(is_abroad == abroad).astype(np.uint32) for abroad in (False, True)}
    chosen, rank = [], 0
    while any(ids.size for ids in places_to_fill.values()):
        people = population.shard(rank, STRANGERS_SHARD).filter(
            pl.col("status") != "dead", pl.col("birth_year").is_between(born.start, born.stop - 1)
        )
        for abroad, ids in places_to_fill.items():
            found = people.filter(pl.col("birth_place").str.starts_with("99") == abroad).head(ids.size)
            chosen.append(found.with_columns(pl.Series("person", ids[: found.height])))
            places_to_fill[abroad] = ids[found.height :]
        rank += 1
    return identities(pl.concat(chosen).with_columns(nir=pl.lit("")))
