"""Stage 1 of the funnel: the persons of the register with the same birth name, given name, sex and birth year.

The register is read one shard at a time; only rows whose key some passage has are kept, so memory follows the
deposit, not the register.
"""

from functools import partial

import polars as pl

from matching.normalize.text import funnel_text
from matching.register.folder import Register
from matching.strategies.lookups import Progress, scan
from matching.strategies.settings import CdcSettings

KEY = ("key_birth_name", "key_given_name", "sex", "birth_year")


def submitted_keys(passages: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    """The passages with the funnel's view of their names, null where a name is missing.

    ``key_birth_name`` and ``key_given_name`` belong to ``KEY``; ``key_given_name_2``, ``_3`` and ``key_usage_name``
    to stage 3.
    """
    names = {
        "key_birth_name": "raw_birth_name",
        "key_given_name": "raw_given_name_1",
        "key_given_name_2": "raw_given_name_2",
        "key_given_name_3": "raw_given_name_3",
        "key_usage_name": "raw_usage_name",
    }
    return passages.with_columns(view(passages[raw], settings).alias(key) for key, raw in names.items())


def find_candidates(
    keyed: pl.DataFrame, register: Register, settings: CdcSettings, progress: Progress | None = None
) -> pl.DataFrame:
    """Register rows that share a stage-1 key with some passage.

    Returns:
        One row per (key, person): the columns of ``KEY``, ``person``, ``nir``, ``register_given_names`` (the
        funnel's view, in order), ``register_month``, ``register_day``, ``register_place``.
    """
    wanted = keyed.select(KEY).drop_nulls().unique()
    found = scan(register, _READ, partial(_of_shard, wanted=wanted, settings=settings), progress)
    candidates = found.unique([*KEY, "person"], keep="first", maintain_order=True)
    names = candidates["register_given_names"].explode().drop_nulls().unique()
    return candidates.with_columns(
        pl.col("register_given_names").list.eval(pl.element().replace(names, view(names, settings)))
    )


def usage_names(register: Register, persons: pl.Series, settings: CdcSettings) -> pl.DataFrame:
    """The usage names that the register knows for these persons: ``person``, ``register_usage_names`` (list).

    The register is only read when there is somebody to look for.
    """
    if persons.is_empty():
        return pl.DataFrame(schema={"person": pl.UInt32, "register_usage_names": pl.List(pl.String)})
    known = (pl.col("kind") == "usage") & pl.col("person").is_in(persons.implode())
    names = scan(register, ("person", "kind", "birth_name"), lambda shard: shard.filter(known))
    return (
        names.with_columns(view(names["birth_name"], settings).alias("birth_name"))
        .group_by("person", maintain_order=True)
        .agg(register_usage_names=pl.col("birth_name"))
    )


def view(names: pl.Series, settings: CdcSettings) -> pl.Series:
    """The funnel's view of names, under the settings."""
    return funnel_text(names, ignore_case=settings.ignore_case, trim=settings.trim)


_READ = (
    "person", "nir", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_month", "birth_day", "birth_place"
)  # fmt: skip
_KEPT = {
    "person": "person",
    "nir": "nir",
    "register_given_names": "given_names",
    "register_month": "birth_month",
    "register_day": "birth_day",
    "register_place": "birth_place",
}


def _of_shard(shard: pl.DataFrame, wanted: pl.DataFrame, settings: CdcSettings) -> pl.DataFrame:
    kinds = ["official", "former"] if settings.former_names else ["official"]
    # Sex and year first: they cost nothing to compare, and spare most names their normalisation.
    by_cohort = pl.struct("sex", "birth_year").is_in(
        wanted.select(pl.struct("sex", "birth_year").unique().implode()).to_series()
    )
    rows = shard.filter(pl.col("kind").is_in(kinds) & by_cohort)
    rows = rows.with_columns(key_birth_name=view(rows["birth_name"], settings), key_given_name="given_names")
    if settings.given_name == "any":
        rows = rows.explode("key_given_name")
    else:
        rows = rows.with_columns(pl.col("key_given_name").list.first())
    rows = rows.with_columns(key_given_name=view(rows["key_given_name"], settings))
    return rows.join(wanted, on=KEY, how="semi").select(
        *KEY, **{name: pl.col(column) for name, column in _KEPT.items()}
    )
