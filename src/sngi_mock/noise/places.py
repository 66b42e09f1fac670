"""Errors in the birth place: another date's code, another town, the city, the postal code, nothing.

Example:
    >>> rows = pl.DataFrame({"place_code": ["75107"], "place_label": ["PARIS 7E ARRONDISSEMENT"]})
    >>> city_code(rows)["place_code"].item()
    '75056'
"""

from functools import cache

import numpy as np
import polars as pl

from matching.identity.frames import PLACE_KIND
from matching.reference import communes, countries

_code, _label = pl.col("place_code"), pl.col("place_label")
_drawn = pl.col("u1")

_DEPARTEMENTS_RENUMBERED = 1968  # 91 to 95 were in North Africa before, around Paris since


def _is_former() -> pl.Expr:
    """Born in Algeria, Morocco or Tunisia before independence: 91 to 96, of that time."""
    departments = countries.former_territories()["department"].to_list()
    return _code.str.slice(0, 2).is_in(departments) & (pl.col("birth_year") < _DEPARTEMENTS_RENUMBERED)


def is_french() -> pl.Expr:
    """Born in a commune, by its INSEE code."""
    return (pl.col("place_kind") == "insee") & pl.col("country_code").is_null() & ~_is_former()


def can_later_code() -> pl.Expr:
    """Born in a commune whose code is no more, or in a territory before its independence."""
    return (is_french() & _code.is_in(list(_present_codes()))) | _is_former()


def later_code(rows: pl.DataFrame) -> pl.DataFrame:
    """Today's code and label: of the commune it became, of the country it is now."""
    labels = dict(present_communes().select("code", "label").iter_rows())
    former = dict(countries.former_territories().select("department", "country").iter_rows())
    country = _code.str.slice(0, 2).replace_strict(former, default=None, return_dtype=pl.String)
    country = pl.when(_is_former()).then(country)
    names = {code: each.label for code in set(former.values()) if (each := countries.country(code))}
    commune = _code.replace_strict(_present_codes(), default=None, return_dtype=pl.String)
    return rows.with_columns(
        place_code=pl.coalesce(country, commune),
        place_label=pl.when(country.is_not_null())
        .then(_label)
        .otherwise(commune.replace_strict(labels, default=None, return_dtype=pl.String)),
        country_code=pl.coalesce(country.str.slice(2), "country_code"),
        country_label=pl.coalesce(country.replace_strict(names, default=None), "country_label"),
    )


def can_other_town() -> pl.Expr:
    """Everybody who sends a code."""
    return pl.col("place_kind") == "insee"


def other_town(rows: pl.DataFrame) -> pl.DataFrame:
    """The town of residence or of the maternity: a commune of today, by population; the country goes with it."""
    towns = present_communes()
    cumulated = towns["population"].cum_sum().to_numpy()
    found = np.searchsorted(cumulated, rows["u1"].to_numpy() * cumulated[-1], side="right")
    found = np.where((towns["code"].gather(found) == rows["place_code"]).to_numpy(), found - 1, found)
    nothing = pl.lit(None, dtype=pl.String)
    return rows.with_columns(
        towns["code"].gather(found).alias("place_code"),
        towns["label"].gather(found).alias("place_label"),
        country_code=nothing,
        country_label=nothing,
    )


def can_city_code() -> pl.Expr:
    """Born in an arrondissement of Paris, Lyon or Marseille."""
    return is_french() & _code.is_in(list(_cities()))


def city_code(rows: pl.DataFrame) -> pl.DataFrame:
    """The code and the name of the city."""
    return rows.with_columns(
        place_code=_code.replace_strict(_cities(), return_dtype=pl.String),
        place_label=_label.str.extract(r"^(\p{L}+)"),
    )


def can_postal_code() -> pl.Expr:
    """Born in a commune whose postal code is known."""
    return is_french() & _code.is_in(list(_postal_codes()[0]))


def postal_code(rows: pl.DataFrame) -> pl.DataFrame:
    """One of the commune's postal codes in place of its INSEE code."""
    ranks, lists = _postal_codes()
    codes = lists.gather(rows.select(_code.replace_strict(ranks, return_dtype=pl.UInt32)).to_series())
    which = (rows["u1"] * codes.list.len()).cast(pl.Int64)
    return rows.with_columns(codes.list.get(which).alias("place_code"), place_kind=pl.lit("postal").cast(PLACE_KIND))


def can_missing() -> pl.Expr:
    """Everybody who sends a code."""
    return _code.is_not_null()


def missing(rows: pl.DataFrame) -> pl.DataFrame:
    """No place and no country."""
    nothing = pl.lit(None, dtype=pl.String)
    return rows.with_columns(
        place_kind=pl.lit("none").cast(PLACE_KIND),
        place_code=nothing,
        place_label=nothing,
        country_code=nothing,
        country_label=nothing,
    )


@cache
def present_communes() -> pl.DataFrame:
    """Communes of today, by code: ``code``, ``label`` (as files write it), ``population``."""
    table = communes.table().filter(pl.col("end").is_null(), pl.col("kind") == "COM", pl.col("population") > 0)
    return table.select("code", pl.col("label").str.to_uppercase(), "population").sort("code")


@cache
def _present_codes() -> dict[str, str]:
    """Code that is no more → the code of what it became, the most populous where there are several."""
    present = present_communes()
    pairs = communes.same_place_pairs().filter(
        pl.col("relation") != "contains", ~pl.col("code").is_in(present["code"].implode())
    )
    became = pairs.join(present, left_on="other", right_on="code").sort("code", "population", "other")
    return dict(became.unique("code", keep="last", maintain_order=True).select("code", "other").iter_rows())


@cache
def _cities() -> dict[str, str]:
    """Arrondissement → city."""
    return dict(communes.arrondissements().select("arrondissement_code", "city_code").iter_rows())


@cache
def _postal_codes() -> tuple[dict[str, int], pl.Series]:
    """Commune → its rank; the postal codes of each rank."""
    codes = communes.postal_codes().select("code", "postal_code").unique().sort("code", "postal_code")
    lists = codes.group_by("code", maintain_order=True).agg("postal_code")
    return {code: rank for rank, code in enumerate(lists["code"])}, lists["postal_code"]
