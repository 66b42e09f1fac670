"""Codes of places as tables write them: of one kind or another, without their zero, a country by its name.

Example:
    >>> import polars as pl
    >>> with_lost_zeros(pl.Series(["1053", "75 056", "9999"])).to_list()
    ['01053', '75056', '9999']
    >>> country_numbers(pl.Series(["99352", "DZ", "Algérie", "France", "352"])).to_list()
    ['352', '352', '352', None, '352']
"""

from functools import cache

import polars as pl

from matching.normalize import place_tables
from matching.normalize.text import words

_HERE = ("FRANCE", "FR", "FRA", "100", "000", "99100", "99000")


def placed(codes: pl.Series, insee: pl.Series, postal: pl.Series) -> list[pl.Series]:
    """Codes that may be INSEE's or the post's, each in the column of its kind where that is empty.

    One that is known to both is what most of the others are, of those known to one only.

    Args:
        codes: As typed.
        insee: The column of INSEE codes.
        postal: The column of postal codes.

    Returns:
        Both columns.
    """
    code = codes.str.strip_chars()
    is_insee = code.is_in(_known()).fill_null(value=False)
    is_postal = code.is_in(_known_to_the_post()).fill_null(value=False)
    is_present = code.is_in(_known_today()).fill_null(value=False)  # the Seine had the numbers of the post's Paris
    mostly_insee = (is_present & ~is_postal).sum() >= (is_postal & ~is_present).sum()
    as_insee = is_insee if mostly_insee else is_insee & ~is_postal
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(codes))
    return [
        insee.zip_with(insee.is_not_null(), codes.zip_with(as_insee, nothing)),
        postal.zip_with(postal.is_not_null(), codes.zip_with(~as_insee, nothing)),
    ]


def with_lost_zeros(insee: pl.Series) -> pl.Series:
    """The codes without blanks inside, and with the zero that a spreadsheet took from them.

    No code has four digits: one that is known when a zero stands before it can have been nothing else.
    """
    codes = insee.str.replace_all(r"\s", "")
    lost = codes.str.contains(r"^\d{4}$") & ("0" + codes).is_in(_known())
    return codes.zip_with(~lost.fill_null(value=False), "0" + codes).alias(insee.name)


def country_numbers(typed: pl.Series) -> pl.Series:
    """The last three digits of 99xxx, of a country told by that code, its ISO code or its name; null for France.

    What is no country that is known is left as it was.
    """
    distinct = pl.DataFrame({"typed": typed.drop_nulls().unique()})
    if distinct.is_empty():
        return typed
    named = distinct.with_columns(code=words(distinct["typed"]), name=place_tables.country_name(distinct["typed"]))
    told = named.join(_countries(), left_on="code", right_on="key", how="left").join(
        _countries(), left_on="name", right_on="key", how="left", suffix="_of_name"
    )
    number = pl.coalesce("number", "number_of_name", "typed")
    is_here = pl.any_horizontal(pl.col("code", "name").is_in(_HERE)).fill_null(value=False)
    written = told.select("typed", number=pl.when(~is_here).then(number))
    return typed.replace_strict(written["typed"], written["number"], default=None, return_dtype=pl.String)


@cache
def _known() -> pl.Series:
    """Every INSEE code, of any time."""
    return place_tables.in_force()["code"].unique().implode()


@cache
def _known_today() -> pl.Series:
    table = place_tables.in_force()
    return table.filter(pl.col("until") == place_tables.LAST_YEAR)["code"].unique().implode()


@cache
def _known_to_the_post() -> pl.Series:
    return place_tables.postal()["number"].unique().implode()


@cache
def _countries() -> pl.DataFrame:
    """``key`` (code, ISO code or name, of one country only), ``number``."""
    names = place_tables.country_names().select(key="name", number=pl.col("code").str.slice(2))
    return names.unique().unique("key", keep="none")
