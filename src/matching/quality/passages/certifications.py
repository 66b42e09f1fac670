"""The type and the code of certifications: what message 6 refuses.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "proposal").row(0)
    ('certification_code_without_prefix', '1710', 'RS1710')

A certification heads many passages and refuses them all: each gets the finding. Pairs of type and code are few, so each
is looked at once.
"""

import polars as pl

from matching.quality.finders import Finder, found_by_value
from matching.quality.submitted import Submitted

_TYPES = ("RNCP", "RS")
_CODE = r"^(?:RNCP|RS)\d{1,6}$"
_KEY = ["certification_type", "certification_code"]

_type, _code = (pl.col(name) for name in _KEY)
# Capitals without separators: what the writer meant.
_clean_type, _clean_code = pl.col("clean_type"), pl.col("clean_code")
_prefix = _clean_code.str.extract(r"^(RNCP|RS)\d")
_has_type = _clean_type.is_in(_TYPES)
_number = _clean_code.str.extract(r"^(\d{1,6})$")
_is_code = _code.str.contains(_CODE)
_other_type = _has_type & (_prefix != _clean_type)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of types and codes.

    Args:
        submitted: The file. Whether a code exists is asked only when ``known_codes`` tells which do.

    Returns:
        Columns ``FOUND``.
    """
    clean = (each.str.replace_all(r"[^A-Za-z0-9]", "").str.to_uppercase() for each in (_type, _code))
    values = submitted.passages.select(_KEY).unique(maintain_order=True)
    values = values.with_columns(
        **{name: pl.when(text != "").then(text) for name, text in zip(("clean_type", "clean_code"), clean, strict=True)}
    )
    return found_by_value(submitted.passages, values, _KEY, _finders(submitted.known_codes))


def _finders(known: frozenset[str] | None) -> tuple[Finder, ...]:
    exists = pl.lit(value=True) if known is None else _clean_code.is_in(sorted(known))
    whole = pl.when(_has_type).then(pl.concat_str(_clean_type, _number))
    proposal = whole if known is None else pl.when(whole.is_in(sorted(known))).then(whole)
    kind, number = "certification_type", "certification_code"
    return (
        Finder("certification_type_missing", kind, _clean_type.is_null(), proposal=_prefix),
        Finder("certification_type_format", kind, _has_type & (_type != _clean_type), proposal=_clean_type),
        Finder("certification_type_unknown", kind, ~_has_type, proposal=_prefix, detail=_code),
        Finder("certification_code_missing", number, _clean_code.is_null()),
        Finder("certification_code_without_prefix", number, _number.is_not_null(), proposal=proposal),
        Finder(
            "certification_code_format",
            number,
            _clean_code.str.contains(_CODE) & ~_is_code & ~_other_type.fill_null(value=False),
            proposal=_clean_code,
        ),
        Finder("certification_code_of_other_type", kind, _other_type, proposal=_prefix, detail=_code),
        Finder("certification_code_misspelt", number, _has_type & _number.is_null() & ~_clean_code.str.contains(_CODE)),
        Finder("certification_code_unknown", number, _clean_code.str.contains(_CODE) & ~exists),
    )
