"""Judge answers by the truth: what is right, what is somebody else's, at each promise.

Example:
    >>> judged = judge(answers, draw.truth)
    >>> accepted = at_least(judged, Threshold(0.999))
    >>> figures(judged, accepted)["right"]
    29694

A passage of a stranger has no right person; a person lost in blocking is missed; a passage sent twice counts twice.
"""

from collections.abc import Iterator
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
Decided = tuple[str, float | str, str, pl.Series]
"""Rule, promise, threshold, and which passages are OK."""


@dataclass(frozen=True)
class Threshold:
    """When a best candidate is OK.

    Attributes:
        score: It has at least this score.
        margin_bits: And is ahead of the next one by at least this.
    """

    score: float
    margin_bits: float = 0.0


def judge(answers: Answers, truth: pl.DataFrame) -> pl.DataFrame:
    """Every passage: its truth, its best candidate if any, ``is_present`` and ``is_right``.

    Args:
        answers: What a contender said.
        truth: ``passage, person`` (null of a stranger), ``is_abroad``, of every passage that was asked.
    """
    found = truth.rename({"person": "true_person"}).join(answers.best, on="passage", how="left", maintain_order="left")
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


def decisions(judged: pl.DataFrame, tuning: pl.DataFrame) -> Iterator[Decided]:
    """Rule, promise, threshold and which passages are OK.

    The rules are the contender's own decision, where it has one; its probability, within that decision; and what is
    tuned on the other draw, whatever its decision.
    """
    decides, weighs, is_probability = (judged[column].count() > 0 for column in ("is_ok", "score", "probability"))
    if decides:
        yield "own", "", "", own(judged)
    for promise in PROMISES if weighs else ():
        if is_probability:
            accepted = at_least(judged, Threshold(1 - promise))
            yield "probability", promise, f"{1 - promise:g}", accepted & own(judged) if decides else accepted
        threshold = tuned(tuning, promise, (0.0,) if is_probability else MARGINS_BITS)
        yield "tuned", promise, f"{threshold.score:.9g} +{threshold.margin_bits:g}", at_least(judged, threshold)


def operating(judged: pl.DataFrame, tuning: pl.DataFrame) -> Iterator[Decided]:
    """The rules by which a contender is taken at its word, with the first promise.

    Its own decision, else its probability, else a threshold; and for who decides and scores, the threshold besides, so
    that it can stand beside others at the same promise. What the contender gives is seen in ``tuning``: the rules are
    the same whatever is judged.
    """
    promise = PROMISES[0]
    decides, weighs, is_probability = (tuning[column].count() > 0 for column in ("is_ok", "score", "probability"))
    if decides:
        yield "own", "", "", own(judged)
    elif is_probability:
        yield "probability", promise, f"{1 - promise:g}", at_least(judged, Threshold(1 - promise))
    if weighs and (decides or not is_probability):
        threshold = tuned(tuning, promise, (0.0,) if is_probability else MARGINS_BITS)
        yield "tuned", promise, f"{threshold.score:.9g} +{threshold.margin_bits:g}", at_least(judged, threshold)


def figures(judged: pl.DataFrame, accepted: pl.Series) -> Row:
    """Right and somebody else's, in all and by where people were born.

    Of the passages that are not OK, ``several`` are refused since several persons are plausible, ``none`` for any other
    reason, and ``missed`` are of people of the register; ``wrong_strangers`` are strangers who are OK.
    """
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
    absent = accepted & ~judged["is_present"]
    return row | {
        "several": several,
        "none": judged.height - int(accepted.sum()) - several,
        "missed": int((judged["is_present"] & ~accepted).sum()),
        "wrong_strangers": int(absent.sum()),
    }


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


def blocking_recall(answers: Answers, truth: pl.DataFrame) -> float | str:
    """Share of the people of the register whose right person was among the candidates; empty when it is not told."""
    if answers.candidates is None:
        return ""
    present = truth.filter(pl.col("person").is_not_null())
    met = present.join(answers.candidates, on=["passage", "person"], how="semi").height
    return round(met / max(present.height, 1), 5)


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


def by_group(judged: pl.DataFrame, accepted: pl.Series, groups: pl.DataFrame) -> list[Row]:
    """The same for groups of people; wrong ones, strangers' included, with the upper bound of their share.

    Args:
        judged: Of ``judge``.
        accepted: Which passages are OK.
        groups: ``passage`` and one column of words per stratum.
    """
    facts = judged.select("passage", "is_present", is_ok=accepted, right=judged["is_right"] & accepted)
    of_each = groups.join(facts, on="passage").unpivot(index=facts.columns, variable_name="stratum", value_name="group")
    counted = (
        of_each.drop_nulls("group")
        .group_by("stratum", "group")
        .agg(pl.len(), pl.col("is_present", "is_ok", "right").sum())
    )
    rows: list[Row] = []
    for row in counted.sort("stratum", "group").iter_rows(named=True):
        present, ok, right = row["is_present"], row["is_ok"], row["right"]
        low, high = wilson(right, present)
        rows.append(
            {
                "stratum": row["stratum"], "group": row["group"], "passages": row["len"], "present": present,
                "right": right, "right_share": round(right / max(present, 1), 5), "low": round(low, 5),
                "high": round(high, 5), "ok": ok, "wrong": ok - right,
                "wrong_upper": round(upper_bound(ok - right, max(ok, 1)), 6),
            }
        )  # fmt: skip
    return rows


def point(told: Row) -> Row:
    """Where ``figures`` stand on the plane of precision and recall."""
    ok, right, present = (int(told[name]) for name in ("ok", "right", "present"))
    share: Row = {"precision": round(right / max(ok, 1), 7), "recall": round(right / max(present, 1), 6)}
    return {"ok": ok, "right": right, "wrong": ok - right, **share}


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


def curve(judged: pl.DataFrame) -> list[Row]:
    """The precision–recall curve: for growing numbers of wrong, the lowest score that keeps to them.

    Scores that are equal stand or fall together; empty for a contender that gives no score.
    """
    scored = judged.filter(pl.col("person").is_not_null(), pl.col("score").is_not_null())
    at_score = scored.group_by("score").agg(pl.len(), pl.col("is_right").sum()).sort("score", descending=True)
    sums = at_score.select("score", ok=pl.col("len").cum_sum(), right=pl.col("is_right").cum_sum())
    sums = sums.with_columns(wrong=pl.col("ok").cast(pl.Int64) - pl.col("right").cast(pl.Int64))
    last = sums.group_by("wrong", maintain_order=True).last().filter(pl.col("ok") > 0)
    steps = last.filter(pl.col("wrong").is_in(_WRONGS) | (pl.col("wrong") == pl.col("wrong").max()))
    present = max(int(judged["is_present"].sum()), 1)
    return [
        {
            "threshold": f"{row['score']:.9g}",
            "ok": row["ok"],
            "right": row["right"],
            "wrong": row["wrong"],
            "precision": round(row["right"] / row["ok"], 7),
            "recall": round(row["right"] / present, 6),
        }
        for row in steps.select("score", "ok", "right", "wrong").iter_rows(named=True)
    ]


_WRONGS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584)
"""Numbers of wrong at which a curve is told: close together where it matters."""
