"""What each type of error costs each contender: match rates on records with that error alone, and paired tests.

``python -m benchmarks errors --register DIR`` takes, for each type of the noise catalogue, records that it changes (see
``samples``), lets every contender answer them all, and adds rows to two files.

``errors.csv``, one row per type, contender and rule: ``persons``, ``register`` (digest), ``seed``, ``error`` (id;
``none``: records without error; ``E43``: people with a namesake, without error), ``harmless`` (a normaliser erases it),
``sample`` (digest of the passages), ``contender``, ``rule``, ``promise``, ``threshold`` (how it decides: ``own``, its
own decision, else by its ``probability``, else ``tuned``, by the score that kept the promise on a ``typical`` draw;
who decides and scores has a row of each, the first counts), ``passages`` (n), ``right``, ``right_share`` with its 95 %
Wilson interval ``low``–``high``, ``wrong`` (somebody else), ``wrong_upper`` (95 % upper bound of their share among
OK), ``several``, ``missed`` (not OK), ``blocking_recall`` (empty when the contender does not tell its candidates),
``loss`` (of the right share, against ``none``).

``errors_tests.csv``, one row per type and two contenders, on the same records: ``error``, ``sample``, ``contender``
and ``other`` (by their first rule, unless one stands in parentheses), ``passages``, ``only_contender`` and
``only_other`` (records that only that one gets right), ``p`` (McNemar's exact test, two-sided), ``p_holm`` (Holm's
correction over all tests of the run).

Who learns without labels learns once, on a ``typical`` draw with another seed, as who learns from labels does. No
sample holds a stranger: read ``wrong`` here beside what ``quality`` says of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import polars as pl

from benchmarks import judge
from benchmarks.contestants import Answers
from benchmarks.draws import drawn, short_digest
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from benchmarks.measures import holm, mcnemar, upper_bound, wilson
from benchmarks.question import asked
from benchmarks.roster import PEERS, Ring, contenders
from benchmarks.samples import Sample, samples
from matching.register.folder import Register, open_register
from sngi_mock.noise.catalogue import by_id

_PROFILE = "single"
_STRANGERS = 0.05
"""Of the draw that thresholds are tuned on."""


@dataclass(frozen=True)
class Choices:
    """What is measured.

    Attributes:
        of_each: Records of each type, where the register has as many.
        contenders: Names, see ``roster``.
        seed: Of the samples; thresholds are tuned on a draw of ``seed + 1``, labels are of ``seed + 2``.
        present: Passages of people of the register in these two draws.
    """

    of_each: int
    contenders: Sequence[str]
    seed: int
    present: int


def run(registers: Sequence[Path], choices: Choices, work: Path) -> None:
    """Measure on each register; print, and record in ``errors`` and ``errors_tests``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        every = samples(register, choices.of_each, choices.seed)
        rows, right = _measure(register, every, choices, work)
        here: Row = {"persons": register.persons, "register": short_digest(register), "seed": choices.seed}
        record("errors", [{**here, **row} for row in rows])
        if len(right) > 1:
            record("errors_tests", [{**here, **row} for row in paired_tests(every, right)])
        _print(rows)


def paired_tests(every: Sequence[Sample], right: Mapping[str, Sequence[pl.Series]]) -> list[Row]:
    """Every two contenders on every sample.

    Args:
        every: The samples.
        right: By contender, for each sample, which passages are right.
    """
    rows: list[Row] = []
    p_values: list[float] = []
    for rank, sample in enumerate(every):
        for one, other in combinations(right, 2):
            mine, its = right[one][rank], right[other][rank]
            only_one, only_other = int((mine & ~its).sum()), int((its & ~mine).sum())
            p_values.append(mcnemar(only_one, only_other))
            rows.append(
                {
                    "error": sample.error, "sample": sample.digest, "contender": one, "other": other,
                    "passages": sample.passages.height, "only_contender": only_one, "only_other": only_other,
                }
            )  # fmt: skip
    told = zip(rows, p_values, holm(p_values), strict=True)
    return [{**row, "p": f"{p:.4g}", "p_holm": f"{corrected:.4g}"} for row, p, corrected in told]


def _measure(
    register: Register, every: Sequence[Sample], choices: Choices, work: Path
) -> tuple[list[Row], dict[str, list[pl.Series]]]:
    """The rows of each sample and contender; by contender, which passages of each sample are right."""
    tuning = drawn(register, work, choices.present, "typical", _STRANGERS, choices.seed + 1)
    has_peers = not set(PEERS).isdisjoint(choices.contenders)
    learnt_on = drawn(register, work, choices.present, "typical", 0.01, choices.seed + 2) if has_peers else None
    passages, truth = together(every)
    questions = [asked(passages, register, _PROFILE, truth), replace(tuning.question, profile=_PROFILE)]
    rows: list[Row] = []
    right: dict[str, list[pl.Series]] = {}
    for contender in contenders(choices.contenders, Ring(register, work, learnt_on, once=True)):
        for name, (said, of_tuning) in contender(questions).items():
            judged = judge.judge(said, truth)
            for rule, promise, threshold, accepted in judge.operating(judged, judge.judge(of_tuning, tuning.truth)):
                how: Row = {"contender": name, "rule": rule, "promise": promise, "threshold": threshold}
                parts = _parts(judged, said, accepted)
                found = [part["is_found"] for part in parts]
                right[f"{name} ({rule})" if name in right else name] = found
                rows += [_row(sample, how, part, _share(found[0])) for sample, part in zip(every, parts, strict=True)]
    return rows, right


def together(every: Sequence[Sample]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All samples as one file: its passages, and their truth with ``sample``, the rank of the sample."""
    number = pl.int_range(pl.len(), dtype=pl.UInt32).alias("passage")
    truths = (sample.truth.with_columns(sample=pl.lit(rank)) for rank, sample in enumerate(every))
    passages = pl.concat(sample.passages for sample in every)
    return passages.with_columns(number), pl.concat(truths).with_columns(number)


def _parts(judged: pl.DataFrame, said: Answers, accepted: pl.Series) -> list[pl.DataFrame]:
    """The judged passages of each sample, with ``is_accepted``, ``is_found`` and ``is_met`` (null: not told)."""
    is_met = pl.lit(None, dtype=pl.Boolean)
    judged = judged.with_columns(is_accepted=accepted, is_found=judged["is_right"] & accepted)
    if said.candidates is not None:
        met = said.candidates.select("passage", true_person="person", is_met=pl.lit(value=True)).unique()
        judged = judged.join(met, on=["passage", "true_person"], how="left", maintain_order="left")
        is_met = pl.col("is_met").fill_null(value=False)
    return judged.with_columns(is_met=is_met).partition_by("sample", maintain_order=True)


def _row(sample: Sample, how: Row, part: pl.DataFrame, right_without: float) -> Row:
    right, ok = int(part["is_found"].sum()), int(part["is_accepted"].sum())
    low, high = wilson(right, part.height)
    known, is_met = by_id().get(sample.error), part["is_met"].drop_nulls()
    return {
        "error": sample.error,
        "harmless": str(known is None or known.harmless).lower(),
        "sample": sample.digest,
        **how,
        "passages": part.height,
        "right": right,
        "right_share": round(right / part.height, 5),
        "low": round(low, 5),
        "high": round(high, 5),
        "wrong": ok - right,
        "wrong_upper": round(upper_bound(ok - right, max(ok, 1)), 6),
        "several": int((part["is_several"].fill_null(value=False) & ~part["is_accepted"]).sum()),
        "missed": part.height - ok,
        "blocking_recall": round(_share(is_met), 5) if is_met.len() else "",
        "loss": round(right_without - right / part.height, 5),
    }


def _share(flags: pl.Series) -> float:
    return int(flags.sum()) / max(flags.len(), 1)


def _print(rows: Sequence[Row]) -> None:
    """One line per type, one column per contender."""
    shares = pl.DataFrame(rows).pivot(["contender", "rule"], index=["error", "passages"], values="right_share")
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=240, tbl_hide_dataframe_shape=True):
        print(shares)
