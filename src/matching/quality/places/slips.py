"""The one commune whose name is a single slip away from a name that nobody bears.

Example:
    >>> one_slip_away(pl.Series(["BPRDEAUX"])).row(0)
    ('BPRDEAUX', 'Bordeaux')

Two names one slip apart (a letter dropped, added, changed, or two exchanged) become equal once one letter, or none, is
taken out of each: names are met through what is left of them, instead of one by one.
"""

from functools import cache

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.quality.places.written import names_of_codes, official_labels

_SHORTEST = 5  # letters: shorter names are one slip from too many others


def one_slip_away(names: pl.Series) -> pl.DataFrame:
    """``told`` (of the names given), ``resembles`` (a label): those with exactly one commune's name one slip away.

    Args:
        names: Comparable names (``commune_name``), null ignored.
    """
    asked = names.drop_nulls().unique(maintain_order=True)
    asked = asked.filter(asked.str.len_chars() >= _SHORTEST)
    met = _rests(asked).join(_rests_of_communes(), on="rest").select("name", "name_right").unique(maintain_order=True)
    edits = process.cpdist(met["name"].to_list(), met["name_right"].to_list(), scorer=OSA.distance)
    near = met.filter(pl.Series(edits, dtype=pl.Int32) == 1)
    alone = near.filter(pl.len().over("name") == 1)
    return alone.join(_labels(), left_on="name_right", right_on="name").select(told="name", resembles="label")


@cache
def _rests_of_communes() -> pl.DataFrame:
    return _rests(names_of_codes()["name"].unique(maintain_order=True)).rename({"name": "name_right"})


@cache
def _labels() -> pl.DataFrame:
    """``name``, ``label``: one of the labels that a name stands for."""
    return official_labels().unique("name", keep="last", maintain_order=True).select("name", "label")


def _rests(names: pl.Series) -> pl.DataFrame:
    """``name``, ``rest``: each name, whole and without each of its letters."""
    frame = names.rename("name").to_frame()
    at = pl.int_ranges(0, pl.col("name").str.len_chars())
    apart = frame.with_columns(at=at).explode("at")
    name = pl.col("name")
    without = pl.concat_str(name.str.slice(0, pl.col("at")), name.str.slice(pl.col("at") + 1))
    return pl.concat([frame.with_columns(rest=name), apart.select("name", rest=without)]).unique()
