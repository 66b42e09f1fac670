"""Who was born abroad: their names were written in several ways, and public tables hold few of them.

Example:
    >>> passages.select(is_abroad()).to_series().to_list()  # 75044, 99350, country MA
    [False, True, True]
"""

import polars as pl

_FRANCE = ("FR", "FRA", "100")


def is_abroad() -> pl.Expr:
    """True where a passage gives a place code of a foreign country, or a foreign country in any code set."""
    country, place = pl.col("country_code"), pl.col("place_code")
    is_country = country.str.contains("^(?:[1-5][0-9]{2}|[A-Z]{2,3})$") & ~country.is_in(_FRANCE)
    is_code = place.str.contains("^99[0-9]{3}$") & (pl.col("place_kind") == "insee")
    return is_country.fill_null(value=False) | is_code.fill_null(value=False)
