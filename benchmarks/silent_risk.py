"""The published funnel's silent risk: an OK at stage 1 looks no further, whatever the date and the place say.

A passage is *silent* when the funnel accepts it although its birth date or place contradicts the register. Two
variants refuse some of these: ``cdc+date`` those whose date contradicts, ``cdc+date+place`` those whose date and place
both do. Each saves some wrong persons, and costs some right ones.

Rows of ``silent_risk.csv``, one per draw and strategy: ``persons``, ``register``, ``profile``, ``strangers``, ``seed``,
``deposit``, ``strategy``, ``passages``, ``ok``, ``wrong`` (of OK), ``wrong_share``, ``wrong_low``, ``wrong_high`` (its
95 % interval), ``ok_at_stage_1``, ``silent``, ``silent_wrong``, ``refused`` (OK of ``cdc`` that this strategy refuses),
``refused_right`` (what it costs), ``refused_wrong`` (what it saves).
"""

import polars as pl

from benchmarks.draws import Draw
from benchmarks.judge import Row
from benchmarks.measures import wilson
from matching.strategies.table import strategy

VARIANTS = ("cdc", "cdc+date", "cdc+date+place")


def silent_risk(draw: Draw) -> list[Row]:
    """One row per variant of the funnel."""
    question = draw.question
    told = {name: strategy(name).run(question.passages, question.register) for name in VARIANTS}
    return [_row(name, decisions, told[VARIANTS[0]], draw) for name, decisions in told.items()]


def _row(name: str, decisions: pl.DataFrame, funnel: pl.DataFrame, draw: Draw) -> Row:
    truth = draw.truth.select("passage", true_person="person")
    ok = _accepted(decisions).join(truth, on="passage")
    is_right = (pl.col("person") == pl.col("true_person")).fill_null(value=False)
    refused = _accepted(funnel).join(ok, on="passage", how="anti").join(truth, on="passage")
    silent = ok.filter("flagged")
    wrong = ok.filter(~is_right).height
    low, high = wilson(wrong, ok.height)
    return {
        "strategy": name,
        "passages": decisions.height,
        "ok": ok.height,
        "wrong": wrong,
        "wrong_share": round(wrong / max(ok.height, 1), 6),
        "wrong_low": round(low, 6),
        "wrong_high": round(high, 6),
        "ok_at_stage_1": ok.filter(pl.col("stages").list.len() == 1).height,
        "silent": silent.height,
        "silent_wrong": silent.filter(~is_right).height,
        "refused": refused.height,
        "refused_right": refused.filter(is_right).height,
        "refused_wrong": refused.filter(~is_right).height,
    }


def _accepted(decisions: pl.DataFrame) -> pl.DataFrame:
    return decisions.filter(pl.col("message").is_null()).select("passage", "person", "flagged", "stages")
