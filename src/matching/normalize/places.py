"""Which register places a submitted place agrees with: codes through time, cities, postal codes, countries.

The register holds the code in force at birth; a file holds today's code, a city's code, or a postal code. So a
submitted place is compared as the *set* of register codes it can stand for.

Example:
    >>> import polars as pl
    >>> submitted = pl.DataFrame({"place_kind": ["insee"], "place_code": ["92044"]})
    >>> sorted(accepted_places(submitted, PlaceRules())["accepted"])
    ['75044', '92044']
"""

from dataclasses import dataclass

import polars as pl

from matching.reference import communes, countries


@dataclass(frozen=True)
class PlaceRules:
    """When two different codes are the same place. Each is a hypothesis: nothing public settles it.

    Attributes:
        history: Codes of the same place through time agree (75044 and 92044; a commune and the one it merged into).
        cities: The code of Paris, Lyon or Marseille agrees with its arrondissements.
        postal_sets: A postal code agrees with any commune of its set.
        countries: A country agrees with the states it came from or split into, and with the former départements
            and protectorates (91–94 Algeria, 95 Morocco, 96 Tunisia) for births before independence.
    """

    history: bool = True
    cities: bool = True
    postal_sets: bool = True
    countries: bool = True


def accepted_places(submitted: pl.DataFrame, rules: PlaceRules) -> pl.DataFrame:
    """Every register code that each submitted place agrees with.

    Args:
        submitted: Columns ``place_kind`` and ``place_code``; distinct values are handled once.
        rules: Which differences of code are none.

    Returns:
        ``place_kind, place_code, accepted``, without duplicates. A place without code has no row.
    """
    key = ["place_kind", "place_code"]
    places = submitted.select(pl.col("place_kind").cast(pl.String), "place_code").drop_nulls().unique()
    start = places.with_columns(accepted=pl.col("place_code")).filter(pl.col("place_kind") == "insee")
    if rules.postal_sets:
        of_postal = communes.postal_codes().select(place_code="postal_code", accepted="code")
        postal = places.filter(pl.col("place_kind") == "postal").join(of_postal, on="place_code")
        start = pl.concat([start, postal.select(start.columns)])
    links = [_pairs("city_code", "arrondissement_code", communes.arrondissements())] if rules.cities else []
    if rules.history:
        links.append(_pairs("code", "other", communes.same_place_pairs()))
    if rules.countries:
        links.append(_pairs("code", "other", countries.same_country_pairs()))
    reached = [start.join(link, on="accepted").select(*key, accepted="other") for link in links]
    return pl.concat([start, *reached]).unique().sort(*key, "accepted")


def present_country(place: pl.Expr, birth_year: pl.Expr) -> pl.Expr:
    """99xxx for a birth abroad or in a territory before its independence; null for a birth in France.

    91–94 before 1962 is Algeria and not the Île-de-France: those départements exist since 1968. A birth in the
    year of independence itself is left to the code: 91–94 can only be Algeria until 1967.
    """
    department = place.str.slice(0, 2)
    return (
        pl.when(department == "99")
        .then(place)
        .when(department.is_in(["91", "92", "93", "94"]) & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99352"))
        .when((department == "95") & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99350"))
        .when((department == "96") & (birth_year < _ILE_DE_FRANCE_SPLIT))
        .then(pl.lit("99351"))
    )


_ILE_DE_FRANCE_SPLIT = 1968  # 91 to 95 were given to the new départements on 1968-01-01


def _pairs(code: str, other: str, table: pl.DataFrame) -> pl.DataFrame:
    return table.select(accepted=code, other=other)
