"""Typing slips in a text: a neighbouring key, a letter doubled, two letters exchanged, a letter dropped.

Example:
    >>> frame = pl.DataFrame({"name": ["MARTIN"], "u1": [0.0], "u2": [0.5], "u3": [0.0]})
    >>> frame.select(one_edit("name")).item()
    'MARTTIN'

The keyboard is AZERTY.
"""

import polars as pl

LONGEST = 60
"""Characters that a name may have in a deposit."""

_ROWS = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")
_KINDS = (0.4, 0.6, 0.8)  # neighbouring key 40 %, then doubled, exchanged, dropped 20 % each


def _neighbours() -> dict[str, str]:
    """Each letter → the key on its right, or on its left at the end of the row; accents lead to their plain key."""
    found = {}
    for row in _ROWS:
        for letter, right in zip(row, row[1:] + row[-2], strict=True):
            found[letter], found[letter.lower()] = right, right.lower()
    return found


_NEIGHBOURS = _neighbours()


def can_be_edited(column: str) -> pl.Expr:
    """True where there is a text with room for one letter more."""
    return pl.col(column).str.len_chars().is_between(1, LONGEST - 1)


def one_edit(column: str) -> pl.Expr:
    """The text with one slip; it always differs from the text.

    Uses ``u1`` for the kind of slip and ``u2`` for its place. Where a slip cannot be (two equal letters exchanged, the
    only letter dropped, a sign without neighbour), the letter is doubled.
    """
    text = pl.col(column)
    length = text.str.len_chars().cast(pl.Int64)
    at = (pl.col("u2") * length).cast(pl.Int64)
    head, letter, after = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1, 1)
    doubled = pl.concat_str(head, letter, letter, text.str.slice(at + 1))
    neighbour = letter.replace_strict(_NEIGHBOURS, default=None, return_dtype=pl.String)
    replaced = pl.concat_str(head, neighbour, text.str.slice(at + 1))
    exchanged = pl.concat_str(head, after, letter, text.str.slice(at + 2))
    dropped = pl.concat_str(head, text.str.slice(at + 1)).str.strip_chars()
    kind = pl.col("u1")
    slip = (
        pl.when(kind < _KINDS[0])
        .then(replaced)
        .when(kind < _KINDS[1])
        .then(doubled)
        .when(kind < _KINDS[2])
        .then(exchanged)
        .otherwise(dropped)
    )
    impossible = slip.is_null() | (slip == text) | (slip == "")
    return pl.when(impossible).then(doubled).otherwise(slip).alias(column)
