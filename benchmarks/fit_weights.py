"""Make the weight table that comes with the package, from labelled draws: ``python -m benchmarks weights``.

Two steps. Each level's ``m`` is counted on the true pairs of the draws; with the number of values that meet a level
beside the one that is right (``SPREAD``), that makes an offset by the book. Then offsets are moved a little so that the
probabilities are right: a conditional logit in which somebody, an absent twin or nobody explains each passage, held to
the book by a penalty, so that only what the draws tell clearly moves. The number of persons and the frequencies are no
part of the fit: the table is made on a small register, and judged on another draw of a larger one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

import matching
from benchmarks.draws import Draw, drawn
from matching.linkage.candidates import look_up
from matching.linkage.levels import TRAITS
from matching.linkage.posterior import family_bits
from matching.linkage.score import Scored, score, trait_bits
from matching.linkage.values import bits
from matching.linkage.weights import DEFAULT, MOST_LEVELS, VALUE_OF, Weights, names, weights_toml
from matching.register.folder import Register
from matching.strategies.index import open_index
from matching.strategies.queries import queries_of
from matching.strategies.settings import ProbabilisticSettings

# log2 of the share that one value has among those which a level leaves open: a slip of one key is one of some forty.
SPREAD: dict[str, dict[str, float]] = {
    "birth_date": {
        "default": -1.5, "digit_of_day": -3.3, "digit_of_month": -2, "digits_exchanged": -2.3, "year_off": -3.6,
    },
    "given_names": {
        "compound_exact": 2, "regrouped": 2, "half": -1, "another": -0.5, "spelling": -1.5, "usual": -2,
        "other_sex": -0.5, "sound": -4, "one_edit": -5, "cut": -2, "two_edits": -10, "same_initial": 3.5,
    },
    "birth_name": {
        "particle": -1, "half": -1, "sent_as_usage": -1, "sound": -4, "one_edit": -5.5, "cut": -2, "two_edits": -10,
    },
}  # fmt: skip
# What does not depend on how often it happens: a part that a side does not know says nothing (0); an initial says what
# one letter of twenty says; the others are shares of those who could, not of all true pairs.
KNOWN: dict[str, dict[str, float]] = {
    "birth_date": {"day_unknown": 0, "only_year_known": 0},
    "given_names": {"initial": 3.5},
    "birth_name": {"usage_exact": -3.6, "former_exact": -4.3, "usage_twice": -1, "woman_no_usage": -4.6},
}
PRESENCE = (0.99, 0.95)
"""Before a file is seen: the shares of the ``typical`` profile."""
TWIN = 0.05
_SEXES_ALIKE = 1.0  # bits: agreeing on sex, one time out of two by chance
_PAIRS_FROM = -18.0  # bits above the odds of one person among all: what is left out weighs nothing
_STRANGERS = 0.10
_HELD = {"offset": 1.0, "abroad": 5.0, "slope": 1000.0, "prior": 1000.0, "missing": 1e5}
"""Penalty of a change of one bit, per kind of parameter."""
_SIZE = len(TRAITS) * MOST_LEVELS
_LN2 = np.log(2)
Array = NDArray[Any]


@dataclass(frozen=True)
class Labelled:
    """The pairs of a draw, with who is right.

    Attributes:
        scored: One row per person and passage.
        is_true: Whether the person is the passage's.
        is_present: Per passage, whether the holder is in the register.
        values: ``values.bits`` of the passages.
        abroad: Per passage.
        persons: In the register.
    """

    scored: Scored
    is_true: Array
    is_present: Array
    values: Array
    abroad: Array
    persons: int


def run(register: Register, work: Path, present: int, seeds: Sequence[int], output: Path) -> None:
    """Draw, count, fit, and write the table.

    Args:
        register: A simulated register; one of a million persons is enough.
        work: Where draws are kept.
        present: Passages of people of the register, in each draw.
        seeds: Of the draws.
        output: The TOML file.
    """
    draws = [drawn(register, work, present, "typical", _STRANGERS, seed) for seed in seeds]
    m = np.full((2, len(TRAITS), MOST_LEVELS), 1e-3)
    table = Weights(f"{DEFAULT}-1", by_the_book(m), m, np.ones((len(TRAITS), MOST_LEVELS)), PRESENCE, TWIN, {})
    # The first look uses flat weights: it only has to keep the true pairs among those worth keeping.
    sets = [labelled(one, table) for one in draws]
    m = count_m(sets)
    table = replace(table, m=m, offsets=by_the_book(m))
    fit = fitted(sets, replace(table, presence=count_presence(sets)))
    table = replace(fit, presence=PRESENCE)
    provenance = {
        "made_by": f"benchmarks/fit_weights.py, nirisation {matching.__version__}, scipy {scipy.__version__}",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "register": f"simulated, {register.persons} persons, seed {register.facts.get('seed')}",
        "draws": f"profile typical, {present} present, {_STRANGERS:.0%} strangers, seeds {', '.join(map(str, seeds))}",
        "true_pairs": int(sum(one.is_true.sum() for one in sets)),
    }
    output.write_text(weights_toml(replace(table, provenance=provenance)), encoding="utf-8")
    print(f"{output}: {provenance['true_pairs']:,} true pairs")


def labelled(of: Draw, table: Weights) -> Labelled:
    """The pairs of a draw that could be somebody, and whose they are."""
    index = open_index(of.register)
    queries = queries_of(of.passages, index)
    values = bits(queries, index)
    lookups = look_up(queries, index, ProbabilisticSettings().most_per_bucket)
    scored = Scored.concatenated(
        [kept for _, _, kept, _ in score(queries, index, table, lookups, values, least=_PAIRS_FROM)]
    )
    person = of.truth.sort("passage")["person"]
    true = person.fill_null(2**32 - 1).to_numpy()
    return Labelled(
        scored,
        scored.person == true[scored.query],
        person.is_not_null().to_numpy(),
        values,
        queries.places.is_abroad,
        index.frequencies.persons,
    )


def count_m(sets: Sequence[Labelled]) -> Array:
    """(strata, traits, levels) share of each level among the true pairs, half a pair added to each."""
    counts = np.full((2, len(TRAITS), MOST_LEVELS), 0.5)
    for one in sets:
        for stratum in (0, 1):
            of = one.is_true & (one.abroad[one.scored.query] == stratum)
            for rank in range(len(TRAITS)):
                counts[stratum, rank] += np.bincount(one.scored.levels[of, rank], minlength=MOST_LEVELS)
    for rank, trait in enumerate(TRAITS):
        counts[:, rank, len(names(trait)) :] = 0
    return np.asarray(counts / counts.sum(axis=2, keepdims=True))


def count_presence(sets: Sequence[Labelled]) -> tuple[float, float]:
    """Share of the draws' passages whose holder is in the register, in France and abroad."""
    present, abroad = (np.concatenate([getattr(one, name) for one in sets]) for name in ("is_present", "abroad"))
    return float(present[~abroad].mean()), float(present[abroad].mean())


def by_the_book(m: Array) -> Array:
    """Offsets from ``m``: among pairs that tell the trait, and shared out among the values that meet a level."""
    offsets = np.zeros_like(m)
    for rank, trait in enumerate(TRAITS):
        for level, name in enumerate(names(trait)):
            if name != "missing":
                told = 1 - m[:, rank, 0]
                offsets[:, rank, level] = np.log2(m[:, rank, level] / told) + SPREAD.get(trait, {}).get(name, 0)
                offsets[:, rank, level] = KNOWN.get(trait, {}).get(name, offsets[:, rank, level])
    sex = TRAITS.index("sex")
    offsets[:, sex, 1:3] += _SEXES_ALIKE
    return offsets


def fitted(sets: Sequence[Labelled], table: Weights) -> Weights:
    """The table whose probabilities explain the labels best, near the given one."""
    start, held = _parameters(table)
    design, passage, constant, is_somebody, is_true, present, lost = _stacked(sets, table)
    size = present.size
    good = np.where(is_somebody, is_true, ~present[passage])

    def loss(theta: Array) -> tuple[float, Array]:
        natural = (design @ theta + constant) * _LN2
        top = np.zeros(size)
        np.maximum.at(top, passage, natural)
        odds, nobody = np.exp(natural - top[passage]), np.exp(-top)
        everything = np.bincount(passage, odds, size) + nobody
        right = np.bincount(passage, odds * good, size) + nobody * ~present
        likelihood = np.where(lost, 0, np.log(np.maximum(right, 1e-300)) - np.log(everything)).sum()
        pull = np.where(lost[passage], 0, odds * good / np.maximum(right, 1e-300)[passage] - odds / everything[passage])
        moved = theta - start
        return float(-likelihood + 0.5 * (held * moved**2).sum()), -(design.T @ pull) * _LN2 + held * moved

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000, "maxfun": 4000, "maxcor": 20})
    print(f"{best.message}, {best.nit} rounds")
    return _table(best.x, table)


def _parameters(table: Weights) -> tuple[Array, Array]:
    """Offsets in France, what abroad adds, slopes, then log-odds of presence, what abroad adds, of an absent twin."""
    presence = [np.log2(share / (1 - share)) for share in (*table.presence, table.twin)]
    prior = [presence[0], presence[1] - presence[0], presence[2]]
    start = np.concatenate(
        [table.offsets[0].ravel(), (table.offsets[1] - table.offsets[0]).ravel(), table.slopes.ravel(), prior]
    )
    kinds = np.repeat([_HELD["offset"], _HELD["abroad"], _HELD["slope"], _HELD["prior"]], [_SIZE, _SIZE, _SIZE, 3])
    is_missing = np.tile(np.arange(_SIZE) % MOST_LEVELS == 0, 3)
    kinds[: 3 * _SIZE][is_missing] = _HELD["missing"]
    return start, kinds


def _table(theta: Array, table: Weights) -> Weights:
    shape = (len(TRAITS), MOST_LEVELS)
    here, abroad, slopes = (theta[k * _SIZE : (k + 1) * _SIZE].reshape(shape) for k in range(3))
    return replace(table, offsets=np.stack([here, here + abroad]), slopes=slopes)


def _stacked(sets: Sequence[Labelled], table: Weights) -> tuple[Any, ...]:
    """Every alternative of every passage but nobody, as rows of a sparse matrix of parameters."""
    designs, passages, constants, somebody, trues, presents, losts = [], [], [], [], [], [], []
    first = 0
    for one in sets:
        design, query, is_somebody = _alternatives(one, table)
        designs.append(design)
        passages.append(query + first)
        constants.append(np.full(query.size, -np.log2(one.persons)))
        somebody.append(is_somebody)
        trues.append(np.concatenate([one.is_true, np.zeros(query.size - one.is_true.size, np.bool_)]))
        has_true = np.zeros(one.is_present.size, np.bool_)
        has_true[one.scored.query[one.is_true]] = True
        presents.append(one.is_present)
        losts.append(one.is_present & ~has_true)  # in blocking: no weight brings them back
        first += one.is_present.size
    arrays = (np.concatenate(parts) for parts in (passages, constants, somebody, trues, presents, losts))
    return (sparse.vstack(designs).tocsr(), *arrays)


def _alternatives(one: Labelled, table: Weights) -> tuple[Any, Array, Array]:
    """The candidates of a draw, then the absent twins of those who could have one."""
    scored = one.scored
    by_trait = trait_bits(scored.levels, scored.query, one.abroad, one.values, table)
    twins = np.flatnonzero(np.isfinite(family_bits(scored, by_trait)))
    every, shared = range(len(TRAITS)), [TRAITS.index(trait) for trait in ("birth_name", "birth_date", "birth_place")]
    parts = [(np.arange(scored.query.size), every, 0), (twins, shared, 2)]
    blocks = []
    for at, traits, prior in parts:
        rows, columns, cells = [], [], []
        abroad = np.flatnonzero(one.abroad[scored.query[at]])
        for rank in traits:
            level = scored.levels[at, rank].astype(np.intp) + rank * MOST_LEVELS
            rows += [np.arange(at.size), abroad, np.arange(at.size)]
            columns += [level, _SIZE + level[abroad], 2 * _SIZE + level]
            value = one.values[scored.query[at], VALUE_OF[rank, scored.levels[at, rank]]]
            cells += [np.ones(at.size), np.ones(abroad.size), value]
        rows += [np.arange(at.size), *([abroad] if prior == 0 else [])]
        columns += [np.full(at.size, 3 * _SIZE + prior), *([np.full(abroad.size, 3 * _SIZE + 1)] if prior == 0 else [])]
        cells += [np.ones(at.size), *([np.ones(abroad.size)] if prior == 0 else [])]
        shape = (at.size, 3 * _SIZE + 3)
        where = (np.concatenate(rows), np.concatenate(columns))
        blocks.append(sparse.csr_matrix((np.concatenate(cells), where), shape=shape))
    query = np.concatenate([scored.query, scored.query[twins]])
    return sparse.vstack(blocks), query, np.arange(query.size) < scored.query.size
