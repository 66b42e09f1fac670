"""Accuracy of the strategies and their peers: right and somebody else's, for each share of strangers and each promise.

``python -m benchmarks quality --register DIR`` draws deposits from registers, lets every contender answer them, judges
by the truth, and adds rows to six files. Each row says where it comes from: ``persons`` and ``register`` (digest),
``profile``, ``strangers`` (share), ``seed`` and ``deposit`` (digest) of the draw, ``contender``. A ``rule`` is ``own``
(the contender's decision), ``probability`` (its probability is at least 1 − ``promise``) or ``tuned`` (the threshold
that kept the promise on a draw of its own, with another seed).

=========================  =========================================================================================
file                       one row per
=========================  =========================================================================================
linkage.csv                draw, contender, rule, promise: ``judge.figures``, ``judge.confidence``, blocking recall
linkage_errors.csv         the same and type of error (own rule, first promise): ``judge.by_error``
linkage_strata.csv         the same and group of people: ``judge.by_group`` of ``strata``
linkage_curves.csv         draw, contender and point of its precision–recall curve (``rule`` = ``curve``), and operating
                           point of each rule and promise
linkage_reliability.csv    draw, contender, stratum and bin of probability: ``judge.reliability``
silent_risk.csv            draw and variant of the funnel: see ``silent_risk``
=========================  =========================================================================================
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks import judge
from benchmarks.contestants import Answers, Contender
from benchmarks.draws import Draw, drawn, short_digest
from benchmarks.funnel import sngi_mock
from benchmarks.judge import PROMISES, Row
from benchmarks.machine import machine, record
from benchmarks.roster import Ring, contenders
from benchmarks.silent_risk import VARIANTS, silent_risk
from benchmarks.strata import strata
from matching.register.folder import Register, open_register

PERSONS_SEED = 11


@dataclass(frozen=True)
class Choices:
    """What is measured.

    Attributes:
        present: Passages of people of the register in each draw.
        strangers: Shares of strangers.
        profiles: Profiles of the draws.
        contenders: Names, see ``roster``.
        seed: Of the draws that are judged; thresholds are tuned on ``seed + 1``, labels are of ``seed + 2``.
    """

    present: int
    strangers: Sequence[float]
    profiles: Sequence[str]
    contenders: Sequence[str]
    seed: int

    @property
    def cells(self) -> list[tuple[str, float]]:
        """Profile and share of strangers of each draw."""
        return [(profile, share) for profile in self.profiles for share in self.strangers]


def run(registers: Sequence[Path], choices: Choices, work: Path) -> None:
    """Measure on each register; print, and record as it goes."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        for contender in contenders(choices.contenders, _ring(register, choices, work)):
            for name, rows in _measure(register, contender, choices, work).items():
                record(name, rows)
        if VARIANTS[0] in choices.contenders:
            draws = _draws(register, choices, work, choices.seed)
            record("silent_risk", [{**where(draw), **row} for draw in draws for row in silent_risk(draw)])


def generated(persons: int, work: Path) -> Path:
    """A register of that many persons, generated once."""
    folder = work / "registers" / f"{persons}-{PERSONS_SEED}"
    if not (folder / "register.toml").is_file():
        sngi_mock("generate", folder, "--size", persons, "--seed", PERSONS_SEED)
    return folder


def where(draw: Draw) -> Row:
    """What tells a draw from another."""
    return {
        "persons": draw.register.persons,
        "register": short_digest(draw.register),
        "profile": draw.profile,
        "strangers": draw.strangers,
        "seed": draw.seed,
        "deposit": draw.digest,
    }


def _ring(register: Register, choices: Choices, work: Path) -> Ring:
    needs_labels = "splink_labels" in choices.contenders
    labels = drawn(register, work, choices.present, "typical", 0.01, choices.seed + 2) if needs_labels else None
    return Ring(register, work, labels)


def _draws(register: Register, choices: Choices, work: Path, seed: int) -> list[Draw]:
    return [drawn(register, work, choices.present, *cell, seed) for cell in choices.cells]


def _measure(register: Register, contender: Contender, choices: Choices, work: Path) -> dict[str, list[Row]]:
    judged, tuning = (_draws(register, choices, work, seed) for seed in (choices.seed, choices.seed + 1))
    found: dict[str, list[Row]] = defaultdict(list)
    for name, answers in contender([draw.question for draw in (*judged, *tuning)]).items():
        for rank, draw in enumerate(judged):
            tuned_on = judge.judge(answers[rank + len(judged)], tuning[rank].truth)
            for file, rows in _of_draw(draw, answers[rank], tuned_on).items():
                here = where(draw)
                found[file] += [{**here, "contender": name, **row} for row in rows]
    for row in found["linkage"]:
        _print(row)
    return {file: rows for file, rows in found.items() if rows}


def _of_draw(draw: Draw, said: Answers, tuned_on: pl.DataFrame) -> dict[str, list[Row]]:
    """The rows of each file about a draw and a contender."""
    one = judge.judge(said, draw.truth)
    told: Row = {**judge.confidence(one), "blocking_recall": judge.blocking_recall(said, draw.truth)}
    groups = strata(draw)
    rows: dict[str, list[Row]] = defaultdict(list)
    rows["linkage_reliability"] = judge.reliability(one)
    rows["linkage_curves"] = [{"rule": "curve", "promise": "", **point} for point in judge.curve(one)]
    for rule, promise, threshold, accepted in judge.decisions(one, tuned_on):
        how: Row = {"rule": rule, "promise": promise}
        figures = judge.figures(one, accepted)
        rows["linkage"].append({**how, "threshold": threshold, **figures, **told, "seconds": round(said.seconds, 2)})
        rows["linkage_curves"].append({**how, "threshold": threshold, **judge.point(figures)})
        if promise in {"", PROMISES[0]}:
            rows["linkage_errors"] += [{**how, **each} for each in judge.by_error(one, accepted, draw)]
            rows["linkage_strata"] += [{**how, **each} for each in judge.by_group(one, accepted, groups)]
    return rows


def _print(row: Row) -> None:
    what = "{persons:>11,} {profile:8} {strangers:4.0%} {contender:24} {rule:11} {promise:<7} right {right_share:.3%} "
    wrong = "(abroad {right_share_abroad:.2%}), wrong {wrong} of {ok} = {wrong_share:.4%} (at most {wrong_upper:.4%})"
    print((what + wrong).format_map(row))
