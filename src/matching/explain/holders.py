"""What a register tells of the holders of refused passages, and what causes and corrections become in its light.

Example:
    >>> repairs, left = in_their_light(repairs, left, tried.holders)

A register says how likely each holder is one person of it, or nobody, and which data of the passage contradict that
person: names of data, and no value.
"""

from dataclasses import dataclass

import polars as pl

from matching.explain.cause_table import ASKED, SURE

TESTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "rank": pl.UInt8,
    "passes": pl.Boolean,  # is found, and nobody else is likelier to be the holder
    "again": pl.UInt8,  # message of a correction that is refused again
    "elsewhere": pl.Boolean,  # is found, but leads to somebody else than the likely holder
    "repairs": pl.Boolean,  # what it writes agrees with the likely holder
}
"""What becomes of corrections tried on a register; those that only ask are not there."""

HOLDERS: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "likely": pl.Float64,  # probability of the likeliest person of the register
    "nobody": pl.Float64,  # probability that the holder is not in the register
    "wrong": pl.List(pl.String),  # keys of ``ELEMENTS`` that contradict that person, at the first stage where any does
}
"""What a register tells of the holders of refused passages."""


@dataclass(frozen=True)
class Tried:
    """What a register tells, and no value of it.

    Attributes:
        corrections: Columns ``TESTED``.
        holders: Columns ``HOLDERS``.
    """

    corrections: pl.DataFrame
    holders: pl.DataFrame


def in_their_light(
    repairs: pl.DataFrame, left: pl.DataFrame, holders: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Corrections that agree with the likely holder, or ask for what contradicts, share what is likely of that person.

    A correction that agrees counts whole, a question about a wrong datum for ``ASKED``. Where neither is there, and for
    what is neither likely nor absent, everything stays in proportion.

    Args:
        repairs: One row per correction: ``passage``, ``trait``, ``is_asked``, ``probability``, columns of ``TESTED``.
        left: ``passage``, ``absent``, ``nothing``: probabilities that no correction explains.
        holders: Columns ``HOLDERS``; the other passages stay as they are.

    Returns:
        Both, with their probabilities changed.
    """
    holders = holders.with_columns(pl.col("nobody").clip(upper_bound=SURE))
    known = repairs.join(holders, on="passage", how="left", maintain_order="left")
    asks = pl.col("is_asked") & pl.col("wrong").list.contains(pl.col("trait"))
    fits = pl.when("repairs").then(1.0).when(asks).then(ASKED).otherwise(0.0).fill_null(0.0) * pl.col("probability")
    known = known.with_columns(fits=fits).with_columns(fitting=pl.col("fits").sum().over("passage"))
    part = pl.when(pl.col("fitting") > 0).then(pl.col("fits") / pl.col("fitting"))
    left = left.join(holders, on="passage", how="left", maintain_order="left")
    left = left.join(known.select("passage", "fitting").unique(), on="passage", how="left", maintain_order="left")
    likely = pl.when(pl.col("fitting") > 0).then("likely").otherwise(0.0)
    rest = (1 - likely - pl.col("nobody")).clip(0.0) / (1 - pl.col("absent")).clip(1e-9)
    left = left.with_columns(rest=rest, likely=likely)
    known = known.join(left.select("passage", "rest", used="likely"), on="passage", how="left", maintain_order="left")
    told = pl.col("used") * part.fill_null(0.0) + pl.col("rest") * pl.col("probability")
    return (
        known.with_columns(probability=pl.coalesce(told, "probability")),
        left.select(
            "passage",
            absent=pl.coalesce("nobody", "absent"),
            nothing=pl.coalesce(pl.col("rest") * pl.col("nothing"), "nothing"),
        ),
    )
