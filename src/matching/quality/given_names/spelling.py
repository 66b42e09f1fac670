"""First given names that look like a frequent one mistyped, and short forms of another.

Example:
    >>> find(passages).select("code", "proposal").rows()  # women: VERNIQUE, VERO
    [('given_name_slip', 'VERONIQUE'), ('given_name_diminutive', 'VERONIQUE')]
"""

from functools import cache

import polars as pl

from matching.normalize.text import funnel_text
from matching.quality.finders import Finder, found_by_value
from matching.quality.names.abroad import is_abroad
from matching.quality.names.lexicon import shares
from matching.quality.names.slips import slips
from matching.quality.names.spelling import SOME_BITS, SURE_BITS
from matching.quality.names.texts import tidy, tidy_key
from matching.reference import variants

_KEY = ("raw_given_name_1", "sex", "is_abroad")
_CALLED_SO = 0.005  # share of people sent under the short form of their name
_ODDS = 4
_SHORTEST = 3  # letters: JB is an abbreviation


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the spelling of first given names: columns ``FOUND``."""
    rows = passages.select("passage", "raw_given_name_1", "sex", is_abroad=is_abroad())
    values = rows.select(_KEY).unique(maintain_order=True).drop_nulls("raw_given_name_1")
    values = values.with_columns(key=tidy_key(tidy(values["raw_given_name_1"])))
    keys = values["key"].unique(maintain_order=True)
    values = values.join(slips(keys, "given"), on="key", how="left", maintain_order="left")
    values = values.join(_diminutives(), on=["sex", "key"], how="left", maintain_order="left")
    field, bits = "given_name_1", pl.when(pl.col("full").is_null()).then("bits")
    is_slip = (bits > SURE_BITS) & ~pl.col("is_abroad")
    return found_by_value(
        rows,
        values,
        _KEY,
        [
            Finder("given_name_slip", field, is_slip, proposal=pl.col("name")),
            Finder("given_name_rare", field, (bits > SOME_BITS) & ~is_slip, proposal=pl.col("name")),
            Finder("given_name_diminutive", field, pl.col("full").is_not_null(), proposal=pl.col("full")),
        ],
    )


@cache
def _diminutives() -> pl.DataFrame:
    """``sex``, ``key``, ``full``: short forms that are rather sent for another name than borne."""
    forms = variants.variants("diminutive").filter(pl.col("variant").str.len_chars() >= _SHORTEST)
    forms = forms.select("sex", key=funnel_text(forms["variant"]), full=funnel_text(forms["name"]))
    forms = forms.with_columns(own=shares(forms["key"], "given"), share=shares(forms["full"], "given"))
    likely = forms.filter(_CALLED_SO * pl.col("share") > _ODDS * pl.col("own"))
    return (
        likely.sort("share", descending=True)
        .unique(["sex", "key"], keep="first", maintain_order=True)
        .select("sex", "key", "full")
    )
