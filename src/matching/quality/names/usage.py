"""Birth name and usage name together: one repeats the other, or holds it.

Example:
    >>> find(passages).select("code", "field", "proposal").rows()  # DURAND-PETIT, whose usage name is PETIT
    [('birth_name_holds_usage_name', 'birth_name', 'DURAND')]
"""

import polars as pl

from matching.quality.finders import Finder, found
from matching.quality.names.texts import tidy, tidy_key

_MEN, _ANYBODY = 0.02, 0.5
"""Share of men, and of all, whose usage name repeats the birth name, above which the file fills the field by rule."""

_WORDED = "(?:EPOUSE|NEE|VEUVE|DIVORCEE)[ -]"  # both names and the word between them: a rule of its own


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in both names of each passage that has both: columns ``FOUND``."""
    both = passages.filter(pl.col("usage_name").is_not_null() & pl.col("birth_name").is_not_null())
    both = both.select("passage", "sex", *(f"raw_{name}" for name in ("birth_name", "usage_name")))
    keys = {name: tidy_key(tidy(both[f"raw_{name}"])) for name in ("birth_name", "usage_name")}
    rows = both.with_columns(birth=keys["birth_name"], usage=keys["usage_name"])
    birth, usage, is_woman = pl.col("birth"), pl.col("usage"), pl.col("sex") == "F"
    is_repeated = birth == usage
    repeated = rows.filter(is_repeated)["sex"]
    men, repeated_men = (len(sex.filter(sex == "M")) for sex in (passages["sex"], repeated))
    is_by_rule = repeated_men > _MEN * men or len(repeated) > _ANYBODY * passages.height
    suspect = is_repeated & is_woman & (not is_by_rule)
    spaced = [name.str.replace_all("[ '-]", " ") for name in (birth, usage)]
    rest = birth.str.head(birth.str.len_chars() - usage.str.len_chars()).str.strip_chars("- '")
    is_double = spaced[0].str.ends_with(" " + spaced[1]) & ~birth.str.contains(_WORDED) & (rest.str.len_chars() > 1)
    return found(
        rows,
        [
            Finder("birth_name_may_be_usage_name", "birth_name", suspect),
            Finder("usage_name_repeats_birth_name", "usage_name", is_repeated & ~suspect, proposal=pl.lit("")),
            Finder("birth_name_holds_usage_name", "birth_name", is_double, proposal=rest),
        ],
    )
