"""Judge answers by the truth: what is right, what is somebody else's, at each promise.

Example:
    >>> judged = judge(answers, draw)
    >>> accepted = at_least(judged, Threshold(0.999))
    >>> figures(judged, accepted)["right"]
    29694

A passage of a stranger has no right person; a person lost in blocking is missed; a passage sent twice counts twice.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from benchmarks.contestants import Answers
from benchmarks.draws import Draw
from benchmarks.measures import brier, calibration_error, upper_bound, wilson
from sngi_mock.noise.catalogue import by_id

PROMISES = (0.001, 0.0003, 0.0001)
"""Shares of somebody else's among OK that one may promise to stay below."""

MARGINS_BITS = (0.0, 3.0, 6.0, 10.0, 14.0, 20.0)
Row = dict[str, float | int | str]


@dataclass(frozen=True)
class Threshold:
    """When a best candidate is OK.

    Attributes:
        score: It has at least this score.
        margin_bits: And is ahead of the next one by at least this.
    """

    score: float
    margin_bits: float = 0.0


def judge(answers: Answers, draw: Draw) -> pl.DataFrame:
    """Every passage of the draw: its truth, its best candidate if any, ``is_present`` and ``is_right``."""
    truth = draw.truth.rename({"person": "true_person"})
    found = truth.join(answers.best, on="passage", how="left", maintain_order="left")
    return found.with_columns(
        is_present=pl.col("true_person").is_not_null(),
        is_right=(pl.col("person") == pl.col("true_person")).fill_null(value=False),
    )


def own(judged: pl.DataFrame) -> pl.Series:
    """Whether each passage is OK by the contender's own decision."""
    return judged["is_ok"].fill_null(value=False)


def at_least(judged: pl.DataFrame, threshold: Threshold) -> pl.Series:
    """Whether each passage is OK under a threshold."""
    is_far = pl.col("margin_bits") >= threshold.margin_bits
    is_ok = pl.col("person").is_not_null() & (pl.col("score") >= threshold.score) & is_far
    return judged.select(is_ok.fill_null(value=False)).to_series()


def tuned(judged: pl.DataFrame, promise: float, margins: tuple[float, ...] = (0.0,)) -> Threshold:
    """The threshold that finds most people among those that keep the promise on this draw."""
    most, chosen = -1, Threshold(np.inf)
    for margin in margins:
        far = judged.filter(
            pl.col("person").is_not_null(), pl.col("margin_bits") >= margin, pl.col("score").is_not_null()
        )
        ranked = far.sort("score", descending=True)
        right = ranked["is_right"].to_numpy().cumsum()
        accepted = np.arange(1, right.size + 1)
        keeps = accepted - right <= promise * accepted
        scores = ranked["score"].to_numpy()
        keeps[:-1] &= scores[:-1] != scores[1:]  # equal scores stand or fall together
        last = np.flatnonzero(keeps)
        if last.size and right[last[-1]] > most:
            most, chosen = int(right[last[-1]]), Threshold(float(scores[last[-1]]), margin)
    return chosen


def figures(judged: pl.DataFrame, accepted: pl.Series) -> Row:
    """Right and somebody else's, in all and by where people were born."""
    of = judged.with_columns(is_accepted=accepted)
    row: Row = {"passages": judged.height, "present": int(judged["is_present"].sum())}
    strata = {"": of, "_france": of.filter(~pl.col("is_abroad")), "_abroad": of.filter("is_abroad")}
    for name, part in strata.items():
        ok = int(part["is_accepted"].sum())
        right = int((part["is_accepted"] & part["is_right"]).sum())
        present = int(part["is_present"].sum())
        row |= {
            f"right{name}": right,
            f"right_share{name}": round(right / max(present, 1), 5),
            f"ok{name}": ok,
            f"wrong{name}": ok - right,
            f"wrong_share{name}": round((ok - right) / max(ok, 1), 6),
            f"wrong_upper{name}": round(upper_bound(ok - right, max(ok, 1)), 6),
        }
    several = int((judged["is_several"].fill_null(value=False) & ~accepted).sum())
    row["several_share"] = round(several / max(judged.height, 1), 5)
    return row


def confidence(judged: pl.DataFrame) -> Row:
    """How far the probabilities are from the truth; the right person on top, whatever the decision."""
    given = judged.filter(pl.col("person").is_not_null(), pl.col("probability").is_not_null())
    probability, is_right = given["probability"].to_numpy(), given["is_right"].to_numpy()
    present = max(int(judged["is_present"].sum()), 1)
    return {
        "top_right_share": round(int(judged["is_right"].sum()) / present, 5),
        "calibration_error": round(calibration_error(probability, is_right), 6) if given.height else "",
        "brier": round(brier(probability, is_right), 6) if given.height else "",
    }


def blocking_recall(answers: Answers, draw: Draw) -> float | str:
    """Share of the people of the register whose right person was among the candidates; empty when it is not told."""
    if answers.candidates is None:
        return ""
    present = draw.truth.filter(pl.col("person").is_not_null())
    return round(present.join(answers.candidates, on=["passage", "person"], how="semi").height / present.height, 5)


def by_error(judged: pl.DataFrame, accepted: pl.Series, draw: Draw) -> list[Row]:
    """For each type of error, the share of passages with it that are right, with its 95 % interval.

    A passage with several errors counts under each; ``none`` are those without any, ``two or more`` those with several
    that no normaliser erases. Each is counted apart for people born abroad too.
    """
    is_found = judged.select("passage", "is_present", "is_abroad", found=judged["is_right"] & accepted)
    is_found = is_found.filter("is_present")
    each = is_found.join(draw.errors, on="passage", how="left").with_columns(pl.col("error").fill_null("none"))
    harmless = [error.id for error in by_id().values() if error.harmless]
    real = draw.errors.filter(~pl.col("error").is_in(harmless)).group_by("passage").len().filter(pl.col("len") > 1)
    several = is_found.join(real, on="passage", how="semi").with_columns(error=pl.lit("two or more"))
    each = pl.concat([each, several.select(each.columns)])
    abroad = each.filter("is_abroad").with_columns(pl.col("error") + " abroad")
    counted = pl.concat([each, abroad]).group_by("error").agg(pl.len(), pl.col("found").sum()).sort("error")
    rows: list[Row] = []
    for error, passages, found in counted.select("error", "len", "found").iter_rows():
        low, high = wilson(found, passages)
        share: Row = {"right_share": round(found / passages, 5), "low": round(low, 5), "high": round(high, 5)}
        rows.append({"error": error, "passages": passages, "right": found, **share})
    return rows


EDGES = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0)
"""Of the bins of a reliability table: decisions are taken near 1."""


def reliability(judged: pl.DataFrame) -> list[Row]:
    """Said beside seen: for passages whose best candidate has such a probability, how many are right.

    By where people were born; empty for a contender that gives no probability.
    """
    given = judged.filter(pl.col("person").is_not_null(), pl.col("probability").is_not_null())
    rows: list[Row] = []
    for stratum, part in {"france": given.filter(~pl.col("is_abroad")), "abroad": given.filter("is_abroad")}.items():
        for low, high in pairwise(EDGES):
            is_last = high == EDGES[-1]
            in_bin = part.filter(pl.col("probability").is_between(low, high, closed="both" if is_last else "left"))
            if in_bin.height:
                right = int(in_bin["is_right"].sum())
                seen = wilson(right, in_bin.height)
                said = round(float(in_bin["probability"].to_numpy().mean()), 6)
                bin_: Row = {"stratum": stratum, "from": low, "to": high, "passages": in_bin.height, "said": said}
                rows.append({**bin_, "seen": round(right / in_bin.height, 6), "low": seen[0], "high": seen[1]})
    return rows
