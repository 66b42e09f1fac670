"""Draw a deposit file from a register: true records of chosen people, damaged, with the truth of it all.

Example:
    >>> draw("register", "january", passages=500, profile="typical", seed=7).damaged
    312

The folder receives ``deposit.xml``, which control 1 accepts, ``truth.parquet`` (contract TRUTH: who each passage is,
then every error applied to it) and ``scenario.toml`` (seed, profile, digest of the register, rates). The same register,
seed and version give the same bytes.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.deposit.header import DepositHeader
from matching.deposit.writer import write_deposit
from matching.identity.errors import UsageError
from matching.identity.frames import PASSAGES, TRUTH
from sngi_mock.noise.catalogue import STRANGER, STRANGER_RATES
from sngi_mock.noise.degrade import TRAITS, Degraded, Profile, born_abroad, degrade, parse_profile
from sngi_mock.population.generate import GENERATOR, strangers
from sngi_mock.population.register import to_toml
from sngi_mock.randomness import derived_seed, stream
from sngi_mock.records import true_records
from sngi_mock.sampling import RegisterFolder, choose_people, people_of, read_register

EXAM_DATE = dt.date(2026, 3, 10)
AGES = range(16, 76)
"""Ages of candidates, in years between the birth year and the exam's, each as likely as the population has it."""

STEPS = 3
"""People and their true records; strangers and errors; files."""

DEPOSIT_FILE, TRUTH_FILE, SCENARIO_FILE = "deposit.xml", "truth.parquet", "scenario.toml"

_CERTIFICATIONS = (("RS", "RS6042"), ("RNCP", "RNCP35634"))
_ISSUER, _CONTRACT = "41QRT905", "MCFCER009041"
_PLACE_COLUMNS = {"insee": "raw_insee_code", "postal": "raw_postal_code"}


@dataclass(frozen=True)
class Scenario:
    """What was drawn.

    Attributes:
        folder: Where it was written.
        passages: Number of passages.
        damaged: Passages to which at least one error was applied.
        strangers: Passages whose person is absent from the register.
    """

    folder: Path
    passages: int
    damaged: int
    strangers: int


def draw(
    register: str | Path,
    folder: str | Path,
    passages: int,
    profile: str = "typical",
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Scenario:
    """Draw a deposit and its truth.

    Args:
        register: A register's folder.
        folder: Receives the three files; made when missing, files of these names are replaced.
        passages: How many.
        profile: See ``noise.degrade.parse_profile``.
        seed: Of the draw.
        progress: Called with 1 after each of the ``STEPS``.

    Raises:
        RegisterError: the register cannot be read.
        UsageError: unknown profile, more passages than people, or ``folder`` is a file.
    """
    how = parse_profile(profile)
    source = read_register(register)
    folder = Path(folder)
    if folder.is_file():
        raise UsageError("sngi_mock.output_is_file", folder=str(folder))
    people, records = _people_and_records(source, passages, seed)
    progress(1)
    is_stranger = _who_is_a_stranger(records, how, seed)
    degraded = degrade(_with_strangers(records, is_stranger, seed), how, seed)
    progress(1)
    name = uuid.UUID(int=derived_seed(seed, "deposit", source.facts["digest"], profile, passages), version=4)
    frame = _passages(degraded.records, id_prefix=name.hex[:6].upper())
    folder.mkdir(parents=True, exist_ok=True)
    write_deposit(folder / DEPOSIT_FILE, frame, _header(name))
    _truth(frame, people, is_stranger, degraded.log).write_parquet(folder / TRUTH_FILE)
    facts = {
        "passages": passages,
        "damaged": degraded.log["passage"].n_unique(),
        "strangers": int(is_stranger.sum()),
    }
    origin = {"generator": GENERATOR, "seed": seed, "profile": profile, "register": source.facts["digest"]}
    text = to_toml({**origin, **facts, "errors": _rates(degraded, is_stranger)})
    (folder / SCENARIO_FILE).write_text(text, encoding="utf-8")
    progress(1)
    return Scenario(folder, **facts)


def _people_and_records(source: RegisterFolder, passages: int, seed: int) -> tuple[NDArray[np.uint32], pl.DataFrame]:
    """The person of each passage, and their true records in the same order."""
    born = range(EXAM_DATE.year - AGES[-1], EXAM_DATE.year - AGES[0] + 1)
    people = choose_people(source, passages, born, seed)
    records = true_records(people_of(source, people), int(source.facts.get("seed", 0)))
    order = pl.DataFrame({"person": people, "passage": np.arange(passages, dtype=np.uint32)})
    return people, order.join(records, on="person", how="left", maintain_order="left").drop("person")


def _who_is_a_stranger(records: pl.DataFrame, profile: Profile, seed: int) -> NDArray[np.bool_]:
    if profile.only is not None:
        here, there = (1.0, 1.0) if STRANGER in profile.only else (0.0, 0.0)
    else:
        here, there = STRANGER_RATES[profile.name]
    rate = records.select(pl.when(born_abroad()).then(there).otherwise(here)).to_series().to_numpy()
    return np.asarray(stream(seed, "noise", STRANGER).random(records.height) < rate)


def _with_strangers(records: pl.DataFrame, is_stranger: NDArray[np.bool_], seed: int) -> pl.DataFrame:
    """The records, those of strangers replaced by people of another population, abroad for abroad."""
    at = pl.Series(np.flatnonzero(is_stranger))
    if at.is_empty():
        return records
    abroad = records.select(born_abroad()).to_series().gather(at)
    born = range(EXAM_DATE.year - AGES[-1], EXAM_DATE.year - AGES[0] + 1)
    found = strangers(derived_seed(seed, STRANGER), abroad.to_numpy(), born)
    replacing = true_records(found, seed).sort("person")
    return records.with_columns(records[trait].scatter(at, replacing[trait]) for trait in TRAITS)


def _passages(records: pl.DataFrame, id_prefix: str) -> pl.DataFrame:
    """The PASSAGES frame: the record as typed, and the raw texts that will be written."""
    rank = pl.col("passage").cast(pl.Int64)
    certification = rank * len(_CERTIFICATIONS) // max(records.height, 1)
    exam = pl.lit(EXAM_DATE) - pl.duration(days=rank % 60)
    kinds, codes = zip(*_CERTIFICATIONS, strict=True)
    context = {
        "id_technique": pl.concat_str(pl.lit(id_prefix + "-"), rank.cast(pl.String).str.zfill(6)),
        "line": pl.lit(0),
        "branch": pl.lit("titulaire"),
        "issuer": pl.lit(_ISSUER),
        "certification_index": certification,
        "certification_type": certification.replace_strict(dict(enumerate(kinds)), return_dtype=pl.String),
        "certification_code": certification.replace_strict(dict(enumerate(codes)), return_dtype=pl.String),
        "exam_start": exam.cast(pl.String),
        "exam_end": exam.cast(pl.String),
        "validity_start": (exam + pl.duration(days=10)).cast(pl.String),
    }
    raw = {f"raw_{trait}": pl.col(trait).cast(pl.String) for trait in TRAITS if f"raw_{trait}" in PASSAGES.columns}
    raw |= {f"raw_birth_{part}": raw[f"raw_birth_{part}"].str.zfill(2) for part in ("month", "day")}
    for kind, column in _PLACE_COLUMNS.items():
        raw[column] = pl.when(pl.col("place_kind") == kind).then(pl.col("place_code"))
    filled = records.with_columns(**context, **raw)
    missing = [pl.lit(None).alias(column) for column in PASSAGES.columns if column not in filled.columns]
    return PASSAGES.check(filled.with_columns(missing).select(list(PASSAGES.columns)).cast(pl.Schema(PASSAGES.columns)))


def _header(name: uuid.UUID) -> DepositHeader:
    timestamp = f"{EXAM_DATE + dt.timedelta(days=15)}T09:15:00+01:00"
    return DepositHeader(str(name), timestamp, _ISSUER, _ISSUER, _CONTRACT)


def _truth(
    passages: pl.DataFrame, people: NDArray[np.uint32], is_stranger: NDArray[np.bool_], log: pl.DataFrame
) -> pl.DataFrame:
    """For each passage, in order: who it is, that it is a stranger's, then each error applied."""
    who = passages.select("passage", "id_technique").with_columns(
        person=pl.when(pl.lit(pl.Series(~is_stranger))).then(pl.lit(pl.Series(people)))
    )
    empty = {column: pl.lit(None, dtype=pl.String) for column in ("error", "trait", "before", "after")}
    names = who.with_columns(**empty)
    absent = names.filter(pl.Series(is_stranger)).with_columns(error=pl.lit(STRANGER))
    damages = who.join(log, on="passage", maintain_order="right").select(names.columns)
    return TRUTH.check(pl.concat([names, absent, damages]).sort("passage", maintain_order=True))


def _rates(degraded: Degraded, is_stranger: NDArray[np.bool_]) -> list[dict[str, object]]:
    """For scenario.toml: type, records eligible, records damaged, the expected rate and the realised one."""
    strangers_found = int(is_stranger.sum())
    rows: list[dict[str, object]] = []
    if strangers_found:
        share = round(strangers_found / is_stranger.size, 6)
        rows.append({"id": STRANGER, "eligible": is_stranger.size, "applied": strangers_found, "realised": share})
    for error, (eligible, expected, applied) in degraded.tallies.items():
        whole = max(eligible, 1)
        rates = {"expected": round(expected / whole, 6), "realised": round(applied / whole, 6)}
        rows.append({"id": error, "eligible": eligible, "applied": applied, **rates})
    return rows
