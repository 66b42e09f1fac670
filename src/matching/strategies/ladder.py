"""Why the probabilistic strategy answered what it did, for one passage: a ladder of bits that sums to the score.

Each rung is a trait: the level it reached, what that level is worth and what the frequency of the agreed value adds.
Then come the number of persons and the chance of being in the register. The sum says how far the best candidate is
ahead of nobody, in bits (log2 of the ratio of their probabilities); everyone else who competes stands beside.

Example:
    >>> found = ladder(passages, "T0", open_register("register"), ProbabilisticSettings())
    >>> found.outcome, round(found.score, 1), found.rungs[0].level
    ('FOUND', 31.6, 'exact')

Not an oracle: a ladder holds levels, and no value of the register unless the register is simulated and the caller asks
for them (``reveal``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from matching.identity.errors import UsageError
from matching.identity.outcomes import Outcome
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.posterior import Prior, family_bits, shares
from matching.linkage.weights import STRATA, VALUE_OF, Weights, load_weights
from matching.register.folder import Register
from matching.strategies.lookups import Progress
from matching.strategies.probabilistic import Searched, decisions_of, search_passages
from matching.strategies.revealed import registered
from matching.strategies.settings import ProbabilisticSettings

SENT = {
    "birth_name": ("raw_birth_name",),
    "usage_name": ("raw_usage_name",),
    "given_names": ("raw_given_name_1",),
    "other_names": ("raw_given_name_2", "raw_given_name_3"),
    "sex": ("raw_sex",),
    "birth_date": ("raw_birth_year", "raw_birth_month", "raw_birth_day"),
    "birth_place": ("raw_insee_code", "raw_postal_code", "raw_place_label", "raw_country_code", "raw_country_label"),
}
"""Columns of PASSAGES that say a trait; in the order a reader expects."""


@dataclass(frozen=True)
class Rung:
    """What one trait says about the best candidate.

    Attributes:
        trait: Of ``SENT``.
        level: Name of the level it reached; its sentence is ``linkage.<trait>_<level>``.
        level_bits: What the level is worth.
        value_bits: What the frequency of the agreed value adds; 0 when nothing is agreed on.
        sent: What the passage says, as it was sent; only the first letter when the register is not simulated.
        registered: What the register says; None unless it may be shown.
    """

    trait: str
    level: str
    level_bits: float
    value_bits: float
    sent: str | None
    registered: str | None

    @property
    def bits(self) -> float:
        """Both together."""
        return self.level_bits + self.value_bits


@dataclass(frozen=True)
class Alternative:
    """Somebody, or nobody, that could explain the passage.

    Attributes:
        who: ``best``, ``next`` (the next person), ``others`` (all further ones), ``twin`` (somebody absent from the
            register who has a twin in it) or ``nobody``.
        probability: 0..1; those of one passage sum to 1.
        differs: Of the next person, the traits whose level is another one, with that level.
    """

    who: str
    probability: float
    differs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Ladder:
    """The evidence of one passage.

    Attributes:
        passage: Its number.
        id_technique: As sent.
        stratum: Whose weights were used: ``france`` or ``abroad``.
        rungs: One per trait; none when nobody was met.
        persons_bits: One person among all of the register: −log2 of their number.
        presence_bits: The holder is in the register, against is not.
        alternatives: Everything that competes, most natural first.
        outcome: The answer.
        reason: Why: its sentence is ``linkage_report.why_<reason>``.
        threshold: Probability from which a person is accepted.
        ask_for: The trait that would tell several persons apart.
    """

    passage: int
    id_technique: str
    stratum: str
    rungs: tuple[Rung, ...]
    persons_bits: float
    presence_bits: float
    alternatives: tuple[Alternative, ...]
    outcome: str
    reason: str
    threshold: float
    ask_for: str | None

    @property
    def score(self) -> float:
        """How far the best candidate is ahead of nobody, in bits: the exact sum of the rungs."""
        parts = [part for rung in self.rungs for part in (rung.level_bits, rung.value_bits)]
        return math.fsum([*parts, self.persons_bits, self.presence_bits])


def ladder(
    passages: pl.DataFrame,
    id_technique: str,
    register: Register,
    settings: ProbabilisticSettings,
    *,
    reveal: bool = False,
) -> Ladder:
    """The ladder of the first passage of that name; see ``ladders``."""
    return ladders(passages, [id_technique], register, settings, reveal=reveal)[0]


def ladders(
    passages: pl.DataFrame,
    ids: Sequence[str],
    register: Register,
    settings: ProbabilisticSettings,
    *,
    reveal: bool = False,
    progress: Progress | None = None,
) -> list[Ladder]:
    """The ladder of every passage of those names, in file order.

    Args:
        passages: Contract PASSAGES; only those named are searched, unless presence is learnt from the file.
        ids: Their ``id_technique``.
        register: An opened register; its index is built beside it the first time.
        settings: Of the strategy.
        reveal: Show the values of the register beside those sent.
        progress: Called while the index is built.

    Raises:
        UsageError: a name that no passage has, a holder not given by traits, ``reveal`` on a register of real people.
    """
    if reveal and not register.simulated:
        raise UsageError("linkage_report.no_reveal", folder=str(register.folder))
    chosen = passages_named(passages, ids)
    others = chosen.filter(pl.col("branch") != "titulaire")
    if others.height:
        raise UsageError("linkage_report.not_by_traits", id=others["id_technique"][0], branch=others["branch"][0])
    # Presence learnt from the file depends on all of it: then all of it is searched.
    told = passages.filter(pl.col("branch") == "titulaire") if settings.presence == "file" else chosen
    searched = search_passages(told, register, settings, progress)
    decided = decisions_of(told, searched)
    weights, best = load_weights(settings.weights), searched.found.posterior.best
    found = []
    for row in told["id_technique"].is_in(list(ids)).arg_true():
        sent = texts_sent(told.row(row, named=True))
        texts = sent if register.simulated else {trait: _masked(text) for trait, text in sent.items()}
        is_shown = reveal and best[row] >= 0
        known = registered(searched.index, searched.found.candidates.row[best[row]]) if is_shown else {}
        found.append(_ladder(searched, weights, row, decided.row(row, named=True), texts, known))
    return found


def passages_named(passages: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """The passages of those names.

    Raises:
        UsageError: a name that no passage has.
    """
    for name in ids:
        if passages.filter(pl.col("id_technique") == name).is_empty():
            raise UsageError("linkage_report.unknown_passage", id=name, passages=passages.height)
    return passages.filter(pl.col("id_technique").is_in(list(ids)))


def _ladder(
    searched: Searched,
    weights: Weights,
    row: int,
    decision: dict[str, Any],
    sent: dict[str, str | None],
    known: dict[str, str],
) -> Ladder:
    abroad = int(searched.queries.places.is_abroad[row])
    presence = searched.found.presence[abroad]
    best = int(searched.found.posterior.best[row])
    probability = float(searched.found.posterior.probability[row]) if best >= 0 else None
    threshold = 1 - 1 / searched.rule.cost
    return Ladder(
        passage=decision["passage"],
        id_technique=decision["id_technique"],
        stratum=STRATA[abroad],
        rungs=_rungs(searched, weights, best, sent, known) if best >= 0 else (),
        persons_bits=-math.log2(searched.index.frequencies.persons),
        presence_bits=math.log2(presence) - math.log2(1 - presence) - math.log2(1 - weights.twin),
        alternatives=_alternatives(searched, weights, row),
        outcome=decision["outcome"],
        reason=_reason(decision["outcome"], probability, threshold),
        threshold=threshold,
        ask_for=decision["ask_for"],
    )


def _rungs(
    searched: Searched, weights: Weights, best: int, sent: dict[str, str | None], known: dict[str, str]
) -> tuple[Rung, ...]:
    candidates = searched.found.candidates
    abroad = int(searched.queries.places.is_abroad[candidates.query[best]])
    rungs = []
    for trait, text in sent.items():
        rank = TRAITS.index(trait)
        level = int(candidates.levels[best, rank])
        of_level = float(weights.offsets[abroad, rank, level])
        # What the strategy added for the trait is the whole; the value's part is the rest of it.
        of_value = float(searched.found.bits[best, rank]) - of_level if VALUE_OF[rank, level] else 0.0
        rungs.append(Rung(trait, LEVELS[trait][level].name, of_level, of_value, text, known.get(trait)))
    return tuple(rungs)


def _alternatives(searched: Searched, weights: Weights, row: int) -> tuple[Alternative, ...]:
    """Everything that competes for a passage."""
    found = searched.found
    at = np.flatnonzero(found.candidates.query == row)
    mine = replace(found.candidates.taken(at), query=np.zeros(at.size, np.intp))
    presence = np.array([found.presence[int(searched.queries.places.is_abroad[row])]])
    prior = Prior(presence, weights.twin, searched.index.frequencies.persons)
    somebody, twin, nobody = shares(mine, family_bits(mine, found.bits[at]), prior)
    listed = [Alternative("best", float(somebody[0]))] if at.size else []
    if at.size > 1:
        listed.append(Alternative("next", float(somebody[1]), _differences(mine.levels)))
    if at.size > 2:  # noqa: PLR2004 - the best and the next
        listed.append(Alternative("others", float(somebody[2:].sum())))
    if twin.any():
        listed.append(Alternative("twin", float(twin.sum())))
    return (*listed, Alternative("nobody", float(nobody[0])))


def _differences(levels: np.ndarray) -> tuple[tuple[str, str], ...]:
    """The traits in which the second candidate's level is another one, and that level."""
    of = {trait: TRAITS.index(trait) for trait in SENT}
    return tuple(
        (trait, LEVELS[trait][levels[1, rank]].name) for trait, rank in of.items() if levels[0, rank] != levels[1, rank]
    )


def _reason(outcome: str, probability: float | None, threshold: float) -> str:
    """What decided; the rules are those of ``linkage.decision``."""
    if outcome == Outcome.INVALID:
        return "invalid"
    if probability is None:
        return "nobody_met"
    if outcome in {Outcome.SEVERAL, Outcome.WEAK_ECHO, Outcome.NONE} and probability >= threshold:
        return "guard"
    return outcome.lower()


def texts_sent(sent: Mapping[str, Any]) -> dict[str, str | None]:
    """What was sent for each trait, in one piece; None when nothing was."""
    found: dict[str, str | None] = {}
    for trait, columns in SENT.items():
        told = [sent[column].strip() for column in columns if sent[column] and sent[column].strip()]
        found[trait] = ("-" if trait == "birth_date" else " ").join(told) or None
    return found


def _masked(text: str | None) -> str | None:
    return None if text is None else f"{text[0]}…"
