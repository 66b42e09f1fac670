"""The name of a commune or town beside its code: another place's, or the right one with a slip.

Example:
    >>> labels(places).select("row", "is_other", "is_inexact", "official").row(0)  # 91377 LASSY
    (0, False, True, 'Massy')
"""

from functools import cache

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from matching.normalize import place_tables as tables
from matching.quality.places.at_birth import in_years, listed
from matching.quality.places.written import last_labels, names_of_codes, official_labels, towns_abroad

_LONG = 8  # letters from which two slips leave a name recognisable
_SHORTEST = 4  # letters of a name that may have a slip
_SHORTEST_PART = 3  # letters of a name that may be the beginning of another
_ABROAD = r"^(?:99\d{3}|9[1-4]352|95350|96351)$"  # countries, and those of North Africa before
_KEY = ("is_post", "padded", "told")


def labels(places: pl.DataFrame) -> pl.DataFrame:
    """How the name stands to the code.

    Args:
        places: Columns ``row``, ``is_post`` (the code is meant as the post's), ``padded``, ``told``, ``is_insee`` and
            ``is_postal``.

    Returns:
        ``row`` and, of the rows whose name is not one of the code's: ``is_other`` (another commune's), ``is_inexact``
        (one of the code's with a slip or shortened, or nobody's), ``is_state`` (a country's), ``is_elsewhere`` (that of
        a town of ``other_country``) and ``official`` (the nearest of the code's names, as INSEE writes it).
    """
    asked = places.drop_nulls("told").filter(pl.col("is_insee") | pl.col("is_postal"))
    pairs = asked.select(_KEY).unique(maintain_order=True).with_row_index("pair")
    named = _names(pairs)
    fits = named.filter(pl.col("told") == pl.col("name"))["pair"].unique()
    near = _nearest(named.filter(~pl.col("pair").is_in(fits.implode())))
    told = pl.col("told")
    is_known, is_state = told.is_in(_known().implode()), told.is_in(_states().implode())
    is_abroad, is_near = pl.col("padded").str.contains(_ABROAD), pl.col("is_near")
    is_town = pl.col("other_country").is_not_null()
    facts = (
        near.join(pairs, on="pair")
        .join(_biggest_towns(), on="told", how="left")
        .select(
            *_KEY,
            "official",
            "other_country",
            is_other=~is_abroad & ~is_near & is_known,
            is_inexact=is_near | (~is_abroad & ~is_known),
            is_state=pl.col("padded").str.starts_with("99") & ~is_near & ~is_town & is_state,
            is_elsewhere=is_abroad & ~is_near & is_town,
        )
    )
    return asked.select("row", *_KEY).join(facts, on=_KEY).drop(_KEY)


def merged_since(places: pl.DataFrame) -> pl.DataFrame:
    """The rows whose code existed at birth, but not its name: it is that of a merger which came later.

    Args:
        places: Columns ``row``, ``padded``, ``told``, ``birth_year``.

    Returns:
        ``row`` and ``took_in``: the communes of that year that may be meant, its own included, as a text.
    """
    asked = places.select("row", "birth_year", "told", code="padded").drop_nulls()
    names = official_labels()
    bearers = asked.join(names.select("code", told="name"), on=["code", "told"], how="semi")
    then = in_years(bearers.join(names.select("code", "since", "until", told="name"), on=["code", "told"]))
    parts = in_years(bearers.join(then, on="row", how="anti").join(tables.reached(), on="code"))
    several = parts.select("row", code="other").unique().filter(pl.len().over("row") > 1)
    labelled = several.join(last_labels(), on="code", how="left").sort("row", "code")
    return labelled.group_by("row").agg(took_in=listed())


def _names(pairs: pl.DataFrame) -> pl.DataFrame:
    """``pair``, ``told``, ``name``, ``label``: every name of what a code designates."""
    insee = pairs.filter(~pl.col("is_post")).select("pair", "told", code="padded")
    postal = pairs.filter("is_post").join(tables.postal(), left_on="padded", right_on="number")
    codes = pl.concat([insee, postal.select("pair", "told", "code")])
    every = codes.join(_places(), on="code").select("pair", "told", code="other").unique(maintain_order=True)
    return every.join(_labelled(), on="code").drop("code")


def _nearest(named: pl.DataFrame) -> pl.DataFrame:
    """``pair``, ``official`` (label of the nearest name), ``is_near``: it is that one with a slip, or its beginning."""
    edits = process.cpdist(named["told"].to_list(), named["name"].to_list(), scorer=DamerauLevenshtein.distance)
    length = pl.col("told").str.len_chars()
    allowed = pl.when(length >= _LONG).then(2).when(length >= _SHORTEST).then(1).otherwise(0)
    is_part = pl.col("name").str.starts_with(pl.col("told")) & (length >= _SHORTEST_PART)
    return (
        named.with_columns(edits=pl.Series(edits, dtype=pl.Int32))
        .with_columns(is_near=is_part | (pl.col("edits") <= allowed))
        .sort("pair", ~pl.col("is_near"), "edits", "label")
        .unique("pair", keep="first", maintain_order=True)
        .select("pair", "is_near", official="label")
    )


@cache
def _labelled() -> pl.DataFrame:
    """``name``, ``code``, ``label``: the names of communes, towns abroad and former territories."""
    return pl.concat(
        [names_of_codes().join(last_labels(), on="code"), towns_abroad().select("name", "code", label="town")]
    )


@cache
def _places() -> pl.DataFrame:
    """``code``, ``other``: codes that are the same place at some time."""
    return tables.reached().select("code", "other").unique(maintain_order=True)


@cache
def _known() -> pl.Series:
    return names_of_codes()["name"].unique()


@cache
def _states() -> pl.Series:
    """Names of countries, as a commune's name is made comparable."""
    labels = official_labels().filter(pl.col("code").str.starts_with("99"))["label"]
    return tables.commune_name(labels).unique()


@cache
def _biggest_towns() -> pl.DataFrame:
    """``told``, ``other_country``: the name of the country whose town of that name is the most populous."""
    return tables.foreign_towns().join(last_labels(), on="code").select(told="name", other_country="label")
