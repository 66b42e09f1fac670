"""How a passage and a candidate compare, trait by trait: agree, differ or missing, on a frame of pairs.

The pairs frame holds the passage's columns as PASSAGES names them, ``key_…`` for its names in the funnel's view, and
the candidate's as ``register_…``. Birth name, sex and year agree by construction: stage 1 joined on them.
"""

import polars as pl

from matching.identity.frames import AGREEMENT
from matching.normalize.places import PlaceRules, accepted_places, present_country
from matching.strategies.settings import CdcSettings


def birth_date() -> pl.Expr:
    """Month and day together: differ when a part known on both sides differs, missing when a part is unknown."""
    month = pl.col("birth_month") == pl.col("register_month")
    day = pl.col("birth_day") == pl.col("register_day")
    return agreement(agree=month & day, differ=~month.fill_null(value=True) | ~day.fill_null(value=True))


def same_part(part: str, settings: CdcSettings) -> pl.Expr:
    """Stage 2's equality of the month or the day, with what nil and unknown mean under the settings."""
    sent, known = pl.col(f"birth_{part}"), pl.col(f"register_{part}")
    when_nil = known.is_null() if settings.nil_constrains else pl.lit(value=True)
    when_unknown = pl.lit(not settings.unknown_constrains)
    return pl.when(sent.is_null()).then(when_nil).when(known.is_null()).then(when_unknown).otherwise(sent == known)


def given_names(settings: CdcSettings) -> pl.Expr:
    """Every given name that was sent, against the register's: rank by rank, or as a set when the setting says any."""
    agrees = [given_name(rank, settings) for rank in (1, 2, 3)]
    return agreement(
        agree=pl.all_horizontal(agree.fill_null(value=True) for agree in agrees),
        differ=pl.any_horizontal(~agree.fill_null(value=True) for agree in agrees),
    )


def given_name(rank: int, settings: CdcSettings) -> pl.Expr:
    """Whether the given name sent at this rank agrees; null when either side has none there."""
    sent = pl.col("key_given_name" if rank == 1 else f"key_given_name_{rank}")
    if settings.given_name == "any":
        return _among("register_given_names", sent)
    return sent == pl.col("register_given_names").list.get(rank - 1, null_on_oob=True)


def usage_name() -> pl.Expr:
    """Whether the usage name sent is one the register knows; null when either side has none."""
    return _among("register_usage_names", pl.col("key_usage_name"))


def _among(known: str, sent: pl.Expr) -> pl.Expr:
    """Whether the register's list holds what was sent; null when nothing was, which polars would call false."""
    return pl.when(sent.is_not_null()).then(pl.col(known).list.contains(sent))


def with_places(pairs: pl.DataFrame, rules: PlaceRules) -> pl.DataFrame:
    """The pairs with ``agree_birth_place`` and ``country_agrees`` (null when no country was sent).

    A place of birth agrees when the register's code, or the present country it stands for, is one of the codes that
    the submitted place accepts.
    """
    pairs = pairs.with_row_index("pair").with_columns(
        place_kind=pl.col("place_kind").cast(pl.String),
        country_place=_country_place(pl.col("country_code")),
        register_country=present_country(pl.col("register_place"), pl.col("birth_year")),
    )
    sent_country = present_country(pl.col("place_code"), pl.col("birth_year"))
    former = (
        (sent_country == pl.col("register_place")).fill_null(value=False) if rules.countries else pl.lit(value=False)
    )
    as_place = _accepted(pairs, "place_kind", "place_code", rules)
    as_country = _accepted(pairs.with_columns(place_kind=pl.lit("insee")), "place_kind", "country_place", rules)
    place = pl.when(pl.col("place_code").is_not_null()).then(pl.col("pair").is_in(as_place.implode()) | former)
    country = pl.when(pl.col("country_place").is_not_null()).then(pl.col("pair").is_in(as_country.implode()))
    return pairs.with_columns(agree_birth_place=agreement(agree=place, differ=~place), country_agrees=country).drop(
        "pair", "country_place", "register_country"
    )


def _accepted(pairs: pl.DataFrame, kind: str, code: str, rules: PlaceRules) -> pl.Series:
    """Row numbers of the pairs whose register place, or present country, the submitted code accepts."""
    submitted = pairs.select("pair", "register_place", "register_country", place_kind=kind, place_code=code)
    accepted = accepted_places(submitted, rules)
    columns = ["register_place", "register_country"] if rules.countries else ["register_place"]
    on = ["place_kind", "place_code"]
    hits = [submitted.join(accepted, left_on=[*on, c], right_on=[*on, "accepted"], how="semi") for c in columns]
    return pl.concat([hit["pair"] for hit in hits]).unique()


def _country_place(country: pl.Expr) -> pl.Expr:
    """99xxx of the country sent, by three digits or five; null for none, for France (100) and for other writings."""
    digits = country.str.extract(r"^(?:99)?(\d{3})$")
    return pl.when(digits != "100").then(pl.lit("99") + digits)


def agreement(*, agree: pl.Expr, differ: pl.Expr) -> pl.Expr:
    """Differ, else agree, else missing: a null says nothing."""
    return (
        pl.when(differ.fill_null(value=False))
        .then(pl.lit("differ"))
        .when(agree.fill_null(value=False))
        .then(pl.lit("agree"))
        .otherwise(pl.lit("missing"))
        .cast(AGREEMENT)
    )


def differs(*traits: str) -> pl.Expr:
    """Whether any of the traits was found to differ; false when there is nobody to compare with."""
    return pl.any_horizontal(pl.col(f"agree_{trait}") == "differ" for trait in traits).fill_null(value=False)
