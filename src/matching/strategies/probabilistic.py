"""The probabilistic strategy: who a passage is, how sure, and what else it could be.

Candidates come from the register's index, agreement levels and their weights from ``matching.linkage``; the posterior
counts nobody and an absent twin among the answers. An answer carries the level reached in each trait and how many bits
it is ahead of the next person.

Example:
    >>> decisions = decide(passages, open_register("register"), ProbabilisticSettings())
    >>> decisions.select("outcome", "probability", "runner_up_bits", "level_birth_date")
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import UsageError
from matching.identity.frames import AGREEMENT, OUTCOME
from matching.identity.outcomes import Message, Outcome
from matching.linkage.arrays import Array
from matching.linkage.ask import trait_to_ask
from matching.linkage.decision import Rule, agreements, best_levels, outcomes
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.queries import Queries
from matching.linkage.search import Found, search
from matching.linkage.weights import load_weights
from matching.register.folder import Register
from matching.strategies.answers import answers
from matching.strategies.index import LinkageIndex, open_index
from matching.strategies.lookups import Progress
from matching.strategies.queries import queries_of
from matching.strategies.settings import ProbabilisticSettings

_SHOWN = tuple(trait for trait in TRAITS if trait != "other_names")
_RANGES = {"cost_of_false_match": (1.0, 1e15), "plausible": (0.0, 1.0), "most_per_bucket": (1, 10**9)}
_STAGE_1 = ("birth_name", "given_names", "sex")


@dataclass(frozen=True)
class Searched:
    """Passages that were searched: what an explanation needs besides the decisions.

    Attributes:
        index: Of the register.
        queries: The passages, as they were compared.
        found: What was found.
        rule: What decided.
    """

    index: LinkageIndex
    queries: Queries
    found: Found
    rule: Rule


def decide(
    passages: pl.DataFrame, register: Register, settings: ProbabilisticSettings, progress: Progress | None = None
) -> pl.DataFrame:
    """One decision per passage, in the passages' order.

    Args:
        passages: Contract PASSAGES, holders given by their traits.
        register: An opened register; its index is built beside it the first time.
        settings: How sure an answer must be, and by which weights.
        progress: Called as passages are done.

    Returns:
        Contract DECISIONS. ``stages`` counts the pairs compared, then the persons who remain plausible.
    """
    searched = search_passages(passages, register, settings, progress)
    return decisions_of(passages, searched)


def search_passages(
    passages: pl.DataFrame, register: Register, settings: ProbabilisticSettings, progress: Progress | None = None
) -> Searched:
    """The passages' candidates and probabilities, before any decision.

    Raises:
        UsageError: a setting is out of its range, or there is no such weight table.
        RegisterError: the register cannot be read, or its index cannot be written.
    """
    _check_ranges(settings)
    index = open_index(register, progress)
    queries = queries_of(passages, index)
    weights = load_weights(settings.weights)
    found = search(
        queries,
        index,
        weights,
        most_per_bucket=settings.most_per_bucket,
        learn_presence=settings.presence == "file",
        progress=progress,
    )
    rule = Rule(settings.cost_of_false_match, settings.plausible, settings.accept_usage_name, settings.guard)
    return Searched(index, queries, found, rule)


def _check_ranges(settings: ProbabilisticSettings) -> None:
    for name, (least, most) in _RANGES.items():
        value = getattr(settings, name)
        if not least <= value <= most:  # false for a number that is none, too
            raise UsageError("strategies.settings_range", name=name, found=value, least=least, most=most)


def decisions_of(passages: pl.DataFrame, searched: Searched) -> pl.DataFrame:
    """What the rule makes of the probabilities."""
    found, queries = searched.found, searched.queries
    outcome = outcomes(found.candidates, found.posterior, searched.rule, is_searchable(queries))
    is_ok = np.isin(outcome, [Outcome.FOUND, Outcome.FOUND_RECTIFIED])
    has_best = found.posterior.best >= 0
    levels = best_levels(found.candidates, found.posterior)
    agree = agreements(levels)
    person = np.zeros(outcome.size, np.uint32)
    person[has_best] = found.candidates.person[found.posterior.best[has_best]]
    contradicts = (agree["birth_date"] == "differ") | (agree["birth_place"] == "differ")
    frame = pl.DataFrame(
        {
            "outcome": pl.Series(outcome).cast(OUTCOME),
            "message": pl.Series(_message(outcome, agree, has_best, is_ok), dtype=pl.UInt8),
            "person": _where(is_ok, person, pl.UInt32),
            "nir": searched.index.nirs(np.where(is_ok, person, 0)).set(pl.Series(~is_ok), None),
            "probability": found.posterior.probability,
            "runner_up_bits": _where(has_best, _runner_up_bits(found), pl.Float64),
            "ask_for": trait_to_ask(found, searched.index, outcome == Outcome.SEVERAL),
            "stages": _stages(found, searched.rule.plausible),
            "flagged": is_ok & contradicts,
        }
        | {f"level_{trait}": _level_names(trait, levels, has_best) for trait in _SHOWN}
        | {f"agree_{trait}": _where(is_ok, values, pl.String).cast(AGREEMENT) for trait, values in agree.items()}
    )
    return answers(pl.concat([passages.select("passage", "id_technique"), frame], how="horizontal"))


def is_searchable(queries: Queries) -> NDArray[np.bool_]:
    """Whether two of surname, given name and birth date were sent: one alone tells nobody apart."""
    told = (queries.surnames.length > 0, queries.given_names.length > 0, (queries.year > 0) & (queries.month > 0))
    return np.sum(told, axis=0) > 1


def _runner_up_bits(found: Found) -> NDArray[np.float64]:
    """How far the best person is ahead of the next, or of nobody where that is nearer, in bits."""
    against = np.maximum(found.posterior.runner_up, found.posterior.nobody)
    tiny = np.finfo(np.float64).tiny
    return np.log2(np.maximum(found.posterior.probability, tiny) / np.maximum(against, tiny))


def _stages(found: Found, plausible: float) -> pl.Series:
    """Pairs compared, then persons who are plausible."""
    named = (found.posterior.probability >= plausible).astype(np.uint32) + (found.posterior.runner_up >= plausible)
    counts = pl.DataFrame({"compared": found.compared.astype(np.uint32), "plausible": named.astype(np.uint32)})
    return counts.select(pl.concat_list("compared", "plausible")).to_series()


def _message(
    outcome: NDArray[np.str_], agree: dict[str, Array], has_best: NDArray[np.bool_], is_ok: NDArray[np.bool_]
) -> list[int | None]:
    """The sentence a receipt would give: the stage of the published funnel that the best candidate would not pass."""
    stage_1 = np.logical_and.reduce([agree[trait] == "agree" for trait in _STAGE_1]) & has_best
    message = np.select(
        [outcome == Outcome.SEVERAL, stage_1 & (agree["birth_date"] == "differ"), stage_1],
        [Message.SEVERAL, Message.NOBODY_WITH_DATE, Message.NOBODY_WITH_PLACE],
        Message.NOBODY,
    )
    return [None if ok else int(number) for ok, number in zip(is_ok, message, strict=True)]


def _level_names(trait: str, levels: NDArray[np.uint8], has_best: NDArray[np.bool_]) -> pl.Series:
    names = pl.Series([level.name for level in LEVELS[trait]])
    return names.gather(levels[:, TRAITS.index(trait)]).set(pl.Series(~has_best), None)


def _where(told: NDArray[np.bool_], values: NDArray[np.generic], dtype: type[pl.DataType]) -> pl.Series:
    return pl.Series(values).cast(dtype).set(pl.Series(~told), None)
