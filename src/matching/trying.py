"""Corrections tried on a register: would the passage be found once corrected?

Example:
    >>> tried(refused, corrections, Searched(open_register("register"), strategy("cdc"))).row(0, named=True)
    {'passage': 17, 'rank': 1, 'passes': True, 'again': None}

The register only says whether a corrected passage is found. Who was found, and all that the register holds of them,
stays here: it is in nothing that is returned.
"""

from dataclasses import dataclass

import polars as pl

from matching.explain.causes import TESTED
from matching.explain.corrections import apply
from matching.identity.frames import PASSAGES
from matching.register.folder import Register
from matching.strategies.table import Strategy


@dataclass(frozen=True)
class Searched:
    """A register to try corrections on, and how."""

    register: Register
    strategy: Strategy


def tried(refused: pl.DataFrame, corrections: pl.DataFrame, searched: Searched) -> pl.DataFrame:
    """What becomes of each correction that says what to write: columns ``TESTED``.

    All corrections of all passages are looked for together, so that the register is read once.
    """
    asked = corrections.filter(pl.col("after").is_null()).select("passage", "rank").unique()
    written = corrections.join(asked, on=["passage", "rank"], how="anti")
    parts = []
    for rank in written["rank"].unique().sort():
        chosen = written.filter(pl.col("rank") == rank)
        parts.append(apply(refused.join(chosen, on="passage", how="semi"), chosen).with_columns(rank=pl.lit(rank)))
    if not parts:
        return pl.DataFrame(schema=TESTED)
    tries = pl.concat(parts).with_columns(of="passage").drop("passage").with_row_index("passage")
    decided = searched.strategy.run(tries.select(list(PASSAGES.columns)), searched.register)
    outcome = decided.select("passage", passes=pl.col("message").is_null(), again="message")
    return (
        tries.select("passage", "of", "rank")
        .join(outcome, on="passage")
        .select(pl.col("of").alias("passage"), "rank", "passes", "again")
        .select(pl.col(name).cast(dtype) for name, dtype in TESTED.items())
    )
