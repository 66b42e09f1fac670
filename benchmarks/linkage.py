"""Accuracy of the strategies and their peers: right and somebody else's, for each share of strangers and each promise.

``python -m benchmarks linkage --register DIR`` draws deposits from registers, lets every contender answer them, judges
by the truth, and adds rows to ``linkage.csv`` (the grid), ``linkage_errors.csv`` (per type of error) and
``linkage_reliability.csv`` (probabilities said beside shares seen). Thresholds are
tuned on draws of their own, with another seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks import judge
from benchmarks.contestants import Contender, ours
from benchmarks.draws import drawn
from benchmarks.funnel import sngi_mock
from benchmarks.judge import PROMISES, Row, Threshold
from benchmarks.machine import machine, record
from matching.register.folder import Register, open_register

PERSONS_SEED = 11
LARGEST_IN_PANDAS = 2_000_000
"""Persons of the largest register that recordlinkage is given: it holds it in memory as pandas frames."""


@dataclass(frozen=True)
class Choices:
    """What is measured.

    Attributes:
        present: Passages of people of the register in each draw.
        strangers: Shares of strangers.
        profiles: Profiles of the draws.
        strategies: Strategies of the project.
        has_peers: Whether Splink and recordlinkage answer too.
        seed: Of the draws that are judged; thresholds are tuned on ``seed + 1``, labels are of ``seed + 2``.
    """

    present: int
    strangers: Sequence[float]
    profiles: Sequence[str]
    strategies: Sequence[str]
    has_peers: bool
    seed: int


def run(registers: Sequence[Path], choices: Choices, work: Path) -> None:
    """Measure on each register; print, and record in ``linkage`` and ``linkage_errors``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        for contender in _contenders(register, choices, work):
            grid, errors, reliability = _measure(register, contender, choices, work)
            record("linkage", grid)
            record("linkage_errors", errors)
            if reliability:
                record("linkage_reliability", reliability)


def generated(persons: int, work: Path) -> Path:
    """A register of that many persons, generated once."""
    folder = work / "registers" / f"{persons}-{PERSONS_SEED}"
    if not (folder / "register.toml").is_file():
        sngi_mock("generate", folder, "--size", persons, "--seed", PERSONS_SEED)
    return folder


def _contenders(register: Register, choices: Choices, work: Path) -> Iterator[Contender]:
    yield from (ours(name) for name in choices.strategies)
    if choices.has_peers:
        from benchmarks.recordlinkage_contender import by_ecm  # noqa: PLC0415 - its libraries are in the extra bench
        from benchmarks.splink_contender import splink_em, splink_labels  # noqa: PLC0415 - same

        yield splink_em(work)
        yield splink_labels(work, drawn(register, work, choices.present, "typical", 0.01, choices.seed + 2))
        if register.persons <= LARGEST_IN_PANDAS:
            yield by_ecm(work)


def _measure(
    register: Register, contender: Contender, choices: Choices, work: Path
) -> tuple[list[Row], list[Row], list[Row]]:
    cells = [(profile, share) for profile in choices.profiles for share in choices.strangers]
    judged, tuning = (
        [drawn(register, work, choices.present, *cell, seed) for cell in cells]
        for seed in (choices.seed, choices.seed + 1)
    )
    grid: list[Row] = []
    errors: list[Row] = []
    reliability: list[Row] = []
    for name, answers in contender([*judged, *tuning]).items():
        for rank, draw in enumerate(judged):
            said, other, said_of_other = answers[rank], tuning[rank], answers[rank + len(cells)]
            one, two = judge.judge(said, draw), judge.judge(said_of_other, other)
            where: Row = {"persons": register.persons, "profile": draw.profile, "strangers": draw.strangers}
            where |= {"seed": draw.seed, "contender": name}
            told: Row = {**judge.confidence(one), "blocking_recall": judge.blocking_recall(said, draw)}
            reliability += [{**where, **each} for each in judge.reliability(one)]
            for rule, promise, threshold, accepted in _decisions(one, two):
                how: Row = {"rule": rule, "promise": promise}
                row = {**where, **how, "threshold": threshold, **judge.figures(one, accepted), **told}
                grid.append({**row, "seconds": round(said.seconds, 2)})
                if promise in {"", PROMISES[0]}:
                    errors += [{**where, **how, **each} for each in judge.by_error(one, accepted, draw)]
                _print(grid[-1])
    return grid, errors, reliability


def _decisions(judged: pl.DataFrame, tuning: pl.DataFrame) -> Iterator[tuple[str, float | str, str, pl.Series]]:
    """Rule, promise, threshold and which passages are OK.

    The rules are the contender's own decision, where it has one; its probability, within that decision; and what is
    tuned on the other draw, whatever its decision.
    """
    decides, weighs, is_probability = (judged[column].count() > 0 for column in ("is_ok", "score", "probability"))
    if decides:
        yield "own", "", "", judge.own(judged)
    for promise in PROMISES if weighs else ():
        if is_probability:
            accepted = judge.at_least(judged, Threshold(1 - promise))
            yield "probability", promise, f"{1 - promise:g}", accepted & judge.own(judged) if decides else accepted
        threshold = judge.tuned(tuning, promise, (0.0,) if is_probability else judge.MARGINS_BITS)
        yield "tuned", promise, f"{threshold.score:.9g} +{threshold.margin_bits:g}", judge.at_least(judged, threshold)


def _print(row: Row) -> None:
    what = "{persons:>11,} {profile:8} {strangers:4.0%} {contender:24} {rule:11} {promise:<7} right {right_share:.3%} "
    wrong = "(abroad {right_share_abroad:.2%}), wrong {wrong} of {ok} = {wrong_share:.4%} (at most {wrong_upper:.4%})"
    print((what + wrong).format_map(row))
