"""Births in France by year and sex, 1900-2026.

Example:
    >>> births().filter(pl.col("year") == 1946)["births"].sum()
    866223

Source: INSEE, given-name file for 1946-2019 and published totals around it, read 2026-11-23; see
``tables/births.toml`` for the estimates.
"""

import polars as pl

from matching.reference._load import load


def births() -> pl.DataFrame:
    """One row per year and sex, sorted.

    Returns:
        ``year``, ``sex`` (M, F), ``births`` (persons), ``estimated`` (true before 1946 and after 2019: published
        totals, rounded, split at the usual sex ratio).
    """
    return load("births")
