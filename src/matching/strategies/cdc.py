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

from matching.identity.frames import AGREEMENT, DECISIONS, OUTCOME
from matching.identity.outcomes import Message, Outcome
from matching.register.folder import Register
from matching.strategies import agreement, nir_check
from matching.strategies.candidates import KEY, Progress, find_candidates, submitted_keys, usage_names
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
        Contract DECISIONS. ``probability`` and ``runner_up_bits`` are null: the funnel has none.
    """
    keyed = submitted_keys(passages, settings)
    pairs = _pairs(keyed, find_candidates(keyed, register, settings, progress))
    pairs = _with_stages(pairs, register, settings)
    counts = pairs.group_by("passage").agg(n_1=pl.len(), n_2=pl.col("in_2").sum(), n_3=pl.col("in_3").sum())
    chosen = _chosen(pairs.join(counts, on="passage"))
    decided = keyed.join(counts, on="passage", how="left").join(chosen, on="passage", how="left")
    return DECISIONS.check(_decisions(decided.sort("passage"), settings))


def _pairs(keyed: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """Stage 1: every (passage, person) with equal keys, or, where a NIR is declared, with that NIR and birth name."""
    by_key = keyed.filter(pl.col("branch") == "titulaire").join(candidates, on=KEY)
    by_number = keyed.filter(pl.col("branch") == "identifiant_national").join(
        candidates.with_columns(declared_nir=pl.col("nir").str.slice(0, 13)).unique("person", maintain_order=True),
        on=["declared_nir", "key_birth_name"],
    )
    return pl.concat([by_key, by_number.select(by_key.columns)])


def _with_stages(pairs: pl.DataFrame, register: Register, settings: CdcSettings) -> pl.DataFrame:
    """The pairs with their agreements and whether each is left after stage 2 (``in_2``) and stage 3 (``in_3``)."""
    pairs = pairs.with_columns(in_2=_same_part("month", settings) & _same_part("day", settings))
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


def _same_part(part: str, settings: CdcSettings) -> pl.Expr:
    """Stage 2's equality of the month or the day, with what nil and unknown mean under the settings."""
    sent, known = pl.col(f"birth_{part}"), pl.col(f"register_{part}")
    when_nil = known.is_null() if settings.nil_constrains else pl.lit(value=True)
    when_unknown = pl.lit(not settings.unknown_constrains)
    return pl.when(sent.is_null()).then(when_nil).when(known.is_null()).then(when_unknown).otherwise(sent == known)


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
    by_file_number = pl.col("branch") == "dossier_formation"
    decided = decided.with_columns(
        stage_1=pl.when(~by_file_number).then(n_1),
        stage_2=pl.when(n_1 > 1).then(n_2),
        stage_3=pl.when(n_2 > 1).then(n_3),
        by_file_number=by_file_number,
        unreadable=(pl.col("branch") == "titulaire") & pl.any_horizontal(pl.col(column).is_null() for column in KEY),
        assumption=pl.when(by_file_number & settings.accept_file_number).then(pl.lit("file_number_accepted")),
        probability=pl.lit(None, pl.Float64),
        runner_up_bits=pl.lit(None, pl.Float64),
    )
    decided = _refuse(decided, settings)
    found = pl.col("person").is_not_null()
    agreed = pl.when(found).then(pl.lit("agree").cast(AGREEMENT))
    return decided.with_columns(
        outcome=_outcome(found, n_3).cast(OUTCOME),
        message=pl.when(~found & pl.col("assumption").is_null()).then(_message(n_1, n_2, n_3)),
        flagged=found & _contradicts("birth_date", "birth_place"),
        agree_birth_name=agreed,
        agree_sex=agreed,
    ).select(*DECISIONS.columns)


def _refuse(decided: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    """Take back the person of an OK whose traits, all those of the setting, contradict the register."""
    if not settings.refuse_contradiction:
        return decided.with_columns(refused=pl.lit(value=False))
    refused = pl.all_horizontal(_contradicts(trait) for trait in settings.refuse_contradiction)
    result = ["person", "nir", "incoherent_nir", "agree_birth_date", "agree_birth_place", "agree_given_names"]
    return decided.with_columns(refused=refused).with_columns(
        pl.when(~pl.col("refused")).then(pl.col(column)).alias(column) for column in result
    )


def _contradicts(*traits: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(f"agree_{trait}") == "differ" for trait in traits).fill_null(value=False)


def _outcome(found: pl.Expr, n_3: pl.Expr) -> pl.Expr:
    differs = _contradicts("birth_date", "birth_place", "given_names")
    return (
        pl.when(pl.col("by_file_number") | pl.col("unreadable"))
        .then(pl.lit(str(Outcome.INVALID)))
        .when(found & differs)
        .then(pl.lit(str(Outcome.FOUND_RECTIFIED)))
        .when(found)
        .then(pl.lit(str(Outcome.FOUND)))
        .when((n_3 > 1) & ~pl.col("refused"))
        .then(pl.lit(str(Outcome.SEVERAL)))
        .otherwise(pl.lit(str(Outcome.NONE)))
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
