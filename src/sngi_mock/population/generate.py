"""Generate a register: people drawn shard by shard, numbered, written.

Example:
    >>> generate("register", size=200_000, seed=7)
    226813

Memory does not grow with the size: what passes from one shard to the next is the counters of the NIR. The same
size, seed and version give the same bytes.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching import __version__
from matching.identity.frames import IDENTITY_KIND, REGISTER, SEX
from matching.identity.mock_nir import mock_nir_of
from matching.reference._load import provenance
from sngi_mock.population import life_events
from sngi_mock.population.birth_records import by_default, known_dates, statuses
from sngi_mock.population.demography import Births, Born, is_alive
from sngi_mock.population.families import families, firstborn
from sngi_mock.population.foreign_names import ForeignNames
from sngi_mock.population.names import (
    MOST_GIVEN_NAMES,
    given_name_lists,
    given_names,
    how_many_given_names,
    older_fashion,
    surnames,
    told_apart,
    with_double_names,
)
from sngi_mock.population.nir_allocation import NirAllocator
from sngi_mock.population.places import Origin, places
from sngi_mock.population.register import RegisterWriter
from sngi_mock.randomness import Ints, stream

GENERATOR = f"sngi-mock {__version__}"
"""Who wrote a register or a deposit, as they say."""

SHARD, STRANGERS_SHARD = 250_000, 20_000
"""People per shard of a register, and of the population that strangers come from."""

TABLES = ("births", "born_abroad", "communes", "countries", "foreign_names", "given_names", "surnames")
"""Tables of facts that a register follows from; their digests are written in ``register.toml``."""


class Population:
    """Fictional people of one seed, as many as wanted, a shard at a time."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.places = places()
        self._births = Births(self.places.share_abroad)
        self._surnames, self._given = surnames(), given_names()
        self._foreign = ForeignNames(self.places.countries)

    def shard(self, rank: int, size: int) -> pl.DataFrame:
        """People of one shard, one row each.

        Returns:
            The REGISTER contract without ``person``, ``nir`` and ``kind``, then ``usage_name``, null when the register
            knows none, and ``place``, the rank of the birth place in ``places.codes``.
        """
        born = self._births.draw(size, self.seed, rank)
        origin = self.places.draw_origin(born, self.seed, rank)
        born = by_default(born, origin, self.seed, rank)  # the place is coded as of the date that the register has
        born_in = self.places.draw(born, origin, self.seed, rank)
        month, day = known_dates(born, origin, self.seed, rank)
        return pl.DataFrame(
            {
                "status": statuses(origin, is_alive(born, self.seed, rank), self.seed, rank),
                "birth_name": self._birth_names(born, origin, born_in.region, rank),
                "given_names": self._given_names(born, origin, rank),
                "sex": pl.Series(born.sex.astype(np.uint8)).cat.to(SEX),
                "birth_year": born.year.astype(np.int16),
                "birth_month": month,
                "birth_day": day,
                "birth_place": pl.Series(self.places.codes).gather(born_in.place),
                "usage_name": self._usage_names(born, rank),
                "place": born_in.place,
            }
        )

    def _birth_names(self, born: Born, origin: Origin, region: Ints, rank: int) -> pl.Series:
        """One per family, by the decade of its eldest and the country of its births."""
        family = families(region, born, self.seed, rank)
        year = firstborn(family, born.year)
        member = np.zeros_like(year)
        member[family] = np.arange(family.size)
        uniform = stream(self.seed, "surnames", rank).random((year.size, 3))
        french = self._surnames(year, uniform[:, 0])
        names = with_double_names(french, year, self._surnames(year, uniform[:, 1]), uniform[:, 2])
        foreign = np.flatnonzero(~origin.has_french_names[member])
        drawn = self._foreign.surnames(origin.country[member[foreign]], uniform[foreign, 0])
        return names.scatter(foreign, drawn).gather(family)

    def _given_names(self, born: Born, origin: Origin, rank: int) -> pl.Series:
        """By sex and year, those after the first of an older fashion; by country for people born there."""
        uniform = stream(self.seed, "given_names", rank).random((2 + MOST_GIVEN_NAMES, born.year.size))
        counts = how_many_given_names(uniform[-1])
        older = older_fashion(born.year, uniform[-2])
        foreign = np.flatnonzero(~origin.has_french_names)
        ordered = []
        for position in range(MOST_GIVEN_NAMES):
            drawn = uniform[position]
            names = self._given(older if position else born.year, born.sex, drawn)
            abroad = self._foreign.given_names(origin.country[foreign], born.sex[foreign], drawn[foreign])
            ordered.append(names.scatter(foreign, abroad))
        ordered[0] = told_apart(ordered[0], ordered[1], born.is_second_twin)
        return given_name_lists(ordered, counts)

    def _usage_names(self, born: Born, rank: int) -> pl.Series:
        """Of the women whose usage name the register knows; null for the others."""
        uniform = stream(self.seed, "usage_names", rank).random((born.year.size, 3))
        bears = (born.sex == 1) & life_events.bears_usage_name(born.year, uniform[:, 0])
        at = np.flatnonzero(bears & (uniform[:, 1] < life_events.KNOWN_TO_REGISTER))
        names = self._surnames(life_events.husband_year(born.year[at]), uniform[at, 2])
        return pl.Series([None], dtype=pl.String).new_from_index(0, born.year.size).scatter(at, names)


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
        for people in _shards(population, size, shard_size):
            shard = identities(numbered(people, allocator, first))
            writer.add(shard)
            first, rows = first + people.height, rows + shard.height
            progress(people.height)
        tables = {name: provenance(name)["digest"] for name in TABLES}
        writer.finish({"simulated": True, "seed": seed, "generator": GENERATOR, "reference": tables})
    return rows


def _shards(population: Population, size: int, shard_size: int) -> Iterator[pl.DataFrame]:
    """Every shard in order; the next one is drawn while the one before is numbered and written."""
    sizes = [min(shard_size, size - first) for first in range(0, size, shard_size)]
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(population.shard, 0, sizes[0])
        for rank in range(len(sizes)):
            people = coming.result()
            if rank + 1 < len(sizes):
                coming = pool.submit(population.shard, rank + 1, sizes[rank + 1])
            yield people


def numbered(people: pl.DataFrame, allocator: NirAllocator, first_person: int) -> pl.DataFrame:
    """The people of a shard with their numbers, ``person`` and ``nir``."""
    year, place = (people[column].to_numpy().astype(np.int64) for column in ("birth_year", "place"))
    month: Ints = people["birth_month"].fill_null(0).to_numpy().astype(np.int64)
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
    """The rows of the REGISTER contract: everybody's official identity, then the usage names that are known."""
    official = people.with_columns(kind=pl.lit("official").cast(IDENTITY_KIND))
    usage = people.filter(pl.col("usage_name").is_not_null(), pl.col("usage_name") != pl.col("birth_name"))
    usage = usage.with_columns(kind=pl.lit("usage").cast(IDENTITY_KIND), birth_name=pl.col("usage_name"))
    return pl.concat([official, usage]).select(list(REGISTER.columns))


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
