"""Why a passage was refused: for each KO its likely causes, each with a probability, whom to ask and for what.

Example:
    >>> told = weighed(refused, propose(refused, findings, exposure(submitted)), findings)
    >>> told.causes.select("kind", "trait", "probability").row(0)
    ('day_and_month_exchanged', 'birth_date', 0.41)

A cause is a kind of mistake about a trait. Causes come from the corrections (``corrections.kinds``) and, for what is no
matter of identity, from ``OWN``. The message says which data may be wrong:

=======  ==============================================================================================
message  what the funnel saw
=======  ==============================================================================================
1        nobody has this birth name, first given name, sex and year: one of the four, or not registered
2        several people have these four, none of them that month and day: the date, or one of the four
3        several have these and the date, none the rest: the place or another datum, or what came before
4        several have everything that was sent: something lacks that would tell them apart
5        accepted before: nothing to do
6, 7     the certification, the dates of its validity
=======  ==============================================================================================

A wrong name gives message 2 only where two other people happen to bear it: the expected namesakes weigh that. What is
left when the causes have their probability is the last row, ``nothing_shown``: nothing in the file tells.

Without a register, probabilities are those of ``explain.weights``. With one, the engine says how likely the holder is
in it, and which data of the passage contradict that person: causes share that likelihood; what is left stays as it was.
"""

from dataclasses import dataclass

import polars as pl

from matching.explain.cause_table import FOUND, LEAST, MOST, OWN, REST
from matching.explain.corrections.found import ASKS, KIND_OF
from matching.explain.corrections.kinds import KINDS, WHOLE
from matching.explain.corrections.ways import FIELDS
from matching.explain.holders import HOLDERS, TESTED, Tried, in_their_light
from matching.explain.weights import CauseWeights, load_weights
from matching.quality.names.abroad import is_abroad

CAUSES: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "rank": pl.UInt8,  # 1 = likeliest; ``nothing_shown`` has the last
    "kind": pl.String,  # code of ``KINDS`` or of ``OWN``
    "trait": pl.String,  # key of ``ELEMENTS``; null = no datum of the file
    "probability": pl.Float64,
    "correction": pl.UInt8,  # rank of the likeliest correction that repairs it; null = none
    "rule": pl.String,  # what the checks found about it; null = nothing
    "who": pl.String,
    "document": pl.String,
}
"""Columns of ``Explanation.causes``."""

_TRAIT_OF = {"birth_month": "birth_date", "birth_day": "birth_date"}
_MESSAGES = (1, 2, 3, 4)


@dataclass(frozen=True)
class Explanation:
    """What is thought of refused passages.

    Attributes:
        causes: Columns ``CAUSES``; the probabilities of a passage sum to 1 at most.
        corrections: Columns ``CORRECTIONS`` and ``probability``, ``passes``, ``again``, ``elsewhere``, ``document``,
            ranked anew.
    """

    causes: pl.DataFrame
    corrections: pl.DataFrame


def weighed(
    refused: pl.DataFrame, corrections: pl.DataFrame, findings: pl.DataFrame, tried: Tried | None = None
) -> Explanation:
    """The causes of refused passages, and their corrections in the light of all that is known.

    Args:
        refused: Contract PASSAGES and ``message`` of the receipt, null for a sentence that is none of the seven.
        corrections: Columns ``CORRECTIONS``, of these passages.
        findings: Contract FINDINGS.
        tried: What a register tells; None without one.
    """
    passages = refused.select(
        "passage", pl.col("message").cast(pl.UInt8), pl.col("branch").cast(pl.String), is_abroad=is_abroad()
    )
    tried = tried or Tried(pl.DataFrame(schema=TESTED), pl.DataFrame(schema=HOLDERS))
    of_passages = findings.join(passages, on="passage", how="semi")
    repairs = _repairs(corrections).join(tried.corrections, on=["passage", "rank"], how="left", maintain_order="left")
    others = _own(passages, of_passages)
    left = _left(passages, repairs, others, load_weights())
    repairs, left = in_their_light(repairs, left, tried.holders)
    ranked = _ranked_repairs(repairs)
    return Explanation(_causes(ranked, others, left, of_passages), _ranked_corrections(corrections, ranked))


def _repairs(corrections: pl.DataFrame) -> pl.DataFrame:
    """One row per correction: its kind, its first field as a trait, whether it asks, and its ``probability``."""
    at = pl.col("field").replace_strict({field: rank for rank, field in enumerate(FIELDS)})
    return corrections.group_by("passage", "rank", maintain_order=True).agg(
        pl.col("kind", "is_safe").first(),
        trait=pl.col("field").sort_by(at).first().replace(_TRAIT_OF),
        is_asked=pl.col("after").is_null().all(),
        probability=pl.col("prior").first(),
    )


def _own(passages: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``kind``, ``trait``, ``probability`` of the causes that ``OWN`` gives a message."""
    rows = [(one.code, one.trait, m, one.weight, one.branch) for one in OWN for m in one.messages]
    schema = {
        "kind": pl.String, "trait": pl.String, "message": pl.UInt8, "weight": pl.Float64, "only": pl.String,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = passages.join(table, on="message", how="inner", maintain_order="left")
    found = found.filter(pl.col("only").is_null() | (pl.col("only") == pl.col("branch")))
    sure = findings.filter(pl.col("severity") != "advice").select("passage", trait="field", is_found=True).unique()
    found = found.join(sure, on=["passage", "trait"], how="left", maintain_order="left")
    weight = pl.col("weight") * pl.when("is_found").then(FOUND).otherwise(1.0)
    whole = weight.sum().over("passage") + 1 - pl.col("weight").sum().over("passage")
    return found.select("passage", "kind", "trait", probability=weight / whole)


def _left(passages: pl.DataFrame, repairs: pl.DataFrame, others: pl.DataFrame, weights: CauseWeights) -> pl.DataFrame:
    """``passage``, ``absent``, ``nothing``: what no correction and no other cause explains, and how it is shared."""
    told = pl.concat([part.select("passage", "probability") for part in (repairs, others)])
    told = told.group_by("passage").agg(pl.col("probability").sum())
    staged = pl.col("message").is_in(_MESSAGES) & (pl.col("branch") == "titulaire")
    absent, nothing = (
        pl.col("message").replace_strict(of, default=0.0, return_dtype=pl.Float64)
        for of in (weights.absent, weights.nothing)
    )
    absent = absent * pl.when("is_abroad").then(weights.absent_abroad).otherwise(1.0)
    left = (1 - pl.col("probability").fill_null(0.0)).clip(0.0, 1.0)
    share = pl.when(staged).then(absent / (absent + nothing)).otherwise(0.0)
    known = passages.join(told, on="passage", how="left", maintain_order="left")
    return known.select("passage", absent=left * share.fill_null(0.0), nothing=left * (1 - share.fill_null(0.0)))


def _ranked_repairs(repairs: pl.DataFrame) -> pl.DataFrame:
    """With ``new_rank``: the likeliest first, ties in the order of the priors."""
    ordered = repairs.sort(["passage", "probability", "rank"], descending=[False, True, False], maintain_order=True)
    return ordered.with_columns(new_rank=pl.int_range(1, pl.len() + 1).over("passage").cast(pl.UInt8))


def _ranked_corrections(corrections: pl.DataFrame, ranked: pl.DataFrame) -> pl.DataFrame:
    known = ranked.select("passage", "rank", "new_rank", "probability", "passes", "again", "elsewhere")
    both = corrections.join(known, on=["passage", "rank"], how="left", maintain_order="left")
    document = {one.code: one.document for one in KINDS}
    both = both.with_columns(
        rank="new_rank", document=pl.col("kind").replace_strict(document, return_dtype=pl.String)
    ).drop("new_rank")
    return both.sort("passage", "rank", maintain_order=True)


def _causes(ranked: pl.DataFrame, others: pl.DataFrame, left: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    nobody, none = pl.lit(None, pl.String), pl.lit(None, pl.UInt8).alias("correction")
    columns = ["passage", "kind", "trait", "probability", "correction"]
    is_whole = pl.col("kind") == WHOLE
    asks = ranked.filter(is_whole).select("passage", asks="probability", correction="new_rank")
    rest = left.join(asks, on="passage", how="left", maintain_order="left")
    parts = [
        ranked.filter(~is_whole)
        .group_by("passage", "kind", "trait", maintain_order=True)
        .agg(pl.col("probability").sum(), correction=pl.col("new_rank").first())
        .select(columns),
        others.with_columns(none).select(columns),
        left.select(
            "passage", pl.lit("not_in_register").alias("kind"), nobody.alias("trait"), probability="absent"
        ).with_columns(none),
    ]
    told = pl.concat(parts).filter(pl.col("probability") >= LEAST)
    told = told.sort(["passage", "probability"], descending=[False, True], maintain_order=True)
    told = told.group_by("passage", maintain_order=True).head(MOST).select(columns)
    last = rest.select(
        "passage", pl.lit(REST).alias("kind"), nobody.alias("trait"),
        (pl.col("nothing") + pl.col("asks").fill_null(0.0)).alias("probability"), "correction",
    )  # fmt: skip
    every = pl.concat([told, last]).sort("passage", maintain_order=True)
    every = every.with_columns(rank=pl.int_range(1, pl.len() + 1).over("passage"))
    return _with_facts(every, findings)


def _with_facts(causes: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """With the rule that points at each, who can settle it, and the document."""
    rules = (
        findings.filter(pl.col("passage").is_not_null())
        .sort("severity", maintain_order=True)
        .select(
            "passage",
            "code",
            trait=pl.col("field").replace(_TRAIT_OF),
            kind=pl.col("code").replace_strict(KIND_OF, default=None, return_dtype=pl.String),
        )
    )
    repaired = rules.drop_nulls("kind").unique(["passage", "kind"], keep="first", maintain_order=True)
    seen = rules.filter(pl.col("kind").is_null()).unique(["passage", "trait"], keep="first", maintain_order=True)
    told = causes.join(repaired.select("passage", "kind", rule="code"), on=["passage", "kind"], how="left",
                       maintain_order="left")  # fmt: skip
    told = told.join(seen.select("passage", "trait", seen="code"), on=["passage", "trait"], how="left",
                     maintain_order="left")  # fmt: skip
    asks = pl.col("kind").is_in([*(one.code for one in OWN), *ASKS.values()])
    who: dict[str, str] = {one.code: "nobody" if one.is_safe else "holder" for one in KINDS}
    who |= {one.code: one.who for one in OWN}
    document = {one.code: one.document for one in KINDS} | {one.code: one.document for one in OWN}
    return told.with_columns(
        rule=pl.coalesce("rule", pl.when(asks).then("seen")),
        who=pl.col("kind").replace_strict(who),
        document=pl.col("kind").replace_strict(document, return_dtype=pl.String),
    ).select(pl.col(name).cast(dtype) for name, dtype in CAUSES.items())
