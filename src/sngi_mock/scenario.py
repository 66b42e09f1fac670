"""Draw a deposit file from a register: true records of chosen people, damaged, with the truth of it all.

Example:
    >>> draw("register", "january", passages=500, profile="typical", seed=7).damaged
    312

The folder receives ``deposit.xml``, which control 1 accepts, the same passages as ``deposit.csv`` and
``deposit.xlsx``, with what no deposit file can carry besides, ``truth.parquet`` (contract TRUTH: who each passage is,
then every error applied to it) and ``scenario.toml`` (seed, profile, digest of the register, rates). The same register,
seed and version give the same bytes.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.deposit.writer import write_deposit
from matching.identity.errors import UsageError
from matching.identity.frames import TRUTH
from matching.register.folder import Register, open_register
from matching.register.shards import to_toml
from sngi_mock.deposit_frame import EXAM_DATE, certification_starts, header, passages_frame
from sngi_mock.neighbours import Neighbours, neighbours
from sngi_mock.noise.catalogue import DOUBLE, FILE, LEFT_OUT, STRANGER, by_id
from sngi_mock.noise.degrade import (
    CONTEXT,
    TRAITS,
    Degraded,
    Profile,
    Tally,
    born_abroad,
    changes,
    degrade,
    parse_profile,
)
from sngi_mock.noise.files import FileError, parse_file_error
from sngi_mock.noise.passages import Doubles, Strangers, double_of, stranger_rate, who_is_a_stranger, with_strangers
from sngi_mock.population.generate import GENERATOR
from sngi_mock.population.generate import strangers as new_people
from sngi_mock.randomness import Ints, derived_seed
from sngi_mock.records import left_out_of_family, true_records
from sngi_mock.sampling import choose_people, people_of
from sngi_mock.spreadsheets import write_tables

AGES = range(16, 76)
"""Ages of candidates, in years between the birth year and the exam's, each as likely as the population has it."""

STEPS = 3
"""People and their true records; strangers and errors; files."""

DEPOSIT_FILE, TRUTH_FILE, SCENARIO_FILE = "deposit.xml", "truth.parquet", "scenario.toml"

_BORN = range(EXAM_DATE.year - AGES[-1], EXAM_DATE.year - AGES[0] + 1)


@dataclass(frozen=True)
class Scenario:
    """What was drawn.

    Attributes:
        folder: Where it was written.
        passages: Number of passages.
        damaged: Passages to which at least one error was applied.
        strangers: Passages whose person is absent from the register.
        doubles: Passages whose person stands in another one before.
    """

    folder: Path
    passages: int
    damaged: int
    strangers: int
    doubles: int


@dataclass(frozen=True)
class _Cast:
    """Who each passage is, one element per passage, in order.

    Attributes:
        records: Their true records, what errors take from elsewhere included.
        person: Number in the register, of strangers the one whose place they took.
        strangers: Who is absent from the register.
        doubles: Who comes twice.
    """

    records: pl.DataFrame
    person: NDArray[np.uint32]
    strangers: Strangers
    doubles: Doubles

    @property
    def same_as(self) -> Ints:
        """Rank of the passage that each one is, its own unless it was sent twice."""
        return np.where(self.doubles.is_same_passage, self.doubles.source, np.arange(self.person.size))


def draw(  # noqa: PLR0913 - one parameter per choice of the caller
    register: str | Path,
    folder: str | Path,
    passages: int,
    profile: str = "typical",
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
    *,
    file_error: str | None = None,
    strangers: float | None = None,
    xlsx: bool = True,
) -> Scenario:
    """Draw a deposit and its truth.

    Args:
        register: A register's folder.
        folder: Receives the five files; made when missing, files of these names are replaced.
        passages: How many.
        profile: See ``noise.degrade.parse_profile``.
        seed: Of the draw.
        progress: Called with 1 after each of the ``STEPS``.
        file_error: A failure of the whole file, see ``noise.files.parse_file_error``; none by default.
        strangers: Share of passages, 0..1, whose person is absent from the register; the profile's by default.
        xlsx: Write the workbook too, which takes longer than all the rest when passages are many.

    Raises:
        RegisterError: the register cannot be read.
        UsageError: unknown profile or failure, more passages than people, or ``folder`` is a file.
    """
    how, failure = parse_profile(profile), parse_file_error(file_error) if file_error else None
    source, folder = open_register(register), Path(folder)
    if folder.is_file():
        raise UsageError("sngi_mock.output_is_file", folder=str(folder))
    people, records, around = _people_and_records(source, passages, seed)
    if strangers is not None:
        how = with_strangers(how, strangers, _is_abroad(records))
    progress(1)
    cast = _cast(people, records, how, seed)
    degraded = _failed(degrade(cast.records, how, seed, cast.same_as), failure)
    progress(1)
    key = (source.digest, profile, passages, file_error or "", *(() if strangers is None else (strangers,)))
    name = uuid.UUID(int=derived_seed(seed, "deposit", *key), version=4)
    truth = _write(folder, degraded, cast, name, xlsx=xlsx)
    facts = {
        "passages": passages,
        "damaged": degraded.log["passage"].n_unique(),
        "strangers": int(cast.strangers.is_stranger.sum()),
        "doubles": int(cast.doubles.is_double.sum()),
    }
    origin = {"generator": GENERATOR, "seed": seed, "profile": profile, "register": source.digest}
    origin |= {"file_error": file_error} if file_error else {}
    origin |= {} if strangers is None else {"stranger_share": strangers}
    rates = _rates({**_passage_tallies(cast, how), **degraded.tallies}, how)
    text = to_toml({**origin, **facts, "harmed": _harmed(truth), "homonyms": around.homonyms, "errors": rates})
    (folder / SCENARIO_FILE).write_text(text, encoding="utf-8")
    progress(1)
    return Scenario(folder, **facts)


def _people_and_records(
    source: Register, passages: int, seed: int
) -> tuple[NDArray[np.uint32], pl.DataFrame, Neighbours]:
    """The person of each passage, their true records in the same order, and who stands beside them."""
    people = choose_people(source, passages, _BORN, seed)
    identities = people_of(source, people)
    around = neighbours(source, identities, seed)
    records = true_records(identities, int(source.facts.get("seed", 0)))
    records = records.join(around.relatives, on="person", how="left")
    order = pl.DataFrame({"person": people, "passage": np.arange(passages, dtype=np.uint32)})
    return people, order.join(records, on="person", how="left", maintain_order="left").drop("person"), around


def _cast(people: NDArray[np.uint32], records: pl.DataFrame, profile: Profile, seed: int) -> _Cast:
    """The chosen people, some replaced by strangers, some by those of another passage."""
    who = who_is_a_stranger(profile, seed, _is_abroad(records))
    records, is_left_out = _with_strangers(records, who, seed)
    starts = certification_starts(records.height)
    doubles = double_of(records.height, profile, seed, starts)
    source = doubles.source
    twice = records[source].with_columns(records["passage"])
    who = Strangers(who.is_stranger[source], is_left_out[source], who.is_twin[source], who.drawn[source])
    return _Cast(twice, people[source], who, doubles)


def _with_strangers(records: pl.DataFrame, who: Strangers, seed: int) -> tuple[pl.DataFrame, NDArray[np.bool_]]:
    """The records, those of strangers replaced by people of another population, abroad for abroad.

    Returns:
        The records, and which ones are of a person left out of a family of the register: someone of another given name.
    """
    at = np.flatnonzero(who.is_stranger)
    if not at.size:
        return records, who.is_left_out
    own = records[at]
    found = new_people(derived_seed(seed, STRANGER.id), _is_abroad(own), _BORN)
    others = true_records(found, seed).sort("person")
    other_name = (others["given_name_1"] != own["given_name_1"]).to_numpy()
    is_left_out = who.is_left_out.copy()
    is_left_out[at] &= other_name
    relatives = left_out_of_family(own, others, who.is_twin[at], who.drawn[at])
    replacing = {
        trait: others[trait].zip_with(pl.Series(~is_left_out[at]), relatives[trait].cast(others[trait].dtype))
        for trait in TRAITS
    }
    nothing = {trait: records[trait].clear(at.size) for trait in CONTEXT}
    columns = (records[trait].scatter(at, new) for trait, new in (replacing | nothing).items())
    return records.with_columns(columns), is_left_out


def _failed(degraded: Degraded, failure: FileError | None) -> Degraded:
    """The same after a failure of the whole file."""
    if failure is None:
        return degraded
    table = failure.damage(degraded.table)
    log = changes(FILE.id, degraded.table, table, only_in_table=failure.only_in_table)
    text = degraded.records.with_columns(pl.col(TRAITS).cast(pl.String))
    carried = text if failure.only_in_table else failure.damage(text)
    whole = Tally(table.height, float(table.height), log["passage"].n_unique())
    log = pl.concat([degraded.log, log]).sort("passage", maintain_order=True)
    return Degraded(carried, table, log, {**degraded.tallies, FILE.id: whole})


def _write(folder: Path, degraded: Degraded, cast: _Cast, name: uuid.UUID, *, xlsx: bool) -> pl.DataFrame:
    """Every file but the scenario's; returns the truth."""
    prefix = name.hex[:6].upper()
    frame = passages_frame(degraded.records, cast.same_as, prefix)
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, passages_frame(degraded.table, cast.same_as, prefix), xlsx=xlsx)
    write_deposit(folder / DEPOSIT_FILE, frame, header(name))
    truth = _truth(frame, cast, degraded.log)
    truth.write_parquet(folder / TRUTH_FILE)
    return truth


def _truth(passages: pl.DataFrame, cast: _Cast, log: pl.DataFrame) -> pl.DataFrame:
    """For each passage, in order: who it is, that it is a stranger's or comes twice, then each error applied.

    Beyond the contract: ``only_in_table``, the deposit file holds ``before``; ``relative``, on E40t, the number of the
    twin, brother or sister who is in the register.
    """
    is_stranger, is_left_out = (pl.Series(each) for each in (cast.strangers.is_stranger, cast.strangers.is_left_out))
    person = pl.Series(cast.person)
    who = passages.select("passage", "id_technique").with_columns(
        person=pl.when(pl.lit(~is_stranger)).then(pl.lit(person)),
        **dict.fromkeys(("error", "trait", "before", "after"), pl.lit(None, dtype=pl.String)),
        only_in_table=pl.lit(value=False),
        relative=pl.lit(None, dtype=pl.UInt32),
    )
    absent = who.with_columns(error=pl.lit(STRANGER.id)).filter(is_stranger)
    left_out = who.with_columns(error=pl.lit(LEFT_OUT.id), relative=pl.lit(person)).filter(is_left_out)
    first = who["id_technique"].gather(cast.doubles.source)
    double = who.with_columns(error=pl.lit(DOUBLE.id), trait=pl.lit("id_technique"), after=pl.lit(first))
    double = double.filter(pl.Series(cast.doubles.is_double))
    names = who.select("passage", "id_technique", "person", "relative")
    damages = names.join(log, on="passage", maintain_order="right").select(who.columns)
    return TRUTH.check(pl.concat([who, absent, left_out, double, damages]).sort("passage", maintain_order=True))


def _passage_tallies(cast: _Cast, profile: Profile) -> dict[str, Tally]:
    """How many passages are strangers' and doubles; what was not asked for is left out."""
    records, who = cast.records, cast.strangers
    rate = stranger_rate(profile, _is_abroad(records))
    doubled = profile.rates(DOUBLE)[0]
    could = records.height - np.unique(certification_starts(records.height)).size
    number = int(who.is_stranger.sum())
    tallies = {
        STRANGER.id: Tally(records.height, float(rate.sum()), number),
        LEFT_OUT.id: Tally(number, number * profile.rates(LEFT_OUT)[0], int(who.is_left_out.sum())),
        DOUBLE.id: Tally(could, could * doubled, int(cast.doubles.is_double.sum())),
    }
    return {error: tally for error, tally in tallies.items() if tally.expected}


def _is_abroad(records: pl.DataFrame) -> NDArray[np.bool_]:
    return records.select(born_abroad()).to_series().to_numpy()


def _rates(tallies: dict[str, Tally], profile: Profile) -> list[dict[str, object]]:
    """For scenario.toml: type, its rates, records eligible and damaged, the expected rate and the realised one."""
    rows: list[dict[str, object]] = []
    for error, tally in tallies.items():
        here, there = profile.rates(by_id()[error])
        whole = max(tally.eligible, 1)
        rates = {"configured": here, "configured_abroad": there}
        rates |= {"expected": tally.expected / whole, "realised": tally.applied / whole}
        counts = {"eligible": tally.eligible, "applied": tally.applied}
        rows.append({"id": error, **counts, **{name: round(rate, 6) for name, rate in rates.items()}})
    return rows


def _harmed(truth: pl.DataFrame) -> int:
    """Passages with an error that a correct normaliser does not erase."""
    harmless = [error.id for error in by_id().values() if error.harmless]
    real = truth.filter(pl.col("error").is_not_null(), ~pl.col("error").is_in(harmless))
    return real["passage"].n_unique()
