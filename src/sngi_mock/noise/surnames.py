"""Errors in the birth name: the usage name typed in its place, particles, hyphens, typing slips, inversion.

Each function takes the rows to damage, with uniform numbers ``u1``, ``u2``, ``u3``, and returns them damaged; the
expression of the same name with ``can_`` says which rows it would change.

Example:
    >>> rows = pl.DataFrame({"birth_name": ["LE GALL"], "u1": [0.1]})
    >>> particle(rows)["birth_name"].item()
    'LEGALL'
"""

import polars as pl

from sngi_mock.noise.edits import LONGEST, can_be_edited, one_edit

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

_name = pl.col("birth_name")
_drawn = pl.col("u1")


def can_usage_name() -> pl.Expr:
    """Women who bear a usage name other than their birth name."""
    return (pl.col("sex") == "F") & pl.col("usage_name").is_not_null() & (pl.col("usage_name") != _name)


def usage_name(rows: pl.DataFrame) -> pl.DataFrame:
    """The usage name in place of the birth name; half of the time it is not repeated in its own field."""
    repeated = pl.when(_drawn < 0.5).then(pl.col("usage_name"))  # noqa: PLR2004 - half
    return rows.with_columns(birth_name=pl.col("usage_name"), usage_name=repeated)


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
