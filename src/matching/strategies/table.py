"""The table of strategies: a strategy is a named value.

Example:
    >>> strategy("cdc+date").settings.refuse_contradiction
    ('birth_date',)
    >>> decisions = strategy("csns").run(passages, register)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from matching.identity.errors import UsageError
from matching.identity.frames import DECISIONS
from matching.register.folder import Register
from matching.strategies import cdc, csns, insi, probabilistic
from matching.strategies.branches import decide_others
from matching.strategies.lookups import Progress
from matching.strategies.settings import CdcSettings, CsnsSettings, InsiSettings, ProbabilisticSettings, Settings

Decide = Callable[[pl.DataFrame, Register, Any, Progress | None], pl.DataFrame]
"""Passages of holders given by their traits, a register, the strategy's settings and a progress in; decisions out."""


@dataclass(frozen=True)
class Strategy:
    """One row of the table.

    Attributes:
        name: What ``--strategy`` takes; its summary is the sentence ``strategies.<name>`` of the catalogue.
        decide: The function; it only sees holders given by their traits.
        settings: Its settings, of the class that the function takes.
    """

    name: str
    decide: Decide
    settings: Settings

    def run(self, passages: pl.DataFrame, register: Register, progress: Progress | None = None) -> pl.DataFrame:
        """One decision per passage, in the passages' numbering: contract PASSAGES in, contract DECISIONS out."""
        by_traits = pl.col("branch") == "titulaire"
        told, others = passages.filter(by_traits), passages.filter(~by_traits)
        decided = self.decide(told, register, self.settings, progress) if told.height else DECISIONS.empty()
        if others.is_empty():
            return decided
        return pl.concat([decided, decide_others(others, register, self.settings)]).sort("passage")


_ROWS = (
    Strategy("cdc", cdc.decide, CdcSettings()),
    Strategy("cdc+date", cdc.decide, CdcSettings(refuse_contradiction=("birth_date",))),
    Strategy("cdc+date+place", cdc.decide, CdcSettings(refuse_contradiction=("birth_date", "birth_place"))),
    Strategy("insi", insi.decide, InsiSettings()),
    Strategy("csns", csns.decide, CsnsSettings()),
    Strategy("probabilistic", probabilistic.decide, ProbabilisticSettings()),
)
STRATEGIES = {row.name: row for row in _ROWS}
DEFAULT = _ROWS[0].name


def strategy(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in STRATEGIES:
        raise UsageError("strategies.unknown", name=name, known=", ".join(STRATEGIES))
    return STRATEGIES[name]
