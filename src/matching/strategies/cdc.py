"""The published funnel: three stages of equalities, and the four messages of a receipt.

=====  =====================================================  ==========  ======  ============
stage  equality on                                            nobody      one     several
=====  =====================================================  ==========  ======  ============
1      birth name, first given name, sex, birth year          message 1   OK      go to 2
2      … and month and day                                    message 2   OK      go to 3
3      … and birth place and every other datum sent           message 3   OK      message 4
=====  =====================================================  ==========  ======  ============

An OK at stage 1 looks no further: the passage may contradict the register on date or place. Such a passage is OK in
the receipt and ``flagged`` in the decisions.

Example:
    >>> decisions = decide(passages, open_register("register"), CdcSettings())
    >>> decisions["outcome"].value_counts()

Source: error-resolution guide V4 of the Caisse des Dépôts, read 2026-11-23; hypotheses in ``settings``.
"""

import polars as pl

from matching.identity.frames import AGREEMENT
from matching.identity.outcomes import Message
from matching.register.folder import Register
from matching.strategies import agreement, nir_check
from matching.strategies.answers import answers, missing_trait, outcome
from matching.strategies.candidates import KEY, find_candidates, submitted_keys, usage_names
from matching.strategies.lookups import Progress
from matching.strategies.settings import CdcSettings


def decide(
    passages: pl.DataFrame, register: Register, settings: CdcSettings, progress: Progress | None = None
) -> pl.DataFrame:
    """One decision per passage, in the passages' order.

    Args:
        passages: Contract PASSAGES.
        register: An opened register.
        settings: The hypotheses.
        progress: Called after each shard.

    Returns:
        Contract DECISIONS. Probability, bits and evidence levels are null: the funnel has none.
    """
    keyed = submitted_keys(passages, settings)
    pairs = keyed.join(find_candidates(keyed, register, settings, progress), on=KEY)
    pairs = _with_stages(pairs, register, settings)
    counts = pairs.group_by("passage").agg(n_1=pl.len(), n_2=pl.col("in_2").sum(), n_3=pl.col("in_3").sum())
    chosen = _chosen(pairs.join(counts, on="passage"))
    decided = keyed.join(counts, on="passage", how="left").join(chosen, on="passage", how="left")
    return answers(_decisions(decided.sort("passage"), settings))


def _with_stages(pairs: pl.DataFrame, register: Register, settings: CdcSettings) -> pl.DataFrame:
    """The pairs with their agreements and whether each is left after stage 2 (``in_2``) and stage 3 (``in_3``)."""
    pairs = pairs.with_columns(in_2=agreement.same_part("month", settings) & agreement.same_part("day", settings))
    # Usage names are another pass over the register, for those whom stage 3 has to tell apart by one.
    at_stage_3 = pl.col("in_2") & (pl.col("in_2").sum().over("passage") > 1)
    told_apart = pairs.filter(at_stage_3 & pl.col("key_usage_name").is_not_null())
    known = usage_names(register, told_apart["person"].unique(), settings)
    pairs = agreement.with_places(pairs.join(known, on="person", how="left"), settings.places).with_columns(
        agree_birth_date=agreement.birth_date(), agree_given_names=agreement.given_names(settings)
    )
    other = {
        "usage_name": agreement.usage_name(),
        "given_name_2": agreement.given_name(2, settings),
        "given_name_3": agreement.given_name(3, settings),
        "country": pl.col("country_agrees"),
    }
    in_3 = (pl.col("agree_birth_place") != "differ") & pl.all_horizontal(
        pl.lit(value=True), *(other[name].fill_null(value=True) for name in settings.other_data)
    )
    return pairs.with_columns(in_3=pl.col("in_2") & in_3)


def _chosen(pairs: pl.DataFrame) -> pl.DataFrame:
    """The one person of each passage that has one: the only candidate left at the first stage that leaves one."""
    alone = (
        (pl.col("n_1") == 1)
        | ((pl.col("n_2") == 1) & pl.col("in_2"))
        | ((pl.col("n_2") > 1) & (pl.col("n_3") == 1) & pl.col("in_3"))
    )
    chosen = pairs.filter(alone)
    return chosen.select(
        "passage", "person", "nir", "agree_birth_date", "agree_birth_place", "agree_given_names",
        incoherent_nir=nir_check.incoherent_parts(),
    )  # fmt: skip


def _decisions(decided: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    """Outcome, message and flag from the counts and the chosen person."""
    n_1, n_2, n_3 = (pl.col(f"n_{stage}").fill_null(0).cast(pl.UInt32) for stage in (1, 2, 3))
    unreadable = pl.any_horizontal(pl.col(column).is_null() for column in KEY)
    decided = _refuse(decided.with_columns(stages=_left(n_1, n_2, n_3), unreadable=unreadable), settings)
    found = pl.col("person").is_not_null()
    several = (n_3 > 1) & ~pl.col("refused")
    agreed = pl.when(found).then(pl.lit("agree").cast(AGREEMENT))
    return decided.with_columns(agree_birth_name=agreed, agree_sex=agreed).with_columns(
        outcome=outcome(found=found, several=several, invalid=pl.col("unreadable")),
        message=pl.when(~found).then(_message(n_1, n_2, n_3)),
        flagged=found & agreement.differs("birth_date", "birth_place"),
        ask_for=pl.when(several).then(missing_trait()),
    )


def _left(n_1: pl.Expr, n_2: pl.Expr, n_3: pl.Expr) -> pl.Expr:
    """Candidates left after each stage that ran: a stage runs when the one before leaves several."""
    return pl.concat_list(n_1, pl.when(n_1 > 1).then(n_2), pl.when(n_2 > 1).then(n_3)).list.drop_nulls()


def _refuse(decided: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    """Take back the person of an OK whose traits, all those of the setting, contradict the register."""
    if not settings.refuse_contradiction:
        return decided.with_columns(refused=pl.lit(value=False))
    refused = pl.all_horizontal(agreement.differs(trait) for trait in settings.refuse_contradiction)
    result = ["person", "nir", "incoherent_nir", "agree_birth_date", "agree_birth_place", "agree_given_names"]
    return decided.with_columns(refused=refused).with_columns(
        pl.when(~pl.col("refused")).then(pl.col(column)).alias(column) for column in result
    )


def _message(n_1: pl.Expr, n_2: pl.Expr, n_3: pl.Expr) -> pl.Expr:
    """The funnel's message for a KO. A refused contradiction reads as the stage that would have seen it: date."""
    return (
        pl.when(pl.col("refused"))
        .then(pl.lit(int(Message.NOBODY_WITH_DATE)))
        .when(n_1 == 0)
        .then(pl.lit(int(Message.NOBODY)))
        .when(n_2 == 0)
        .then(pl.lit(int(Message.NOBODY_WITH_DATE)))
        .when(n_3 == 0)
        .then(pl.lit(int(Message.NOBODY_WITH_PLACE)))
        .otherwise(pl.lit(int(Message.SEVERAL)))
        .cast(pl.UInt8)
    )
