"""Which code a place had in the year of birth, when there is exactly one that it can be.

Example:
    >>> at_birth(places).row(0)  # 92044 LEVALLOIS-PERRET, born in 1960
    (0, '75044', '75044')
"""

from functools import cache

import polars as pl

from matching.normalize import place_tables as tables
from matching.quality.places.written import last_labels, official_labels

_LISTED = 6  # codes named in a finding: nobody reads a longer list


def at_birth(places: pl.DataFrame) -> pl.DataFrame:
    """The codes that were in force, of those that the place can stand for; the name beside them decides.

    Args:
        places: Columns ``row``, ``kind``, ``reading``, ``codes``, ``birth_year`` (null = any year), ``told`` (the
            name), ``padded``, ``is_insee`` and ``is_postal``.

    Returns:
        ``row``, ``the_code`` (null unless there is exactly one) and ``candidates`` (the first few: see ``listed``). A
        place of which no code was in force has no row.
    """
    # Of a code that was never one, the département may still be right.
    department = pl.when(~pl.col("is_insee") & ~pl.col("is_postal")).then(pl.col("padded").str.head(2))
    # A commune of today bears the name of one of those that it unites: the name does not tell which one is meant.
    is_asked = (pl.col("kind") != "insee") | (pl.col("reading") != "code_of_another_time")
    told = pl.when(is_asked).then("told")
    possible = places.select("row", "birth_year", told=told, department=department, code="codes").explode("code")
    then = in_years(possible.drop_nulls("code").join(tables.in_force(), on="code")).unique(["row", "code"])
    # The city stands beside its arrondissements, and a register holds these.
    is_inside = pl.col("code").is_in(tables.arrondissement_names()["code"].implode()).any().over("row")
    then = then.filter(~is_inside | ~pl.col("code").is_in(tables.cities()))
    names = _own_names().with_columns(is_named=pl.lit(value=1, dtype=pl.Int8))
    is_near = (pl.col("code").str.head(2) == pl.col("department")).fill_null(value=False)
    merit = 2 * pl.col("is_named").fill_null(0) + is_near.cast(pl.Int8)
    best = then.join(names, on=["code", "told"], how="left").filter(merit == merit.max().over("row"))
    labelled = best.join(last_labels(), on="code", how="left").sort("row", "code")
    return labelled.group_by("row", maintain_order=True).agg(
        the_code=pl.when(pl.len() == 1).then(pl.col("code").first()),
        candidates=listed(),
    )


def in_years(spans: pl.DataFrame) -> pl.DataFrame:
    """The rows whose ``birth_year``, or any when it is not known, lies between ``since`` and ``until``."""
    return spans.filter(pl.col("birth_year").is_between("since", "until").fill_null(value=True))


def listed() -> pl.Expr:
    """The first few ``code`` and ``label`` of a group, as a text: ``Ozan (01284), Sermoyer (01402)``."""
    text = pl.concat_str(pl.coalesce("label", pl.lit("")), pl.lit(" ("), "code", pl.lit(")")).str.strip_chars(" ")
    return text.head(_LISTED).str.join(", ")


@cache
def _own_names() -> pl.DataFrame:
    """``code``, ``told``: INSEE's names only, as the post may serve a commune under its neighbour's."""
    numbered = tables.arrondissement_names().select("code", told="name")
    return pl.concat([official_labels().select("code", told="name"), numbered]).unique()
