"""Who is measured: ours by name, and the peers, behind one interface.

Example:
    >>> answers = ours("probabilistic")([question])["probabilistic"][0]
    >>> answers.best.columns
    ['passage', 'person', 'probability', 'score', 'margin_bits', 'is_ok', 'is_several']

A ``Contender`` takes questions about one register and gives, by name, an ``Answers`` for each. One program may answer
under several names: Splink's weights are decided upon by a threshold, and by the project's posterior.

``theirs`` takes anybody's function, ``module:function`` or ``file.py:function``::

    def run(passages: pl.DataFrame, register: Register) -> pl.DataFrame: ...

``passages`` are of contract PASSAGES, ``register`` is an opened register. It returns either its decisions: ``passage``,
``person`` (null without one), ``outcome`` (a word of ``Outcome``) and, if it likes, ``probability``, at most one row
per passage; or the pairs that it weighed: ``passage``, ``person``, ``score``, the higher the surer, upon which
thresholds decide, tuned on passages that are not judged. Seeing no truth, it may read nothing but its arguments.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl

from benchmarks.comparable import submitted
from benchmarks.posterior import file_posterior
from benchmarks.question import Question
from matching.identity.outcomes import Outcome
from matching.linkage.candidates import expand
from matching.register.folder import Register
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
    """What a contender says to one question.

    Attributes:
        best: Columns of ``BEST``; a passage with nobody may have no row.
        candidates: ``passage, person`` of every pair that was scored; None when the contender does not tell.
        seconds: Of the whole, from passages to answers; of all questions together when they were answered together.
    """

    best: pl.DataFrame
    candidates: pl.DataFrame | None
    seconds: float


APART = 10_000_000
"""Between the numbers of the passages of two questions that are weighed together."""

PLAUSIBLE = 0.999
"""Somebody is in the register with that probability, and no one person has it: several."""

Contender = Callable[[Sequence[Question]], Mapping[str, list[Answers]]]
Function = Callable[[pl.DataFrame, Register], pl.DataFrame]
"""Passages and a register in, decisions or weighed pairs out."""


def ours(name: str) -> Contender:
    """A strategy of the project, under its own name."""

    def answer(questions: Sequence[Question]) -> dict[str, list[Answers]]:
        return {name: [_decided(name, question) for question in questions]}

    return answer


def theirs(where: str, name: str | None = None) -> Contender:
    """A user's function, under its own name or another.

    Args:
        where: ``module:function`` or ``file.py:function``.
        name: What it is called in the results.

    Raises:
        ValueError: there is no such function; or, when it answers, its answer is neither decisions nor pairs.
    """
    function = _function(where)

    def answer(questions: Sequence[Question]) -> dict[str, list[Answers]]:
        return {name or where: [_answered(function, question) for question in questions]}

    return answer


def _function(where: str) -> Function:
    module, _, name = where.rpartition(":")
    try:
        function: Function = getattr(_loaded(module), name)
    except (ImportError, AttributeError, ValueError, OSError) as error:
        raise ValueError(f"expected module:function or file.py:function, found {where!r}: {error}") from error
    return function


def _loaded(module: str) -> ModuleType:
    if not module.endswith(".py"):
        return importlib.import_module(module)
    spec = importlib.util.spec_from_file_location(Path(module).stem, module)
    if spec is None or spec.loader is None:
        raise ImportError(module)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def _answered(function: Function, question: Question) -> Answers:
    started = time.perf_counter()
    said = function(question.passages, question.register)
    seconds = time.perf_counter() - started
    columns = set(said.columns)
    if {"passage", "person", "outcome"} <= columns:
        if said["passage"].is_duplicated().any():
            raise ValueError("expected at most one decision per passage")
        if "probability" not in columns:
            said = said.with_columns(probability=pl.lit(None, dtype=pl.Float64))
        return Answers(_own(said.with_columns(pl.col("outcome").cast(pl.String))), None, seconds)
    if {"passage", "person", "score"} <= columns:
        pairs = said.select(pl.col("passage", "person").cast(pl.UInt32), weight_bits=pl.col("score").cast(pl.Float64))
        return by_weight(pairs, seconds)
    raise ValueError(f"expected passage, person and outcome, or passage, person and score; found {said.columns}")


def _own(decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions as ``BEST``: ``passage``, ``person``, ``outcome`` as text, ``probability``."""
    is_ok = pl.col("outcome").is_in([str(outcome) for outcome in Outcome if outcome.is_ok])
    return decisions.select(
        pl.col("passage", "person").cast(pl.UInt32),
        pl.col("probability").cast(pl.Float64),
        score=pl.when(pl.col("outcome") != str(Outcome.USAGE_NAME_ONLY)).then("probability").cast(pl.Float64),
        margin_bits=pl.lit(np.inf),
        is_ok=is_ok & pl.col("person").is_not_null(),
        is_several=pl.col("outcome") == str(Outcome.SEVERAL),
    )


def _decided(name: str, question: Question) -> Answers:
    settings = strategy(name).settings
    if isinstance(settings, ProbabilisticSettings):
        return _searched(settings, question)
    started = time.perf_counter()
    decisions = strategy(name).run(question.passages, question.register)
    seconds = time.perf_counter() - started
    return Answers(_own(decisions.with_columns(pl.col("outcome").cast(pl.String))), None, seconds)


def _searched(settings: ProbabilisticSettings, question: Question) -> Answers:
    """The probabilistic strategy, with its best candidate even where it does not decide for it."""
    passages = question.passages
    started = time.perf_counter()
    searched = search_passages(passages, question.register, settings)
    decisions = decisions_of(passages, searched)
    seconds = time.perf_counter() - started
    found, queries, index = searched.found, searched.queries, searched.index
    best = pl.Series(found.posterior.best)
    person = pl.Series(found.candidates.person).gather(best.set(best < 0, None))
    query, row = expand(found.lookups, (0, queries.size), queries, index)
    pairs = pl.DataFrame({"passage": passages["passage"].gather(query), "person": index.records["person"][row]})
    answers = _own(decisions.with_columns(pl.col("outcome").cast(pl.String), person=person))
    return Answers(answers, pairs.unique(), seconds)


def peer(name: str, weigh: Callable[[Question, pl.DataFrame], pl.DataFrame]) -> Contender:
    """A program that weighs pairs, decided upon by its weights (``name``) and by the posterior (``name+posterior``).

    The questions of a profile are weighed at once: the register is read once, and no weight depends on the others.

    Args:
        name: Of the program.
        weigh: Takes the first question of the profile and passages in comparable columns; gives ``passage, person,
            weight_bits, given_name_bits``, the pairs of a passage together.
    """

    def answer(questions: Sequence[Question]) -> dict[str, list[Answers]]:
        pairs: list[pl.DataFrame] = [pl.DataFrame()] * len(questions)
        started = time.perf_counter()
        for profile in dict.fromkeys(question.profile for question in questions):
            ranks = [rank for rank, question in enumerate(questions) if question.profile == profile]
            numbered = (
                submitted(questions[rank].passages).with_columns(pl.col("unique_id") + rank * APART) for rank in ranks
            )
            weighed = weigh(questions[ranks[0]], pl.concat(numbered))
            for rank in ranks:
                is_its = pl.col("passage") // APART == rank
                pairs[rank] = weighed.filter(is_its).with_columns(pl.col("passage") - rank * APART)
        seconds = time.perf_counter() - started
        told = zip(pairs, questions, strict=True)
        return {
            name: [by_weight(each, seconds) for each in pairs],
            f"{name}+posterior": [by_posterior(each, question, seconds) for each, question in told],
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


def by_posterior(pairs: pl.DataFrame, question: Question, seconds: float) -> Answers:
    """The same weights under the project's decision layer.

    Args:
        pairs: ``passage, person, weight_bits, given_name_bits``, the pairs of a passage together.
        question: Whose passages they are.
        seconds: That they took.
    """
    weighed = pairs.with_columns(probability=pl.Series(file_posterior(pairs, question)))
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
