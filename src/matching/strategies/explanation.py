"""Why a strategy answered what it did, for engineers: trait by trait, stage by stage, bit by bit, and who came closest.

Example:
    >>> run = match_deposit("janvier.xml", open_register("register"), strategy("cdc"))
    >>> why = explain(run.decisions.row(17, named=True), run.passages, run.register, run.strategy)
    >>> why.outcome, why.stages, why.nearest.kept_out_by
    ('NONE', (('cdc_1', 0),), ('given_names',))

Every strategy tells the agreements with the person it chose, and how many candidates each of its stages left. The one
that weighs evidence tells its ladder of bits too. Who came closest without being accepted is told on simulated
registers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from matching.identity.errors import UsageError
from matching.identity.frames import DECISIONS
from matching.identity.outcomes import TRAITS
from matching.register.folder import Register
from matching.strategies.ladder import Ladder, ladders, passages_named
from matching.strategies.lookups import Progress
from matching.strategies.nearest import NearMiss, near_misses
from matching.strategies.settings import CdcSettings, CsnsSettings, InsiSettings, ProbabilisticSettings, Settings
from matching.strategies.table import Strategy

_STAGES: Mapping[type[Settings], tuple[str, ...]] = {
    CdcSettings: ("cdc_1", "cdc_2", "cdc_3"),
    InsiSettings: ("insi_1", "insi_2", "insi_3"),
    ProbabilisticSettings: ("compared", "plausible"),
}
_BY_NUMBER = ("by_number",)


@dataclass(frozen=True)
class Explanation:
    """Why one passage got its answer.

    Attributes:
        passage: Its number.
        id_technique: As sent.
        strategy: Name of the strategy.
        outcome: The answer.
        message: Number of the receipt's sentence; None = OK.
        agreements: Trait → ``agree``, ``differ`` or ``missing`` with the person chosen; None when nobody was.
        stages: Stage that ran → candidates it left; the sentence of a stage is ``linkage_report.stage_<stage>``. None
            when the passage was not searched.
        ladder: Of a strategy that weighs evidence; None for the others.
        nearest: Who came closest without being accepted; None when nobody did, or the register is not simulated.
    """

    passage: int
    id_technique: str
    strategy: str
    outcome: str
    message: int | None
    agreements: Mapping[str, str | None]
    stages: tuple[tuple[str, int], ...] | None
    ladder: Ladder | None
    nearest: NearMiss | None


def explain(
    decision: Mapping[str, Any], passages: pl.DataFrame, register: Register, strategy: Strategy, *, reveal: bool = False
) -> Explanation:
    """Why one decision is what it is.

    Args:
        decision: A row of contract DECISIONS, that ``strategy`` gave of one of ``passages``.
        passages: Contract PASSAGES: the file, or that passage alone unless presence is learnt from the file.
        register: Where it was looked for.
        strategy: That decided.
        reveal: Show the values of the register beside those sent.

    Raises:
        UsageError: ``reveal`` on a register of real people.
    """
    frame = pl.DataFrame([{name: decision[name] for name in DECISIONS.columns}], schema=dict(DECISIONS.columns))
    return explanations(frame, passages, register, strategy, reveal=reveal)[0]


def explained(
    passages: pl.DataFrame,
    ids: Sequence[str],
    register: Register,
    strategy: Strategy,
    *,
    reveal: bool = False,
    progress: Progress | None = None,
) -> list[Explanation]:
    """Decide the passages of those names and tell why, in file order.

    Args:
        passages: Contract PASSAGES; only those named are searched, unless presence is learnt from the file.
        ids: Their ``id_technique``.
        register: Where they are looked for.
        strategy: That decides.
        reveal: Show the values of the register beside those sent.
        progress: Called while the strategy runs.

    Raises:
        UsageError: a name that no passage has, or ``reveal`` on a register of real people.
    """
    chosen = passages_named(passages, ids)
    decided = strategy.run(passages if _learns(strategy) else chosen, register, progress)
    asked = decided.join(chosen, on="passage", how="semi", maintain_order="left")
    return explanations(asked, passages, register, strategy, reveal=reveal)


def explanations(
    decisions: pl.DataFrame, passages: pl.DataFrame, register: Register, strategy: Strategy, *, reveal: bool = False
) -> list[Explanation]:
    """``explain`` for several decisions at once, in their order."""
    if reveal and not register.simulated:
        raise UsageError("linkage_report.no_reveal", folder=str(register.folder))
    told = passages.join(decisions, on="passage", how="semi", maintain_order="left")
    by_traits = told.filter(pl.col("branch") == "titulaire")
    known = _ladders(by_traits, passages, register, strategy, reveal=reveal)
    misses = _misses(by_traits, decisions, register, strategy, reveal=reveal)
    branches = dict(told.select("passage", "branch").iter_rows())
    return [
        Explanation(
            **{name: row[name] for name in ("passage", "id_technique", "outcome", "message")},
            strategy=strategy.name,
            agreements={trait: row[f"agree_{trait}"] for trait in TRAITS},
            stages=_stages(row["stages"], _names(branches[row["passage"]], strategy.settings)),
            ladder=known.get(row["passage"]),
            nearest=misses.get(row["passage"]),
        )
        for row in decisions.iter_rows(named=True)
    ]


def _learns(strategy: Strategy) -> bool:
    """Whether a decision depends on the other passages of the file."""
    return isinstance(strategy.settings, ProbabilisticSettings) and strategy.settings.presence == "file"


def _ladders(
    asked: pl.DataFrame, passages: pl.DataFrame, register: Register, strategy: Strategy, *, reveal: bool
) -> dict[int, Ladder]:
    settings = strategy.settings
    if asked.is_empty() or not isinstance(settings, ProbabilisticSettings):
        return {}
    by_traits = passages.filter(pl.col("branch") == "titulaire") if _learns(strategy) else asked
    found = ladders(by_traits, asked["id_technique"].to_list(), register, settings, reveal=reveal)
    return {one.passage: one for one in found}


def _misses(
    asked: pl.DataFrame, decisions: pl.DataFrame, register: Register, strategy: Strategy, *, reveal: bool
) -> dict[int, NearMiss | None]:
    if asked.is_empty() or not register.simulated:
        return {}
    chosen = asked.select("passage").join(decisions, on="passage", how="left", maintain_order="left")["person"]
    found = near_misses(asked, chosen.to_list(), register, strategy, reveal=reveal)
    return dict(zip(asked["passage"], found, strict=True))


def _names(branch: str, settings: Settings) -> tuple[str, ...]:
    """What the stages of a strategy are called, in the order they run."""
    if branch != "titulaire":
        return _BY_NUMBER
    if isinstance(settings, CsnsSettings):
        return tuple(f"csns_{step}" for step in settings.steps)
    return _STAGES[type(settings)]


def _stages(left: Sequence[int] | None, names: Sequence[str]) -> tuple[tuple[str, int], ...] | None:
    return None if left is None else tuple(zip(names, left, strict=False))
