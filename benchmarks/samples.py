"""Samples with one error each: for every type of the noise catalogue, records that it changes, changed by it alone.

Example:
    >>> every = samples(open_register("register"), of_each=3_500, seed=101)
    >>> every[0].error, every[0].passages.height
    ('none', 3500)

People are taken in an order that the seed shuffles, and each type takes the first ones whose records it would change,
as many as asked or as the register has; a rare type has fewer. Two samples without an error stand beside: ``none``,
anybody, and ``E43``, people who share birth name, first given name, sex and year of birth with somebody else. What is
done to no record has no sample: strangers (E40) are measured by ``quality``, passages sent twice (E41) are answered
twice alike, whole files that fail (E42) are measured by ``check``. Passages are read as a table's cells are, since some
errors cannot stand in a deposit file.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from benchmarks.case_table import as_read
from matching.normalize.places import present_country
from matching.register.folder import Register
from sngi_mock.deposit_frame import passages_frame
from sngi_mock.neighbours import neighbours
from sngi_mock.noise.catalogue import CATALOGUE, HOMONYM, RecordError
from sngi_mock.noise.degrade import CONTEXT, TRAITS, born_abroad, degrade, parse_profile
from sngi_mock.records import true_records
from sngi_mock.sampling import choose_people, people_of

NONE = "none"
BORN = range(1950, 2011)
"""Years of birth of candidates."""

MOST_PEOPLE = 1_000_000
"""How many are looked at for the rarest types."""

_SLICE = 100_000
_NAMESAKES = ("birth_name", "given_name", "sex", "birth_year")


@dataclass(frozen=True)
class Sample:
    """Passages with one error.

    Attributes:
        error: Its id, or ``none``.
        passages: Contract PASSAGES, numbered from 0.
        truth: ``passage, person, is_abroad``.
    """

    error: str
    passages: pl.DataFrame
    truth: pl.DataFrame

    @cached_property
    def digest(self) -> str:
        """Of the passages, 12 digits."""
        written = self.passages.write_csv().encode()
        return hashlib.blake2b(written, digest_size=6).hexdigest()


def samples(register: Register, of_each: int, seed: int, most_people: int = MOST_PEOPLE) -> list[Sample]:
    """One sample per type that anybody is eligible for: ``none``, those of the catalogue, ``E43``.

    Args:
        register: A simulated one.
        of_each: Passages of each sample, where the register has as many.
        seed: Of who is taken and of how records are changed.
        most_people: How many people are looked at.
    """
    taken = _taken(register, of_each, seed, most_people)
    catalogue: dict[str, RecordError] = {error.id: error for error in CATALOGUE}
    return [_sample(id_, rows, catalogue.get(id_), seed) for id_, rows in taken.items() if not rows.is_empty()]


def _taken(register: Register, of_each: int, seed: int, most_people: int) -> dict[str, pl.DataFrame]:
    """The true records that each type would change, as many as wanted."""
    size = min(_candidates(register), most_people)
    people = choose_people(register, size, BORN, seed)
    wanted = {NONE: pl.lit(value=True), **{each.id: each.eligible().fill_null(value=False) for each in CATALOGUE}}
    wanted[HOMONYM.id] = pl.col("has_namesake")
    as_text = {error.id for error in CATALOGUE if error.only_in_table}
    parts: dict[str, list[pl.DataFrame]] = {id_: [] for id_ in wanted}
    for start in range(0, size, _SLICE):
        short = {id_: of_each - sum(part.height for part in parts[id_]) for id_ in wanted}
        if not any(short.values()):
            break
        records = _records(register, people[start : start + _SLICE], seed)
        written = records.with_columns(pl.col(TRAITS).cast(pl.String))
        for id_, missing in short.items():
            if missing:
                is_its = (written if id_ in as_text else records).select(is_its=wanted[id_]).to_series()
                parts[id_].append(records.filter(is_its).head(missing))
    return {id_: pl.concat(each) for id_, each in parts.items()}


def _candidates(register: Register) -> int:
    """How many living people were born in these years."""
    is_one = (pl.col("kind") == "official") & (pl.col("status") != "dead")
    is_one &= pl.col("birth_year").is_between(BORN.start, BORN.stop - 1)
    return sum(shard.filter(is_one).height for shard in register.shards(["status", "kind", "birth_year"]))


def _records(register: Register, people: np.ndarray, seed: int) -> pl.DataFrame:
    """True records in the people's order, with what errors take from elsewhere and ``has_namesake``."""
    identities = people_of(register, people)
    relatives = neighbours(register, identities, seed).relatives
    records = true_records(identities, int(register.facts.get("seed", 0))).join(relatives, on="person", how="left")
    ordered = pl.DataFrame({"person": people}).join(records, on="person", how="left", maintain_order="left")
    namesakes = _namesakes(register, identities)
    return ordered.with_columns(
        abroad=born_abroad(),
        has_namesake=pl.col("person").is_in(namesakes.implode()),
        is_abroad=present_country(pl.col("place_code"), pl.col("birth_year")).is_not_null(),
    )


def _namesakes(register: Register, identities: pl.DataFrame) -> pl.Series:
    """Of these people, those whom somebody else of the register is called like."""
    people = _named(identities)
    counts = [
        _named(shard).join(people, on=_NAMESAKES, how="semi").group_by(_NAMESAKES).len()
        for shard in register.shards(["person", "kind", "birth_name", "given_names", "sex", "birth_year"])
    ]
    shared = pl.concat(counts).group_by(_NAMESAKES).agg(pl.col("len").sum()).filter(pl.col("len") > 1)
    return people.join(shared, on=_NAMESAKES, how="semi")["person"]


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    official = rows.filter(pl.col("kind") == "official")
    first = pl.col("given_names").list.first()
    return official.select("person", "birth_name", "sex", "birth_year", given_name=first)


def _sample(id_: str, taken: pl.DataFrame, error: RecordError | None, seed: int) -> Sample:
    numbered = taken.with_columns(passage=pl.int_range(pl.len(), dtype=pl.UInt32))
    records = numbered.select("passage", *TRAITS, *CONTEXT)
    degraded = degrade(records, parse_profile(f"single:{id_}" if error else NONE), seed)
    damaged = degraded.table if error is not None and error.only_in_table else degraded.records
    passages = as_read(passages_frame(damaged, np.arange(damaged.height), id_))
    truth = numbered.select("passage", "person", "is_abroad")
    if error is not None:
        is_changed = pl.col("passage").is_in(degraded.log["passage"].unique().implode())
        passages, truth = passages.filter(is_changed), truth.filter(is_changed)
    return Sample(id_, passages, truth)
