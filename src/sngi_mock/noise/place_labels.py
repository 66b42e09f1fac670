"""Errors in the words of a birth place: the namesake of another département, the country, the spelling of the town.

Example:
    >>> rows = pl.DataFrame({"place_code": ["93066"], "place_label": ["SAINT-DENIS"]})
    >>> namesake(rows)["place_code"].item()
    '97411'
"""

from functools import cache

import polars as pl

from matching.reference import communes, countries
from sngi_mock.noise.edits import LONGEST, can_be_edited, one_edit
from sngi_mock.noise.places import is_french, present_communes

_code, _label = pl.col("place_code"), pl.col("place_label")
_country, _country_label = pl.col("country_code"), pl.col("country_label")
_drawn = pl.col("u1")

_TAIL = r"^(.{3,}?)[- ](?:SUR|SOUS|EN|LES|LÈS|LEZ|LE|LA|DE|DU|DES|D|L|AUX|AU)[- '].+$"


def can_namesake() -> pl.Expr:
    """Born in a commune whose name is also another one's."""
    return is_french() & _code.is_in(list(_namesakes()))


def namesake(rows: pl.DataFrame) -> pl.DataFrame:
    """The code of the most populous commune of the same name: what a look-up by name alone gives."""
    return rows.with_columns(place_code=_code.replace_strict(_namesakes(), return_dtype=pl.String))


def can_country() -> pl.Expr:
    """Born abroad, in a country that files name in another way or in a town that is known."""
    return pl.any_horizontal(each.is_not_null() for each in _countries())


def country(rows: pl.DataFrame) -> pl.DataFrame:
    """The ISO code for INSEE's (4 in 10), another name of the country (3), the town for the country (3)."""
    iso, alias, town = _countries()
    label = pl.coalesce(pl.when(_drawn < 0.7).then(alias), town, alias)  # noqa: PLR2004 - shares of the docstring
    is_iso = iso.is_not_null() & ((_drawn < 0.4) | label.is_null())  # noqa: PLR2004 - same
    return rows.with_columns(
        country_code=pl.when(is_iso).then(iso).otherwise(_country),
        country_label=pl.when(is_iso).then(_country_label).otherwise(label),
    )


def can_label() -> pl.Expr:
    """Everybody who sends the name of a place."""
    return can_be_edited("place_label")


def label(rows: pl.DataFrame) -> pl.DataFrame:
    """A former name (2 in 10), a short one (2), SAINT abbreviated (2), where there is one; else a typing slip."""
    former = _code.replace_strict(_former_labels(), default=None, return_dtype=pl.String)
    short = pl.when(_label.str.contains(_TAIL)).then(_label.str.replace(_TAIL, "${1}"))
    abbreviated = pl.when(_label.str.contains(r"\bSAINTE?\b")).then(_label.str.replace(r"\bSAINT(E?)\b", "ST${1}"))
    wanted = (
        pl.when(_drawn < 0.2)  # noqa: PLR2004 - shares of the docstring
        .then(former)
        .when(_drawn < 0.4)  # noqa: PLR2004 - same
        .then(short)
        .when(_drawn < 0.6)  # noqa: PLR2004 - same
        .then(abbreviated)
    )
    slipped = rows.with_columns(u1="u3").select(one_edit("place_label")).to_series()
    return rows.with_columns(place_label=pl.when(wanted != _label).then(wanted).otherwise(pl.lit(slipped)))


def _countries() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The ISO code, another name of the country, the town: null where there is none, or it would change nothing."""
    iso, alias = (_country.replace_strict(names, default=None, return_dtype=pl.String) for names in _names())
    abroad = _country.is_not_null()
    alias, town = (
        pl.when(abroad & (each.str.len_chars() <= LONGEST)).then(each.replace("", None)) for each in (alias, _label)
    )
    return (
        pl.when(iso != _country).then(iso),
        pl.when(alias.ne_missing(_country_label)).then(alias),
        pl.when(town.ne_missing(_country_label)).then(town),
    )


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """The three digits of a country → its ISO code; → its first other name."""
    table = countries.table().with_columns(short=pl.col("code").str.slice(2))
    iso = table.filter(pl.col("iso3").is_not_null()).select("short", "iso3")
    alias = table.filter(pl.col("other_labels").list.len() > 0).select("short", pl.col("other_labels").list.first())
    return dict(iso.iter_rows()), dict(alias.iter_rows())


@cache
def _namesakes() -> dict[str, str]:
    """Present code → the code of the most populous commune of the same name."""
    present = present_communes()
    pairs = present.select("code", "label").join(present.rename({"code": "other"}), on="label")
    pairs = pairs.filter(pl.col("code") != pl.col("other")).sort("code", "population", "other")
    return dict(pairs.unique("code", keep="last", maintain_order=True).select("code", "other").iter_rows())


@cache
def _former_labels() -> dict[str, str]:
    """Code → the name it had last under another label."""
    table = communes.table().select("code", pl.col("label").str.to_uppercase(), "end").sort("code", "end")
    renamed = table.filter(pl.col("end").is_not_null(), pl.col("label") != pl.col("label").last().over("code"))
    return dict(renamed.unique("code", keep="last", maintain_order=True).select("code", "label").iter_rows())
