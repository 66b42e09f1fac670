"""Who is measured: ours by name, and the peers, behind one interface.

Example:
    >>> answers = ours("probabilistic")([draw])["probabilistic"][0]
    >>> answers.best.columns
    ['passage', 'person', 'probability', 'score', 'margin_bits', 'is_ok', 'is_several']

A ``Contender`` takes draws of one register and gives, by name, an ``Answers`` for each. One program may answer under
several names: Splink's weights are decided upon by a threshold, and by the project's posterior.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.comparable import submitted
from benchmarks.draws import Draw
from benchmarks.posterior import file_posterior
from matching.identity.outcomes import Outcome
from matching.linkage.candidates import expand
from matching.strategies.probabilistic import decisions_of, search_passages
from matching.strategies.settings import ProbabilisticSettings
from matching.strategies.table import strategy

BEST = {
    "passage": pl.UInt32,
    "person": pl.UInt32,  # the best candidate, null when the contender names nobody
    "probability": pl.Float64,  # that it is the right one, null when the contender gives none
    "score": pl.Float64,  # what a threshold is set on, null when the contender takes none
    "margin_bits": pl.Float64,  # to the next person, infinite without one
    "is_ok": pl.Boolean,  # the contender's own decision, null when it leaves it to a threshold
    "is_several": pl.Boolean,  # it refuses because several persons are plausible
}


@dataclass(frozen=True)
class Answers:
    """What a contender says of one draw.

    Attributes:
        best: Columns of ``BEST``; a passage with nobody may have no row.
        candidates: ``passage, person`` of every pair that was scored; None when the contender does not tell.
        seconds: Of the whole, from passages to answers; of all draws together when they were answered together.
    """

    best: pl.DataFrame
    candidates: pl.DataFrame | None
    seconds: float


APART = 10_000_000
"""Between the numbers of the passages of two draws that are weighed together."""

PLAUSIBLE = 0.999
"""Somebody is in the register with that probability, and no one person has it: several."""

Contender = Callable[[Sequence[Draw]], Mapping[str, list[Answers]]]


def ours(name: str) -> Contender:
    """A strategy of the project, under its own name."""

    def answer(draws: Sequence[Draw]) -> dict[str, list[Answers]]:
        return {name: [_decided(name, draw) for draw in draws]}

    return answer


def _decided(name: str, draw: Draw) -> Answers:
    settings = strategy(name).settings
    if isinstance(settings, ProbabilisticSettings):
        return _searched(settings, draw)
    passages = draw.passages
    started = time.perf_counter()
    decisions = strategy(name).run(passages, draw.register)
    seconds = time.perf_counter() - started
    best = decisions.select(
        "passage",
        "person",
        "probability",
        score=pl.when(pl.col("outcome") != str(Outcome.USAGE_NAME_ONLY)).then("probability"),
        margin_bits=pl.col("runner_up_bits").fill_null(np.inf),
        is_ok=pl.col("message").is_null(),
        is_several=pl.col("outcome") == str(Outcome.SEVERAL),
    )
    return Answers(best, None, seconds)


def _searched(settings: ProbabilisticSettings, draw: Draw) -> Answers:
    """The probabilistic strategy, with its best candidate even where it does not decide for it."""
    passages = draw.passages
    started = time.perf_counter()
    searched = search_passages(passages, draw.register, settings)
    decisions = decisions_of(passages, searched)
    seconds = time.perf_counter() - started
    found, queries, index = searched.found, searched.queries, searched.index
    best = pl.Series(found.posterior.best)
    person = pl.Series(found.candidates.person).gather(best.set(best < 0, None))
    query, row = expand(found.lookups, (0, queries.size), queries, index)
    pairs = pl.DataFrame({"passage": passages["passage"].gather(query), "person": index.records["person"][row]})
    answers = decisions.select(
        "passage",
        person=person,
        probability="probability",
        score=pl.when(pl.col("outcome") != str(Outcome.USAGE_NAME_ONLY)).then("probability"),
        margin_bits=pl.lit(np.inf),
        is_ok=pl.col("message").is_null(),
        is_several=pl.col("outcome") == str(Outcome.SEVERAL),
    )
    return Answers(answers, pairs.unique(), seconds)


def peer(name: str, weigh: Callable[[Draw, pl.DataFrame], pl.DataFrame]) -> Contender:
    """A program that weighs pairs, decided upon by its weights (``name``) and by the posterior (``name+posterior``).

    The draws of a profile are weighed at once: the register is read once, and no weight depends on the others.

    Args:
        name: Of the program.
        weigh: Takes the first draw of the profile and passages in comparable columns; gives ``passage, person,
            weight_bits, given_name_bits``, the pairs of a passage together.
    """

    def answer(draws: Sequence[Draw]) -> dict[str, list[Answers]]:
        pairs: list[pl.DataFrame] = [pl.DataFrame()] * len(draws)
        started = time.perf_counter()
        for profile in dict.fromkeys(draw.profile for draw in draws):
            ranks = [rank for rank, draw in enumerate(draws) if draw.profile == profile]
            numbered = (
                submitted(draws[rank].passages).with_columns(pl.col("unique_id") + rank * APART) for rank in ranks
            )
            weighed = weigh(draws[ranks[0]], pl.concat(numbered))
            for rank in ranks:
                is_its = pl.col("passage") // APART == rank
                pairs[rank] = weighed.filter(is_its).with_columns(pl.col("passage") - rank * APART)
        seconds = time.perf_counter() - started
        return {
            name: [by_weight(each, seconds) for each in pairs],
            f"{name}+posterior": [by_posterior(each, draw, seconds) for each, draw in zip(pairs, draws, strict=True)],
        }

    return answer


def by_weight(pairs: pl.DataFrame, seconds: float) -> Answers:
    """The answers of a program that only weighs pairs: the best pair of each passage, and how far the next one is.

    Args:
        pairs: ``passage, person, weight_bits``.
        seconds: That it took.
    """
    ranked = pairs.sort("passage", "weight_bits", "person", descending=[False, True, False])
    second = pl.col("weight_bits").get(1, null_on_oob=True)
    best = ranked.group_by("passage", maintain_order=True).agg(
        pl.col("person").first(),
        probability=pl.lit(None, dtype=pl.Float64),
        score=pl.col("weight_bits").first(),
        margin_bits=(pl.col("weight_bits").first() - second).fill_null(np.inf),
        is_ok=pl.lit(None, dtype=pl.Boolean),
        is_several=pl.lit(value=False),
    )
    return Answers(best.select(*BEST), pairs.select("passage", "person"), seconds)


def by_posterior(pairs: pl.DataFrame, draw: Draw, seconds: float) -> Answers:
    """The same weights under the project's decision layer.

    Args:
        pairs: ``passage, person, weight_bits, given_name_bits``, the pairs of a passage together.
        draw: Whose passages they are.
        seconds: That they took.
    """
    weighed = pairs.with_columns(probability=pl.Series(file_posterior(pairs, draw)))
    ranked = weighed.sort("passage", "probability", "person", descending=[False, True, False])
    second = pl.col("weight_bits").get(1, null_on_oob=True)
    best = ranked.group_by("passage", maintain_order=True).agg(
        pl.col("person").first(),
        pl.col("probability").first(),
        score=pl.col("probability").first(),
        margin_bits=(pl.col("weight_bits").first() - second).fill_null(np.inf),
        is_ok=pl.lit(None, dtype=pl.Boolean),
        is_several=(pl.col("probability").sum() >= PLAUSIBLE) & (pl.col("probability").first() < PLAUSIBLE),
    )
    return Answers(best.select(*BEST), pairs.select("passage", "person"), seconds)
