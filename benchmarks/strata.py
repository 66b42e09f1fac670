"""Who the people of a draw are: where they were born, sex, age, kind of surname. Figures are told of each.

Example:
    >>> strata(draw).columns
    ['passage', 'birth', 'sex', 'born', 'surname']

Of people of the register, by what it knows; of strangers, by what was sent.
"""

import polars as pl

from benchmarks.draws import Draw
from matching.normalize.places import present_country
from matching.normalize.surnames import surname_forms

STRATA = {
    "birth": ("metropole", "overseas", "former département", "abroad"),
    "sex": ("M", "F"),
    "born": ("before 1965", "1965-1979", "1980-1994", "from 1995"),
    "surname": ("simple", "compound", "particle"),
}
"""What people are told apart by, and the groups: ages from 61, 46 and 31 years at an exam of 2026, and below."""

_FIRST_YEARS = (1965, 1980, 1995)


def strata(draw: Draw) -> pl.DataFrame:
    """``passage`` and the group in each of ``STRATA`` (null where nothing is known), in the passages' order."""
    wanted = draw.truth["person"].drop_nulls().unique().implode()
    is_one = (pl.col("kind") == "official") & pl.col("person").is_in(wanted)
    columns = ("person", "kind", "birth_name", "sex", "birth_year", "birth_place")
    known = pl.concat(shard.filter(is_one) for shard in draw.register.shards(columns)).drop("kind")
    sent = draw.passages.select(
        "passage", pl.col("birth_name", "sex", "birth_year").name.prefix("sent_"), sent_birth_place="place_code"
    )
    rows = draw.truth.select("passage", "person").join(known, on="person", how="left", maintain_order="left")
    rows = rows.join(sent, on="passage", how="left", maintain_order="left")
    rows = rows.select("passage", *(pl.coalesce(name, f"sent_{name}").alias(name) for name in columns[2:]))
    return rows.with_columns(surname=_kind_of_surname(rows["birth_name"])).select(
        "passage", birth=_birth(), sex=pl.col("sex").cast(pl.String), born=_born(), surname="surname"
    )


def _birth() -> pl.Expr:
    place = pl.col("birth_place")
    metropole, overseas, former, abroad = (pl.lit(word) for word in STRATA["birth"])
    return (
        pl.when(place.str.starts_with("99"))
        .then(abroad)
        .when(present_country(place, pl.col("birth_year")).is_not_null())
        .then(former)
        .when(place.str.contains("^9[78]"))
        .then(overseas)
        .when(place.is_not_null())
        .then(metropole)
    )


def _born() -> pl.Expr:
    year = pl.col("birth_year")
    words = STRATA["born"]
    group = pl.sum_horizontal((year >= first).cast(pl.Int8) for first in _FIRST_YEARS)
    return pl.when(year.is_not_null()).then(group.replace_strict(dict(enumerate(words)), return_dtype=pl.String))


def _kind_of_surname(names: pl.Series) -> pl.Series:
    distinct = names.unique()
    simple, compound, particle = (pl.lit(word) for word in STRATA["surname"])
    kinds = surname_forms(distinct.clone()).select(
        birth_name=distinct,
        kind=pl.when(pl.col("core") != pl.col("text"))
        .then(particle)
        .when(pl.col("parts").list.len() > 1)
        .then(compound)
        .when(pl.col("text").is_not_null())
        .then(simple),
    )
    joined = names.to_frame("birth_name").join(
        kinds, on="birth_name", how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["kind"]
