"""Double surnames: the sign between both halves, which depends on the year of birth.

Example:
    >>> find(passages).select("code", "proposal").rows()  # DURAND-PETIT, born in 2008; ROUX--BLANC, born in 1975
    [('birth_name_double_separator', 'DURAND--PETIT'), ('birth_name_double_hyphen', 'ROUX-BLANC')]

The names of both parents were parted by two hyphens from 2005-01-01 (circular of 2004-12-06; void since 2009-12-04),
then by a blank since 2011-11-15 (circular of 2011-10-25). Younger children bear the name of the eldest as it was
written.
"""

import polars as pl

from matching.quality.finders import Finder, found_by_value
from matching.quality.names.lexicon import shares
from matching.quality.names.texts import tidy, tidy_key

_HYPHENS_FROM, _BLANK_FROM = 2005, 2012
_HALVES = "^([A-Z]{3,})([- ])([A-Z]{3,})$"


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in double birth names: columns ``FOUND``."""
    since = pl.when(pl.col("birth_year") < _BLANK_FROM).then(pl.lit("hyphens")).otherwise(pl.lit("blank"))
    age = pl.when(pl.col("birth_year") < _HYPHENS_FROM).then(pl.lit("before")).otherwise(since)
    double = passages.filter(pl.col("raw_birth_name").str.contains(r"\pL[ -]+\pL") & pl.col("birth_year").is_not_null())
    rows = double.select("passage", "raw_birth_name", age=age)
    values = rows.drop("passage").unique(maintain_order=True)
    values = values.with_columns(key=tidy_key(tidy(values["raw_birth_name"])))
    values = values.with_columns(share=shares(values["key"], "surname"))
    key, first, second = pl.col("key"), pl.col("key").str.extract(_HALVES, 1), pl.col("key").str.extract(_HALVES, 3)
    is_rare = (
        (pl.col("share") == 0)
        & first.is_not_null()
        & ~first.is_in(["SAINT", "SAINTE", "DES", "DOS", "VAN", "BEN", "AIT"])
    )
    parted = pl.when(pl.col("age") == "hyphens").then(first + "--" + second).otherwise(first + " " + second)
    is_old = key.str.contains(r"^[A-Z' -]*[A-Z]--[A-Z]") & (pl.col("age") == "before")
    is_other = is_rare & (pl.col("age") != "before") & (key != parted)
    return found_by_value(
        rows,
        values,
        ("raw_birth_name", "age"),
        [
            Finder(
                "birth_name_double_hyphen", "birth_name", is_old, proposal=key.str.replace_all("--", "-", literal=True)
            ),
            Finder("birth_name_double_separator", "birth_name", is_other, proposal=parted),
        ],
    )
