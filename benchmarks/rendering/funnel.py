"""What the published funnel risks by not looking at date and place, and what it would cost to look."""

import polars as pl

from benchmarks.rendering.contenders import FUNNEL
from benchmarks.rendering.page import Section, table, wrong
from benchmarks.rendering.stored import Stored, dates

_HOW = (
    "The funnel stops at the first stage that leaves one person, without looking at date or place. `cdc+date` refuses "
    "an OK whose date contradicts the register, `cdc+date+place` one whose date and place both do. The decisions flag "
    "every OK that contradicts."
)


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured: from ``silent_risk.csv``, and the clean files of ``funnel.csv``."""
    risk = stored.latest("silent_risk", ["persons", "profile", "strangers", "strategy"])
    rows = stored.latest("funnel", ["persons", "profile", "strategy"])
    if risk.is_empty() and rows.is_empty():
        return []
    parts = [
        *([_cost(risk), _risk(risk)] if not risk.is_empty() else []),
        *([_funnel(rows)] if not rows.is_empty() else []),
    ]
    title = "What does the funnel risk, and what would it cost to check the date?"
    return [Section(title, _HOW, parts, dates(risk, rows), "quality; python -m benchmarks funnel --persons 10000000")]


def _cost(rows: pl.DataFrame) -> str:
    """What the variants save and cost where most is at stake."""
    at = rows.filter(pl.col("profile") == "typical").filter(pl.col("persons") == pl.col("persons").max())
    at = at.filter(pl.col("strangers") == pl.col("strangers").max())
    base = at.filter(pl.col("strategy") == FUNNEL)
    if base.is_empty():
        return ""
    told = [
        f"`{row['strategy']}` spares {row['refused_wrong']} of {base['wrong'][0]} wrong OK and refuses "
        f"{row['refused_right']} right ones"
        for row in at.filter(pl.col("strategy") != FUNNEL).iter_rows(named=True)
    ]
    return (
        f"Register of {base['persons'][0]:,}, `typical`, {base['strangers'][0]:.0%} of passages of strangers: of "
        f"{base['ok'][0]:,} OK {base['silent'][0]:,} contradict the register and {base['silent_wrong'][0]} of these "
        f"are somebody else's; {'; '.join(told)}."
    )


def _risk(rows: pl.DataFrame) -> str:
    ordered = rows.sort(
        "persons", "profile", "strangers", "strategy", descending=[True, True, True, False], maintain_order=True
    )
    return table(
        (
            "register",
            "profile",
            "strangers",
            "strategy",
            "OK",
            "somebody else's among OK",
            "contradict",
            "of these wrong",
            "spared",
            "right ones refused",
        ),
        (
            (
                f"{row['persons']:,}",
                f"`{row['profile']}`",
                f"{row['strangers']:.0%}",
                f"`{row['strategy']}`",
                f"{row['ok']:,}",
                wrong(row["wrong"], row["ok"]),
                *(f"{row[name]:,}" for name in ("silent", "silent_wrong", "refused_wrong", "refused_right")),
            )
            for row in ordered.iter_rows(named=True)
        ),
    )


def _funnel(rows: pl.DataFrame) -> str:
    """Deposits as the generator draws them, strangers as rare as its profile says; clean ones must be found whole."""
    rows = rows.sort("persons", "profile", "strategy", maintain_order=True)
    rows = rows.filter((pl.col("profile") != "none") | (pl.col("strategy") == FUNNEL))  # the variants find the same
    return table(
        ("register", "deposit", "strategy", "right", "somebody else's among OK", "of which flagged"),
        (
            (
                f"{row['persons']:,}",
                f"{row['passages']:,} passages, `{row['profile']}`",
                f"`{row['strategy']}`",
                f"{row['right_ok']:.2%}",
                wrong(row["wrong"], row["ok"]),
                f"{row['wrong_flagged']} of {row['wrong']}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )
