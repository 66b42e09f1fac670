"""How to find the people that matter in a register: one polars expression each, run by a test, printed in the docs.

Example:
    >>> people = pl.scan_parquet("register/register-*.parquet").filter(pl.col("kind") == "official")
    >>> people.filter(QUERIES["oran_1955"].people).head(1).collect()

An expression reads the columns of the REGISTER contract and nothing else, so it works on any register.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Query:
    """Somebody who is looked for.

    Attributes:
        who: In words.
        why: What makes the case hard.
        people: True on the rows of these people.
    """

    who: str
    why: str
    people: pl.Expr


_place, _year = pl.col("birth_place"), pl.col("birth_year")
_known_day = pl.col("birth_day").is_not_null()
_same_birth = pl.struct("birth_name", "birth_year", "birth_month", "birth_day", "birth_place")

QUERIES = {
    "twins": Query(
        "a pair of twins",
        "same surname, date and place, consecutive ranks: the given name alone tells them apart",
        _known_day & (pl.len().over(_same_birth) > 1),
    ),
    "levallois_1960": Query(
        "born in Levallois in 1960",
        "the commune was in the Seine: 75044, never today's 92044",
        (_place == "75044") & _year.is_in([1960]),
    ),
    "ajaccio_1970": Query(
        "born in Ajaccio in 1970",
        "Corsica was département 20: 20004, today 2A004",
        (_place == "20004") & _year.is_in([1970]),
    ),
    "oran_1955": Query(
        "born in the département of Oran in 1955",
        "Algeria was French: 92352, today 99352; 92 is now the Hauts-de-Seine",
        (_place == "92352") & _year.is_in([1955]),
    ),
    "merged_commune": Query(
        "born in Tourlaville",
        "merged into Cherbourg-en-Cotentin in 2016: the register keeps 50602, files say 50129",
        _place == "50602",
    ),
    "mayotte": Query(
        "born in Mayotte",
        "a territory until 2011, code 985, then a département, code 976",
        _place.str.starts_with("985") | _place.str.starts_with("976"),
    ),
    "ussr": Query(
        "born in the U.R.S.S.",
        "the state is gone: 99123 stands for fifteen countries of today",
        (_place == "99123") & _year.is_between(1923, 1991),
    ),
    "no_birth_day": Query(
        "no known day of birth",
        "the date holds a year, or a year and a month; the number has month 19 when the month is unknown",
        ~_known_day,
    ),
    "double_hyphen": Query(
        "a double name with two hyphens",
        "declared from 2005 to 2011; some were rewritten with a space since and keep the old one as a former identity",
        pl.col("birth_name").str.contains("--", literal=True),
    ),
}
"""Key → query."""
