"""What the forecast works on: for each holder, what may be wrong, who bears the same name, what refuses for certain.

Example:
    >>> expected = expect(submitted, findings, persons=115_000_000, model=load_model())
    >>> expected.outcomes().ok.mean()
    0.934

What control 1 refuses is taken as mended: until it is, no passage of the file is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.rules import rules
from matching.quality.forecasting.exposure import KEY, exposure
from matching.quality.forecasting.features import Features, by_passage, features_of
from matching.quality.forecasting.funnel import Floats, Namesakes, Odds, Outcomes, outcomes
from matching.quality.forecasting.model import EVENTS, ForecastModel, sigmoid
from matching.quality.submitted import Submitted

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

REFUSED = {code: int(one.refusal) for code, one in rules().items() if one.refusal is not None}
"""Rules whose findings are refused whatever the holder → with which message."""

ONE_IS_ENOUGH = frozenset({"id_duplicate", "id_reused"})
"""Rules of message 5 when the same identifier is OK before: the passage is KO as the funnel says, or else by it."""

SEARCHED = frozenset({*KEY, "birth_date"})
"""Fields without which nobody can be searched."""


@dataclass(frozen=True)
class Expectation:
    """What is expected of holders, one element each, in order.

    Attributes:
        model: Of the events.
        features: Of the holders.
        found: ``row, code, field, group``: their findings, without those of control 1.
        namesakes: Expected, 0 where nobody can be searched.
        unsearchable: A name, the sex or the year is missing.
        refused: Message of those who are refused whatever the funnel says, 0 of the others.
        is_double: The identifier came before: KO all the same when the funnel says OK.
    """

    model: ForecastModel
    features: Features
    found: pl.DataFrame
    namesakes: Namesakes
    unsearchable: Flags
    refused: Rows
    is_double: Flags

    @cached_property
    def log_odds(self) -> dict[str, Floats]:
        """Of each event, unsearchable passages included."""
        return {event: self.model.log_odds(event, self.features) for event in EVENTS}

    @property
    def is_ko(self) -> Flags:
        """Who is KO for certain."""
        return self.is_double | (self.refused > 0) | self.unsearchable

    def outcomes(self) -> Outcomes:
        """What the funnel answers, message 1 where nobody can be searched; refusals are not in it."""
        return self.corrected(np.arange(self.features.size), dict.fromkeys(EVENTS, np.float64(0)), self.unsearchable)

    def corrected(self, rows: Rows, less: Mapping[str, Floats | np.float64], unsearchable: Flags) -> Outcomes:
        """The same for some rows when something is taken from their log-odds.

        Args:
            rows: Which ones, in any order.
            less: Event → how much.
            unsearchable: Which of these rows still lack a trait that is searched.
        """
        odds = Odds(*(sigmoid(self.log_odds[event][rows] - less[event]) for event in EVENTS))
        odds = odds._replace(absent=np.where(unsearchable, 1.0, odds.absent))
        return outcomes(odds, Namesakes(*(each[rows] for each in self.namesakes)))


def expect(submitted: Submitted, findings: pl.DataFrame, persons: int, model: ForecastModel) -> Expectation:
    """What is expected of a file.

    Args:
        submitted: The file.
        findings: Contract FINDINGS.
        persons: In the register.
        model: Of the events.
    """
    holders = submitted.holders.select("passage").with_row_index("row")
    of_control = (pl.col("severity") == "blocking") & ~pl.col("code").is_in([*REFUSED, *ONE_IS_ENOUGH])
    found = by_passage(findings.filter(~of_control), holders)
    exposed = exposure(submitted, persons)
    unsearchable = exposed["namesakes"].is_null().to_numpy().copy()
    mended = by_passage(findings.filter(of_control, pl.col("field").is_in(sorted(SEARCHED))), holders)
    unsearchable[mended["row"].to_numpy()] = False
    refused = holders.join(refusals(findings), on="passage", how="left", maintain_order="left")
    return Expectation(
        model,
        features_of(submitted, findings.filter(~of_control), exposed["namesakes"] / persons),
        found,
        Namesakes(*(exposed[name].fill_null(0).to_numpy() for name in exposed.columns[1:])),
        unsearchable,
        refused["message"].fill_null(0).to_numpy(),
        refused["is_double"].fill_null(value=False).to_numpy(),
    )


def refusals(findings: pl.DataFrame) -> pl.DataFrame:
    """The passages that are refused: ``passage``, ``message`` (0 = as the funnel says), ``is_double``."""
    message = pl.col("code").replace_strict(REFUSED, default=0, return_dtype=pl.Int64)
    is_double = pl.col("code").is_in(list(ONE_IS_ENOUGH))
    told = findings.filter((message > 0) | is_double, pl.col("passage").is_not_null())
    return told.group_by("passage").agg(message=message.max(), is_double=is_double.any())
