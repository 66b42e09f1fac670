"""Which listed name an unlisted one was probably meant to be: one slip of the typist away, and how probably.

Example:
    >>> slips(pl.Series(["MARTIBEAU", "MARTIN"]), "surname").row(0)
    ('MARTIBEAU', 'MARTINEAU', 7.578594658895159)

A text is compared with a name in two readings: it is the name, mistyped; it is a rare name, well typed. The bits are
log2 of how much likelier the first is:

    slip rate × chance of this slip × share of the name ÷ (share of the text as a name, listed or as its letters go)

Slips: a letter doubled, dropped, exchanged with the next, or that of a neighbouring key (AZERTY). No name is compared
with all others: two texts that are one letter apart are equal once a letter is left out of one or of both.
"""

from functools import cache
from itertools import pairwise

import polars as pl

from matching.quality.names.lexicon import UNLISTED, Kind, lexicon, shares, spelled_bits

SLIP_RATE = 0.02
"""Share of names with a slip, in an ordinary file (assumption of the project)."""

_MISPLACED = 0.003  # share of rows whose birth name and given name are inverted
_COMMON = {"surname": 2e-6, "given": 2e-6}  # share of names worth meaning: rarer ones are no likelier than a rare name
_FREQUENT = 1e-6  # share of a listed name that no slip explains better
_LETTERS = "^[A-Z]{3,}$"
_USUAL, _ODD = 0.2, 0.01  # chance of a slip of a kind and place, by the length of the name: a known kind, any other
_KEYS = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")


def slips(keys: pl.Series, kind: Kind) -> pl.DataFrame:
    """The name that each text was meant to be, where one is a slip away.

    Args:
        keys: Distinct texts, capitals without accents; those with blanks or punctuation are left alone.
        kind: Of the names.

    Returns:
        ``key``, ``name`` (the likeliest), ``bits`` (0 = as likely a rare name), for the texts that have one.
    """
    doubted = keys.filter(keys.str.contains(_LETTERS)).drop_nulls().unique(maintain_order=True)
    misplaced = _MISPLACED * shares(doubted, "given" if kind == "surname" else "surname")
    asked = pl.DataFrame({"key": doubted, "own": shares(doubted, kind) + misplaced}).filter(pl.col("own") < _FREQUENT)
    meant = _meant(asked.select("key"), kind)
    meant = meant.sort("chance", "name", descending=[True, False]).unique("key", keep="first", maintain_order=True)
    meant = meant.join(asked, on="key", maintain_order="left")
    unlisted = UNLISTED[kind] * (2.0 ** spelled_bits(meant["key"], kind))
    bits = (SLIP_RATE * pl.col("chance") / (pl.col("own") + unlisted)).log(2)
    return meant.select("key", "name", bits=bits)


def _meant(texts: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """``key``, ``name``, ``chance``: every name a slip away, and how often that slip gives the text."""
    common, shorter = _common(kind)
    left = _one_left_out(texts, "key")
    length = pl.col("name").str.len_bytes()
    replaced = left.join(shorter, on=["at", "rest"]).filter(pl.col("letter") != pl.col("letter_of_name"))
    is_neighbour = pl.concat_str("letter", "letter_of_name").is_in(_NEIGHBOURS)
    before = pl.col("key").str.slice(pl.col("at") - 1, 1)
    is_doubled = (pl.col("at") > 0) & (before == pl.col("letter"))
    added = left.join(common, left_on="rest", right_on="name", coalesce=False)
    dropped = shorter.join(texts, left_on="rest", right_on="key", coalesce=False)
    exchanged = _neighbours_exchanged(texts).join(common, on="name")
    found = (
        replaced.with_columns(likely=pl.when(is_neighbour).then(_USUAL).otherwise(_ODD)),
        added.with_columns(likely=pl.when(is_doubled).then(_USUAL).otherwise(_ODD)),
        dropped.with_columns(likely=pl.lit(_USUAL)),
        exchanged.with_columns(likely=pl.lit(_USUAL)),
    )
    chance = pl.col("likely") / length * pl.col("share")
    meant = pl.concat(part.select("key", "name", chance=chance) for part in found)
    return meant.filter(pl.col("key") != pl.col("name"))


@cache
def _common(kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The names worth meaning, with their share; the same, each letter left out in turn."""
    common = lexicon(kind).filter(pl.col("share") >= _COMMON[kind], pl.col("key").str.contains(_LETTERS))
    common = common.select("share", name="key")
    return common, _one_left_out(common, "name").rename({"letter": "letter_of_name"})


def _one_left_out(texts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Each text once per letter: ``at``, the ``letter``, and the ``rest``."""
    text, at = pl.col(column), pl.col("at")
    each = texts.with_columns(at=pl.int_ranges(0, text.str.len_bytes().cast(pl.Int64))).explode("at")
    rest = text.str.slice(0, at) + text.str.slice(at + 1)
    return each.with_columns(letter=text.str.slice(at, 1), rest=rest)


def _neighbours_exchanged(texts: pl.DataFrame) -> pl.DataFrame:
    """Each text once per pair of neighbouring letters, with ``name``, the text where they are exchanged."""
    text, at = pl.col("key"), pl.col("at")
    each = texts.with_columns(at=pl.int_ranges(0, text.str.len_bytes().cast(pl.Int64) - 1)).explode("at")
    swapped = (text.str.slice(0, at), text.str.slice(at + 1, 1), text.str.slice(at, 1), text.str.slice(at + 2))
    return each.select("key", name=pl.concat_str(swapped))


_NEIGHBOURS = sorted(pair for keys in _KEYS for one, other in pairwise(keys) for pair in (one + other, other + one))
