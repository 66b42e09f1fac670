"""Ours against each other contender on the same records, one test per type of error: where the difference is no chance.

From ``errors_tests.csv``: McNemar's exact test, Holm's correction over all. Who decides alone is set against ours
alone, who is held to a promise against ours held to the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from benchmarks.rendering.contenders import OURS, rank
from benchmarks.rendering.page import table

_TUNED = " (tuned)"
"""After the name, in the tests, of who decides alone and is held here to the promise that others are held to."""

_HELD = OURS + _TUNED

_SURE = 0.05


@dataclass(frozen=True)
class Met:
    """Ours and another contender.

    Attributes:
        other: The other one.
        is_held: Ours is held to a promise, as the other one is.
        types: Types of error tested.
        more: Types on which ours finds more people beyond chance.
        fewer: Types on which it finds fewer.
    """

    other: str
    is_held: bool
    types: int
    more: tuple[str, ...]
    fewer: tuple[str, ...]


def met(tests: pl.DataFrame, own: set[str]) -> list[Met]:
    """Every other contender.

    Args:
        tests: Rows of ``errors_tests.csv``, of one register.
        own: Contenders that decide by themselves.
    """
    swapped = {
        "contender": "other",
        "other": "contender",
        "only_contender": "only_other",
        "only_other": "only_contender",
    }
    both = pl.concat([tests, tests.rename(swapped).select(tests.columns)])
    sure = both.filter(pl.col("p_holm") < _SURE)
    told = []
    for other in sorted(set(both["other"]) - {OURS, _HELD}, key=rank):
        is_held = other not in own and _HELD in set(both["contender"])
        is_pair = (pl.col("contender") == (_HELD if is_held else OURS)) & (pl.col("other") == other)
        is_more = pl.col("only_contender") > pl.col("only_other")
        more, fewer = (tuple(sorted(sure.filter(is_pair, way)["error"])) for way in (is_more, ~is_more))
        told.append(Met(other.removesuffix(_TUNED), is_held, both.filter(is_pair).height, more, fewer))
    return told


def won_and_lost(pairs: Sequence[Met]) -> tuple[list[str], list[str]]:
    """A sentence for each way of deciding: against whom ours finds more, and against whom fewer."""
    won, lost = [], []
    for is_held, how in ((False, "by its own decision"), (True, "held to the same promise")):
        of = [pair for pair in pairs if pair.is_held is is_held]
        more = [f"`{pair.other}` on {len(pair.more)}" for pair in of if pair.more]
        fewer = [f"`{pair.other}` on {', '.join(pair.fewer)}" for pair in of if pair.fewer]
        if more:
            types = f"of {of[0].types} types of error, on the same records"
            won.append(f"`{OURS}`, {how}, finds more people beyond chance, {types}, than {', '.join(more)}.")
        if fewer:
            lost.append(
                f"`{OURS}`, {how}, finds fewer people beyond chance, on the same records, than {'; '.join(fewer)}."
            )
    return won, lost


def tested(pairs: Sequence[Met]) -> str:
    """What was tested, and the table."""
    body = (
        (
            "held to ≤ 0.1%" if pair.is_held else "by its own decision",
            f"`{pair.other}`",
            f"{len(pair.more)}",
            f"{pair.types - len(pair.more) - len(pair.fewer)}",
            f"{len(pair.fewer)}",
            ", ".join(pair.fewer) or "–",
        )
        for pair in pairs
    )
    head = (f"`{OURS}`", "against", "finds more", "no difference shown", "finds fewer", "namely")
    told = (
        "Types of error on which the difference is beyond chance (McNemar's exact test on the same records, Holm's "
        "correction over all, 5%):"
    )
    return f"{told}\n\n{table(head, body)}"
