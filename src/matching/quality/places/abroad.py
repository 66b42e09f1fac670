"""The country of birth: whether its code, its name and the place agree, and what it was in the year of birth.

Example:
    >>> abroad(places).select("said_country", "is_of_the_time", "country_then").row(0)  # Ukraine, born in 1980
    ('99155', False, '99123')
"""

from functools import cache

import polars as pl

from matching.normalize import place_tables as tables
from matching.quality.places.at_birth import in_years
from matching.quality.places.written import last_labels, names_of_codes, official_labels, towns_abroad
from matching.reference import countries


def abroad(places: pl.DataFrame) -> pl.DataFrame:
    """Facts about the country of the rows that tell one.

    Args:
        places: Columns ``row``, ``birth_year``, ``code_country``, ``country``, ``country_name``, ``is_here`` and
            ``names_here``.

    Returns:
        ``row``, then:

        - ``said_country``: 99xxx of the place's code, else of the country's code, else of its name;
        - ``is_two``: the place's code and the country are two countries; ``is_misnamed``: the country's code and name;
        - ``is_country``, ``is_town``: its name is a country's, a town's (of both, a town's when it lies in that
          country); ``town_country``: that town's country, by name;
        - ``official_country``: name of the country in the year of birth; ``is_official``: it is the one given;
        - ``is_of_the_time``: its code was in force at birth; ``country_then``: the code that was, if exactly one;
        - ``is_former``: born before its independence; ``territory``: the code it had then, if exactly one.
    """
    given = pl.any_horizontal(pl.col("code_country", "country", "country_name").is_not_null())
    asked = places.filter(given).select(
        "row", "birth_year", "code_country", "country", "country_name", "is_here", "names_here"
    )
    named = asked.join(_names(), on="country_name").select("row", "code")
    asked = asked.join(named.group_by("row").agg(named=pl.col("code").min()), on="row", how="left")
    rows = asked.with_columns(said_country=pl.coalesce("code_country", "country", "named"))
    by_place, by_code = (rows.select("row", code=each).drop_nulls() for each in ("code_country", "country"))
    told = pl.concat([by_code, named.join(by_code, on="row", how="anti")])
    two, misnamed = _apart(by_place, told), _apart(by_code, named)
    for each in (_then(rows), _official(rows), _territories(rows)):
        rows = rows.join(each, on="row", how="left")
    rows = rows.join(_town_countries(), on="country_name", how="left")
    towns = towns_abroad().select(country_name="name", said_country="code")
    there = rows.join(towns, on=["country_name", "said_country"], how="semi")["row"]
    is_there = pl.col("row").is_in(there.implode())
    is_here = pl.col("is_here") | (pl.col("names_here") & pl.col("country").is_null())
    return rows.select(
        "row",
        *("said_country", "official_country", "country_then", "territory", "town_country"),
        pl.col("is_official", "is_of_the_time", "is_former").fill_null(value=False),
        is_two=pl.col("row").is_in(two.implode()) | (is_here & pl.col("code_country").is_not_null()),
        is_misnamed=pl.col("row").is_in(misnamed.implode()) & ~is_there,
        is_country=pl.col("named").is_not_null() & ~is_there,
        is_town=pl.col("country_name").is_in(_towns().implode()),
    )


def _then(rows: pl.DataFrame) -> pl.DataFrame:
    """``row``, ``is_of_the_time``, ``country_then``."""
    said = rows.select("row", "birth_year", code="said_country").drop_nulls("code")
    reached = in_years(said.join(tables.reached(), on="code")).select("row", "birth_year", "code", "other").unique()
    then = in_years(reached.join(tables.in_force(), left_on="other", right_on="code"))
    return (
        then.filter(pl.col("other").str.starts_with("99"))
        .group_by("row")
        .agg(
            is_of_the_time=(pl.col("other") == pl.col("code")).any(),
            country_then=pl.when(pl.col("other").n_unique() == 1).then(pl.col("other").first()),
        )
    )


def _official(rows: pl.DataFrame) -> pl.DataFrame:
    """``row``, ``official_country`` (of a year without any, the last one), ``is_official``."""
    said = rows.select("row", "birth_year", "country_name", code="said_country").drop_nulls("code")
    spans = said.join(_labels(), on="code").sort("row", "until", maintain_order=True)
    then = in_years(spans)
    return (
        pl.concat([then, spans.join(then, on="row", how="anti")])
        .group_by("row", maintain_order=True)
        .agg(
            official_country=pl.col("label").last(),
            is_official=(pl.col("name") == pl.col("country_name")).any(),
        )
    )


def _territories(rows: pl.DataFrame) -> pl.DataFrame:
    """``row``, ``is_former``, ``territory``."""
    table = countries.former_territories().select(
        said_country="country",
        until=pl.col("until").dt.year(),
        code=pl.col("department") + pl.col("country").str.tail(3),
    )
    born = rows.join(table, on="said_country").filter(pl.col("birth_year") < pl.col("until"))
    return born.group_by("row").agg(
        is_former=pl.lit(value=True), territory=pl.when(pl.len() == 1).then(pl.col("code").first())
    )


def _apart(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Numbers of the rows of both frames that have no code of one country, at any time, in common."""
    both = left.join(right.rename({"code": "other"}), on="row")
    met = both.join(tables.reached(), on=["code", "other"], how="semi")
    return both.join(met, on="row", how="anti")["row"].unique()


@cache
def _names() -> pl.DataFrame:
    names = tables.country_names().filter(pl.col("reading") == "country_label")
    return names.select("code", country_name="name")


@cache
def _labels() -> pl.DataFrame:
    """``official_labels`` of countries, with names whose words may stand in any order."""
    labels = official_labels().filter(pl.col("code").str.starts_with("99"))
    return labels.with_columns(tables.country_name(labels["label"]).alias("name"))


@cache
def _town_countries() -> pl.DataFrame:
    found = tables.foreign_towns().join(last_labels(), on="code")
    return found.select(country_name="name", town_country="label")


@cache
def _towns() -> pl.Series:
    return pl.concat([towns_abroad()["name"], names_of_codes()["name"]]).unique()
