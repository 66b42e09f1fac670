"""A second opinion on the funnel's first stage: recordlinkage finds the same candidates, by its own means.

recordlinkage blocks exactly on the four keys; the number of candidates per passage must be the funnel's after
its first stage.
Both start from the same frames and the same normalised names, so that what is timed is the look-up.
"""

import tempfile
import time
from pathlib import Path

import polars as pl
import recordlinkage

from benchmarks.funnel import sngi_mock
from benchmarks.machine import machine, record
from matching.deposit.reader import read_deposit
from matching.register.folder import Register, open_register
from matching.strategies.candidates import KEY, submitted_keys, view
from matching.strategies.settings import CdcSettings
from matching.strategies.table import strategy


def run(persons: int, passages: int, seed: int) -> None:
    """Draw a ``typical`` deposit, find its candidates twice, compare; print, and add to ``results/peers.csv``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()), f"recordlinkage {recordlinkage.__version__}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sngi_mock("generate", folder / "register", "--size", persons, "--seed", seed)
        sngi_mock(
            "draw", folder / "register", "-o", folder / "drawn", "--passages", passages, "--seed", seed, "--no-xlsx"
        )
        submitted = read_deposit(folder / "drawn" / "deposit.xml").passages
        register = open_register(folder / "register")
        started = time.perf_counter()
        ours = strategy("cdc").run(submitted, register)["stages"].list.first().to_list()
        ours_seconds = time.perf_counter() - started
        theirs, theirs_seconds = _recordlinkage(submitted, register)
    agree = sum(mine == its for mine, its in zip(ours, theirs, strict=True))
    row: dict[str, float | int | str] = {
        "persons": persons,
        "passages": passages,
        "agree": agree,
        "cdc_seconds": round(ours_seconds, 2),
        "recordlinkage_seconds": round(theirs_seconds, 2),
    }
    print("{agree:,} of {passages:,} passages have the same candidates".format(**row))
    print("cdc, all stages {cdc_seconds} s; recordlinkage, stage 1 {recordlinkage_seconds} s".format(**row))
    print(f"results: {record('peers', [row])}")


def _recordlinkage(submitted: pl.DataFrame, register: Register) -> tuple[list[int], float]:
    """Candidates per passage by ``recordlinkage.Index``, and the seconds it took, keys given."""
    settings = CdcSettings()
    rows = pl.concat(register.shards(["kind", "birth_name", "given_names", "sex", "birth_year"]))
    rows = rows.filter(pl.col("kind") == "official").with_columns(pl.col("given_names").list.first())
    known = rows.select(
        key_birth_name=view(rows["birth_name"], settings),
        key_given_name=view(rows["given_names"], settings),
        sex=pl.col("sex").cast(pl.String),
        birth_year="birth_year",
    )
    asked = submitted_keys(submitted, settings).select(KEY).with_columns(pl.col("sex").cast(pl.String))
    left, right = asked.to_pandas(), known.to_pandas()
    started = time.perf_counter()
    pairs = recordlinkage.Index().block(list(KEY)).index(left, right)
    seconds = time.perf_counter() - started
    counts = pairs.get_level_values(0).value_counts()
    return [int(counts.get(number, 0)) for number in range(len(left))], seconds
