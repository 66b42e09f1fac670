"""Speed and memory of linkage: whole processes, from the XML to the decisions, ours and the peers', in turn.

``python -m benchmarks speed --register DIR`` draws a large deposit and a small one, readies the index and what the
peers read, then runs each program as often as asked, one after the other, and adds a row per deposit and program to
``linkage_speed.csv``: ``persons``, ``register`` (digest), ``passages``, ``seed`` and ``deposit`` (digest) of the draw,
``contender``, ``runs``, ``seconds`` (median), ``seconds_least``, ``seconds_most``, ``times_slower`` (median over that
of the reference, the first of the programs), ``peak_mb``, ``anonymous_mb`` (medians).

Ours maps its index: pages that it read count in its peak as long as nobody else needs the memory, so the anonymous
memory, which is its own, is given beside.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.draws import Draw, drawn, short_digest
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from matching.register.folder import Register, open_register
from matching.strategies.table import STRATEGIES

SAMPLING_SECONDS = 0.02
SEED, STRANGERS = 201, 0.01
TRAINED_ON = 30_000


@dataclass(frozen=True)
class Spent:
    """What a process took.

    Attributes:
        seconds: From its start to its end.
        peak_mb: Largest resident memory, mapped files included.
        anonymous_mb: Largest resident memory without files, sampled; 0 where the system does not tell.
    """

    seconds: float
    peak_mb: float
    anonymous_mb: float


def run(register_folder: Path, sizes: Sequence[int], runs: int, names: Sequence[str], work: Path) -> None:
    """Measure; print, and record in ``linkage_speed``.

    Args:
        register_folder: A register.
        sizes: Passages of each deposit.
        runs: Of each program, in turn.
        names: Strategies of the project, ``splink``, ``recordlinkage``; the first is the reference.
        work: Keeps draws and what the peers read.
    """
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    register = open_register(register_folder)
    for size in sizes:
        draw = drawn(register, work, size, "typical", STRANGERS, SEED)
        programs: dict[str, list[str]] = {}
        for name in names:
            programs |= _programs(name, draw, work)
        reference = next(iter(programs))
        for name in programs.keys() & STRATEGIES.keys():
            spent(programs[name])  # readies the index
        taken: dict[str, list[Spent]] = {name: [] for name in programs}
        for _ in range(runs):
            for name, command in programs.items():
                taken[name].append(spent(command))
        middle = median(each.seconds for each in taken[reference])
        rows = [{**facts(draw, size), "contender": name, **told(each, middle)} for name, each in taken.items()]
        for row in rows:
            what = "{passages:,} passages, {contender}: {seconds} s ({times_slower} times), {anonymous_mb} MB"
            print(what.format_map(row))
        record("linkage_speed", rows)


def facts(draw: Draw, passages: int) -> Row:
    """What was linked."""
    return {
        "persons": draw.register.persons,
        "register": short_digest(draw.register),
        "passages": passages,
        "seed": draw.seed,
        "deposit": draw.digest,
    }


def told(taken: Sequence[Spent], reference_seconds: float) -> Row:
    """Medians of some runs, beside the median of the reference."""
    seconds = [each.seconds for each in taken]
    return {
        "runs": len(taken),
        "seconds": round(median(seconds), 2),
        "seconds_least": round(min(seconds), 2),
        "seconds_most": round(max(seconds), 2),
        "times_slower": round(median(seconds) / reference_seconds, 1),
        "peak_mb": round(median(each.peak_mb for each in taken)),
        "anonymous_mb": round(median(each.anonymous_mb for each in taken)),
    }


def spent(command: Sequence[str]) -> Spent:
    """Run a command to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    anonymous = 0.0
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        anonymous = max(anonymous, _anonymous_mb(process.pid))
        time.sleep(SAMPLING_SECONDS)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:  # 1: some passages are KO
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return Spent(seconds, usage.ru_maxrss / 1024, anonymous)


def _anonymous_mb(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon")), 0.0)


def ours(deposit: Path, register: Path, strategy: str, output: Path) -> list[str]:
    """The command that matches a deposit, as a user would type it."""
    options = ["--register", register, "--strategy", strategy, "-o", output]
    return [sys.executable, "-m", "matching", "match", *map(str, [deposit, *options]), "--quiet"]


def _programs(name: str, draw: Draw, work: Path) -> dict[str, list[str]]:
    deposit = draw.folder / "deposit.xml"
    if name == "splink":
        return _splink(deposit, draw.register, work)
    if name == "recordlinkage":
        ready = str(_prepared(draw.register, work))
        program = [sys.executable, "-m", "benchmarks.recordlinkage_run"]
        return {"recordlinkage, training": [*program, str(deposit), ready, str(work / "recordlinkage.parquet")]}
    return {name: ours(deposit, draw.register.folder, name, work / "ours")}


def _splink(deposit: Path, register: Register, work: Path) -> dict[str, list[str]]:
    """Splink that trains, and Splink whose model was trained before, on another deposit."""
    program = [sys.executable, "-m", "benchmarks.splink_run"]
    ready, answers = str(_prepared(register, work)), str(work / "splink.parquet")
    model = work / f"splink-{register.persons}.json"
    if not model.is_file():
        other = drawn(register, work, TRAINED_ON, "typical", STRANGERS, SEED + 1).folder / "deposit.xml"
        subprocess.run([*program, str(other), ready, answers, "--save", str(model)], check=True)
    command = [*program, str(deposit), ready, answers]
    return {"splink, training": command, "splink, trained": [*command, "--model", str(model)]}


def _prepared(register: Register, work: Path) -> Path:
    from benchmarks.comparable import prepared  # noqa: PLC0415 - only where a peer is measured

    return prepared(register, work)
