"""Which trait to ask for, when several persons remain: the one whose answer would tell most.

Among the plausible candidates of a passage, a trait splits them by its value; the entropy of the split, each
candidate counting for its probability, is what the answer is expected to tell, in bits. Only what was not sent, or
was sent in part, can be asked for.
"""

from typing import Final

import numpy as np
import polars as pl

from matching.identity.outcomes import Agreement
from matching.linkage.arrays import Flags
from matching.linkage.index import Index
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.pairs import after_first
from matching.linkage.search import Found

ASKABLE: Final = ("birth_date", "birth_place", "other_names", "sex", "birth_name")
_NEAR: Final = 8.0  # bits behind the best from which a candidate hardly counts
_LEAST: Final = 0.05  # bits below which no answer would help


def trait_to_ask(found: Found, index: Index, several: Flags) -> pl.Series:
    """The trait that would tell a passage's candidates apart best; null where it is not one of several, or none would.

    Args:
        found: Candidates, best first within a passage.
        index: Of the register.
        several: Which passages to answer for.
    """
    asked = np.full(several.size, None, object)
    candidates = found.candidates
    if not several.any() or not candidates.query.size:
        return pl.Series(asked.tolist(), dtype=pl.String)
    best = np.full(several.size, -np.inf)
    np.maximum.at(best, candidates.query, candidates.weight)
    at = np.flatnonzero(several[candidates.query] & (candidates.weight >= best[candidates.query] - _NEAR))
    query, records = candidates.query[at], index.records[candidates.row[at]]
    share = np.exp2(candidates.weight[at] - best[query])
    told = np.full(several.size, _LEAST)
    for trait in ASKABLE:
        gain = _entropy(query, _values(records, trait), share, several.size)
        gain[~_can_be_asked(found, trait)] = 0
        better = gain > told
        asked[better], told[better] = ("given_names" if trait == "other_names" else trait), gain[better]
    return pl.Series(asked.tolist(), dtype=pl.String)


def _values(records: np.ndarray, trait: str) -> np.ndarray:
    """One number per value of the trait in the register."""
    if trait == "birth_date":
        return records["month"].astype(np.int64) * 32 + records["day"]
    if trait == "birth_place":
        return records["place"].astype(np.int64)
    if trait == "other_names":
        return after_first(records).astype(np.int64)
    if trait == "sex":
        return (records["sex_kind"] & 1).astype(np.int64)
    return records["surname"].astype(np.int64)


def _entropy(query: np.ndarray, value: np.ndarray, share: np.ndarray, size: int) -> np.ndarray:
    """Bits that the value would tell, per passage."""
    order = np.lexsort((value, query))
    query, value, share = query[order], value[order], share[order]
    starts = np.flatnonzero(np.concatenate([[True], (query[1:] != query[:-1]) | (value[1:] != value[:-1])]))
    group, of = np.add.reduceat(share, starts), query[starts]
    total = np.bincount(of, group, size)
    part = group / total[of]
    return np.bincount(of, -part * np.log2(part), size)


def _can_be_asked(found: Found, trait: str) -> Flags:
    """Passages whose best candidate leaves the trait missing, partial or contradicted."""
    levels = LEVELS[trait]
    open_ = np.array([level.agreement != Agreement.AGREE for level in levels])
    best = np.maximum(found.posterior.best, 0)
    return open_[found.candidates.levels[best, TRAITS.index(trait)]]
