"""Whether a probability means what it says: on draws with another seed than the fit's, and with other profiles.

``python -m benchmarks calibration --register DIR`` draws deposits, lets every contender that gives probabilities answer
them, and adds rows to two files. What is judged is the best candidate of each passage, whatever the decision.

``calibration.csv``, one row per draw, contender and group of people: the draw (see ``linkage``), ``fit`` (``same
profile`` as the weights were fitted on, with another seed, or ``other profile``), ``contender``, ``stratum`` and
``group`` (``all``/``all``, or those of ``strata``), ``passages`` (with a best candidate), ``said`` (mean probability),
``seen`` (share of right ones) with its 95 % interval ``low``–``high``, ``calibration_error`` (ECE, 15 bins of equal
mass), ``brier``; then where decisions are taken, ``sure`` (those with a probability of .999 or more) and, of them,
``sure_wrong_said`` (wrong ones that their probabilities announce), ``sure_wrong`` (seen), ``sure_wrong_upper`` (95 %
upper bound of their share).

``linkage_reliability.csv``, one row per draw, contender, place of birth and bin of probability: ``judge.reliability``.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from benchmarks import judge
from benchmarks.draws import Draw, drawn
from benchmarks.judge import Row
from benchmarks.linkage import where
from benchmarks.machine import machine, record
from benchmarks.measures import brier, calibration_error, upper_bound, wilson
from benchmarks.roster import BASELINE, OURS, Ring, contenders
from benchmarks.strata import STRATA, strata
from matching.register.folder import Register, open_register

FITTED_ON = "typical"
"""Profile of the draws that the weight table of the package was made from."""

SURE = 0.999
GIVES_NO_PROBABILITY = {BASELINE, *OURS} - {"probabilistic"}


def run(  # noqa: PLR0913 - one parameter per choice of the caller
    registers: Sequence[Path],
    present: int,
    profiles: Sequence[str],
    names: Sequence[str],
    *,
    strangers: float,
    seed: int,
    work: Path,
) -> None:
    """Measure on each register and profile; print, and record."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    for folder in registers:
        register = open_register(folder)
        draws = [drawn(register, work, present, profile, strangers, seed) for profile in profiles]
        for rows, bins in _measured(register, draws, names, present, work):
            for row in rows:
                _print(row)
            if rows:
                record("calibration", rows)
                record("linkage_reliability", bins)


def _measured(
    register: Register, draws: Sequence[Draw], names: Sequence[str], present: int, work: Path
) -> Iterator[tuple[list[Row], list[Row]]]:
    asked = [name for name in names if name not in GIVES_NO_PROBABILITY]
    seed = draws[0].seed + 2
    learnt_on = drawn(register, work, present, FITTED_ON, 0.01, seed) if "splink_labels" in asked else None
    for contender in contenders(asked, Ring(register, work, learnt_on)):
        for name, answers in contender([draw.question for draw in draws]).items():
            rows: list[Row] = []
            bins: list[Row] = []
            for draw, said in zip(draws, answers, strict=True):
                judged = judge.judge(said, draw.truth)
                here: Row = {**where(draw), "contender": name}
                rows += [{**here, "fit": _fit(draw), **row} for row in by_group(judged, strata(draw))]
                bins += [{**here, **row} for row in judge.reliability(judged)]
            yield rows, bins


def by_group(judged: pl.DataFrame, groups: pl.DataFrame) -> list[Row]:
    """Said beside seen for everybody, then for each group; empty for a contender that gives no probability.

    Args:
        judged: Of ``judge``.
        groups: ``passage`` and one column of words per stratum.
    """
    given = judged.filter(pl.col("person").is_not_null(), pl.col("probability").is_not_null())
    if given.is_empty():
        return []
    told = given.join(groups, on="passage", how="left", maintain_order="left")
    parts = {("all", "all"): told}
    parts |= {(name, group): told.filter(pl.col(name) == group) for name, every in STRATA.items() for group in every}
    return [_row(stratum, group, part) for (stratum, group), part in parts.items() if part.height]


def _row(stratum: str, group: str, part: pl.DataFrame) -> Row:
    probability, is_right = part["probability"].to_numpy(), part["is_right"].to_numpy()
    low, high = wilson(int(is_right.sum()), part.height)
    is_sure = probability >= SURE
    sure, wrong = int(is_sure.sum()), int((is_sure & ~is_right).sum())
    return {
        "stratum": stratum,
        "group": group,
        "passages": part.height,
        "said": round(float(probability.mean()), 6),
        "seen": round(float(is_right.mean()), 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "calibration_error": round(calibration_error(probability, is_right), 6),
        "brier": round(brier(probability, is_right), 6),
        "sure": sure,
        "sure_wrong_said": round(float((1 - probability[is_sure]).sum()), 3),
        "sure_wrong": wrong,
        "sure_wrong_upper": round(upper_bound(wrong, max(sure, 1)), 6),
    }


def _fit(draw: Draw) -> str:
    return "same profile" if draw.profile == FITTED_ON else "other profile"


def _print(row: Row) -> None:
    what = "{persons:>11,} {profile:8} {contender:24} {group:18} said {said:.4%} seen {seen:.4%}, ECE "
    print((what + "{calibration_error:.5f}, Brier {brier:.5f}, sure and wrong {sure_wrong} of {sure}").format_map(row))
