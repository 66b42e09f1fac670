"""Why a passage was refused: for each KO its likely causes, each with a probability, whom to ask and for what.

Example:
    >>> told = weighed(refused, propose(refused, findings), findings, exposure(submitted))
    >>> told.causes.select("kind", "trait", "probability").row(0)
    ('day_and_month_exchanged', 'birth_date', 0.41)

A cause is a kind of mistake about a trait. Causes come from the corrections (``corrections.kinds``), from findings that
no correction repairs, and, for what is no matter of identity, from ``OWN``. The message says which data may be wrong:

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

A wrong name gives message 2 only where two other people happen to bear it: ``exposure`` weighs that. What is left when
the causes have their probability is the last row, ``nothing_shown``: nothing in the file tells.

All figures stand in ``cause_table``.
"""

from dataclasses import dataclass

import polars as pl

from matching.explain.cause_table import ABSENT, BOUNDS, DOUBTFUL, FAILS, FOUND, LEAST, MOST, OWN, PASSES, REST, WHOLE
from matching.explain.corrections.found import KIND_OF
from matching.explain.corrections.kinds import FACTORS, KINDS, STAGES
from matching.explain.corrections.ways import FIELDS

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

TESTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "passage": pl.UInt32,
    "rank": pl.UInt8,
    "passes": pl.Boolean,
    "again": pl.UInt8,  # message of a correction that is refused again
}
"""What becomes of corrections tried on a register; those that only ask are not there."""

_EXPOSED = {2: "namesakes", 3: "namesakes_date", 4: "namesakes_place"}  # message → those who were met
_STAGE_OF = STAGES | {"birth_date": 2, "place_label": 3, "country_label": 3}
_TRAIT_OF = {"birth_month": "birth_date", "birth_day": "birth_date"}


@dataclass(frozen=True)
class Explanation:
    """What is thought of refused passages.

    Attributes:
        causes: Columns ``CAUSES``; the probabilities of a passage sum to 1 at most.
        corrections: Columns ``CORRECTIONS`` and ``probability``, ``passes``, ``again``, ``document``, ranked anew.
    """

    causes: pl.DataFrame
    corrections: pl.DataFrame


def weighed(
    refused: pl.DataFrame,
    corrections: pl.DataFrame,
    findings: pl.DataFrame,
    exposed: pl.DataFrame,
    tested: pl.DataFrame | None = None,
) -> Explanation:
    """The causes of refused passages, and their corrections in the light of all that is known.

    Args:
        refused: Contract PASSAGES and ``message`` of the receipt, null for a sentence that is none of the seven.
        corrections: Columns ``CORRECTIONS``, of these passages.
        findings: Contract FINDINGS.
        exposed: What ``quality.forecasting.exposure`` says of the holders.
        tested: Columns ``TESTED``; None without a register.
    """
    passages = refused.select("passage", "message", "branch")
    met = passages.join(exposed, on="passage", how="left", maintain_order="left")
    if tested is None:
        tested = pl.DataFrame(schema=TESTED)
    repairs = _repairs(corrections, met).join(tested, on=["passage", "rank"], how="left", maintain_order="left")
    odds = pl.when("passes").then(PASSES).when(pl.col("passes").not_()).then(FAILS).otherwise(1.0)
    repairs = repairs.with_columns(weight=pl.col("prior") * pl.col("factor") * odds)
    of_passages = findings.join(passages, on="passage", how="semi")
    others = pl.concat([_own(passages, of_passages), _doubtful(passages, of_passages)])
    weights = pl.concat([repairs.select("passage", "weight"), others.select("passage", "weight")])
    whole = _wholes(passages, repairs, weights)
    likely = pl.col("weight") / pl.col("whole")
    repairs = repairs.join(whole, on="passage", how="left", maintain_order="left").with_columns(probability=likely)
    others = others.join(whole, on="passage", how="left", maintain_order="left").with_columns(probability=likely)
    ranked = _ranked_repairs(repairs)
    return Explanation(_causes(ranked, others, whole, of_passages), _ranked_corrections(corrections, ranked))


def _repairs(corrections: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """One row per correction: its first field, its stage, and ``factor``, what the homonyms make of it."""
    at = pl.col("field").replace_strict({field: rank for rank, field in enumerate(FIELDS)})
    stage = pl.col("field").replace_strict(STAGES, return_dtype=pl.UInt8)
    each = corrections.group_by("passage", "rank", maintain_order=True).agg(
        pl.col("kind", "is_safe", "prior").first(),
        trait=pl.col("field").sort_by(at).first().replace(_TRAIT_OF),
        stage=stage.min(),
    )
    return each.join(met, on="passage", how="left", maintain_order="left").with_columns(factor=_exposure_factor())


def _exposure_factor() -> pl.Expr:
    """A mistake at an earlier stage than the message's needs two people met by accident, one of that stage one only.

    The chances of both, by Poisson's law, take the place of the average that ``FACTORS`` tells.
    """
    found = pl.lit(1.0)
    for (message, stage), average in FACTORS.items():
        if message in _EXPOSED and stage < min(message, 3) and average < 1:
            people = pl.col(_EXPOSED[message]).clip(1e-9)
            one = 1 - (-people).exp()
            chance = (one - people * (-people).exp()) / one / average
            is_it = (pl.col("message") == message) & (pl.col("stage") == stage)
            found = pl.when(is_it).then(chance.clip(*BOUNDS).fill_null(1.0)).otherwise(found)
    return found.fill_nan(1.0)


def _own(passages: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``kind``, ``trait``, ``weight`` of the causes that ``OWN`` gives a message."""
    rows = [(one.code, one.trait, m, one.weight, one.branch) for one in OWN for m in one.messages]
    schema = {
        "kind": pl.String, "trait": pl.String, "message": pl.UInt8, "weight": pl.Float64, "only": pl.String,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = passages.with_columns(pl.col("message").cast(pl.UInt8), pl.col("branch").cast(pl.String)).join(
        table, on="message", how="inner"
    )
    found = found.filter(pl.col("only").is_null() | (pl.col("only") == pl.col("branch")))
    sure = findings.filter(pl.col("severity") != "advice").select("passage", trait="field", is_found=True).unique()
    found = found.join(sure, on=["passage", "trait"], how="left", maintain_order="left")
    bumped = pl.col("weight") * pl.when("is_found").then(FOUND).otherwise(1.0)
    return found.select("passage", "kind", "trait", weight=bumped)


def _doubtful(passages: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The same of what rules find wrong and no correction repairs, where the message looks at that datum."""
    told = findings.filter(~pl.col("code").is_in(list(KIND_OF)) & pl.col("field").is_in(list(_STAGE_OF))).select(
        "passage",
        stage=pl.col("field").replace_strict(_STAGE_OF, return_dtype=pl.UInt8),
        trait=pl.col("field").replace(_TRAIT_OF),
        weight=pl.col("severity").cast(pl.String).replace_strict(DOUBTFUL, default=0.0, return_dtype=pl.Float64),
    )
    rows = [(message, stage, factor) for (message, stage), factor in FACTORS.items()]
    schema = {"message": pl.UInt8, "stage": pl.UInt8, "factor": pl.Float64}
    looked_at = pl.DataFrame(rows, schema=schema, orient="row")
    told = told.join(passages.select("passage", pl.col("message").cast(pl.UInt8)), on="passage")
    told = told.join(looked_at, on=["message", "stage"]).with_columns(pl.col("weight") * pl.col("factor"))
    best = told.group_by("passage", "trait", maintain_order=True).agg(pl.col("weight").max())
    return best.filter(pl.col("weight") > 0).select(
        "passage", pl.lit("datum_doubtful").alias("kind"), "trait", "weight"
    )


def _wholes(passages: pl.DataFrame, repairs: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """``passage``, ``message``, ``whole``, ``left``: the sum of all weights, and the part that nothing explains.

    What is left before anything is known is what the priors of corrections, or the weights of ``OWN``, leave to 1.
    """
    before = repairs.group_by("passage").agg(pl.col("prior").sum())
    staged = pl.col("message").is_in([1, 2, 3, 4]) & (pl.col("branch").cast(pl.String) == "titulaire")
    declared = {m: sum(one.weight for one in OWN if m in one.messages and one.branch is None) for m in (5, 6, 7)}
    by_branch = {
        b: sum(one.weight for one in OWN if one.branch == b) for b in (("dossier_formation", "identifiant_national"))
    }
    own = pl.coalesce(
        pl.col("message").cast(pl.Int64).replace_strict(declared, default=None, return_dtype=pl.Float64),
        pl.col("branch").cast(pl.String).replace_strict(by_branch, default=None, return_dtype=pl.Float64),
    )
    known = pl.when(staged).then(pl.col("prior")).when(pl.col("message").is_not_null()).then(own)
    return (
        passages.join(before, on="passage", how="left", maintain_order="left")
        .with_columns(left=1 - known.fill_null(0.0))
        .join(weights.group_by("passage").agg(pl.col("weight").sum()), on="passage", how="left", maintain_order="left")
        .select("passage", "message", "left", whole=pl.col("weight").fill_null(0.0) + pl.col("left"))
    )


def _ranked_repairs(repairs: pl.DataFrame) -> pl.DataFrame:
    """With ``new_rank``: the likeliest first, ties in the order of the priors."""
    ordered = repairs.sort(["passage", "probability", "rank"], descending=[False, True, False], maintain_order=True)
    return ordered.with_columns(new_rank=pl.int_range(1, pl.len() + 1).over("passage").cast(pl.UInt8))


def _ranked_corrections(corrections: pl.DataFrame, ranked: pl.DataFrame) -> pl.DataFrame:
    known = ranked.select("passage", "rank", "new_rank", "probability", "passes", "again")
    both = corrections.join(known, on=["passage", "rank"], how="left", maintain_order="left")
    document = {one.code: one.document for one in KINDS}
    both = both.with_columns(
        rank="new_rank", document=pl.col("kind").replace_strict(document, return_dtype=pl.String)
    ).drop("new_rank")
    return both.sort("passage", "rank", maintain_order=True)


def _causes(ranked: pl.DataFrame, others: pl.DataFrame, whole: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    share = pl.col("message").cast(pl.Int64).replace_strict(ABSENT, default=0.0, return_dtype=pl.Float64)
    rest = whole.with_columns(likely=pl.col("left") / pl.col("whole"), share=share)
    nobody = pl.lit(None, pl.String)
    columns = ["passage", "kind", "trait", "probability", "correction"]
    none = pl.lit(None, pl.UInt8).alias("correction")
    is_whole = pl.col("kind") == WHOLE
    asks = ranked.filter(is_whole).select("passage", asks="probability", correction="new_rank")
    rest = rest.join(asks, on="passage", how="left", maintain_order="left")
    parts = [
        ranked.filter(~is_whole)
        .group_by("passage", "kind", "trait", maintain_order=True)
        .agg(pl.col("probability").sum(), correction=pl.col("new_rank").first())
        .select(columns),
        others.with_columns(none).select(columns),
        rest.filter(pl.col("share") > 0).select(
            "passage", pl.lit("not_in_register").alias("kind"), nobody.alias("trait"),
            (pl.col("likely") * pl.col("share")).alias("probability"), none,
        ),
    ]  # fmt: skip
    told = pl.concat(parts).filter(pl.col("probability") >= LEAST)
    told = told.sort(["passage", "probability"], descending=[False, True], maintain_order=True)
    told = told.group_by("passage", maintain_order=True).head(MOST).select(columns)
    last = rest.select(
        "passage", pl.lit(REST).alias("kind"), nobody.alias("trait"),
        (pl.col("likely") * (1 - pl.col("share")) + pl.col("asks").fill_null(0.0)).alias("probability"), "correction",
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
    is_own = pl.col("kind").is_in([one.code for one in OWN])
    who: dict[str, str] = {one.code: "nobody" if one.is_safe else "holder" for one in KINDS}
    who |= {one.code: one.who for one in OWN}
    document = {one.code: one.document for one in KINDS} | {one.code: one.document for one in OWN}
    return told.with_columns(
        rule=pl.coalesce("rule", pl.when(is_own).then("seen")),
        who=pl.col("kind").replace_strict(who),
        document=pl.col("kind").replace_strict(document, return_dtype=pl.String),
    ).select(pl.col(name).cast(dtype) for name, dtype in CAUSES.items())
