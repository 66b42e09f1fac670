"""The key of a passage, idTechnique: already used, damaged by a spreadsheet, or telling who the holder is.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "proposal").row(0)
    ('id_technique_decimal', '10452.0', '10452')

The key is stored and comes back in receipts: it is no place for a name or a NIR. Findings about those never hold the
key. Keys that come twice in a file are looked for with the other rows.
"""

import polars as pl

from matching.identity.nir import key_of
from matching.normalize.text import ascii_text
from matching.quality.finders import Finder, found
from matching.quality.submitted import Submitted

_SCIENTIFIC = r"(?i)^\d+(?:[.,]\d+)?E\+\d+$"
_DECIMAL = r"^\d+[.,]0+$"
_NIR = r"[12]\d{2}(?:0[1-9]|1[0-2])(?:\d{2}|2[AB])\d{6}"
_LENGTH = 13  # of a NIR without its key
_SHORTEST_NAME = 3  # letters: a shorter one stands in many a key by chance

_key = pl.col("id_technique")
_trimmed = _key.str.strip_chars()
_digits = pl.col("digits")  # the key without separators, where it has the shape of a NIR
_kept_to_oneself = pl.lit(None, dtype=pl.String)

FINDERS = (
    Finder("id_technique_missing", "id_technique", _trimmed == ""),
    Finder("id_technique_blanks", "id_technique", (_trimmed != _key) & (_trimmed != ""), proposal=_trimmed),
    Finder("id_technique_scientific", "id_technique", _trimmed.str.contains(_SCIENTIFIC)),
    Finder(
        "id_technique_decimal",
        "id_technique",
        _trimmed.str.contains(_DECIMAL),
        proposal=_trimmed.str.replace(r"[.,]0+$", ""),
    ),
    Finder("id_technique_email", "id_technique", _key.str.contains(r"[^\s@]@[^\s@]+\.\w"), value=_kept_to_oneself),
)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the keys.

    Args:
        submitted: The file; ``accepted`` holds the keys that earlier receipts say are acquired.

    Returns:
        Columns ``FOUND``.
    """
    rows = submitted.passages
    parts = [found(rows, FINDERS), _with_nir(rows), _with_name(rows)]
    if submitted.accepted:
        is_acquired = _key.is_in(sorted(submitted.accepted))
        parts.append(found(rows, [Finder("passage_already_accepted", "id_technique", is_acquired)]))
    return pl.concat(parts)


def _with_nir(rows: pl.DataFrame) -> pl.DataFrame:
    """Keys that are a NIR: with the right control key, or 13 characters that tell the holder's own sex and birth."""
    digits = _key.str.replace_all(r"[\s.\-_]", "").str.to_uppercase()
    shaped = rows.filter(_key.str.len_bytes() >= _LENGTH).with_columns(digits=digits)
    shaped = shaped.filter(_digits.str.contains(rf"^{_NIR}(?:\d{{2}})?$"))
    body, control = _digits.str.head(_LENGTH), _digits.str.slice(_LENGTH)
    is_own = (
        (_digits.str.head(1) == pl.when(pl.col("sex") == "M").then(pl.lit("1")).otherwise(pl.lit("2")))
        & (_digits.str.slice(1, 2).cast(pl.Int16) == pl.col("birth_year") % 100)
        & (_digits.str.slice(3, 2).cast(pl.Int8) == pl.col("birth_month"))
    )
    has_right_control = control.cast(pl.Int64, strict=False) == key_of(body)
    is_nir = pl.when(control == "").then(is_own).otherwise(has_right_control)
    return found(shaped, [Finder("id_technique_nir", "id_technique", is_nir, value=_kept_to_oneself)])


def _with_name(rows: pl.DataFrame) -> pl.DataFrame:
    """Keys that hold both the birth name and the given name."""
    long_enough = pl.all_horizontal(
        pl.col(name).str.len_chars() >= _SHORTEST_NAME for name in ("birth_name", "given_name_1")
    )
    named = rows.filter(_key.str.contains(r"[^\W\d_]{3}"), long_enough)
    texts = {
        name: ascii_text(named[name]).str.to_uppercase() for name in ("id_technique", "birth_name", "given_name_1")
    }
    is_told = pl.DataFrame(texts).select(
        pl.all_horizontal(_key.str.contains(pl.col(name), literal=True) for name in ("birth_name", "given_name_1"))
    )
    told = named.filter(is_told.to_series())
    return found(told, [Finder("id_technique_name", "id_technique", pl.lit(value=True), value=_kept_to_oneself)])
