"""The sex of holders: missing, in another code set, in small letters.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "proposal").row(0)
    ('sex_other_code', 'Mme', 'F')
"""

import polars as pl

from matching.normalize.sexes import SEX_OF
from matching.normalize.text import ascii_text
from matching.quality.finders import Finder, found_by_value
from matching.quality.submitted import Submitted

_text, _proposed = pl.col("text"), pl.col("proposed")
_is_exact = pl.col("raw_sex").is_in(["M", "F"])
_is_letter = _text.is_in(["M", "F"]) & (pl.col("raw_sex").str.strip_chars().str.len_chars() == 1)

FINDERS = (
    Finder("sex_missing", "sex", _text.is_null()),
    Finder("sex_case_or_blanks", "sex", _is_letter & ~_is_exact, proposal=_proposed),
    Finder("sex_other_code", "sex", _proposed.is_not_null() & ~_is_letter, proposal=_proposed),
    Finder("sex_unknown_code", "sex", _text.is_not_null() & _proposed.is_null()),
)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the sexes: columns ``FOUND``."""
    rows = submitted.holders
    return found_by_value(rows, _read(rows["raw_sex"]), "raw_sex", FINDERS)


def _read(raw: pl.Series) -> pl.DataFrame:
    """One row per distinct text: in capitals, and the sex it means when one can tell.

    Where 0 stands beside 1 the file counts otherwise than the NIR does, and nobody can tell who 1 is.
    """
    values = raw.unique(maintain_order=True).alias("raw_sex")
    text = ascii_text(values).str.to_uppercase().str.replace(r"[.,]0$", "").str.replace_all(r"[^A-Z0-9]", "")
    text = text.set(values.str.strip_chars() == "", None)
    known = {word: sex for word, sex in SEX_OF.items() if word not in {"1", "2"} or "0" not in set(text)}
    return pl.DataFrame({"raw_sex": values, "text": text}).with_columns(
        proposed=_text.replace_strict(known, default=None, return_dtype=pl.String)
    )
