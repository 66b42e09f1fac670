"""What of a passage contradicts a person of the register, whoever the funnel would find: trait by trait.

Example:
    >>> contradictions(passages, likely, open_register("register"), CdcSettings()).row(0, named=True)
    {'passage': 17, 'person': 4211, 'birth_name': True, 'given_name_1': False, 'sex': False, 'birth_year': False, …}

The traits are those that a stage of the funnel compares, as it compares them. Nothing of the register is in the answer.
"""

import polars as pl

from matching.register.folder import Register
from matching.strategies import agreement
from matching.strategies.candidates import submitted_keys, usage_names, view
from matching.strategies.lookups import scan
from matching.strategies.settings import CdcSettings

CONTRADICTIONS = {
    "birth_name": 1,
    "given_name_1": 1,
    "sex": 1,
    "birth_year": 1,
    "birth_date": 2,  # month and day
    "usage_name": 3,
    "given_name_2": 3,
    "given_name_3": 3,
    "birth_place": 3,
    "country": 3,
}
"""Trait → the stage of the funnel that compares it."""

_OFFICIAL = (
    "person", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_month", "birth_day", "birth_place"
)  # fmt: skip


def contradictions(
    passages: pl.DataFrame, persons: pl.DataFrame, register: Register, settings: CdcSettings
) -> pl.DataFrame:
    """Compare each passage with one person, or with several.

    Args:
        passages: Contract PASSAGES.
        persons: ``passage``, ``person``: who each is compared with.
        register: That knows them.
        settings: Of the funnel.

    Returns:
        ``passage``, ``person`` and one boolean per trait of ``CONTRADICTIONS``: true where the funnel would refuse
        this person for it. A trait of stage 1 that was not sent contradicts; one of a later stage does not.
    """
    wanted = persons["person"].unique()
    is_one = (pl.col("kind") == "official") & pl.col("person").is_in(wanted.implode())
    known = scan(register, _OFFICIAL, lambda shard: shard.filter(is_one)).drop("kind")
    known = known.rename({name: f"register_{name}" for name in known.columns if name != "person"}).rename(
        {f"register_birth_{part}": f"register_{part}" for part in ("month", "day", "place")}
    )
    keyed = submitted_keys(passages, settings).join(persons, on="passage", how="inner", maintain_order="left")
    pairs = keyed.join(known, on="person", how="inner", maintain_order="left")
    pairs = pairs.join(usage_names(register, wanted, settings), on="person", how="left", maintain_order="left")
    pairs = agreement.with_places(_as_compared(pairs, settings), settings.places)
    sent_first, given = pl.col("key_given_name"), pl.col("register_given_names")
    first = given.list.contains(sent_first) if settings.given_name == "any" else sent_first == given.list.first()
    agrees = {
        "birth_name": pl.col("key_birth_name") == pl.col("register_birth_name"),
        "given_name_1": first,
        "sex": pl.col("sex") == pl.col("register_sex"),
        "birth_year": pl.col("birth_year") == pl.col("register_birth_year"),
    }
    later = {
        "birth_date": agreement.same_part("month", settings) & agreement.same_part("day", settings),
        "usage_name": agreement.usage_name(),
        "given_name_2": agreement.given_name(2, settings),
        "given_name_3": agreement.given_name(3, settings),
        "birth_place": pl.col("agree_birth_place") != "differ",
        "country": pl.col("country_agrees"),
    }
    told = {trait: ~is_same.fill_null(value=False) for trait, is_same in agrees.items()}
    told |= {trait: ~is_same.fill_null(value=True) for trait, is_same in later.items()}
    return pairs.select("passage", "person", **{trait: told[trait] for trait in CONTRADICTIONS})


def _as_compared(pairs: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    """The names of the register in the funnel's view."""
    given = pairs["register_given_names"].explode().drop_nulls().unique()
    return pairs.with_columns(
        view(pairs["register_birth_name"], settings).alias("register_birth_name"),
        pl.col("register_given_names").list.eval(pl.element().replace(given, view(given, settings))),
    )
