"""The last step of every strategy: what it decided, as a frame of contract DECISIONS, in the words all share.

Example:
    >>> decisions = answers(decided)  # with at least passage, id_technique, outcome and flagged
    >>> decisions["probability"].null_count() == decisions.height  # when the strategy gives none
    True
"""

from collections.abc import Sequence

import polars as pl

from matching.identity.frames import DECISIONS, OUTCOME
from matching.identity.outcomes import TRAITS, Outcome
from matching.strategies import nir_check
from matching.strategies.agreement import differs


def answers(decided: pl.DataFrame) -> pl.DataFrame:
    """The columns of the contract, in order; those the strategy has nothing to say in are null.

    Raises:
        ContractError: a column that every strategy must give is missing, or has another type.
    """
    silent = [
        pl.lit(None, dtype).alias(column)
        for column, dtype in DECISIONS.columns.items()
        if column not in decided.columns and column not in DECISIONS.required
    ]
    return DECISIONS.check(decided.with_columns(silent)).select(*DECISIONS.columns)


def chosen(left: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The one person of each passage that has one, by the identity that tells most: official before the others.

    Args:
        left: The pairs left, one row per (passage, identity): ``passage``, ``person``, ``nir``, ``kind`` and what the
            check of the NIR takes.
        columns: What to tell of the pair, besides.

    Returns:
        ``passage``, ``person``, ``nir``, ``columns`` and ``incoherent_nir``.
    """
    alone = left.filter(pl.col("person").n_unique().over("passage") == 1)
    best = alone.sort("passage", "kind").unique("passage", keep="first", maintain_order=True)
    return best.select("passage", "person", "nir", *columns, incoherent_nir=nir_check.incoherent_parts())


def outcome(*, found: pl.Expr, several: pl.Expr, invalid: pl.Expr, otherwise: pl.Expr | None = None) -> pl.Expr:
    """The outcome of the closed set, from what a strategy knows and the agreements of the person it chose.

    Args:
        found: Whether it chose a person: FOUND, or FOUND_RECTIFIED when an ``agree_…`` column differs.
        several: Whether several people remain.
        invalid: Whether the passage cannot be searched.
        otherwise: The outcome of the others; NONE by default.
    """
    return (
        pl.when(invalid)
        .then(pl.lit(str(Outcome.INVALID)))
        .when(found & differs(*TRAITS))
        .then(pl.lit(str(Outcome.FOUND_RECTIFIED)))
        .when(found)
        .then(pl.lit(str(Outcome.FOUND)))
        .when(several)
        .then(pl.lit(str(Outcome.SEVERAL)))
        .otherwise(pl.lit(str(Outcome.NONE)) if otherwise is None else otherwise)
        .cast(OUTCOME)
    )


def missing_trait() -> pl.Expr:
    """The trait that the passage did not send whole, to ask for when several people remain; null when all were."""
    return (
        pl.when(pl.col("birth_month").is_null() | pl.col("birth_day").is_null())
        .then(pl.lit("birth_date"))
        .when(pl.col("place_code").is_null())
        .then(pl.lit("birth_place"))
        .when(pl.col("given_name_2").is_null())
        .then(pl.lit("given_names"))
    )
