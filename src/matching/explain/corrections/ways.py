"""How a correction is built: a table of changes, asked together of the refused passages.

Example:
    >>> swapped = {"birth_month": pl.col("birth_day"), "birth_day": pl.col("birth_month")}
    >>> built(refused, [Way("day_and_month_exchanged", swapped)]).select("kind", "birth_month", "birth_day").row(0)
    ('day_and_month_exchanged', '12', '3')

A built correction is one row: a column per field of ``STAGES`` that holds what to write there; null leaves the field
alone, the empty text leaves the element out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matching.explain.corrections.kinds import STAGES

FIELDS = tuple(STAGES)
BUILT: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "kind": pl.String,
    "odds": pl.Float64,
    "severity": pl.String,
    **dict.fromkeys(FIELDS, pl.String),
}
"""``odds``: how many times likelier the submitted values are with the mistake than without it, by what is public;
``severity``: of the rule that found it, null when no rule did."""

LEFT_OUT = pl.lit("")


@dataclass(frozen=True)
class Way:
    """One way to correct.

    Attributes:
        kind: Key of ``KINDS``.
        changes: Field → what to write; empty for a kind that asks.
        when: True where it can be; null is no. Changes must not be null there.
        odds: As in ``BUILT``.
    """

    kind: str
    changes: Mapping[str, pl.Expr]
    when: pl.Expr | None = None
    odds: pl.Expr | float = 1.0


def built(rows: pl.DataFrame, ways: Sequence[Way]) -> pl.DataFrame:
    """The corrections of rows that have a ``passage``: columns ``BUILT``, by way, rows in order.

    A way is left out where one of its changes has nothing to write.
    """
    return together(_built(rows, way) for way in ways)


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Corrections built in several ways, one under the other."""
    return pl.concat([pl.DataFrame(schema=BUILT), *parts])


def _built(rows: pl.DataFrame, way: Way) -> pl.DataFrame:
    conditions = [change.is_not_null() for change in way.changes.values()]
    if way.when is not None:
        conditions.append(way.when)
    met = rows.filter(pl.all_horizontal(conditions).fill_null(value=False)) if conditions else rows
    odds = way.odds if isinstance(way.odds, pl.Expr) else pl.lit(way.odds)
    return met.select(
        "passage",
        pl.lit(way.kind).alias("kind"),
        odds.cast(pl.Float64).fill_null(1.0).alias("odds"),
        pl.lit(None, pl.String).alias("severity"),
        *(way.changes.get(field, pl.lit(None)).cast(pl.String).alias(field) for field in FIELDS),
    )
