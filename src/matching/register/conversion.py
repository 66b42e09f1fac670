"""Make a register of a user's own extract: a CSV or Parquet table, and a TOML that maps its columns.

Example:
    >>> done = convert(Path("extract.csv"), Path("mapping.toml"), Path("register"))
    >>> done.rows == done.identities + done.rejected
    True
    >>> open_register("register").simulated
    False

Nothing is lost: a row that cannot be an identity of the register is listed in ``rejected.csv`` (line, column, reason,
sentence; never its values), and ``conversion.json`` holds the counts and the warnings. Both stand in the register's
folder, which takes its name once everything is written: a conversion that is killed leaves no register.

Two passes: each row by itself, streamed; then the rows against each other, from the 21 bytes that are kept of each.
The same table, mapping and version give the same bytes.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching import __version__
from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import InputError, UsageError
from matching.identity.frames import REGISTER_FILE
from matching.register.extract import Extract, open_extract
from matching.register.mapping import RegisterMapping, read_mapping
from matching.register.rows import COLUMNS, LINE, REASONS, identities
from matching.register.shards import ShardWriter, partial_folder, take_name

REJECTED_FILE: Final = "rejected.csv"
CONVERSION_FILE: Final = "conversion.json"
ROWS_PER_SHARD: Final = 500_000
_LISTED_PLACES = 100
_NIR_OF_ANOTHER, _SECOND_NIR, _SECOND_OFFICIAL = 1, 2, 3  # faults of a row against others; 0 is none

Progress = Callable[[int, int], None]
"""Called with (read so far, to read in all), in bytes of a CSV or rows of a Parquet table."""


@dataclass(frozen=True)
class Conversion:
    """What became of an extract.

    Attributes:
        rows: Rows of the extract: ``identities + rejected``.
        identities: Rows of the register.
        persons: Persons of the register.
        rejected: Rows listed in ``rejected.csv``.
        reasons: Reason → rows rejected for it, the most frequent first.
        warnings: What was kept all the same: rows of an ``unknown_place``, persons with ``no_official`` identity.
        folder: The register.
    """

    rows: int
    identities: int
    persons: int
    rejected: int
    reasons: Mapping[str, int]
    warnings: Mapping[str, int]
    folder: Path


def convert(
    table: str | Path,
    mapping: str | Path,
    folder: str | Path,
    *,
    simulated: bool = False,
    lang: Lang = "fr",
    progress: Progress | None = None,
) -> Conversion:
    """Convert an extract into a register.

    Args:
        table: CSV or Parquet, one row per identity of a person.
        mapping: TOML, see ``matching.register.mapping``.
        folder: Of the register to be; a register that is there is replaced, nothing else ever is.
        simulated: Every person is fictional and every NIR a mock one; rows with another are rejected.
        lang: Of the sentences in ``rejected.csv``.
        progress: Called after each chunk of the table.

    Raises:
        InputError: the table or the mapping cannot be used, or not one row can be converted.
        UsageError: the folder holds something else than a register, or the table or mapping themselves.
    """
    extract, folder = open_extract(Path(table), read_mapping(mapping)), Path(folder).resolve()
    _refuse_target(folder, extract)
    with partial_folder(folder) as partial:
        keys, rejected = _check_rows(extract, partial / "rows", progress, simulated=simulated)
        keys = _told_apart(keys, extract.mapping)
        clashing = keys.filter(pl.col("reason").is_not_null()).select(rejected.columns)
        rejected = pl.concat([rejected, clashing]).sort(LINE)
        if keys["person"].null_count() == keys.height:
            raise _nothing_converted(extract, rejected)
        shards = ShardWriter(partial)
        unknown_places = _write_shards(shards, partial / "rows", keys["person"])
        shutil.rmtree(partial / "rows")
        _write_rejected(rejected, extract.mapping, partial / REJECTED_FILE, lang)
        done = _counted(keys, rejected, unknown_places, folder)
        shards.describe({"simulated": simulated, "generator": f"nirisation import {__version__}"}, persons=done.persons)
        _write_counts(done, extract, unknown_places, partial / CONVERSION_FILE)
        take_name(partial, folder)
    return done


def _check_rows(
    extract: Extract, parts: Path, progress: Progress | None, *, simulated: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each row by itself: those that hold are written to the folder of parts, one file per chunk.

    Returns:
        Of the rows that hold, ``line``, ``person_key`` and ``nir_key`` (the rank of the first row with the same one)
        and ``is_official``; of the others, ``line``, ``column`` and ``reason``. Texts are known alike by their hashes,
        so that memory stays small: were two different ones of one hash, one extract of 10 M rows in 100 000, the later
        row would end in ``rejected.csv``, not in another person.
    """
    parts.mkdir()
    keys, rejected = [], []
    for rank, (chunk, read) in enumerate(extract.chunks()):
        rows = identities(chunk, extract.mapping, simulated=simulated)
        sound = rows.filter(pl.col("reason").is_null())
        sound.drop("person", LINE, "reason", "column").write_parquet(parts / f"{rank:06d}.parquet", compression="lz4")
        person, number = pl.col("person").hash(0).alias("person_key"), pl.col("nir").hash(0).alias("nir_key")
        keys.append(sound.select(LINE, person, number, (pl.col("kind") == "official").alias("is_official")))
        rejected.append(rows.filter(pl.col("reason").is_not_null()).select(LINE, "column", "reason"))
        if progress is not None:
            progress(read, extract.size)
    if not any(frame.height for frame in (*keys, *rejected)):
        raise InputError("conversion.empty_table", file=str(extract.table))
    sound = pl.concat(keys)
    alike = [pl.Series(name, _first_alike(sound[name].to_numpy())) for name in ("person_key", "nir_key")]
    return sound.with_columns(alike), pl.concat(rejected)


def _told_apart(keys: pl.DataFrame, mapping: RegisterMapping) -> pl.DataFrame:
    """The rows against each other: whose they are, or why they can be nobody's.

    The first row of a NIR says whose it is; the first row of a person, what is their NIR; the first official identity
    is the official one. Later rows that say otherwise are at fault.

    Returns:
        The keys with ``person`` (0, 1, 2 … by order of appearance; null of a row at fault), ``column``, ``reason``.
    """
    person, number = keys["person_key"].to_numpy(), keys["nir_key"].to_numpy()
    fault = np.zeros(keys.height, dtype=np.uint8)
    sound = np.arange(keys.height, dtype=np.uint32)
    for code, held, by in ((_NIR_OF_ANOTHER, person, number), (_SECOND_NIR, number, person)):
        clashes = held[sound] != held[sound][_first_alike(by[sound])]
        fault[sound[clashes]] = code
        sound = sound[~clashes]
    official = sound[keys["is_official"].to_numpy()[sound]]
    fault[official[_first_alike(person[official]) != np.arange(official.size)]] = _SECOND_OFFICIAL
    sound = np.flatnonzero(fault == 0).astype(np.uint32)
    first = _first_alike(person[sound])
    persons = np.zeros(keys.height, dtype=np.uint32)
    persons[sound] = (np.cumsum(first == np.arange(sound.size), dtype=np.uint32) - 1)[first]
    told = [
        (_NIR_OF_ANOTHER, "nir", "nir_of_another"),
        (_SECOND_NIR, "nir", "second_nir"),
        (_SECOND_OFFICIAL, "person" if "person" in mapping.sources else "nir", "second_official"),
    ]
    faults = pl.DataFrame(told, {"fault": pl.UInt8, "column": COLUMNS, "reason": REASONS}, orient="row")
    return (
        keys.select(LINE, "is_official", pl.lit(pl.Series("fault", fault)), pl.lit(pl.Series("person", persons)))
        .join(faults, on="fault", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("fault") == 0).then("person").alias("person"))
    )


def _first_alike(values: NDArray[Any]) -> NDArray[np.uint32]:
    """For each value, the rank of the first one that equals it."""
    order = np.argsort(values, kind="stable").astype(np.uint32)
    ordered = values[order]
    starts = np.arange(values.size, dtype=np.uint32)
    starts[1:][ordered[1:] == ordered[:-1]] = 0
    first = np.empty_like(order)
    first[order] = order[np.maximum.accumulate(starts)]
    return first


def _write_shards(shards: ShardWriter, parts: Path, persons: pl.Series) -> Counter[str]:
    """Write the rows of the parts that have a person, in order, ``ROWS_PER_SHARD`` to a shard.

    Returns:
        Rows of each place code that no table knows.
    """
    unknown_places: Counter[str] = Counter()
    waiting, first = list[pl.DataFrame](), 0

    def add(rows: pl.DataFrame) -> None:
        unknown_places.update(_by_frequency(rows.filter(~pl.col("is_known_place"))["birth_place"]))
        shards.add(rows.drop("is_known_place"), persons=rows["person"].n_unique())

    for file in sorted(parts.iterdir()):
        part = pl.read_parquet(file)
        waiting.append(part.with_columns(persons.slice(first, part.height)).drop_nulls("person"))
        first += part.height
        while sum(rows.height for rows in waiting) >= ROWS_PER_SHARD:
            rows = pl.concat(waiting)
            add(rows.head(ROWS_PER_SHARD))
            waiting = [rows.slice(ROWS_PER_SHARD)]
    rest = pl.concat(waiting)
    if rest.height:
        add(rest)
    return unknown_places


def _by_frequency(values: pl.Series) -> dict[str, int]:
    """Value → how often it is there, the most frequent first."""
    counts = values.rename("value").value_counts(name="rows").sort("rows", "value", descending=[True, False])
    return dict(counts.iter_rows())


def _write_rejected(rejected: pl.DataFrame, mapping: RegisterMapping, file: Path, lang: Lang) -> None:
    """One line per rejected row, as spreadsheets in France expect a CSV; no value of the row is repeated."""
    kinds = rejected.select("column", "reason").unique()
    told = [(column, reason, *_told(column, reason, mapping, lang)) for column, reason in kinds.iter_rows()]
    sentences = pl.DataFrame(
        told, {"column": COLUMNS, "reason": REASONS, "source": pl.String, "sentence": pl.String}, orient="row"
    )
    with file.open("wb") as output:
        for first in range(0, max(rejected.height, 1), ROWS_PER_SHARD):
            rows = rejected.slice(first, ROWS_PER_SHARD).join(sentences, on=["column", "reason"], maintain_order="left")
            rows = rows.select(LINE, pl.col("source").alias("column"), "reason", "sentence")
            rows.write_csv(output, separator=";", include_bom=first == 0, include_header=first == 0)


def _told(column: str, reason: str, mapping: RegisterMapping, lang: Lang) -> tuple[str, str]:
    """The columns of the extract that are at fault, and the sentence."""
    source = ", ".join(mapping.sources[column].columns) if column != LINE else ""
    return source, sentence(f"conversion.rejected_{reason}", lang, column=source, name=column)


def _counted(keys: pl.DataFrame, rejected: pl.DataFrame, unknown_places: Counter[str], folder: Path) -> Conversion:
    """The conversion, from its rows: each is in ``keys`` with a person, or in ``rejected``."""
    kept = keys.drop_nulls("person")
    persons = kept["person"].n_unique()
    return Conversion(
        rows=kept.height + rejected.height,
        identities=kept.height,
        persons=persons,
        rejected=rejected.height,
        reasons=_by_frequency(rejected["reason"].cast(pl.String)),
        warnings={
            "unknown_place": unknown_places.total(),
            "no_official": persons - kept.filter("is_official").height,
        },
        folder=folder,
    )


def _write_counts(done: Conversion, extract: Extract, unknown_places: Counter[str], file: Path) -> None:
    """``conversion.json``: the counts, the most frequent unknown place codes, the columns that were not asked for."""
    most = sorted(unknown_places.items(), key=lambda place: (-place[1], place[0]))[:_LISTED_PLACES]
    facts = {
        "generator": f"nirisation {__version__}",
        "table": extract.table.name,
        "mapping": extract.mapping.file.name,
        "rows": done.rows,
        "identities": done.identities,
        "persons": done.persons,
        "rejected": done.rejected,
        "reasons": done.reasons,
        "warnings": done.warnings,
        "unknown_places": dict(most),
        "unread_columns": [name for name in extract.header if name not in extract.mapping.columns],
    }
    file.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _nothing_converted(extract: Extract, rejected: pl.DataFrame) -> InputError:
    line, column, reason = rejected.row(0)
    return InputError(
        "conversion.nothing_converted",
        file=str(extract.table),
        rows=rejected.height,
        line=line,
        reason=reason,
        column=_told(column, reason, extract.mapping, "en")[0] or column,
    )


def _refuse_target(folder: Path, extract: Extract) -> None:
    if folder.is_file():
        raise UsageError("conversion.target_is_file", folder=str(folder))
    for file in (extract.table, extract.mapping.file):
        if file.resolve().is_relative_to(folder):
            raise UsageError("conversion.target_holds_source", folder=str(folder), file=file.name)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / REGISTER_FILE).is_file():
        raise UsageError("conversion.target_not_a_register", folder=str(folder), file=REGISTER_FILE)
