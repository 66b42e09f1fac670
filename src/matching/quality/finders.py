"""How a rule looks for what it finds: a table of conditions, asked together, of rows or of distinct values.

Example:
    >>> initial = Finder("given_name_initial", "given_name_1", pl.col("given_name_1").str.len_chars() == 1)
    >>> found(passages, [initial]).select("code", "passage", "field", "value").row(0)
    ('given_name_initial', 0, 'given_name_1', 'C.')
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from matching.identity.frames import FOUND


@dataclass(frozen=True)
class Finder:
    """One rule asked of one field.

    Attributes:
        code: The rule.
        field: Key of ``matching.identity.rules.ELEMENTS``; None = the passage as a whole.
        when: True where the rule finds something; null is no.
        value: What was submitted; by default the ``raw_`` column of the field, or the column of that name.
        proposal: What to write instead, a text; null where nobody can tell.
        detail: The other fact that the rule's message names, a text.
    """

    code: str
    field: str | None
    when: pl.Expr
    value: pl.Expr | None = None
    proposal: pl.Expr | None = None
    detail: pl.Expr | None = None


def found(rows: pl.DataFrame, finders: Sequence[Finder]) -> pl.DataFrame:
    """What the finders find in rows that have a ``passage``: columns ``FOUND``, by finder, rows in order.

    All conditions are evaluated at once; the rest only where they hold.
    """
    # A column stands with the conditions: of literals alone, polars makes as many rows as the frame has chunks.
    asked = rows.select(
        "passage", *(finder.when.fill_null(value=False).alias(str(rank)) for rank, finder in enumerate(finders))
    )
    parts = [
        rows.filter(asked[str(rank)]).select(_columns(finder, rows.columns))
        for rank, finder in enumerate(finders)
        if asked[str(rank)].any()
    ]
    return together(parts)


def found_by_value(
    rows: pl.DataFrame, values: pl.DataFrame, on: str | Sequence[str], finders: Sequence[Finder]
) -> pl.DataFrame:
    """The same for conditions on distinct values, each looked at once, then given to every row that has it.

    Args:
        rows: With ``passage`` and the columns ``on``.
        values: One row per distinct value of the columns ``on``, nulls included, with what the finders ask.
        on: Column or columns that are the value.
        finders: Asked of ``values``.
    """
    keys = [on] if isinstance(on, str) else list(on)
    numbered = values.with_row_index("passage")
    hits = found(numbered, finders)
    if hits.is_empty():
        return hits
    keyed = hits.join(numbered.select("passage", *keys), on="passage", maintain_order="left").drop("passage")
    return (
        rows.select("passage", *keys).join(keyed, on=keys, nulls_equal=True, maintain_order="left").select(list(FOUND))
    )


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Findings of several finders, one under the other."""
    return pl.concat([pl.DataFrame(schema=FOUND), *parts])


def of_file(code: str, field: str | None = None, **facts: str | None) -> pl.DataFrame:
    """One finding about the whole file; ``facts`` are ``value``, ``proposal`` and ``detail``."""
    row = {"code": code, "passage": None, "field": field, "value": None, "proposal": None, "detail": None} | facts
    return pl.DataFrame([row], schema=FOUND)


def _columns(finder: Finder, columns: Sequence[str]) -> list[pl.Expr]:
    value = finder.value
    if value is None and finder.field is not None:
        value = pl.col(raw if (raw := f"raw_{finder.field}") in columns else finder.field)
    told = {"value": value, "proposal": finder.proposal, "detail": finder.detail}
    return [
        pl.lit(finder.code).alias("code"),
        pl.col("passage").cast(pl.UInt32),
        pl.lit(finder.field, pl.String).alias("field"),
        *((pl.lit(None) if each is None else each).cast(pl.String).alias(name) for name, each in told.items()),
    ]
