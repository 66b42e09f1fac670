"""Corrections ranked by how plausible each is, given the message of the receipt: no register is read.

Example:
    >>> ranked(options(built, refused, exposed), refused).select("passage", "rank", "kind", "prior").row(0)
    (0, 1, 'day_and_month_exchanged', 0.33)

The prior of a correction is its weight's share of all that may have happened to the passage: see ``explain.weights``.
A safe correction that cannot explain the message stays, last, with prior 0: it does no harm; so does the question about
everything, the last resort.
"""

import polars as pl

from matching.explain.corrections.kinds import BY_THE_YEAR, KINDS, STAGES, WHOLE, kinds
from matching.explain.corrections.ways import FIELDS
from matching.explain.weights import CauseWeights, load_weights
from matching.identity.outcomes import Message
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


_MET = {2: "namesakes", 3: "namesakes_date", 4: "namesakes_place"}  # message → those who were met
_LEAST_CHANCE = 1e-4


def options(built: pl.DataFrame, refused: pl.DataFrame, exposed: pl.DataFrame) -> pl.DataFrame:
    """What may be changed, before any weight: one row per correction, with the stage that it is about.

    Args:
        built: Columns ``BUILT``.
        refused: Contract PASSAGES and ``message``, the number that the receipt gives.
        exposed: What ``quality.forecasting.exposure`` says of the holders.

    Returns:
        Columns ``BUILT`` with ``message``, ``order`` (of the kind), ``is_safe``, ``is_asked``, ``is_allowed`` (the kind
        can explain the message), ``stage`` and ``chance`` (of the message in spite of a mistake at an earlier stage):
        those that change something, and are safe if they explain nothing.
    """
    changed = _changed(_allowed(built, refused), refused)
    changed = changed.filter(_changes_something())
    asked = {one.code: min(STAGES[field] for field in one.fields) for one in KINDS if one.fields}
    written = pl.min_horizontal(pl.when(pl.col(field).is_not_null()).then(stage) for field, stage in STAGES.items())
    stage = pl.coalesce(pl.col("kind").replace_strict(asked, default=None, return_dtype=pl.Int64), written)
    staged = changed.with_columns(stage=stage.cast(pl.UInt8))
    met = staged.join(exposed, on="passage", how="left", maintain_order="left")
    return met.with_columns(chance=_chance()).drop(_MET.values())


def ranked(
    possible: pl.DataFrame, refused: pl.DataFrame, most: int = 12, weights: CauseWeights | None = None
) -> pl.DataFrame:
    """The corrections of each passage, the most plausible first.

    Args:
        possible: As ``options`` gives them.
        refused: Contract PASSAGES.
        most: Corrections kept for one passage, beside the safe ones and the last resort.
        weights: Those of the package by default.

    Returns:
        Columns ``CORRECTIONS``, by passage and rank.
    """
    weights = weights or load_weights()
    weighed = possible.with_columns(weight=_weight(weights))
    once = likeliest_once(weighed)
    rest = {message: weights.absent[message] + weights.nothing[message] for message in weights.absent}
    unexplained = pl.col("message").replace_strict(rest, return_dtype=pl.Float64)
    whole = pl.col("weight").sum().over("passage") + unexplained
    told = once.with_columns(prior=pl.col("weight") / whole).sort("passage", maintain_order=True)
    is_kept = pl.col("is_safe") | (pl.col("kind") == WHOLE)
    told = told.filter((pl.col("prior") >= LEAST) | is_kept)
    told = told.with_columns(rank=pl.int_range(1, pl.len() + 1).over("passage"))
    return by_field(told.filter((pl.col("rank") <= most) | is_kept), refused)


def likeliest_once(weighed: pl.DataFrame) -> pl.DataFrame:
    """Of options that write the same, the one of most ``weight``; by weight, ties in the order of the kinds."""
    ordered = weighed.sort("weight", "order", descending=[True, False], maintain_order=True)
    ordered = ordered.with_columns(asked=pl.when("is_asked").then("kind"))
    return ordered.unique(["passage", "asked", *FIELDS], keep="first", maintain_order=True).drop("asked")


def by_field(told: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Columns ``CORRECTIONS`` of options with ``rank`` and ``prior``: one row per changed or asked field."""
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


def _chance() -> pl.Expr:
    """A mistake at an earlier stage than the message's needs two people met by accident; one is always met.

    By Poisson's law, of the people that public frequencies make expect.
    """
    found = pl.lit(1.0)
    for message, people in _MET.items():
        met = pl.col(people).clip(1e-9)
        one = 1 - (-met).exp()
        is_earlier = (pl.col("message") == message) & (pl.col("stage") < min(message, 3))
        found = pl.when(is_earlier).then((one - met * (-met).exp()) / one).otherwise(found)
    return found.fill_nan(1.0).fill_null(1.0).clip(_LEAST_CHANCE, 1.0)


def _weight(weights: CauseWeights) -> pl.Expr:
    """What an option weighs; 0 where its kind cannot explain the message."""
    rate = pl.col("kind").replace_strict(weights.kinds, return_dtype=pl.Float64)
    left = pl.lit(0.0)
    for (message, stage), factor in weights.stages.items():
        left = pl.when((pl.col("message") == message) & (pl.col("stage") == stage)).then(factor).otherwise(left)
    exponent = pl.col("kind").replace_strict(
        {one.code: weights.exponents[one.family] for one in KINDS}, return_dtype=pl.Float64
    )
    found, doubtful = (
        pl.col("severity").replace_strict(of, default=1.0, return_dtype=pl.Float64)
        for of in (weights.found, weights.doubtful)
    )
    met = pl.col("chance").pow(weights.exponents["exposure"])
    told = rate * left * met * pl.col("odds").pow(exponent) * pl.when("is_asked").then(doubtful).otherwise(found)
    return pl.when("is_allowed").then(told).otherwise(0.0).fill_null(0.0)


def _allowed(built: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """With the ``message``, the facts of the kind and ``is_allowed``: what the message excludes stays only if safe."""
    facts = [(one.code, order, one.is_safe, bool(one.fields)) for order, one in enumerate(KINDS)]
    table = pl.DataFrame(facts, schema=["kind", "order", "is_safe", "is_asked"], orient="row")
    pairs = [(one.code, message, True) for one in KINDS for message in sorted(one.messages)]
    schema = {"kind": pl.String, "message": pl.UInt8, "is_allowed": pl.Boolean}
    allowed = pl.DataFrame(pairs, schema=schema, orient="row")
    told = built.join(refused.select("passage", pl.col("message").cast(pl.UInt8)), on="passage", maintain_order="left")
    told = told.join(allowed, on=["kind", "message"], how="left", maintain_order="left")
    told = told.join(table, on="kind", maintain_order="left").with_columns(pl.col("is_allowed").fill_null(value=False))
    trusts = (pl.col("kind") == BY_THE_YEAR) & (pl.col("message") == int(Message.NOBODY))
    return told.filter((pl.col("is_allowed") | pl.col("is_safe")) & ~trusts)


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


def _raw(refused: pl.DataFrame) -> pl.DataFrame:
    return refused.select("passage", *(pl.col(f"raw_{field}").alias(field) for field in FIELDS))
