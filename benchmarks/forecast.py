"""The forecast beside what comes back: ``python -m benchmarks forecast``, on whole files that the model never saw.

Files are drawn from registers of several sizes with seeds of their own: every profile, some of them two exports put
into one file, some with a share of strangers that is not their profile's, some failed as a whole. Each goes through
``check`` and ``forecast``, then through the funnel. One row per file in ``forecast.csv``, which is written anew; what
they come to together, by register and for all, is added to ``forecast_summary.csv``.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.forecast_files import (
    FAILURES,
    MIXED,
    OWN_STRANGERS,
    PROFILES,
    SIZES,
    Drawn,
    How,
    answers,
    file_of,
    own_strangers,
    together,
)
from benchmarks.machine import RESULTS, machine, record
from matching.identity.outcomes import Message
from matching.quality.forecasting.forecast import forecast
from matching.register.folder import open_register

FAILED = 0.02
_BATCH = 12
"""Files that are looked for together: the register is read once for them."""

_ROUNDING = 1e-6

Row = dict[str, float | int | str]
_Batch = tuple[Path, int, Iterable[int], Path]


def run(registers: Sequence[Path], files: int, seed: int, work: Path) -> pl.DataFrame:
    """Forecast as many files, a share of them from each register; print, and record.

    Args:
        registers: Folders of simulated registers.
        files: In all.
        seed: Of the files.
        work: Folder for the draws.

    Returns:
        The rows of ``forecast.csv``.
    """
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    batches = [
        (folder, seed + 10_000 * rank, range(first, min(first + _BATCH, count)), work / "forecast" / f"{rank}-{first}")
        for rank, (folder, count) in enumerate(zip(registers, _shared_out(files, len(registers)), strict=True))
        for first in range(0, count, _BATCH)
    ]
    rows: list[Row] = []
    for found in _in_processes(batches):
        rows += found
        for row in found:
            print(
                f"{row['persons']:>11,} {row['profile']:24} {row['passages']:6,} passages: OK {row['ok']:.2%} "
                f"({row['low']:.2%} to {row['high']:.2%}), came back {row['found_ok']:.2%}",
                flush=True,
            )
    told = pl.DataFrame(rows)
    summaries = [summary(part, str(persons)) for (persons,), part in told.partition_by("persons", as_dict=True).items()]
    summaries.append(summary(told, "all"))
    for each in summaries:
        print(", ".join(f"{name} {value}" for name, value in each.items()))
    told.write_csv(RESULTS / "forecast.csv")
    print(f"results: {record('forecast_summary', summaries)}")
    return told


def _shared_out(files: int, registers: int) -> list[int]:
    """How many files of each register: of two, three in four of the first, whose draws are quicker."""
    others = files // (2 * registers)
    return [files - others * (registers - 1), *[others] * (registers - 1)]


def _in_processes(batches: Sequence[_Batch]) -> Iterator[list[Row]]:
    """The rows of each batch, in order, as many at a time as there are processors."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # of the processes that start here
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(measured, *zip(*batches, strict=True))


def measured(folder: Path, seed: int, numbers: Iterable[int], work: Path) -> list[Row]:
    """One row per file of a register; the same number is the same file, whatever the others."""
    register = open_register(folder)
    batch = [drawn_file(folder, seed, number, work) for number in numbers]
    return [_row(file, answer, register.persons) for file, answer in zip(batch, answers(batch, register), strict=True)]


def drawn_file(register: Path, seed: int, number: int, work: Path) -> Drawn:
    """A file of any sort."""
    generator = np.random.default_rng([seed, number])
    size = int(np.exp(generator.uniform(*np.log(SIZES))))
    kind, own = generator.random(), own_strangers(generator)
    strangers = own if generator.random() < OWN_STRANGERS else None
    first, second = (PROFILES[at] for at in generator.choice(len(PROFILES), 2, replace=False))
    failure = FAILURES[int(generator.integers(len(FAILURES)))]
    how = How(register, size, first, seed + 2 * number, strangers=strangers)
    if kind < FAILED:
        return file_of(replace(how, profile="typical", failure=failure), work)
    if kind < FAILED + MIXED:
        part = int(size * generator.uniform(0.1, 0.9))
        other = replace(how, profile=second, passages=size - part, seed=how.seed + 1)
        return together(file_of(replace(how, passages=part), work), file_of(other, work))
    return file_of(how, work)


def _row(file: Drawn, answer: pl.DataFrame, persons: int) -> Row:
    expected = forecast(file.submitted, file.findings, persons)
    is_ok = answer["message"].is_null().to_numpy()
    is_right = answer["is_right"].to_numpy()
    row: Row = {
        "persons": persons,
        "profile": file.profile,
        "passages": answer.height,
        "strangers": round(file.person.null_count() / answer.height, 4),
        "ok": expected.ok,
        "low": expected.interval[0],
        "high": expected.interval[1],
        "found_ok": float(is_ok.mean()),
        "wrong": expected.wrong_person,
        "found_wrong": float((is_ok & ~is_right).mean()),
        "corrected": expected.corrected,
    }
    for message in Message:
        row[f"message_{message}"] = expected.messages[int(message)]
        row[f"found_{message}"] = answer.filter(pl.col("message") == int(message)).height / answer.height
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def summary(rows: pl.DataFrame, name: str) -> Row:
    """What files come to together: coverage, error in points, and expected numbers beside found ones."""
    ok, found_ok, low, high = (rows[column].to_numpy() for column in ("ok", "found_ok", "low", "high"))
    error, is_inside = 100 * np.abs(ok - found_ok), (found_ok >= low - _ROUNDING) & (found_ok <= high + _ROUNDING)
    told: Row = {
        "persons": name,
        "files": rows.height,
        "passages": int(rows["passages"].sum()),
        "covered": round(float(is_inside.mean()), 4),
        "mean_error_points": round(float(error.mean()), 3),
        "largest_error_points": round(float(error.max()), 3),
        "mean_width_points": round(float(100 * (high - low).mean()), 3),
    }
    for column in ("wrong", *(f"message_{message}" for message in Message)):
        found = f"found_{column.removeprefix('message_')}"
        for each in (column, found):
            told[each] = round(float((rows[each] * rows["passages"]).sum()), 1)
    return told
