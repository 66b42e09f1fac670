"""The project's decision layer on anybody's weights: the posterior over nobody, the absent twin and the candidates.

Example:
    >>> posterior(np.array([0, 0]), np.array([40.0, 12.0]), np.array([9.0, -5.0]), persons=1e7, prior=0.99).round(4)
    array([1., 0.])

Written as plainly as the formula, on purpose: p_i ∝ (π/N)·2^w_i for each candidate, p_0 ∝ 1 − π for nobody. The absent
twin or sibling of candidate i has all but the given name in common with the person: .026 times the pair without its
given-name bits.
"""

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from benchmarks.comparable import submitted
from benchmarks.question import Question

ABSENT_TWIN = 0.026
FIRST_GUESS, ROUNDS = 0.95, 6


def posterior(
    passage: NDArray[np.integer],
    weight_bits: NDArray[np.float64],
    given_name_bits: NDArray[np.float64],
    *,
    persons: float,
    prior: ArrayLike,
) -> NDArray[np.float64]:
    """The probability of each pair, the pairs of a passage standing together.

    Args:
        passage: Of each pair.
        weight_bits: Of each pair, without prior.
        given_name_bits: The part of the given names in it.
        persons: In the register.
        prior: Chance that the person of the passage is in the register, 0..1, of each pair or of all.
    """
    if not passage.size:
        return np.empty(0)
    starts = np.flatnonzero(np.r_[True, passage[1:] != passage[:-1]])
    lengths = np.diff(np.r_[starts, passage.size])
    prior = np.broadcast_to(np.asarray(prior, dtype=np.float64), passage.shape)
    in_register = prior / persons
    pair = in_register * np.exp2(weight_bits)
    # Twins bear different names: only a pair whose given names speak against it may be the twin.
    twin = np.where(given_name_bits < 0, in_register * ABSENT_TWIN * np.exp2(weight_bits - given_name_bits), 0.0)
    everybody = np.add.reduceat(pair + twin, starts) + (1 - prior[starts])
    return np.asarray(pair / np.repeat(everybody, lengths))


def file_posterior(pairs: pl.DataFrame, question: Question) -> NDArray[np.float64]:
    """The same with π estimated on the file, of people who say that they were born abroad and of the others.

    Args:
        pairs: ``passage, weight_bits, given_name_bits``, the pairs of a passage together.
        question: Whose passages they are.
    """
    said = submitted(question.passages).select(pl.col("is_abroad").fill_null(value=False)).to_series().to_numpy()
    passage = pairs["passage"].to_numpy()
    weights = pairs["weight_bits"].to_numpy(), pairs["given_name_bits"].to_numpy()
    prior = np.full(said.size, FIRST_GUESS)
    for _ in range(ROUNDS):
        found = posterior(passage, *weights, persons=question.register.persons, prior=prior[passage])
        somebody = np.bincount(passage, found, minlength=said.size)
        rates = np.array([somebody[~said].mean(), somebody[said].mean() if said.any() else FIRST_GUESS])
        prior = np.clip(rates, 0.01, 0.9999)[said.astype(np.intp)]
    return found
