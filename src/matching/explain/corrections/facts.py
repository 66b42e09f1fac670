"""The refused holders with what corrections are built from: each name tidy and as the funnel compares it.

Example:
    >>> prepared(refused).select("text_birth_name", "key_birth_name").row(0)
    ('Le Gall', 'LE GALL')
"""

import polars as pl

from matching.explain.corrections.frequency import decade
from matching.quality.names.abroad import is_abroad
from matching.quality.names.texts import tidy, tidy_key

NAMES = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")


def prepared(refused: pl.DataFrame) -> pl.DataFrame:
    """The holders among the refused passages.

    Args:
        refused: Contract PASSAGES with its dates read.

    Returns:
        The same columns and, for each name, ``text_…`` (as it should have been typed) and ``key_…`` (what the funnel
        compares of it), null where nothing was said; ``decade`` of the birth, ``is_abroad``, ``exam_year``.
    """
    holders = refused.filter(pl.col("branch") == "titulaire")
    told: dict[str, pl.Series] = {}
    for name in NAMES:
        text = tidy(holders[f"raw_{name}"])
        key = tidy_key(text)
        told |= {f"text_{name}": text.set(key.is_null(), None), f"key_{name}": key}
    exam = pl.coalesce(pl.col(c).str.extract(r"^(\d{4})") for c in ("exam_end", "exam_start", "validity_start"))
    return holders.with_columns(
        **told, decade=decade(pl.col("birth_year")), is_abroad=is_abroad(), exam_year=exam.cast(pl.Int32)
    )


def values(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The distinct values of these columns, the first of which is known, in order of appearance."""
    return rows.select(columns).unique(maintain_order=True).drop_nulls(columns[0])
