"""Several given names in the first one's field, and compound names that lost their hyphen.

Example:
    >>> find(passages).select("code", "proposal").rows()  # "Marie, Anne"; JEANPAUL
    [('several_given_names', 'MARIE'), ('compound_given_name_glued', 'JEAN-PAUL')]

Before ``HYPHENS_SINCE``, civil registers wrote compound names with a hyphen or not: « JEAN PIERRE » may be one name or
two, and is only worth a look; so are names from abroad.
"""

import polars as pl

from matching.quality.finders import Finder, found_by_value
from matching.quality.names.abroad import is_abroad
from matching.quality.names.lexicon import given_names, shares
from matching.quality.names.texts import tidy, tidy_key

HYPHENS_SINCE = 1999
"""Year of birth from which compound names have a hyphen: general instruction on civil registers of 11 May 1999."""

_FIELD = "given_name_1"
_KEY = ("raw_given_name_1", "is_abroad", "has_hyphens")
_SEPARATED = r"^([A-Z-]{2,})\.? *(?:[,;/&+|]| ET | OU ) *[A-Z]{2}"
_WORDS = "^([A-Z-]{3,}) ([A-Z-]{3,})(?: [A-Z-]+)*$"
_PARTED = "^[A-Z]+(?: [A-Z]+)+$"
_KNOWN = 1e-6  # share of the given names that are told apart in one field
_COMPOUND = 1e-5  # share of a compound that is one name rather than two
_ODDS = 20  # times that the hyphened form is more frequent


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the first given name: columns ``FOUND``."""
    has_hyphens = (pl.col("birth_year") >= HYPHENS_SINCE).fill_null(value=False)
    rows = passages.select("passage", "raw_given_name_1", is_abroad=is_abroad(), has_hyphens=has_hyphens)
    values = rows.select(_KEY).unique(maintain_order=True).drop_nulls("raw_given_name_1")
    values = values.with_columns(key=tidy_key(tidy(values["raw_given_name_1"])))
    values = values.with_columns(share=shares(values["key"], "given"))
    return found_by_value(rows, _with_first(_with_compound(values)), _KEY, _finders())


def _finders() -> list[Finder]:
    key, compound = pl.col("key"), pl.col("compound")
    is_sure = pl.col("has_hyphens") & ~pl.col("is_abroad")
    is_parted = compound.is_not_null() & key.str.contains(_PARTED)
    is_glued = compound.is_not_null() & key.str.contains("^[A-Z]+$")
    is_apart = compound.is_null() & pl.col("are_known") & (pl.col("share") == 0) & ~pl.col("is_abroad")
    is_several = pl.col("first").is_not_null() & (key.str.contains(_SEPARATED) | is_apart)
    return [
        Finder("several_given_names", _FIELD, is_several, proposal=pl.col("first")),
        Finder("compound_given_name_glued", _FIELD, is_glued, proposal=compound),
        Finder("compound_given_name_parted", _FIELD, is_parted & is_sure, proposal=compound),
        Finder("compound_given_name_blank", _FIELD, is_parted & ~is_sure, proposal=compound),
    ]


def _with_compound(values: pl.DataFrame) -> pl.DataFrame:
    """With ``compound``: the hyphened name of the same letters, when it is far more frequent."""
    letters = pl.col("key").str.replace_all("[^A-Z]", "").alias("letters")
    hyphened = given_names().filter(pl.col("key").str.contains("-", literal=True))
    hyphened = hyphened.select(letters, compound="key", its_share="share")
    hyphened = hyphened.unique("letters", keep="first", maintain_order=True)
    told = values.with_columns(letters).join(hyphened, on="letters", how="left", maintain_order="left")
    is_usual = (pl.col("compound") != pl.col("key")) & (pl.col("its_share") > _ODDS * pl.col("share"))
    return told.with_columns(compound=pl.when(is_usual).then("compound"))


def _with_first(values: pl.DataFrame) -> pl.DataFrame:
    """With ``first``, the first of several names, and ``are_known``, whether the first two words are given names."""
    words = [values["key"].str.extract(_WORDS, rank) for rank in (1, 2)]
    both = words[0] + "-" + words[1]
    are_known = (shares(words[0], "given") > _KNOWN) & (shares(words[1], "given") > _KNOWN)
    first = both.zip_with((shares(both, "given") > _COMPOUND).fill_null(value=False), words[0])
    separated = values["key"].str.extract(_SEPARATED)
    return values.with_columns(first=separated.zip_with(separated.is_not_null(), first), are_known=are_known)
