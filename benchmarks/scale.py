"""How time and memory grow with the register and with the file: warm, cold, and the one time without an index.

``python -m benchmarks scale`` draws deposits of several sizes from registers of several sizes, runs ``nirisation
match`` on each in a process of its own, and adds rows to ``scale.csv``: ``persons``, ``register`` (digest),
``passages``, ``seed`` and ``deposit`` (digest) of the draw, ``contender``, ``state``, ``runs``, ``seconds`` (median),
``seconds_least``, ``seconds_most``, ``times_slower`` (than warm), ``peak_mb``, ``anonymous_mb``.

============  ==================================================================================================
state         before each run
============  ==================================================================================================
warm          the index is there, and the pages of the register and the deposit are in memory
cold          the index is there, and the system is asked to forget these pages; programs and libraries stay
one-shot      there is no index: a copy of the register was made without it, and the run builds it
============  ==================================================================================================

A strategy without an index is the same one-shot as warm, and is not run so.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.draws import drawn
from benchmarks.linkage_speed import SEED, STRANGERS, Spent, facts, ours, spent, told
from benchmarks.machine import machine, record
from matching.identity.frames import REGISTER_FILE
from matching.register.folder import Register, open_register

STATES = ("warm", "cold", "one-shot")
INDEXED = ("probabilistic",)

_DRAWN_AT_MOST = 0.4
"""Share of a register that a deposit may be drawn of: less than half of its people are alive and of an age."""


def run(
    registers: Sequence[Path],
    sizes: Sequence[int],
    runs: int,
    names: Sequence[str],
    work: Path,
    states: Sequence[str] = STATES,
) -> None:
    """Measure each register, file and strategy, warm and in the states asked; print, and record in ``scale``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        for size in sizes:
            if size > _DRAWN_AT_MOST * register.persons:
                print(f"{register.persons:,} persons are too few for {size:,} passages: left out")
                continue
            draw = drawn(register, work, size, "typical", STRANGERS, SEED)
            rows = []
            for name in names:
                taken = _taken(draw.folder / "deposit.xml", register, name, runs, work, states)
                warm = median(each.seconds for each in taken["warm"])
                rows += [
                    {**facts(draw, size), "contender": name, "state": state, **told(each, warm)}
                    for state, each in taken.items()
                ]
            for row in rows:
                what = (
                    "{persons:>11,} persons {passages:>9,} passages {contender:14} {state:9} {seconds} s, {peak_mb} MB"
                )
                print(what.format_map(row))
            record("scale", rows)


def _taken(
    deposit: Path, register: Register, strategy: str, runs: int, work: Path, asked: Sequence[str]
) -> dict[str, list[Spent]]:
    """Runs by state, the states in turn."""
    command = ours(deposit, register.folder, strategy, work / "ours")
    spent(command)  # readies the index, and the pages
    files = [deposit, *(path for path in register.folder.rglob("*") if path.is_file())]
    states: dict[str, tuple[Callable[[], object], list[str]]] = {
        "warm": (lambda: None, command),
        "cold": (lambda: _forget(files), command),
    }
    if strategy in INDEXED:
        bare = work / "bare" / register.digest.rpartition(":")[2]
        states["one-shot"] = (lambda: _bare(register, bare), ours(deposit, bare, strategy, work / "ours"))
    states = {state: how for state, how in states.items() if state in {"warm", *asked}}
    taken: dict[str, list[Spent]] = {state: [] for state in states}
    for _ in range(runs):
        for state, (prepare, how) in reversed(states.items()):  # warm after cold would be half cold: it comes last
            prepare()
            taken[state].append(spent(how))
    return taken


def _forget(files: Sequence[Path]) -> None:
    """Ask the system to drop the pages of these files that it keeps in memory."""
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _bare(register: Register, folder: Path) -> None:
    """The register without its index, its files linked; the next process builds one there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in (register.folder / REGISTER_FILE, *register.files):
        (folder / file.name).symlink_to(file.resolve())
