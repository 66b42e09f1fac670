"""Splink as a contender: m by EM or from labels, each decided upon by its weight and by the project's posterior.

Example:
    >>> sorted(splink_labels(work, fit)(questions))
    ['splink_labels', 'splink_labels+posterior']

Labels come from a draw of their own, with another seed; EM learns on what it answers by default.
"""

from pathlib import Path

import polars as pl

from benchmarks.comparable import person_of, prepared, submitted
from benchmarks.contestants import Contender, peer
from benchmarks.draws import Draw
from benchmarks.question import Question
from benchmarks.splink_model import Trained, score, train


def splink_em(work: Path, learnt_on: Question | None = None) -> Contender:
    """Without labels.

    Args:
        work: Keeps the register as Splink reads it.
        learnt_on: What it learns on, once for all; by default the first question of each profile.
    """
    learnt: list[Trained] = []

    def weigh(first: Question, passages: pl.DataFrame) -> pl.DataFrame:
        register = prepared(first.register, work)
        if learnt_on is None:
            return score(train(submitted(first.passages), register), passages, register)
        if not learnt:
            learnt.append(train(submitted(learnt_on.passages), register))
        return score(learnt[0], passages, register)

    return peer("splink_em", weigh)


def splink_labels(work: Path, fit: Draw) -> Contender:
    """With m from the labels of the draw ``fit``, whatever the profile of those that are answered."""
    learnt: list[Trained] = []

    def weigh(_: Question, passages: pl.DataFrame) -> pl.DataFrame:
        register = prepared(fit.register, work)
        if not learnt:
            learnt.append(train(submitted(fit.passages), register, labels(fit, register)))
        return score(learnt[0], passages, register)

    return peer("splink_labels", weigh)


def labels(draw: Draw, register: Path) -> pl.DataFrame:
    """``passage, unique_id``: of the rows of each true person, the one of the submitted name, else the first."""
    sent = submitted(draw.passages).select(passage=pl.col("unique_id").cast(pl.UInt32), core="core")
    known = pl.scan_parquet(register / "*.parquet").select(
        "unique_id", person_of(pl.col("unique_id")).alias("person"), known_core="core"
    )
    truth = draw.truth.drop_nulls("person").select("passage", "person")
    rows = truth.join(sent, on="passage").join(known.collect(), on="person")
    rows = rows.with_columns(is_other=(pl.col("core") != pl.col("known_core")).fill_null(value=True))
    ranked = rows.sort("passage", "is_other", "unique_id")
    return ranked.unique("passage", keep="first", maintain_order=True).select("passage", "unique_id")
