"""Corrections of what stage 3 compares: an optional datum that contradicts is left out, one that lacks is asked for.

Example:
    >>> find(prepared(refused)).select("kind", "usage_name").row(0)
    ('usage_name_left_out', '')

What the file alone tells of a place stands in the findings: see ``found``.
"""

import polars as pl

from matching.explain.corrections.ways import LEFT_OUT, Way, built

_has_place, _has_country = pl.col("place_kind") != "none", pl.col("country_code").is_not_null()
_has_usage, _has_further = (
    pl.col("key_usage_name").is_not_null(),
    pl.col("key_given_name_2").is_not_null() | pl.col("key_given_name_3").is_not_null(),
)
_is_woman = (pl.col("sex") == "F").fill_null(value=False)
_repeats = (pl.col("key_usage_name") == pl.col("key_birth_name")).fill_null(value=False)

OTHERS: tuple[Way, ...] = (
    Way("place_unsure", {}, _has_place),
    Way("place_left_out", {"insee_code": LEFT_OUT, "postal_code": LEFT_OUT}, _has_place),
    Way("country_left_out", {"country_code": LEFT_OUT}, _has_country),
    Way("further_given_names_left_out", {"given_name_2": LEFT_OUT, "given_name_3": LEFT_OUT}, _has_further),
    Way("usage_name_left_out", {"usage_name": LEFT_OUT}, _has_usage, pl.when(_repeats).then(3.0).otherwise(1.0)),
    Way("place_lacking", {}, ~_has_place),
    Way("further_given_names_lacking", {}, ~_has_further),
    Way("usage_name_lacking", {}, ~_has_usage & _is_woman),
    Way("whole_identity_unsure", {}),
)
"""Asked of each passage."""


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """The corrections of optional data: columns ``BUILT``.

    Args:
        rows: As ``prepared`` gives them.
    """
    return built(rows, OTHERS)
