"""The first given name said in part only: a placeholder, an initial, an abbreviation, its first letters.

Example:
    >>> find(passages).select("code", "proposal").rows()  # a man: JB; a woman: Vér
    [('given_name_abbreviated', 'JEAN-BAPTISTE'), ('given_name_cut', 'VERONIQUE')]

Two or three letters are rather the start of another name when the names that they begin, cut once in a thousand, are
more frequent than the name that they are.
"""

from functools import cache

import polars as pl

from matching.normalize.given_names import given_forms
from matching.normalize.text import funnel_text
from matching.quality.finders import Finder, found_by_value, together
from matching.quality.names.abroad import is_abroad
from matching.quality.names.lexicon import shares
from matching.quality.names.placeholders import is_placeholder
from matching.quality.names.texts import tidy, tidy_key
from matching.reference import names

_FIELD = "given_name_1"
_KEY = ("raw_given_name_1", "sex", "is_abroad")
_INITIALS = r"^[A-Z]\.?$|^[A-Z](?:\.[ -]?|[ -])[A-Z]\.?$"
_SHORTENED = r"^[A-Z][A-Z. -]{1,9}$"
_KNOWN = 1e-6  # share of a name that is not taken for an abbreviation
_START = (2, 3)  # letters that a name is cut to
_CUT_RATE = 0.001
_RARE = 1e-7  # share of a name of three letters that no list holds
_MAIN = 0.5  # share of the names that begin so, above which the first is proposed


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the first given name, and the placeholders of the others: columns ``FOUND``."""
    rows = passages.select("passage", "raw_given_name_1", "sex", is_abroad=is_abroad())
    values = rows.select(_KEY).unique(maintain_order=True).drop_nulls("raw_given_name_1")
    tidied = tidy(values["raw_given_name_1"])
    values = values.with_columns(key=tidy_key(tidied), is_placeholder=is_placeholder(tidied, _FIELD))
    values = values.with_columns(share=shares(values["key"], "given"))
    others = (_further(passages, f"given_name_{rank}") for rank in (2, 3))
    return together([found_by_value(rows, _with_start(_with_full(values)), _KEY, _finders()), *others])


def _finders() -> list[Finder]:
    is_said, is_cut, full = ~pl.col("is_placeholder"), pl.col("is_cut"), pl.col("full")
    is_initial = pl.col("key").str.contains(_INITIALS) & full.is_null()
    is_short = full.is_not_null() & ~is_cut & ~pl.col("is_abroad")
    return [
        Finder("given_name_placeholder", _FIELD, pl.col("is_placeholder")),
        Finder("given_name_initial", _FIELD, is_said & is_initial),
        Finder("given_name_abbreviated", _FIELD, is_said & is_short, proposal=full),
        Finder("given_name_cut", _FIELD, is_said & is_cut, proposal=pl.col("whole")),
    ]


def _further(passages: pl.DataFrame, field: str) -> pl.DataFrame:
    raw = f"raw_{field}"
    values = passages.select(raw).unique(maintain_order=True).drop_nulls()
    values = values.with_columns(is_placeholder=is_placeholder(tidy(values[raw]), field))
    finder = Finder("further_given_name_placeholder", field, pl.col("is_placeholder"), proposal=pl.lit(""))
    return found_by_value(passages, values, raw, [finder])


def _with_full(values: pl.DataFrame) -> pl.DataFrame:
    """With ``full``, what an abbreviation stands for: JB, FCOIS, J-P."""
    short = values.filter(pl.col("key").str.contains(_SHORTENED) & (pl.col("share") < _KNOWN)).select("key").unique()
    letters = short["key"].str.replace_all("[^A-Z]", "")
    forms = given_forms(letters)
    full = short.select("key", full=forms["tokens"].list.join("-")).filter(forms["glued"] != letters)
    return values.join(full, on="key", how="left", maintain_order="left")


def _with_start(values: pl.DataFrame) -> pl.DataFrame:
    """With ``is_cut``, whether two or three letters are rather the start of others, and the main one (``whole``)."""
    begun = values.select("key", "share").unique().join(_starts(), left_on="key", right_on="start")
    likely = _CUT_RATE * pl.col("mass") > pl.col("share") + _RARE
    cut = begun.filter(likely).select("key", "sex", "whole", is_cut=pl.lit(value=True))
    told = values.join(cut, on=["key", "sex"], how="left", maintain_order="left")
    return told.with_columns(pl.col("is_cut").fill_null(value=False))


@cache
def _starts() -> pl.DataFrame:
    """``sex``, ``start``, ``mass`` (share of the names of that sex that begin so), ``whole`` (the main one, if any)."""
    births = names.given_names().group_by("sex", "name").agg(pl.col("births").sum())
    keyed = (
        births.select("sex", "births", key=funnel_text(births["name"]))
        .group_by("sex", "key")
        .agg(pl.col("births").sum())
    )
    shared = keyed.select("sex", "key", share=pl.col("births") / pl.col("births").sum().over("sex"))
    shared = shared.sort("share", "key", descending=[True, False])
    main = pl.when(pl.col("share").first() > _MAIN * pl.col("share").sum()).then(pl.col("key").first())
    return pl.concat(
        shared.filter(pl.col("key").str.len_bytes() > length)
        .group_by("sex", start=pl.col("key").str.head(length))
        .agg(mass=pl.col("share").sum(), whole=main)
        for length in _START
    )
