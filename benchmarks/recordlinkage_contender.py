"""recordlinkage as a contender: its Index, Compare and ECM, as its manual has them and as well tuned as we can.

Example:
    >>> sorted(by_ecm(work)([question]))
    ['recordlinkage', 'recordlinkage+posterior']
    >>> list(as_documented(work)([question]))
    ['recordlinkage_documented']

Tuned, it looks at the same columns and the same blocking as the others. ECM takes traits that agree or not, each once
(exact and close as two traits count twice), and knows no missing value. It learns on blocked and random pairs together,
since u of blocked pairs alone turns weights upside down. The register is held in memory, as pandas frames.
"""

import time
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage

from benchmarks.comparable import BLOCKING, person_of, prepared, submitted
from benchmarks.contestants import BEST, Answers, Contender, peer
from benchmarks.question import Question

RANDOM_PAIRS_PER_BLOCKED = 5
SEED = 1
SLICE = 20_000
"""Passages compared at once, where one block alone gives hundreds of pairs to each."""

_GIVEN = ("given", "given_second")


def by_ecm(work: Path, learnt_on: Question | None = None) -> Contender:
    """Without labels.

    Args:
        work: Keeps the register in comparable columns.
        learnt_on: What it learns on, once for all; by default what it answers.
    """
    learnt: list[recordlinkage.ECMClassifier] = []

    def weigh(first: Question, passages: pl.DataFrame) -> pl.DataFrame:
        known = pl.read_parquet(prepared(first.register, work) / "*.parquet")
        if learnt_on is not None and not learnt:
            own, right = submitted(learnt_on.passages).to_pandas(), known.to_pandas()
            learnt.append(_fitted(_compare(_candidates(own, right), own, right), own, right))
        return weighed(passages, known, learnt[0] if learnt else None)

    return peer("recordlinkage", weigh)


def weighed(
    passages: pl.DataFrame, known: pl.DataFrame, learnt: recordlinkage.ECMClassifier | None = None
) -> pl.DataFrame:
    """Every candidate person of every passage, by the best of their identities, ordered.

    Args:
        passages: ``comparable.submitted``.
        known: ``comparable.registered``, of the whole register.
        learnt: Trained before; by default it learns on these passages.

    Returns:
        ``passage, person, weight_bits, given_name_bits``.
    """
    left, right = passages.to_pandas(), known.to_pandas()
    features = _compare(_candidates(left, right), left, right)
    return _weights(learnt or _fitted(features, left, right), features, passages, known)


def as_documented(work: Path) -> Contender:
    """As in its own example: one block, on the surname, similar names, other traits equal, ECM learnt on these pairs.

    It decides by what ECM predicts: one person is found, two are several. Source: "Basic linking example" in the
    description of recordlinkage 0.16, read 2026-11-23.
    """

    def answer(questions: Sequence[Question]) -> dict[str, list[Answers]]:
        known = pl.read_parquet(prepared(questions[0].register, work) / "*.parquet")
        return {"recordlinkage_documented": [_predicted(question, known) for question in questions]}

    return answer


def _predicted(question: Question, known: pl.DataFrame) -> Answers:
    started = time.perf_counter()
    passages, right = submitted(question.passages), known.to_pandas()
    ecm = recordlinkage.ECMClassifier()
    parts: list[pl.DataFrame] = []
    for part in passages.iter_slices(SLICE):
        left = part.to_pandas()
        features = _compare_as_documented(left, right)
        if not parts:
            ecm.fit(features)
        probability = ecm.prob(features)
        rows = {"passage": left["unique_id"].to_numpy()[features.index.get_level_values(0)], "probability": probability}
        found = pl.DataFrame(rows).with_columns(
            known["unique_id"].gather(features.index.get_level_values(1).to_numpy())
        )
        parts.append(found.with_columns(person=person_of(pl.col("unique_id"))))
    pairs = pl.concat(parts).group_by("passage", "person").agg(pl.col("probability").max())
    pairs = pairs.with_columns(pl.col("passage").cast(pl.UInt32)).sort(
        "passage", "probability", "person", descending=[False, True, False]
    )
    is_match = pl.col("probability") > 0.5  # noqa: PLR2004 - what predict() does
    best = pairs.group_by("passage", maintain_order=True).agg(
        pl.col("person").first(),
        pl.col("probability").first(),
        score=pl.col("probability").first(),
        margin_bits=pl.lit(np.inf),
        is_ok=is_match.sum() == 1,
        is_several=is_match.sum() > 1,
    )
    return Answers(best.select(*BEST), pairs.select("passage", "person"), time.perf_counter() - started)


def _compare_as_documented(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    pairs = recordlinkage.Index().block("surname").index(*(frame.dropna(subset=["surname"]) for frame in (left, right)))
    compare = recordlinkage.Compare()
    for column in ("surname", "given"):
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ("date", "sex", "place"):
        compare.exact(column, column, label=column)
    return compare.compute(pairs, left, right).fillna(0).astype(int)


def _fitted(features: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> recordlinkage.ECMClassifier:
    """ECM on the blocked pairs and on random ones."""
    ecm = recordlinkage.ECMClassifier(max_iter=200)
    ecm.fit(pd.concat([features, _compare(_random_pairs(len(features), left, right), left, right)]))
    return ecm


def _candidates(left: pd.DataFrame, right: pd.DataFrame) -> pd.MultiIndex:
    """The union of the passes; a missing value blocks with nothing."""
    found = []
    for columns in BLOCKING:
        keyed = (frame.dropna(subset=list(columns)) for frame in (left, right))
        found.append(recordlinkage.Index().block(list(columns)).index(*keyed))
    return reduce(lambda one, other: one.union(other), found)


def _random_pairs(blocked: int, left: pd.DataFrame, right: pd.DataFrame) -> pd.MultiIndex:
    draws = np.random.default_rng(SEED)
    number = blocked * RANDOM_PAIRS_PER_BLOCKED
    return pd.MultiIndex.from_arrays([draws.integers(0, len(frame), number) for frame in (left, right)])


def _compare(pairs: pd.MultiIndex, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    compare = recordlinkage.Compare()
    for column in ("surname", "given"):
        compare.string(column, column, method="jarowinkler", threshold=0.92, label=column)
    for column in ("given_second", "sex", "year", "month", "day", "place"):
        compare.exact(column, column, label=column)
    return compare.compute(pairs, left, right).fillna(0).astype(int)


def _weights(
    ecm: recordlinkage.ECMClassifier, features: pd.DataFrame, passages: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """log2(m/u) of what agrees and of what does not, the best identity of each person."""
    kernel = ecm.kernel
    bits = (kernel.feature_log_prob_[1] - kernel.feature_log_prob_[0]) / np.log(2)
    differs, agrees = bits[0::2], bits[1::2]
    each = np.where(features.to_numpy() == 1, agrees, differs)
    is_given = np.array([name in _GIVEN for name in features.columns])
    left, right = (features.index.get_level_values(side).to_numpy() for side in (0, 1))
    weighed = pl.DataFrame(
        {
            "passage": passages["unique_id"].gather(left).cast(pl.UInt32),
            "unique_id": known["unique_id"].gather(right),
            "weight_bits": each.sum(axis=1),
            "given_name_bits": each[:, is_given].sum(axis=1),
        }
    ).with_columns(person=person_of(pl.col("unique_id")))
    ranked = weighed.sort("passage", "person", "weight_bits", descending=[False, False, True])
    return ranked.unique(["passage", "person"], keep="first", maintain_order=True)
