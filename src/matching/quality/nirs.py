"""The NIR that a passage declares: its shape, its parts, and whether they agree with what else is declared.

Example:
    >>> find(Submitted.of(passages)).select("code", "value").row(0)
    ('nir_with_key', '2 67 ** 75 *** *** **')

Schema 1.1.5 takes 13 characters without the key, and looks at nothing else. A number met in a file may be a real
person's: findings hold it masked, and never propose one.

Source: composition of the NIR, INSEE; schema 1.1.5, second-hand; read 2026-11-23.
"""

import polars as pl

from matching.identity.mock_nir import EMITTABLE_MONTHS
from matching.identity.nir import key_of
from matching.quality.finders import Finder, found
from matching.quality.submitted import Submitted

_BODY = r"^[1-8]\d{4}(?:2[AB]|\d{2})\d{6}$"
_WITH_KEY = r"^[1-8]\d{4}(?:2[AB]|\d{2})\d{8}$"
_SEPARATORS = r"[\s.\-_/]"
_SCIENTIFIC = r"(?i)^\d+(?:[.,]\d+)?E\+?\d+$"
_LENGTH = 13  # without the key
_INCOMPLETE = 30  # added to the month when the birth certificate is incomplete

# Départements cut out of one another, in groups: a number given before the cut keeps the old one.
_GROUPS = {
    **dict.fromkeys(("75", "78", "91", "92", "93", "94", "95"), "75"),
    **dict.fromkeys(("20", "2A", "2B"), "2A"),
    **dict.fromkeys(("01", "38", "69"), "69"),
}
_FORMER_ABROAD = ("91", "92", "93", "94", "95", "96")  # Algeria, Morocco and Tunisia, in numbers of the time

_typed, _text = pl.col("typed"), pl.col("text")
_body, _month, _department = pl.col("body"), pl.col("nir_month"), pl.col("nir_department")
_is_body, _has_key = _text.str.contains(_BODY), _text.str.contains(_WITH_KEY)
_is_scientific = _typed.str.contains(_SCIENTIFIC)
_key_is_right = key_of(_body) == _text.str.slice(_LENGTH).cast(pl.Int64, strict=False)
_first = _body.str.head(1)
_place = pl.col("raw_insee_code").str.strip_chars().str.to_uppercase()
_declared_month = pl.when(_month > _INCOMPLETE).then(_month - _INCOMPLETE).otherwise(_month)
_tells_month = _month.is_between(1, 12) | _month.is_between(31, 42)
_other_group = _place.str.head(2).replace(_GROUPS) != _department.replace(_GROUPS)
_is_abroad = (_place.str.head(2) == "99") & _department.is_in(_FORMER_ABROAD)


def _nir(code: str, when: pl.Expr, detail: pl.Expr | None = None) -> Finder:
    return Finder(code, "declared_nir", when, value=pl.col("masked"), detail=detail)


FINDERS = (
    _nir("nir_missing", (pl.col("branch") == "identifiant_national") & _typed.is_null()),
    _nir("nir_with_key", _has_key & _key_is_right),
    _nir("nir_key_wrong", _has_key & ~_key_is_right),
    _nir("nir_blanks_or_case", _is_body & (pl.col("declared_nir") != _text)),
    _nir("nir_scientific", _is_scientific),
    _nir("nir_shape", _typed.is_not_null() & ~_is_body & ~_has_key & ~_is_scientific),
    _nir("nir_provisional", _first.is_in(["3", "4", "5", "6", "7", "8"])),
    _nir("nir_simulated", _month.is_in(sorted(EMITTABLE_MONTHS))),
    _nir("nir_month_impossible", (_month == 0) | _month.is_between(43, 49), _body.str.slice(3, 2)),
    _nir("nir_month_unknown", _month.is_between(20, 42) | (_month >= 50), _body.str.slice(3, 2)),  # noqa: PLR2004 - source
    _nir("nir_place_impossible", (_department == "00") | (_body.str.slice(7, 3) == "000"), _body.str.slice(5, 5)),
    _nir("nir_rank_impossible", _body.str.slice(10, 3) == "000"),
    Finder("nir_sex_contradiction", "sex", _first.is_in(["1", "3", "5", "7"]) != (pl.col("sex") == "M"), detail=_first),
    Finder(
        "nir_birth_contradiction",
        "birth_date",
        (_body.str.slice(1, 2).cast(pl.Int32) != pl.col("birth_year") % 100)
        | (_tells_month & (_declared_month != pl.col("birth_month"))),
        value=pl.concat_str(pl.col("birth_year"), pl.col("birth_month"), separator="-", ignore_nulls=True),
        detail=_body.str.slice(1, 2),
    ),
    Finder("nir_place_contradiction", "insee_code", _other_group & ~_is_abroad, detail=_department),
)


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of the declared NIRs; contradictions only where a passage declares the other trait too.

    Returns:
        Columns ``FOUND``.
    """
    declared = pl.col("declared_nir").is_not_null() | (pl.col("branch") == "identifiant_national")
    rows = submitted.passages.filter(declared)
    typed = pl.col("declared_nir").str.strip_chars()
    rows = rows.with_columns(
        typed=pl.when(typed != "").then(typed), text=typed.str.replace_all(_SEPARATORS, "").str.to_uppercase()
    ).with_columns(body=pl.when(_is_body | _has_key).then(_text.str.head(_LENGTH)))
    return found(
        rows.with_columns(
            nir_month=_body.str.slice(3, 2).cast(pl.Int32), nir_department=_body.str.slice(5, 2), masked=_masked()
        ),
        FINDERS,
    )


def _masked() -> pl.Expr:
    """Sex, year and département; nothing of a text that is no NIR: it may be one with a typing error."""
    parts = (_body.str.slice(0, 1), _body.str.slice(1, 2), pl.lit("**"), _body.str.slice(5, 2), pl.lit("*** *** **"))
    return (
        pl.when(_body.is_not_null())
        .then(pl.concat_str(parts, separator=" "))
        .when(_typed.is_not_null())
        .then(pl.lit("*" * _LENGTH))
    )
