"""What to expect of a file before it is sent: OK, KO by message, OK for somebody else, and what corrections bring.

Example:
    >>> expected = forecast(submitted, check(submitted))
    >>> expected.ok, expected.interval, expected.gains["code"][0]
    (0.934, (0.926, 0.941), 'given_name_hyphen_lost')

For each passage a stored model (``model``) says how likely the holder is absent from the register under what
was sent, or the date or the place wrong; how many other people bear the name follows from published frequencies
(``exposure``); the funnel's arithmetic (``funnel``) makes outcomes of both, for a register of any size.

The model is made on simulated files. A real register and real habits differ: the interval says what simulated files
of all sorts differ by, not that. Passages that give a file number or a NIR instead of traits are taken for OK.
"""

import math

import numpy as np
import polars as pl

from matching.identity.forecast import Forecast
from matching.identity.frames import FORECASTS
from matching.identity.outcomes import Message
from matching.quality.forecasting.corrections import corrections, of_others
from matching.quality.forecasting.expectation import Expectation, expect, refusals
from matching.quality.forecasting.exposure import NATIONAL
from matching.quality.forecasting.model import ForecastModel, load_model
from matching.quality.submitted import Submitted


def forecast(
    submitted: Submitted, findings: pl.DataFrame, persons: int = NATIONAL, model: ForecastModel | None = None
) -> Forecast:
    """The forecast of a file.

    Args:
        submitted: The file.
        findings: Contract FINDINGS, what ``check`` gives. What control 1 refuses is taken as mended.
        persons: In the register that the passages will be looked for in.
        model: The packaged one by default.
    """
    expected = expect(submitted, findings, persons, load_model() if model is None else model)
    holders = _holders(submitted, expected)
    others = _others(submitted, findings)
    rows = FORECASTS.check(pl.concat([holders, others]).sort("passage"))
    size = max(rows.height, 1)
    ok = _share(rows, "ok")
    corrected, gains = corrections(expected)
    gains = (
        pl.concat([gains, of_others(findings, others)])
        .group_by("code", maintain_order=True)
        .agg(pl.col("passages", "gain").sum())
    )
    return Forecast(
        passages=rows.height,
        persons=persons,
        ok=ok,
        interval=interval(ok, rows.height, int(expected.is_ko.sum()) + others.filter(ok=0).height, expected.model),
        wrong_person=_share(rows, "wrong_person"),
        messages={int(message): _share(rows, f"message_{message}") for message in Message},
        corrected=(corrected + others.height) / size,
        rows=rows,
        gains=gains.with_columns(pl.col("gain") / size).sort("gain", "code", descending=[True, False]),
        model=expected.model.name,
    )


def interval(ok: float, size: int, certain: int, model: ForecastModel) -> tuple[float, float]:
    """Around the share of OK: what a file has of its own, then the chance of a finite number of passages.

    Args:
        ok: Expected share of OK, 0..1.
        size: Passages.
        certain: Of them, KO for certain: no chance is in these.
        model: Says how much files differ.
    """
    tried = size - certain
    if not tried:
        return ok, ok
    share = min(ok * size / tried, 1.0)
    half = model.width * math.sqrt(variance(share, tried, model)) * tried / size
    return max(ok - half, 0.0), min(ok + half, max(tried / size, ok))


def variance(share: float, size: int, model: ForecastModel) -> float:
    """Of the share of OK found, about the one expected: what files have of their own, then chance.

    Args:
        share: Expected, 0..1.
        size: Passages that it is the share of.
        model: Says how much files differ.
    """
    chance = max(share * (1 - share), 0.5 / size * (1 - 0.5 / size))  # a small file without KO may have one
    return (model.file_effect * share * (1 - share)) ** 2 + model.floor**2 + chance / size


def _holders(submitted: Submitted, expected: Expectation) -> pl.DataFrame:
    """Columns of FORECASTS of those who are told by their traits."""
    found = expected.outcomes()
    is_open = expected.refused == 0
    is_first = is_open & ~expected.is_double
    columns = {
        "namesakes": expected.namesakes.name,
        "ok": np.where(is_first, found.ok, 0.0),
        "wrong_person": np.where(is_first, found.wrong, 0.0),
    }
    for message in Message:
        by_funnel = found.messages[message - 1] if message <= Message.SEVERAL else np.zeros(expected.features.size)
        if message == Message.ALREADY_ACCEPTED:
            by_funnel = np.where(expected.is_double, found.ok, 0.0)
        columns[f"message_{message}"] = np.where(is_open, by_funnel, expected.refused == message).astype(np.float64)
    return submitted.holders.select("passage").with_columns(**columns)


def _others(submitted: Submitted, findings: pl.DataFrame) -> pl.DataFrame:
    """The same of the others: OK unless they are refused."""
    others = submitted.passages.filter(pl.col("branch") != "titulaire").select("passage")
    told = others.join(refusals(findings), on="passage", how="left", maintain_order="left")
    double = pl.when("is_double").then(int(Message.ALREADY_ACCEPTED))
    message = pl.when(pl.col("message") > 0).then("message").otherwise(double).fill_null(0)
    return told.select(
        "passage",
        namesakes=pl.lit(0.0),
        ok=(message == 0).cast(pl.Float64),
        wrong_person=pl.lit(0.0),
        **{f"message_{number}": (message == int(number)).cast(pl.Float64) for number in Message},
    )


def _share(rows: pl.DataFrame, column: str) -> float:
    return float(rows[column].sum()) / max(rows.height, 1)
