"""Corrections ranked by how plausible each is, given the message of the receipt: no register is read.

Example:
    >>> ranked(built, refused).select("passage", "rank", "kind", "prior").row(0)
    (0, 1, 'day_and_month_exchanged', 0.33)

The prior of a correction is its share of all that may have happened to the passage:

    ALONE × rate of the kind × factor of the message × odds ÷ (sum over the corrections + what none explains)

A safe correction that cannot explain the message stays, last, with prior 0: it does no harm.
"""

import polars as pl

from matching.explain.corrections.kinds import ALONE, FACTORS, KINDS, STAGES, UNEXPLAINED, kinds
from matching.explain.corrections.ways import FIELDS
from matching.normalize.text import funnel_text

CORRECTIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "rank": pl.UInt8,
    "kind": pl.String,
    "is_safe": pl.Boolean,
    "prior": pl.Float64,
    "field": pl.String,
    "before": pl.String,
    "after": pl.String,
}
"""One row per changed field. ``before`` is what was submitted (null = nothing); ``after`` what to write instead: the
empty text leaves the element out, null is to be asked of the holder."""

LEAST = 0.001
"""Prior below which a correction is left out: it meets other people more often than the holder."""


def ranked(built: pl.DataFrame, refused: pl.DataFrame, most: int = 12) -> pl.DataFrame:
    """The corrections of each passage, the most plausible first.

    Args:
        built: Columns ``BUILT``.
        refused: Contract PASSAGES and ``message``, the number that the receipt gives.
        most: Corrections kept for one passage, beside the safe ones.

    Returns:
        Columns ``CORRECTIONS``, by passage and rank.
    """
    changed = _changed(_allowed(built, refused), refused)
    weighed = _weighed(changed.filter(_changes_something()))
    once = weighed.sort("weight", "order", descending=[True, False], maintain_order=True)
    once = once.with_columns(asked=pl.when("is_asked").then("kind"))
    once = once.unique(["passage", "asked", *FIELDS], keep="first", maintain_order=True)
    whole = pl.col("weight").sum().over("passage") + pl.col("unexplained")
    told = once.with_columns(prior=ALONE * pl.col("weight") / whole).sort("passage", maintain_order=True)
    told = told.filter((pl.col("prior") >= LEAST) | pl.col("is_safe"))
    told = told.with_columns(rank=pl.int_range(1, pl.len() + 1).over("passage"))
    told = told.filter((pl.col("rank") <= most) | pl.col("is_safe"))
    return _by_field(told, refused)


def _allowed(built: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """With the ``message``, the facts of the kind and ``is_allowed``: what the message excludes stays only if safe."""
    facts = [(one.code, order, one.rate, one.is_safe, bool(one.fields)) for order, one in enumerate(KINDS)]
    table = pl.DataFrame(facts, schema=["kind", "order", "rate", "is_safe", "is_asked"], orient="row")
    pairs = [(one.code, message, True) for one in KINDS for message in sorted(one.messages)]
    schema = {"kind": pl.String, "message": pl.UInt8, "is_allowed": pl.Boolean}
    allowed = pl.DataFrame(pairs, schema=schema, orient="row")
    told = built.join(refused.select("passage", pl.col("message").cast(pl.UInt8)), on="passage", maintain_order="left")
    told = told.join(allowed, on=["kind", "message"], how="left", maintain_order="left")
    told = told.join(table, on="kind", maintain_order="left")
    return told.filter(pl.col("is_allowed") | pl.col("is_safe"))


def _changed(built: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """The corrections without what changes nothing to the funnel, and with what a new place code takes away."""
    before = built.select("passage").join(_raw(refused), on="passage", how="left", maintain_order="left")
    columns = {}
    for field in FIELDS:
        written = built[field].is_not_null().arg_true()
        now, then = (funnel_text(each[field].gather(written)).fill_null("") for each in (built, before))
        columns[field] = built[field].clone().scatter(written.filter(now == then), None)  # scatter writes in place
    has_postal = (before["postal_code"].fill_null("") != "").rename("has_postal")
    told = built.with_columns(**columns)
    is_replaced = (pl.col("insee_code") != "") & has_postal & pl.col("postal_code").is_null()
    emptied = pl.when(is_replaced.fill_null(value=False)).then(pl.lit("")).otherwise("postal_code")
    return told.with_columns(postal_code=emptied)


def _changes_something() -> pl.Expr:
    asks = [code for code, kind in kinds().items() if kind.fields]
    return pl.col("kind").is_in(asks) | pl.any_horizontal(pl.col(field).is_not_null() for field in FIELDS)


def _weighed(changed: pl.DataFrame) -> pl.DataFrame:
    """With ``weight`` and ``unexplained``; without what cannot explain the message, unless safe."""
    factors = [(message, stage, factor) for (message, stage), factor in FACTORS.items()]
    schema = {"message": pl.UInt8, "stage": pl.UInt8, "factor": pl.Float64}
    table = pl.DataFrame(factors, schema=schema, orient="row")
    asked = {one.code: min(STAGES[field] for field in one.fields) for one in KINDS if one.fields}
    written = pl.min_horizontal(pl.when(pl.col(field).is_not_null()).then(stage) for field, stage in STAGES.items())
    stage = pl.coalesce(pl.col("kind").replace_strict(asked, default=None, return_dtype=pl.Int64), written)
    told = changed.with_columns(stage=stage.cast(pl.UInt8))
    told = told.join(table, on=["message", "stage"], how="left", maintain_order="left")
    factor = pl.when(pl.col("is_allowed")).then("factor").fill_null(0.0)
    weighed = told.with_columns(
        weight=pl.col("rate") * factor * pl.col("odds"),
        unexplained=pl.col("message").replace_strict(UNEXPLAINED, return_dtype=pl.Float64),
    )
    return weighed.filter((pl.col("weight") > LEAST * pl.col("unexplained")) | pl.col("is_safe"))


def _by_field(told: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """One row per changed or asked field."""
    asked_fields = {one.code: list(one.fields) for one in KINDS if one.fields}
    shown = ["passage", "rank", "kind", "is_safe", "prior"]
    asked = told.filter("is_asked").select(
        *shown, field=pl.col("kind").replace_strict(asked_fields, return_dtype=pl.List(pl.String))
    )
    asked = asked.explode("field").with_columns(after=pl.lit(None, dtype=pl.String))
    written = told.filter(~pl.col("is_asked")).unpivot(
        list(FIELDS), index=shown, variable_name="field", value_name="after"
    )
    both = pl.concat([asked, written.drop_nulls("after")])
    before = _raw(refused).unpivot(list(FIELDS), index="passage", variable_name="field", value_name="before")
    both = both.join(before, on=["passage", "field"], how="left")
    order = pl.col("field").replace_strict({field: at for at, field in enumerate(FIELDS)})
    ordered = both.sort("passage", "rank", order)
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in CORRECTIONS.items())


def _raw(refused: pl.DataFrame) -> pl.DataFrame:
    return refused.select("passage", *(pl.col(f"raw_{field}").alias(field) for field in FIELDS))
