"""A cascade of steps, from the strictest to the loosest: the first step that leaves somebody decides.

============  ======================  =========================  =============  ==============================
step          birth name              given names                birth date     birth place
============  ======================  =========================  =============  ==============================
exact         same                    two, one                   same           same code, same country
given_names   same, particle, former  two, one, listed, loose    same           same code, country or place
inverted      inverted                inverted                   same           the same, or missing
usage_name    usage                   two, one, listed, loose    same           the same, or missing
place         same, particle, former  two, one, loose            same           missing, or another
date_swapped  same, particle, former  two, one                   swapped        same code, country or place
date          same, particle, former  two, one                   partial, near  same code or place
date_abroad   same, particle, former  two                        partial, near  same country
============  ======================  =========================  =============  ==============================

Sex is the same in all. One person left: OK. Several: nobody further down can tell them apart, and it is SEVERAL. The
step is told by ``assumption`` (``csns.<step>``) and by the length of ``stages``, which counts who is left at each step
that ran; so the false-match rate of each step is one ``group_by("assumption")`` over the OK of a deposit whose truth
is known.

Example:
    >>> decisions = decide(passages, open_register("register"), CsnsSettings())
    >>> decisions.filter(pl.col("person").is_not_null())["assumption"].value_counts()

That a register is searched in passes, each looser than the one before, is how the national statistical institute
describes its non-significant statistical code; the levels of each pass are hypotheses of ours. Where a level stops
comes from false matches measured in a register of 10 million: born abroad, where a place is only a country, a date that
is partial or near gave 14 wrong of 86 with one given name, and none of 53 with two.
"""

from dataclasses import dataclass

import polars as pl

from matching.identity.outcomes import Message
from matching.normalize.given_names import given_forms
from matching.normalize.places import present_country
from matching.normalize.surnames import surname_forms
from matching.register.folder import Register
from matching.strategies import agreement
from matching.strategies.answers import answers, chosen, missing_trait, outcome
from matching.strategies.lookups import Forms, Lookup, Progress, find_pairs, with_forms
from matching.strategies.settings import CsnsSettings

_NAMES = ("same", "particle", "former")
_EQUAL = ("two", "one")
_COMMUNES = ("same_code", "same_place")
_PLACES = (*_COMMUNES, "same_country")


@dataclass(frozen=True)
class Step:
    """One row of the table: the levels that a step accepts, trait by trait."""

    birth_name: tuple[str, ...]
    given_names: tuple[str, ...]
    birth_date: tuple[str, ...]
    birth_place: tuple[str, ...]


STEPS = {
    "exact": Step(("same",), _EQUAL, ("same",), ("same_code", "same_country")),
    "given_names": Step(_NAMES, (*_EQUAL, "listed", "loose"), ("same",), _PLACES),
    "inverted": Step(("inverted",), ("inverted",), ("same",), (*_PLACES, "missing")),
    "usage_name": Step(("usage",), (*_EQUAL, "listed", "loose"), ("same",), (*_PLACES, "missing")),
    "place": Step(_NAMES, (*_EQUAL, "loose"), ("same",), (*_PLACES, "missing", "differ")),
    "date_swapped": Step(_NAMES, _EQUAL, ("swapped",), _PLACES),
    "date": Step(_NAMES, _EQUAL, ("partial", "near"), _COMMUNES),
    "date_abroad": Step(_NAMES, ("two",), ("partial", "near"), ("same_country",)),
}

SURNAMES = Forms(("text", "core", "usage"), surname_forms)
GIVEN_NAMES = Forms(
    ("given", "first"),
    lambda texts: given_forms(texts).select(given="glued", first=pl.col("tokens").list.first()),
)
_RANKS = {"given_name_1": "sent_1_", "given_name_2": "sent_2_", "given_name_3": "sent_3_"}
_LOOKUPS = (
    Lookup("birth_name", {"core": "sent_core", "sex": "sex", "year": "birth_year"}),
    Lookup("usage_name", {"core": "usage_core", "sex": "sex", "year": "birth_year"}),
    Lookup("usage_name", {"text": "sent_usage", "sex": "sex", "year": "birth_year"}),
    Lookup(
        "inverted",
        {"text": "sent_1_given", "sex": "sex", "year": "birth_year", "month": "birth_month", "day": "birth_day"},
    ),
)
_MANDATORY = ("sent_text", "sent_1_given", "sex", "birth_year")
_TOLD = ("^level_.*$", "agree_birth_date", "agree_birth_place")


def decide(
    passages: pl.DataFrame, register: Register, settings: CsnsSettings, progress: Progress | None = None
) -> pl.DataFrame:
    """One decision per passage, in the passages' order.

    Args:
        passages: Contract PASSAGES.
        register: An opened register.
        settings: Which steps run.
        progress: Called after each shard.

    Returns:
        Contract DECISIONS. ``level_…`` are the levels of the table above.
    """
    asked = with_forms(passages, SURNAMES, {"birth_name": "sent_", "usage_name": "usage_"})
    asked = with_forms(asked, GIVEN_NAMES, _RANKS)
    readable = asked.drop_nulls(_MANDATORY)
    pairs = find_pairs(readable, _LOOKUPS, register, surnames=SURNAMES, given_names=GIVEN_NAMES, progress=progress)
    if not settings.former_names:
        pairs = pairs.filter(pl.col("kind") != "former")
    left = _left(_with_levels(pairs, settings), settings)
    counts = left.group_by("passage").agg(pl.col("step").first(), people=pl.col("person").n_unique())
    decided = asked.join(counts, on="passage", how="left").join(chosen(left, _TOLD), on="passage", how="left")
    return answers(_decisions(decided.sort("passage"), settings))


def _with_levels(pairs: pl.DataFrame, settings: CsnsSettings) -> pl.DataFrame:
    """The pairs with the level and the agreement of each trait."""
    pairs = agreement.with_places(pairs, settings.places)
    return pairs.with_columns(level_birth_name=_birth_name(), level_birth_date=_birth_date()).with_columns(
        level_given_names=_given_name_level(),
        level_birth_place=_birth_place(),
        agree_birth_date=agreement.birth_date(),
    )


def _birth_name() -> pl.Expr:
    by_birth_name = pl.col("reached_by") == "birth_name"
    return (
        pl.when(pl.col("reached_by") == "inverted")
        .then(pl.lit("inverted"))
        .when((pl.col("kind") == "usage") | ~by_birth_name)
        .then(pl.lit("usage"))
        .when(pl.col("kind") == "former")
        .then(pl.lit("former"))
        .when(pl.col("register_text") == pl.col("sent_text"))
        .then(pl.lit("same"))
        .otherwise(pl.lit("particle"))
    )


def _given_name_level() -> pl.Expr:
    """``two``, ``one``: so many at least were sent, and each is the register's of its rank.

    ``listed``: the first one is another of the register's.
    ``loose``: only the first word of the first ones agrees, or the register's first two were sent as one.
    """
    known, sent = pl.col("register_given"), pl.col("sent_1_given")
    ranks = [pl.col(f"{prefix}given") for prefix in _RANKS.values()]
    same = pl.all_horizontal(
        (name == known.list.get(rank, null_on_oob=True)).fill_null(value=False) | name.is_null()
        for rank, name in enumerate(ranks)
    )
    two = known.list.get(0, null_on_oob=True) + known.list.get(1, null_on_oob=True)
    return (
        pl.when(pl.col("level_birth_name") == "inverted")
        .then(pl.when(known.list.contains(pl.col("sent_text"))).then(pl.lit("inverted")))
        .when(same)
        .then(pl.when(ranks[1].is_null()).then(pl.lit("one")).otherwise(pl.lit("two")))
        .when(known.list.contains(sent))
        .then(pl.lit("listed"))
        .when((pl.col("register_first").list.first() == pl.col("sent_1_first")) | (two == sent))
        .then(pl.lit("loose"))
    )


def _birth_date() -> pl.Expr:
    """``same``: unknown where unknown too; ``partial``: equal where both are known; ``near``: day or month differs.

    The year is the same in all: the look-ups see to it.
    """
    month, day = pl.col("birth_month"), pl.col("birth_day")
    known_month, known_day = pl.col("register_month"), pl.col("register_day")
    return (
        pl.when(month.eq_missing(known_month) & day.eq_missing(known_day))
        .then(pl.lit("same"))
        .when((month == known_month).fill_null(value=True) & (day == known_day).fill_null(value=True))
        .then(pl.lit("partial"))
        .when((month == known_day) & (day == known_month))
        .then(pl.lit("swapped"))
        .when((month == known_month) | (day == known_day))
        .then(pl.lit("near"))
    )


def _birth_place() -> pl.Expr:
    """``same_country``: born abroad, where a place is no more than a country; ``same_place``: another code of it."""
    agree = pl.col("agree_birth_place")
    is_abroad = present_country(pl.col("register_place"), pl.col("register_year")).is_not_null()
    return (
        pl.when((agree == "agree") & is_abroad)
        .then(pl.lit("same_country"))
        .when(pl.col("place_code") == pl.col("register_place"))
        .then(pl.lit("same_code"))
        .otherwise(agree.cast(pl.String).replace("agree", "same_place"))
    )


def _left(pairs: pl.DataFrame, settings: CsnsSettings) -> pl.DataFrame:
    """The pairs that some step accepts, at the first step that accepts anybody for their passage."""
    step = pl.coalesce(
        pl.lit(None, pl.UInt8),
        *(pl.when(_accepts(STEPS[name])).then(pl.lit(rank, pl.UInt8)) for rank, name in enumerate(settings.steps)),
    )
    accepted = pairs.with_columns(step=step).drop_nulls("step")
    return accepted.filter(pl.col("step") == pl.col("step").min().over("passage"))


def _accepts(step: Step) -> pl.Expr:
    traits = ("birth_name", "given_names", "birth_date", "birth_place")
    return pl.all_horizontal(pl.col(f"level_{trait}").is_in(getattr(step, trait)) for trait in traits)


def _decisions(decided: pl.DataFrame, settings: CsnsSettings) -> pl.DataFrame:
    """Outcome, message and evidence from the step that decided and the person it chose."""
    found = pl.col("person").is_not_null()
    several = (pl.col("people") > 1).fill_null(value=False)
    is_readable = pl.all_horizontal(pl.col(column).is_not_null() for column in _MANDATORY)
    passed = pl.lit(0, pl.UInt32).repeat_by(pl.coalesce("step", pl.lit(len(settings.steps))))
    codes = {rank: f"csns.{step}" for rank, step in enumerate(settings.steps)}
    agreed = {
        trait: pl.when(found).then(agreement.agreement(agree=same, differ=~same))
        for trait, same in {
            "agree_birth_name": pl.col("level_birth_name").is_in(["same", "particle"]),
            "agree_given_names": pl.col("level_given_names").is_in(_EQUAL),
            "agree_sex": found,
        }.items()
    }
    return (
        decided.with_columns(**agreed)
        .with_columns(flagged=found & agreement.differs("birth_date", "birth_place"))
        .with_columns(
            outcome=outcome(found=found, several=several, invalid=~is_readable),
            message=pl.when(~found).then(
                pl.when(several).then(int(Message.SEVERAL)).otherwise(int(Message.NOBODY)).cast(pl.UInt8)
            ),
            stages=pl.when(is_readable).then(pl.concat_list(passed, pl.col("people")).list.drop_nulls()),
            assumption=pl.when(found).then(pl.col("step").replace_strict(codes, default=None, return_dtype=pl.String)),
            level_sex=pl.when(found).then(pl.lit("same")),
            ask_for=pl.when(several).then(missing_trait()),
        )
    )
