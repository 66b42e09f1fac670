"""Errors in given names: how many are sent, in which order, compounds, initials, placeholders, slips, accents.

Example:
    >>> rows = pl.DataFrame({"given_name_1": ["Jean-Pierre"], "u1": [0.1]})
    >>> compound(rows)["given_name_1"].item()
    'Jean Pierre'
"""

import polars as pl

from sngi_mock.noise.edits import LONGEST, can_be_edited, one_edit

PLACEHOLDERS = ("X", "ND", "SANS PRENOM", "INCONNU")

_ACCENTED = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÑÁÍÓÚÃÕÅÝàâäçéèêëîïôöùûüÿñáíóúãõåýŒÆØœæøß"
NAMES = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
_MOJIBAKE_SHARE = 0.002
# UTF-8 read as Windows-1252, the classic; five bytes mean nothing there and come out as a replacement character.
MOJIBAKE = {letter: letter.encode().decode("cp1252", errors="replace") for letter in _ACCENTED}
_LIGATURES = {"Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "ß": "SS"}

_SHORTEST_CUT = 4  # letters of a given name that can be cut to three

_first, _second, _third = (pl.col(f"given_name_{rank}") for rank in (1, 2, 3))
_drawn = pl.col("u1")


def can_first_only() -> pl.Expr:
    """People with two given names or more."""
    return _second.is_not_null()


def first_only(rows: pl.DataFrame) -> pl.DataFrame:
    """Only the first given name is sent."""
    nothing = pl.lit(None, dtype=pl.String)
    return rows.with_columns(given_name_2=nothing, given_name_3=nothing)


def can_reorder() -> pl.Expr:
    """People whose second given name is another one."""
    return (_first != _second).fill_null(value=False)


def reorder(rows: pl.DataFrame) -> pl.DataFrame:
    """The usual given name comes first: the second, or, once in five where there is one, the third."""
    third = (_drawn < 0.2) & (_third != _first).fill_null(value=False)  # noqa: PLR2004 - one in five
    return rows.with_columns(
        given_name_1=pl.when(third).then(_third).otherwise(_second),
        given_name_2=pl.when(third).then(_second).otherwise(_first),
        given_name_3=pl.when(third).then(_first).otherwise(_third),
    )


def can_compound() -> pl.Expr:
    """People whose first given name is compound."""
    return _first.str.contains(r"\p{L}[- ]\p{L}")


def compound(rows: pl.DataFrame) -> pl.DataFrame:
    """The two halves of a compound parted by a blank (8 in 10; by a hyphen when they had a blank) or glued."""
    parted = pl.when(_first.str.contains("-", literal=True)).then(_first.str.replace_all("-", " "))
    return rows.with_columns(
        given_name_1=pl.when(_drawn < 0.8)  # noqa: PLR2004 - share of the docstring
        .then(parted.otherwise(_first.str.replace_all(" ", "-")))
        .otherwise(_first.str.replace_all("[- ]", ""))
    )


def half_compound(rows: pl.DataFrame) -> pl.DataFrame:
    """Only the first half of a compound."""
    return rows.with_columns(given_name_1=_first.str.extract(r"^(.*?\p{L})[- ]"))


def can_truncated() -> pl.Expr:
    """People whose first given name has four letters or more."""
    return _first.str.len_chars() >= _SHORTEST_CUT


def truncated(rows: pl.DataFrame) -> pl.DataFrame:
    """The initial (5 in 10), the initial and a point (2), the first three letters (3)."""
    initial = _first.str.head(1)
    return rows.with_columns(
        given_name_1=pl.when(_drawn < 0.5)  # noqa: PLR2004 - shares of the docstring
        .then(initial)
        .when(_drawn < 0.7)  # noqa: PLR2004 - same
        .then(initial + ".")
        .otherwise(_first.str.head(3))
    )


def can_one_edit() -> pl.Expr:
    """Everybody."""
    return can_be_edited("given_name_1")


def slip(rows: pl.DataFrame) -> pl.DataFrame:
    """One typing slip in the first given name."""
    return rows.with_columns(one_edit("given_name_1"))


def can_placeholder() -> pl.Expr:
    """Everybody who is not called so."""
    return ~_first.is_in(PLACEHOLDERS)


def placeholder(rows: pl.DataFrame) -> pl.DataFrame:
    """A word that says nothing, and no further given name."""
    rank = (_drawn * len(PLACEHOLDERS)).cast(pl.Int64)
    word = rank.replace_strict(dict(enumerate(PLACEHOLDERS)), return_dtype=pl.String)
    return first_only(rows).with_columns(given_name_1=word)


def can_accents() -> pl.Expr:
    """People with an accent or a ligature in a name."""
    return pl.any_horizontal(pl.col(name).str.contains(f"[{_ACCENTED}]") for name in NAMES)


def accents(rows: pl.DataFrame) -> pl.DataFrame:
    """Accents and ligatures lost in every name; two in a thousand come out as mojibake instead."""
    plain = {name: _without_accents(pl.col(name)) for name in NAMES}
    garbled = {name: pl.col(name).str.replace_many(MOJIBAKE).str.head(LONGEST) for name in NAMES}
    is_garbled = _drawn < _MOJIBAKE_SHARE
    return rows.with_columns(pl.when(is_garbled).then(garbled[name]).otherwise(plain[name]) for name in NAMES)


def _without_accents(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(_LIGATURES).str.normalize("NFD").str.replace_all(r"\p{Mn}", "").str.normalize("NFC")
