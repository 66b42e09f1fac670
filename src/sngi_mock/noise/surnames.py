"""Errors in the birth name: the usage name typed in its place, particles, halves, spelling, scans, slips.

Each function takes the rows to damage, with uniform numbers ``u1``, ``u2``, ``u3``, and returns them damaged; the
expression of the same name with ``can_`` says which rows it would change.

Example:
    >>> rows = pl.DataFrame({"birth_name": ["LE GALL"], "u1": [0.1]})
    >>> particle(rows)["birth_name"].item()
    'LEGALL'
"""

import polars as pl

from sngi_mock.noise.edits import LONGEST, can_be_edited, one_edit
from sngi_mock.noise.substitution import PHONETIC, SCANNED, any_of, one_of

PARTICLES = (
    *(
        "DE LA",
        "DE LOS",
        "VAN DEN",
        "VAN DER",
        "VAN DE",
        "DE",
        "DU",
        "DES",
        "LE",
        "LA",
        "LES",
        "DA",
        "DO",
        "DOS",
        "DAS",
    ),
    *("DI", "DEL", "DELLA", "EL", "AL", "BEN", "AIT", "OULD", "VAN", "VON"),
)
_PARTICLE = rf"^(?:(?:{'|'.join(PARTICLES)}) |[DL]')"
_LETTERS = r"\p{L}"
_DOUBLE = r"^(\p{L}{3,})(--|-| )(\p{L}{3,})$"
_NO_HALF = rf"^(?:{'|'.join((*PARTICLES, 'SAINTE?', 'STE?'))})[- ]"
_WIDTHS = (10, 12, 15, 20)  # of columns that cut names

_name = pl.col("birth_name")
_drawn = pl.col("u1")


def can_usage_name() -> pl.Expr:
    """Women who bear a usage name that does not stand in the field yet."""
    usage = pl.col("usage_name")
    return (pl.col("sex") == "F") & usage.is_not_null() & ~_name.str.contains(usage, literal=True)


def usage_name(rows: pl.DataFrame) -> pl.DataFrame:
    """The usage name in place of the birth name; half of the time it is not repeated in its own field."""
    repeated = pl.when(_drawn < 0.5).then(pl.col("usage_name"))  # noqa: PLR2004 - half
    return rows.with_columns(birth_name=pl.col("usage_name"), usage_name=repeated)


def can_both_names() -> pl.Expr:
    """Women who bear a usage name, where both have room in one field."""
    together = _name.str.len_chars() + pl.col("usage_name").str.len_chars() + len(" EPOUSE ")
    return can_usage_name() & (together <= LONGEST)


def both_names(rows: pl.DataFrame) -> pl.DataFrame:
    """Both names in the field: BIRTH EPOUSE USAGE (4 in 10), USAGE NEE BIRTH (3), BIRTH-USAGE (3)."""
    usage = pl.col("usage_name")
    return rows.with_columns(
        birth_name=pl.when(_drawn < 0.4)  # noqa: PLR2004 - shares of the docstring
        .then(_name + " EPOUSE " + usage)
        .when(_drawn < 0.7)  # noqa: PLR2004 - same
        .then(usage + " NEE " + _name)
        .otherwise(_name + "-" + usage)
    )


def can_half() -> pl.Expr:
    """Names that were changed; names of two halves that differ, the first being no particle and no saint."""
    return _is_changed() | _is_double()


def half(rows: pl.DataFrame) -> pl.DataFrame:
    """The name before it was changed; else the first half (4 in 10), the second (3), both in the other order (3)."""
    first, second = _halves()
    separator = _name.str.extract(_DOUBLE, 2)
    return rows.with_columns(
        birth_name=pl.when(_is_changed())
        .then("former_name")
        .when(_drawn < 0.4)  # noqa: PLR2004 - shares of the docstring
        .then(first)
        .when(_drawn < 0.7)  # noqa: PLR2004 - same
        .then(second)
        .otherwise(second + separator + first)
    )


def _is_changed() -> pl.Expr:
    return (pl.col("former_name") != _name).fill_null(value=False)


def _is_double() -> pl.Expr:
    first, second = _halves()
    return (first != second).fill_null(value=False)


def _halves() -> tuple[pl.Expr, pl.Expr]:
    """The two names of a double name; null for any other."""
    is_double = ~_name.str.contains(_NO_HALF)
    return tuple(pl.when(is_double).then(_name.str.extract(_DOUBLE, part)) for part in (1, 3))  # type: ignore[return-value]


def can_abbreviation() -> pl.Expr:
    """Names with a saint, in full or not."""
    return _name.str.contains(r"\b(?:SAINTE?|STE?)\b")


def abbreviation(rows: pl.DataFrame) -> pl.DataFrame:
    """SAINT and SAINTE made ST and STE, or the reverse."""
    return rows.with_columns(
        birth_name=pl.when(_name.str.contains(r"\bSAINTE?\b"))
        .then(_name.str.replace(r"\bSAINT(E?)\b", "ST${1}"))
        .otherwise(_name.str.replace(r"\bST(E?)\b", "SAINT${1}"))
    )


def can_truncated() -> pl.Expr:
    """Names longer than the narrowest column."""
    return _name.str.len_chars() > min(_WIDTHS)


def truncated(rows: pl.DataFrame) -> pl.DataFrame:
    """The name cut at the width of some column, of those that it passes with equal chance."""
    length = _name.str.len_chars()
    passed = pl.sum_horizontal((length > width).cast(pl.Int64) for width in _WIDTHS)
    width = (_drawn * passed).cast(pl.Int64).replace_strict(dict(enumerate(_WIDTHS)), return_dtype=pl.Int64)
    return rows.with_columns(birth_name=_name.str.head(width).str.strip_chars_end(" -'"))


def can_phonetic() -> pl.Expr:
    """Nearly everybody: names that a French ear can write in another way."""
    return any_of(PHONETIC, "birth_name") & (_name.str.len_chars() <= LONGEST - 2)


def phonetic(rows: pl.DataFrame) -> pl.DataFrame:
    """The name written as it sounds, by one rule."""
    return rows.with_columns(one_of(PHONETIC, "birth_name"))


def can_scanned() -> pl.Expr:
    """Names with a letter that looks like another one."""
    return any_of(SCANNED, "birth_name") & (_name.str.len_chars() < LONGEST)


def scanned(rows: pl.DataFrame) -> pl.DataFrame:
    """One letter read as another."""
    return rows.with_columns(one_of(SCANNED, "birth_name"))


def can_particle() -> pl.Expr:
    """Names that start with a particle and go on."""
    return _name.str.contains(_PARTICLE + _LETTERS)


def particle(rows: pl.DataFrame) -> pl.DataFrame:
    """The particle glued (6 in 10), dropped (3) or moved behind the name (1)."""
    found, rest = _name.str.extract(f"({_PARTICLE})"), _name.str.replace(_PARTICLE, "")
    bare = found.str.strip_chars(" '")
    return rows.with_columns(
        birth_name=pl.when(_drawn < 0.6)  # noqa: PLR2004 - shares of the docstring
        .then(bare + rest)
        .when(_drawn < 0.9)  # noqa: PLR2004 - same
        .then(rest)
        .otherwise(rest + " " + bare)
    )


def can_punctuation() -> pl.Expr:
    """Names with a hyphen, an apostrophe or a blank."""
    return _name.str.contains(r"[-' ]")


def punctuation(rows: pl.DataFrame) -> pl.DataFrame:
    """A double hyphen made single, a hyphen made a blank, an apostrophe made a blank or lost, a blank made a hyphen."""
    without_apostrophe = pl.when(_drawn < 0.5).then(_name.str.replace_all("'", " "))  # noqa: PLR2004 - half
    return rows.with_columns(
        birth_name=pl.when(_name.str.contains("--", literal=True))
        .then(_name.str.replace_all("--", "-", literal=True))
        .when(_name.str.contains("-", literal=True))
        .then(_name.str.replace_all("-", " ", literal=True))
        .when(_name.str.contains("'", literal=True))
        .then(without_apostrophe.otherwise(_name.str.replace_all("'", "")))
        .otherwise(_name.str.replace_all(" ", "-"))
    )


def can_one_edit() -> pl.Expr:
    """Everybody."""
    return can_be_edited("birth_name")


def slip(rows: pl.DataFrame) -> pl.DataFrame:
    """One typing slip."""
    return rows.with_columns(one_edit("birth_name"))


def can_inversion() -> pl.Expr:
    """Everybody whose names differ."""
    return _name.ne_missing(pl.col("given_name_1")) & (_name.str.len_chars() <= LONGEST)


def inversion(rows: pl.DataFrame) -> pl.DataFrame:
    """The birth name in the given name's field and the reverse."""
    return rows.with_columns(birth_name=pl.col("given_name_1"), given_name_1=pl.col("birth_name"))
