"""recordlinkage as a contender: its Index, Compare and ECM, on the same columns and the same blocking.

Example:
    >>> sorted(by_ecm(work)([draw]))
    ['recordlinkage', 'recordlinkage+posterior']

ECM takes traits that agree or not, each once (exact and close as two traits count twice), and knows no missing value.
It learns on blocked and random pairs together, since u of blocked pairs alone turns weights upside down. The
register is held in memory, as pandas frames.
"""

from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage

from benchmarks.comparable import BLOCKING, person_of, prepared
from benchmarks.contestants import Contender, peer
from benchmarks.draws import Draw

RANDOM_PAIRS_PER_BLOCKED = 5
SEED = 1
_GIVEN = ("given", "given_second")


def by_ecm(work: Path) -> Contender:
    """Without labels; ``work`` keeps the register in comparable columns."""

    def weigh(first: Draw, passages: pl.DataFrame) -> pl.DataFrame:
        known = pl.read_parquet(prepared(first.register, work) / "*.parquet")
        left, right = passages.to_pandas(), known.to_pandas()
        pairs = _candidates(left, right)
        features = _compare(pairs, left, right)
        ecm = recordlinkage.ECMClassifier(max_iter=200)
        ecm.fit(pd.concat([features, _compare(_random_pairs(len(pairs), left, right), left, right)]))
        return _weights(ecm, features, passages, known)

    return peer("recordlinkage", weigh)


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
