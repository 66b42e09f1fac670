"""What each field of a place says by itself: a code that exists, a name, a country.

Example:
    >>> written(places).select("place_code", "is_insee", "is_postal").row(0)  # Bagneux before 1968; Paris 7 by post
    ('75007', True, True)
"""

from functools import cache

import polars as pl

from matching.normalize import place_tables as tables
from matching.normalize.places import PLACE
from matching.reference import communes, countries, foreign

_BRACKETS = r"\(.*\)"
_HINTS = _BRACKETS + r"|\b(?:97\d|98\d|\d{2}|2[AB]|\d{5})\b|\bCEDEX\b"  # numbers that stand beside a name
_HERE = (
    *("FRANCE", "FR", "FRA", "100", "99100", "000"),  # the word, ISO's codes, those that INSEE would give it
    *("GUADELOUPE", "MARTINIQUE", "GUYANE", "GUYANE FRANCAISE", "REUNION", "MAYOTTE", "NOUVELLE CALEDONIE"),
    *("POLYNESIE FRANCAISE", "SAINT PIERRE ET MIQUELON", "WALLIS ET FUTUNA", "SAINT MARTIN", "SAINT BARTHELEMY"),
    *("GLP", "MTQ", "GUF", "REU", "MYT", "NCL", "PYF", "SPM", "WLF", "MAF", "BLM"),
)
"""France, and its overseas that ISO lists apart, written as a country."""


def written(places: pl.DataFrame) -> pl.DataFrame:
    """Facts about each place that hold whatever the year.

    Args:
        places: The columns ``PLACE``.

    Returns:
        One row per distinct place, these columns, then:

        - ``code``: in capitals, without blanks and decimals; ``padded``: with the zero that four digits lack, unless
          the country is another; ``is_insee``, ``is_postal``: ``padded`` is known to INSEE, of any time, to the post;
        - ``told``: the name of the commune, comparable;
        - ``code_country``, ``country``: 99xxx in the place's code, of codePaysNaissance; ``country_name``: comparable;
          ``is_here``, ``names_here``: the country's code, its name, is France.
    """
    distinct = places.select(PLACE).unique(maintain_order=True)
    code = pl.col("place_code").str.to_uppercase().str.replace(r"[.,]0+$", "").str.replace_all(r"\s", "")
    country = pl.col("country_code").str.to_uppercase().str.replace_all("[^0-9A-Z]", "")
    name = pl.col("place_label").str.to_uppercase().str.replace_all(_HINTS, " ")
    texts = distinct.select(code=code, country=country, name=name)
    country_name = tables.country_name(distinct["country_label"])
    is_here = texts["country"].is_in(_HERE).fill_null(value=False)
    names_here = country_name.is_in(_here_names()).fill_null(value=False)
    is_silent = distinct["country_code"].is_null() & distinct["country_label"].is_null()
    padded = texts["code"].set(texts["code"].str.contains(r"^\d{4}$") & (is_silent | is_here | names_here), None)
    padded = padded.fill_null("0" + texts["code"])
    return distinct.with_columns(
        texts["code"],
        padded.alias("padded"),
        is_insee=padded.is_in(tables.in_force()["code"].implode()).fill_null(value=False),
        is_postal=padded.is_in(tables.postal()["number"].implode()).fill_null(value=False),
        told=pl.coalesce(tables.arrondissement_name(distinct["place_label"]), tables.commune_name(texts["name"])),
        code_country=padded.set(~padded.is_in(countries.table()["code"].implode()), None),
        country=texts["country"].replace_strict(_country_codes(), default=None, return_dtype=pl.String),
        country_name=country_name,
        is_here=is_here,
        names_here=names_here,
    )


@cache
def names_of_codes() -> pl.DataFrame:
    """``name``, ``code``: communes and arrondissements by every name that they had, brackets left out as well."""
    table = communes.table().filter((pl.col("kind") == "ARM") | pl.col("label").str.contains("(", literal=True))
    labels = pl.concat([table["label"], table["label"].str.replace(_BRACKETS, "")])
    full = pl.DataFrame({"name": tables.commune_name(labels), "code": pl.concat([table["code"], table["code"]])})
    return pl.concat([tables.french_names(), tables.arrondissement_names(), full]).unique(maintain_order=True)


@cache
def towns_abroad() -> pl.DataFrame:
    """``name``, ``code`` of the country, ``town`` as French files write it: known towns under each of their names."""
    table = foreign.towns()
    named = pl.concat(
        [
            table.select("town", code="country", name="town"),
            table.select("town", code="country", name="alternates").explode("name").drop_nulls("name"),
        ]
    )
    names = tables.commune_name(named["name"])
    return named.with_columns(names.alias("name")).drop_nulls("name").unique(["name", "code"], maintain_order=True)


@cache
def official_labels() -> pl.DataFrame:
    """``code``, ``label``, ``name`` (comparable), ``since``, ``until``: what communes and countries were called.

    Years are both included; rows are in the order of codes and years.
    """
    table = pl.concat(each.select("code", "label", "start", "end") for each in (communes.table(), countries.table()))
    return table.select(
        "code",
        "label",
        name=tables.commune_name(table["label"]),
        since=pl.col("start").dt.year().fill_null(tables.FIRST_YEAR).cast(pl.Int16),
        until=pl.col("end").dt.offset_by("-1d").dt.year().fill_null(tables.LAST_YEAR).cast(pl.Int16),
    ).sort("code", "until", maintain_order=True)


@cache
def last_labels() -> pl.DataFrame:
    """``code``, ``label``: today's, or the last one."""
    return official_labels().unique("code", keep="last", maintain_order=True).select("code", "label")


@cache
def _country_codes() -> dict[str, str]:
    """352, 99352, DZ, DZA → 99352."""
    table = tables.country_names().filter(pl.col("reading") != "country_label")
    return dict(table.select("name", "code").iter_rows())


@cache
def _here_names() -> list[str]:
    return tables.country_name(pl.Series(_HERE)).to_list()
