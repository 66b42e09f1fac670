"""Who is lost before anybody is compared, by pass and by place of birth."""

import polars as pl

from benchmarks.rendering.page import Section, table
from benchmarks.rendering.stored import Stored, dates

_STRATA = {"all": "everybody", "france": "born in France", "abroad": "born abroad"}
_TARGET = {"all": 0.999, "france": 0.995, "abroad": 0.995}


def sections(stored: Stored) -> list[Section]:
    """The section, if anything was measured."""
    rows = stored.latest("blocking", ["persons", "profile", "stratum", "pass"])
    if rows.is_empty():
        return []
    whole = rows.filter(pl.col("pass") == "all").sort(
        "persons", "profile", "stratum", descending=[True, True, False], maintain_order=True
    )
    largest = rows.filter(pl.col("persons") == rows["persons"].max(), pl.col("profile") == "typical")
    largest = largest.filter(pl.col("stratum") == "all", pl.col("pass") != "all")
    how = (
        "`probabilistic` only compares people whom one of its passes brings up. A true person that no pass finds is "
        "missed, whatever comes after; this counts them, for each deposit drawn, and what each pass alone is worth."
    )
    return [Section("Who is lost before anybody is compared?", how, [_answer(whole), _whole(whole), _each(largest)],
                    dates(rows), "blocking --register REGISTER", lost=_below(whole))]  # fmt: skip


def _answer(rows: pl.DataFrame) -> str:
    row = rows.filter(pl.col("profile") == "typical", pl.col("stratum") == "all").row(0, named=True)
    return (
        f"In a register of {row['persons']:,}, `typical`, {row['lost']} of {row['present']:,} people are lost "
        f"({row['lost_share']:.2%}, at most {row['lost_high']:.2%}); half of the passages are compared with "
        f"{row['pairs_p50']} persons or fewer, 99 in 100 with {row['pairs_p99']}."
    )


def _below(rows: pl.DataFrame) -> list[str]:
    """What is lost above the aim, on the largest register."""
    return [
        f"Blocking loses {row['lost_share']:.2%} ({_STRATA[row['stratum']]}, `{row['profile']}`, register of "
        f"{row['persons']:,}); we aim at {1 - _TARGET[row['stratum']]:.1%} at most, in `typical` files."
        for row in rows.filter(pl.col("persons") == rows["persons"].max()).iter_rows(named=True)
        if 1 - row["lost_share"] < _TARGET[row["stratum"]]
    ]


def _whole(rows: pl.DataFrame) -> str:
    return table(
        (
            "register",
            "profile",
            "people",
            "of them",
            "lost",
            "share",
            "95% interval",
            "persons compared, median",
            "99 in 100",
            "most",
        ),
        (
            (
                f"{row['persons']:,}",
                f"`{row['profile']}`",
                _STRATA[row["stratum"]],
                f"{row['present']:,}",
                f"{row['lost']}",
                f"{row['lost_share']:.3%}",
                f"{row['lost_low']:.3%} to {row['lost_high']:.3%}",
                *(f"{row[name]:,}" for name in ("pairs_p50", "pairs_p99", "pairs_max")),
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _each(rows: pl.DataFrame) -> str:
    return table(
        ("pass", "lost by it alone", "found by no other", "pairs"),
        (
            (f"`{row['pass']}`", f"{row['lost_share']:.2%}", f"{row['only_here']}", f"{row['pairs']:,}")
            for row in rows.sort("lost_share", maintain_order=True).iter_rows(named=True)
        ),
    )
