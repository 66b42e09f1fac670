"""Names that nobody can pronounce: a letter three times over, no vowel, keys of the keyboard in a row.

Example:
    >>> find(passages).select("field", "value").rows()  # birth name LEYSSENNNE, given name Qsdf
    [('birth_name', 'LEYSSENNNE'), ('given_name_1', 'Qsdf')]
"""

import string

import polars as pl

from matching.quality.finders import Finder, found_by_value, together
from matching.quality.names.lexicon import shares
from matching.quality.names.placeholders import placeholders
from matching.quality.names.signs import FIELDS
from matching.quality.names.texts import tidy_key

_THRICE = [3 * letter for letter in string.ascii_uppercase]
_KEYS = ["AZERT", "QSDF", "SDFG", "DFGH", "WXCV", "XCVB", "QWERT", "ASDF", "ZXCV", "HJKL"]
_NO_VOWEL = "(?:^|[ '-])[B-DF-HJ-NP-TV-XZ]{4,}(?:$|[ '-])"


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What cannot be pronounced in the five names of each passage: columns ``FOUND``."""
    return together(_found(passages, field) for field in FIELDS)


def _found(passages: pl.DataFrame, field: str) -> pl.DataFrame:
    raw = f"raw_{field}"
    values = passages.select(raw).unique(maintain_order=True).drop_nulls()
    values = values.with_columns(key=tidy_key(values[raw]))
    is_odd = pl.col("key").str.contains_any(_THRICE + _KEYS) | pl.col("key").str.contains(_NO_VOWEL)
    odd = values.filter(is_odd & ~pl.col("key").is_in(placeholders(field)) & pl.col("key").str.contains("^[A-Z' -]+$"))
    known = shares(odd["key"], "given" if field.startswith("given") else "surname")
    return found_by_value(passages, odd.filter(known == 0), raw, [Finder("name_unreadable", field, pl.lit(value=True))])
