"""Speed and memory of linkage: whole processes, from the XML to the decisions, ours and Splink's, in turn.

``python -m benchmarks linkage-speed --register DIR`` draws a large deposit and a small one, readies the index and what
Splink reads, then runs each program as often as asked, one after the other, and adds medians to ``linkage_speed.csv``.
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

from benchmarks.draws import drawn
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from matching.register.folder import Register, open_register

SAMPLING_SECONDS = 0.02
SEED = 201
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


def run(register_folder: Path, sizes: Sequence[int], runs: int, strategy: str, work: Path, *, has_peers: bool) -> None:
    """Measure; print, and record in ``linkage_speed``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    register = open_register(register_folder)
    for size in sizes:
        deposit = drawn(register, work, size, "typical", 0.01, SEED).folder / "deposit.xml"
        programs = {strategy: _ours(deposit, register, strategy, work)}
        if has_peers:
            programs |= _splink(deposit, register, work)
        spent(programs[strategy])  # readies the index
        taken: dict[str, list[Spent]] = {name: [] for name in programs}
        for _ in range(runs):
            for name, command in programs.items():
                taken[name].append(spent(command))
        rows = [_row(register, size, name, each, taken[strategy]) for name, each in taken.items()]
        for row in rows:
            told = "{passages:,} passages, {contender}: {seconds} s ({times_slower} times), {anonymous_mb} MB"
            print(told.format_map(row))
        record("linkage_speed", rows)


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


def _ours(deposit: Path, register: Register, strategy: str, work: Path) -> list[str]:
    options = ["--register", register.folder, "--strategy", strategy, "-o", work / "ours"]
    return [sys.executable, "-m", "matching", "match", *map(str, [deposit, *options]), "--quiet"]


def _splink(deposit: Path, register: Register, work: Path) -> dict[str, list[str]]:
    """Splink that trains, and Splink whose model was trained before, on another deposit."""
    from benchmarks.comparable import prepared  # noqa: PLC0415 - only where Splink is measured

    program = [sys.executable, "-m", "benchmarks.splink_run"]
    ready, answers = str(prepared(register, work)), str(work / "splink.parquet")
    model = work / f"splink-{register.persons}.json"
    if not model.is_file():
        other = drawn(register, work, TRAINED_ON, "typical", 0.01, SEED + 1).folder / "deposit.xml"
        subprocess.run([*program, str(other), ready, answers, "--save", str(model)], check=True)
    command = [*program, str(deposit), ready, answers]
    return {"splink, training": command, "splink, trained": [*command, "--model", str(model)]}


def _row(register: Register, passages: int, name: str, taken: list[Spent], ours: list[Spent]) -> Row:
    seconds = median(each.seconds for each in taken)
    memory = {"peak_mb": median(each.peak_mb for each in taken), "anonymous_mb": median(e.anonymous_mb for e in taken)}
    return {
        "persons": register.persons,
        "passages": passages,
        "contender": name,
        "runs": len(taken),
        "seconds": round(seconds, 2),
        "seconds_least": round(min(each.seconds for each in taken), 2),
        "times_slower": round(seconds / median(each.seconds for each in ours), 1),
        **{key: round(value) for key, value in memory.items()},
    }
