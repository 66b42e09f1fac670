"""The strict search of an identity teleservice: one identity, none, or several, and why none.

=====  ==============================================================  ===================
stage  kept                                                            nobody
=====  ==============================================================  ===================
1      birth name, sex and whole birth date are equal                  echo, else NONE
2      … and the given name sent is one of the register's              echo, else NONE
3      … and the birth place does not differ: only to separate people  NONE, with message 3
=====  ==============================================================  ===================

One person left is FOUND, or FOUND_RECTIFIED when the given name is not the first one or the place differs; more are
SEVERAL. When nobody is left, an echo says how near somebody is: USAGE_NAME_ONLY when one person is reached by the
usage name of either side, all else equal; WEAK_ECHO when one person differs in one of the four traits. The look-ups
bound an echo: another surname only with the same place, another date only with the same year or the same day and
month. An echo is KO: it names nobody.

Example:
    >>> decisions = decide(passages, open_register("register"), InsiSettings())
    >>> [Outcome(outcome).insi_code for outcome in decisions["outcome"]]
    ['00', '02', '01']

Hypotheses in ``settings``.
"""

import polars as pl

from matching.identity.outcomes import Message, Outcome
from matching.normalize.text import funnel_text, words
from matching.register.folder import Register
from matching.strategies import agreement
from matching.strategies.answers import answers, chosen, missing_trait, outcome
from matching.strategies.lookups import Forms, Lookup, Progress, find_pairs, with_forms
from matching.strategies.settings import InsiSettings

_STRICT = {"text": "sent_text", "sex": "sex", "year": "birth_year"}
_LOOKUPS = (Lookup("birth_name", _STRICT),)
_LOOKUPS_WITH_ECHOES = (
    Lookup("birth_name", {"text": "sent_text", "year": "birth_year"}),
    Lookup("birth_name", {"text": "sent_text", "sex": "sex", "month": "birth_month", "day": "birth_day"}),
    Lookup("usage_name", {**_STRICT, "text": "usage_text"}),
    Lookup(
        "given_name",
        {"given": "sent_given", "sex": "sex", "year": "birth_year", "month": "birth_month", "day": "birth_day"},
    ),
)
_MANDATORY = ("sent_text", "sent_given", "sex", "birth_year")
_TOLD = ("kind", "agree_birth_date", "agree_birth_place", "agree_given_names")


def decide(
    passages: pl.DataFrame, register: Register, settings: InsiSettings, progress: Progress | None = None
) -> pl.DataFrame:
    """One decision per passage, in the passages' order.

    Args:
        passages: Contract PASSAGES.
        register: An opened register.
        settings: The hypotheses.
        progress: Called after each shard.

    Returns:
        Contract DECISIONS. Probability, bits and evidence levels are null.
    """
    surnames, given_names = (_forms(name, settings) for name in ("text", "given"))
    asked = with_forms(passages, surnames, {"birth_name": "sent_", "usage_name": "usage_"})
    asked = with_forms(asked, given_names, {"given_name_1": "sent_"})
    pairs = find_pairs(
        asked.drop_nulls(_MANDATORY),
        _LOOKUPS_WITH_ECHOES if settings.echoes else _LOOKUPS,
        register,
        surnames=surnames,
        given_names=given_names,
        progress=progress,
    )
    pairs = _with_echoes(_with_stages(_with_traits(pairs, settings), settings), settings)
    decided = asked.join(_counts(pairs), on="passage", how="left").join(
        chosen(pairs.filter("in_3"), _TOLD), on="passage", how="left"
    )
    return answers(_decisions(decided.sort("passage"), settings))


def _forms(name: str, settings: InsiSettings) -> Forms:
    """The one form that a name is compared in, under the settings."""
    view = {"blank": words, "nothing": _compact, "counts": funnel_text}[settings.punctuation]
    return Forms((name,), lambda texts: view(texts).alias(name).to_frame())


def _compact(texts: pl.Series) -> pl.Series:
    return words(texts).str.replace_all(" ", "", literal=True)


def _with_traits(pairs: pl.DataFrame, settings: InsiSettings) -> pl.DataFrame:
    """The pairs with ``is_…``: whether each strict trait is equal, and whether only the usage name leads there."""
    bearing = ["official", "former"] if settings.former_names else ["official"]
    known = pl.col("register_given")
    first = known.list.first() == pl.col("sent_given")
    date = (pl.col("birth_year") == pl.col("register_year")) & _same("month", settings) & _same("day", settings)
    pairs = agreement.with_places(pairs, settings.places)
    return pairs.with_columns(
        is_name=(pl.col("reached_by") == "birth_name") & pl.col("kind").is_in(bearing),
        is_usage=(pl.col("reached_by") == "usage_name")
        | ((pl.col("reached_by") == "birth_name") & (pl.col("kind") == "usage")),
        is_given=(first if settings.given_name == "first" else known.list.contains(pl.col("sent_given"))),
        is_sex=pl.col("sex") == pl.col("register_sex"),
        is_date=date,
        is_place=pl.col("agree_birth_place") != "differ",
        agree_given_names=agreement.agreement(agree=first, differ=~first),
        agree_birth_date=agreement.birth_date(),
    ).with_columns(pl.col("is_given").fill_null(value=False))


def _same(part: str, settings: InsiSettings) -> pl.Expr:
    """Equality of the month or the day; what nil means is a setting, and an unknown one differs from a sent one."""
    sent, known = pl.col(f"birth_{part}"), pl.col(f"register_{part}")
    return sent.eq_missing(known) | (sent.is_null() & pl.lit(not settings.nil_constrains))


def _with_stages(pairs: pl.DataFrame, settings: InsiSettings) -> pl.DataFrame:
    """The pairs with whether each is left after the stages: ``in_1`` to ``in_3``."""
    pairs = pairs.with_columns(in_1=pl.col("is_name") & pl.col("is_sex") & pl.col("is_date"))
    pairs = pairs.with_columns(in_2=pl.col("in_1") & pl.col("is_given"))
    alone = pl.col("person").filter("in_2").n_unique().over("passage") == 1
    spared = alone if settings.place == "last" else pl.lit(settings.place == "ignored")
    return pairs.with_columns(in_3=pl.col("in_2") & (pl.col("is_place") | spared))


def _with_echoes(pairs: pl.DataFrame, settings: InsiSettings) -> pl.DataFrame:
    """The pairs with ``in_usage``, equal but for the name, and ``in_weak``, equal but for one strict trait."""
    names = ["is_name", "is_given", "is_sex", "is_date", *(["is_place"] if settings.place == "strict" else [])]
    strict = [pl.col(name) for name in names]
    near = pl.col("is_name") | (pl.col("agree_birth_place") == "agree")
    return pairs.with_columns(
        in_usage=pl.col("is_usage") & pl.all_horizontal(strict[1:]),
        in_weak=~pl.col("is_usage") & (pl.sum_horizontal(~trait for trait in strict) == 1) & near,
    )


def _counts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Persons per passage, left after each stage (``n_1`` to ``n_3``) and heard as echoes (``n_usage``, ``n_weak``)."""
    kept = ("1", "2", "3", "usage", "weak")
    return pairs.group_by("passage").agg(
        pl.col("person").filter(pl.col(f"in_{name}")).n_unique().cast(pl.UInt32).alias(f"n_{name}") for name in kept
    )


def _decisions(decided: pl.DataFrame, settings: InsiSettings) -> pl.DataFrame:
    """Outcome, message and agreements from the counts and the chosen person."""
    decided = decided.with_columns(pl.col("^n_.*$").fill_null(0))
    found = pl.col("person").is_not_null()
    official = pl.col("kind") == "official"
    several = pl.col("n_3") > 1
    is_readable = pl.all_horizontal(pl.col(column).is_not_null() for column in _MANDATORY)
    by_place = (pl.col("n_2") > 1) | (pl.lit(settings.place == "strict") & (pl.col("n_2") > 0))
    message = pl.when(several).then(int(Message.SEVERAL)).when(by_place).then(int(Message.NOBODY_WITH_PLACE))
    return decided.with_columns(
        agree_birth_name=pl.when(found).then(agreement.agreement(agree=official, differ=~official)),
        agree_sex=pl.when(found).then(agreement.agreement(agree=found, differ=~found)),
    ).with_columns(
        outcome=outcome(
            found=found, several=several, invalid=~is_readable, otherwise=_echo() if settings.echoes else None
        ),
        message=pl.when(~found).then(message.otherwise(int(Message.NOBODY)).cast(pl.UInt8)),
        flagged=found & agreement.differs("birth_date", "birth_place"),
        stages=pl.when(is_readable).then(pl.concat_list("n_1", "n_2", pl.when(by_place).then("n_3")).list.drop_nulls()),
        ask_for=pl.when(several).then(missing_trait()),
    )


def _echo() -> pl.Expr:
    """What is answered when the stages leave nobody. Whom the place refused were several: an echo tells no more."""
    return (
        pl.when(pl.col("n_2") > 1)
        .then(pl.lit(str(Outcome.NONE)))
        .when(pl.col("n_usage") == 1)
        .then(pl.lit(str(Outcome.USAGE_NAME_ONLY)))
        .when(pl.col("n_weak") == 1)
        .then(pl.lit(str(Outcome.WEAK_ECHO)))
        .otherwise(pl.lit(str(Outcome.NONE)))
    )
