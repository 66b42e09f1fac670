"""What is expected of a file before it is sent: the shares of OK and of each message, and what corrections bring.

Example:
    >>> forecast.ok, forecast.interval
    (0.934, (0.926, 0.941))
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

CONFIDENCE = 0.90
"""Share of files whose realised OK rate the interval contains."""


@dataclass(frozen=True)
class Forecast:
    """The forecast of a file. Shares are 0..1 of its passages.

    Attributes:
        passages: How many.
        persons: In the register that the passages are thought to be looked for in.
        ok: Expected share of OK, whoever they go to.
        interval: Contains the realised share in ``CONFIDENCE`` of files.
        wrong_person: Expected share of passages OK for another person: a part of ``ok``.
        messages: Message number → expected share of KO with that message.
        corrected: Expected share of OK once every finding that has a remedy is corrected.
        rows: Contract FORECASTS, one row per passage.
        gains: ``code``, ``passages`` (with a finding of that rule), ``gain`` (share of OK that correcting them all
            brings, alone), best first.
        model: Name of the stored model, with its provenance.
    """

    passages: int
    persons: int
    ok: float
    interval: tuple[float, float]
    wrong_person: float
    messages: Mapping[int, float]
    corrected: float
    rows: pl.DataFrame
    gains: pl.DataFrame
    model: str
