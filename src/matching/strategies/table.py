"""The table of strategies: a strategy is a named value.

Example:
    >>> strategy("cdc+date").settings.refuse_contradiction
    ('birth_date',)
    >>> decisions = strategy("cdc").run(passages, register)
"""

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from matching.identity.errors import UsageError
from matching.register.folder import Register
from matching.strategies import cdc
from matching.strategies.candidates import Progress
from matching.strategies.settings import CdcSettings


class Decide(Protocol):
    """Passages and a register in, decisions out: what every strategy is."""

    def __call__(
        self, passages: pl.DataFrame, register: Register, settings: CdcSettings, progress: Progress | None = None
    ) -> pl.DataFrame:
        """See ``matching.strategies.cdc.decide``."""


@dataclass(frozen=True)
class Strategy:
    """One row of the table.

    Attributes:
        name: What ``--strategy`` takes; its summary is the sentence ``strategies.<name>`` of the catalogue.
        decide: The function.
        settings: Its settings.
    """

    name: str
    decide: Decide
    settings: CdcSettings

    def run(self, passages: pl.DataFrame, register: Register, progress: Progress | None = None) -> pl.DataFrame:
        """One decision per passage: contract PASSAGES in, contract DECISIONS out."""
        return self.decide(passages, register, self.settings, progress)


_ROWS = (
    Strategy("cdc", cdc.decide, CdcSettings()),
    Strategy("cdc+date", cdc.decide, CdcSettings(refuse_contradiction=("birth_date",))),
    Strategy("cdc+date+place", cdc.decide, CdcSettings(refuse_contradiction=("birth_date", "birth_place"))),
)
STRATEGIES = {row.name: row for row in _ROWS}


def strategy(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in STRATEGIES:
        raise UsageError("strategies.unknown", name=name, known=", ".join(STRATEGIES))
    return STRATEGIES[name]
