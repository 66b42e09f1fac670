"""How often each name is met, and how likely a text is as a name that no list holds.

Example:
    >>> surnames()["key"].head(3).to_list()
    ['MARTIN', 'SINGH', 'BERNARD']
    >>> spelled_bits(pl.Series(["LAMBERTIN", "LAMBERTTI"]), "surname").round().to_list()
    [-25.0, -41.0]

Keys are what the funnel compares: capitals without accents, punctuation kept. Shares are of the people of a file, 0..1:
INSEE's lists for those born in France, the lists of ``reference.foreign`` for the others, one in eight. A name of no
list is judged by its letters, three by three, as those of the listed names follow each other.
"""

import math
from functools import cache
from typing import Literal

import polars as pl

from matching.normalize.text import funnel_text
from matching.reference import foreign, names

Kind = Literal["surname", "given"]

BORN_ABROAD = 0.13
"""Share of a file's people who were born abroad: 12.7 % of residents (INSEE, 2020)."""

UNLISTED: dict[Kind, float] = {"surname": 0.09, "given": 0.04}
"""Share of births whose name INSEE does not list: surnames of fewer than 30 bearers, given names of fewer than 50."""

_FEW = 8  # times fewer names than the list has
_START, _END = "^^", "$"
_GRAM = 3
_SMOOTHING = 0.02  # of a third letter never seen after two others
_LETTERS = 28
_LEAST = -200.0  # bits below which no number tells a text from another
_MODELLED = 80_000  # names that the letters are learnt from


@cache
def surnames() -> pl.DataFrame:
    """``key``, ``share`` of the listed surnames, most frequent first. Do not modify it: it is shared."""
    french = names.surnames().select(key="name", share=(1 - BORN_ABROAD) * (1 - UNLISTED["surname"]) * pl.col("share"))
    return _together(french, foreign.names().filter(pl.col("kind") == "surname"))


@cache
def given_names() -> pl.DataFrame:
    """``key``, ``share`` of the listed given names, all years and both sexes, most frequent first."""
    births = names.given_names().group_by("name").agg(pl.col("births").sum())
    share = (1 - BORN_ABROAD) * (1 - UNLISTED["given"]) * pl.col("births") / pl.col("births").sum()
    french = births.select(key=funnel_text(births["name"]), share=share).group_by("key").agg(pl.col("share").sum())
    return _together(french, foreign.names().filter(pl.col("kind") != "surname"))


def lexicon(kind: Kind) -> pl.DataFrame:
    """The listed names of a kind."""
    return surnames() if kind == "surname" else given_names()


def shares(keys: pl.Series, kind: Kind) -> pl.Series:
    """The share of each key; 0 for one of no list, and for null."""
    listed = lexicon(kind)
    if len(keys) < len(listed) // _FEW:  # a join reads the whole list
        listed = listed.filter(pl.col("key").is_in(keys.unique().implode()))
    return keys.to_frame("key").join(listed, on="key", how="left", maintain_order="left")["share"].fill_null(0.0)


def spelled_bits(keys: pl.Series, kind: Kind) -> pl.Series:
    """Log2 of the chance of each text among names of no list; its letters only are read. Null stays null."""
    after, never = _model(kind)
    grams = _grams(keys.to_frame("text")).join(after, on="gram", how="left", maintain_order="left")
    grams = grams.join(never, on="pair", how="left", maintain_order="left")
    unheard = -math.log2(_LETTERS)  # of any letter after two that no name has together
    each = pl.coalesce("bits", "never", pl.lit(unheard))
    bits = grams.group_by("row").agg(each.sum().clip(_LEAST).alias("bits"))
    rows = pl.DataFrame({"row": pl.int_range(len(keys), dtype=pl.UInt32, eager=True)})
    return rows.join(bits, on="row", how="left", maintain_order="left")["bits"]


def _together(french: pl.DataFrame, abroad: pl.DataFrame) -> pl.DataFrame:
    """Both lists; ``abroad`` is of one kind for each sex, or for both."""
    of_country = abroad.join(_origins(), on="country")
    share = BORN_ABROAD * pl.col("origin") * pl.col("weight") / pl.col("kind").n_unique()
    others = of_country.select(key="name", abroad=share).group_by("key").agg(pl.col("abroad").sum())
    both = french.join(others, on="key", how="full", coalesce=True)
    share = pl.col("share").fill_null(0.0) + pl.col("abroad").fill_null(0.0)
    return both.select("key", share=share).sort("share", "key", descending=[True, False])


def _origins() -> pl.DataFrame:
    """``country`` (whose list of names it is), ``origin``: share of those born abroad who bear its names."""
    born = foreign.born_abroad().filter(~pl.col("french")).group_by("country").agg(pl.col("share").sum())
    names_of = {country: foreign.stand_in(country) for country in born["country"]}
    whole = born.group_by(country=pl.col("country").replace_strict(names_of)).agg(pl.col("share").sum())
    return whole.select("country", origin=pl.col("share") / pl.col("share").sum())


@cache
def _model(kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``gram``, ``bits`` of the groups of three letters of the listed names; ``pair``, ``never`` of the others."""
    listed = lexicon(kind).filter(pl.col("key").str.contains("^[A-Z]+$")).head(_MODELLED)
    grams = _grams(listed.select(text="key")).group_by("gram", "pair").agg(pl.len().alias("times"))
    pairs = grams.group_by("pair").agg(pl.col("times").sum().alias("all"))
    whole = pl.col("all") + _SMOOTHING * _LETTERS
    after = grams.join(pairs, on="pair").select("gram", bits=((pl.col("times") + _SMOOTHING) / whole).log(2))
    return after, pairs.select("pair", never=(_SMOOTHING / whole).log(2))


def _grams(texts: pl.DataFrame) -> pl.DataFrame:
    """``row``, ``gram`` (three letters), ``pair`` (the first two), one row per letter and one for the end."""
    spelled = texts.select(text=_START + pl.col("text") + _END).with_row_index("row").drop_nulls()
    at = pl.int_ranges(0, pl.col("text").str.len_bytes().cast(pl.Int64) - _GRAM + 1)
    each = spelled.with_columns(at=at).explode("at")
    return each.select(
        "row",
        gram=pl.col("text").str.slice(pl.col("at"), _GRAM),
        pair=pl.col("text").str.slice(pl.col("at"), _GRAM - 1),
    )
