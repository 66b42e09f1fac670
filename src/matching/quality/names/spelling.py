"""Birth names spelled otherwise than nearly everybody's: signs, particles, a slip, an end cut off.

Example:
    >>> find(passages).select("code", "proposal").rows()  # LE-GUENNEC, MARTIBEAU
    [('birth_name_particle', 'LE GUENNEC'), ('birth_name_slip', 'MARTINEAU')]

A spelling is doubted when another, made of the same letters or of one slip, is so much more frequent that a mistake is
likelier than a rare name: ``ODDS`` times for signs and particles, which are wrong in one name in five. People born
abroad bear names that France wrote in several ways: of theirs, a sign or a particle is never more than worth a look.
"""

from functools import cache

import polars as pl

from matching.quality.finders import Finder, found_by_value
from matching.quality.names.abroad import is_abroad
from matching.quality.names.lexicon import UNLISTED, shares, spelled_bits, surnames
from matching.quality.names.slips import slips
from matching.quality.names.texts import tidy, tidy_key
from matching.quality.names.usual import usual

ODDS, SOME_ODDS = 60, 6
"""How many times more frequent the other spelling is: probably wrong, worth a look."""

SURE_BITS, SOME_BITS = 7.0, 1.0
"""The same of slips, in bits."""

_KEY = ("raw_birth_name", "is_abroad")
_CUTS = (10, 12, 15, 20, 25, 30)  # widths of columns that cut names
_SHORTEST_START = 3  # letters
_CUT_RATE, _CUT_ODDS = 0.002, 4


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the spelling of birth names: columns ``FOUND``."""
    rows = passages.select("passage", "raw_birth_name", is_abroad=is_abroad())
    values = rows.select(_KEY).unique(maintain_order=True)
    values = values.with_columns(key=tidy_key(tidy(values["raw_birth_name"])))
    values = values.filter(pl.col("key").str.contains("^[A-Z]+(?:[ '-]+[A-Z]+)*$"))
    keys = values["key"].unique(maintain_order=True)
    for told in (usual(keys), slips(keys, "surname"), _whole(keys)):
        values = values.join(told, on="key", how="left", maintain_order="left")
    return found_by_value(rows, values, _KEY, _finders())


def _finders() -> list[Finder]:
    field = "birth_name"
    odds, other, from_abroad = pl.col("odds").fill_null(0.0), pl.col("usual"), pl.col("is_abroad")
    is_sure, is_doubted = (odds > ODDS) & ~from_abroad, odds > SOME_ODDS
    is_cut = ~is_doubted & pl.col("whole").is_not_null()
    bits = pl.when(~is_doubted & ~is_cut).then("bits")
    is_slip = (bits > SURE_BITS) & ~from_abroad
    return [
        Finder("birth_name_particle", field, is_sure & (pl.col("kind") == "particle"), proposal=other),
        Finder("birth_name_punctuation", field, is_sure & (pl.col("kind") == "punctuation"), proposal=other),
        Finder("birth_name_other_spelling", field, is_doubted & ~is_sure, proposal=other),
        Finder("birth_name_cut", field, is_cut, proposal=pl.col("whole")),
        Finder("birth_name_slip", field, is_slip, proposal=pl.col("name")),
        Finder("birth_name_rare", field, (bits > SOME_BITS) & ~is_slip, proposal=pl.col("name")),
    ]


def _whole(keys: pl.Series) -> pl.DataFrame:
    """``key``, ``whole``: for texts as wide as a column, the listed name that their last word probably begins."""
    cut = keys.to_frame("key").filter(pl.col("key").str.len_bytes().is_in(_CUTS))
    cut = cut.with_columns(last=pl.col("key").str.extract("([A-Z]+)$"))
    cut = cut.filter((pl.col("last").str.len_bytes() >= _SHORTEST_START) & (shares(cut["last"], "surname") == 0))
    listed = _alphabetical()
    first, after = (listed["key"].search_sorted(cut["last"] + end) for end in ("", "~"))  # "~" follows every letter
    ranges = cut.with_row_index("row").with_columns(rank=pl.int_ranges(pl.lit(first), pl.lit(after))).explode("rank")
    ranges = ranges.drop_nulls("rank")
    names = ranges.with_columns(listed.select(whole="key", share="share")[ranges["rank"]])
    most_frequent = names.sort("share", "whole", descending=[True, False])
    begun = most_frequent.group_by("row", "key", "last").agg(pl.col("share").sum(), pl.col("whole").first()).sort("row")
    rare = UNLISTED["surname"] * (2.0 ** spelled_bits(begun["last"], "surname"))
    likely = begun.filter(_CUT_RATE * pl.col("share") > _CUT_ODDS * rare)
    return likely.select("key", whole=pl.col("key") + pl.col("whole").str.slice(pl.col("last").str.len_chars()))


@cache
def _alphabetical() -> pl.DataFrame:
    """The listed surnames by letters."""
    return surnames().sort("key")
