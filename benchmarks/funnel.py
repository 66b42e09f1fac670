"""The published funnel on drawn deposits whose truth is known: how much it finds, and how much of it is somebody else.

A clean draw (profile ``none``) must be found whole: what is not OK has true homonyms. On the ``typical`` profile, an OK
is right when its person is the true one; a passage of a stranger has no right person.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.machine import machine, record
from matching.chain import match_deposit
from matching.identity.outcomes import Message
from matching.register.folder import open_register
from matching.strategies.table import STRATEGIES

_PROFILES = ("none", "typical")


def run(persons: int, passages: int, seed: int) -> None:
    """Generate a register, draw two deposits, match them by every strategy; print, and record in ``funnel``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    rows: list[dict[str, float | int | str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        sngi_mock("generate", folder / "register", "--size", persons, "--seed", seed)
        print(f"{persons:,} persons generated: {persons / (time.perf_counter() - started):,.0f} persons/s")
        for profile in _PROFILES:
            drawn = folder / profile
            sngi_mock(
                "draw",
                folder / "register",
                "-o",
                drawn,
                "--passages",
                passages,
                "--profile",
                profile,
                "--seed",
                seed,
                "--no-xlsx",
            )
            for strategy in STRATEGIES:
                row = {"persons": persons, "profile": profile, **_measure(drawn, folder / "register", strategy)}
                print(f"{profile:8} {strategy:15} right OK {row['right_ok']:.3%}, wrong OK {row['wrong_ok']:.3%}")
                rows.append(row)
    print(f"results: {record('funnel', rows)}")


def _measure(drawn: Path, register: Path, strategy: str) -> dict[str, float | int | str]:
    started = time.perf_counter()
    run = match_deposit(drawn / "deposit.xml", open_register(register), STRATEGIES[strategy])
    seconds = time.perf_counter() - started
    if run.decisions is None or run.summary is None:
        raise SystemExit(f"the drawn deposit is refused by control 1: {run.control.errors[:1]}")
    truth = pl.read_parquet(drawn / "truth.parquet").filter(pl.col("error").is_null() | (pl.col("error") == "E40"))
    who = truth.group_by("passage").agg(true_person=pl.col("person").drop_nulls().first())
    judged = run.decisions.join(who, on="passage", how="left")
    is_ok = pl.col("message").is_null()
    is_right = (pl.col("person") == pl.col("true_person")).fill_null(value=False)
    present = pl.col("true_person").is_not_null()
    facts = judged.select(
        right_ok=(is_ok & is_right).sum() / present.sum(),
        wrong_ok=(is_ok & ~is_right).sum() / is_ok.sum(),
        wrong=(is_ok & ~is_right).sum(),
        wrong_flagged=(is_ok & ~is_right & pl.col("flagged")).sum(),
    ).row(0, named=True)
    return {
        "strategy": strategy,
        "passages": run.summary.passages,
        "ok": run.summary.ok,
        "several": run.summary.ko.get(Message.SEVERAL, 0),
        "right_ok": round(facts["right_ok"], 5),
        "wrong_ok": round(facts["wrong_ok"], 5),
        "wrong": facts["wrong"],
        "wrong_flagged": facts["wrong_flagged"],
        "flagged": run.summary.flagged,
        "seconds": round(seconds, 1),
    }


def sngi_mock(command: str, *arguments: object) -> None:
    """Run the generator as a program."""
    subprocess.run([sys.executable, "-m", "sngi_mock", command, *map(str, arguments), "--quiet"], check=True)
