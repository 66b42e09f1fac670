"""What the index and a file both keep of a name: numbers made by the same functions on both sides.

Example:
    >>> features = surname_features(surname_forms(pl.Series(["DE LA TOUR", None])))
    >>> features["length"], features["initials"]
    (array([9, 0], dtype=uint8), array([21583,     0], dtype=uint16))

Each array has one value per name; 0 is a name, or a part of one, that is not there.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.linkage.index import Surnames
from matching.normalize.phonetics import phonetic_key
from matching.register.hashing import bytes_of, hash_of

Features = dict[str, NDArray[Any]]

NAMES_VERSION: Final = 1
"""Raised whenever the linkage view of a name changes: an index of another view is built again. A test tells when."""

_LETTERS = 26
_LONGEST = 255


def surname_features(forms: pl.DataFrame) -> Features:
    """Features of surnames.

    Args:
        forms: As ``normalize.surnames.surname_forms`` gives them.

    Returns:
        ``core``, ``sound``: hashes of the core and of its phonetic key; ``part_1``, ``part_2``: hashes of the words
        of a composed name; ``initials``: the first two letters of the core, 256 × first + second; ``letters``,
        ``length``: see ``letters_in``, of the text.
    """
    parts = pl.when(pl.col("parts").list.len() > 1).then("parts")
    rows = forms.select(
        "text", "core", "phonetic", *(parts.list.get(k, null_on_oob=True).alias(f"part_{k + 1}") for k in range(2))
    )
    return {
        "core": hash_of(rows["core"]),
        "sound": hash_of(rows["phonetic"]),
        "part_1": hash_of(rows["part_1"]),
        "part_2": hash_of(rows["part_2"]),
        "initials": _byte(rows["core"], 0).astype(np.uint16) * np.uint16(256) + _byte(rows["core"], 1),
        "letters": letters_in(rows["text"]),
        "length": length_of(rows["text"]),
    }


def as_registered(features: Features, codes: NDArray[np.uint32], known: Surnames) -> Features:
    """Features of submitted surnames, with those of the register where it has the name.

    DE LA TOUR and DELATOUR are one text, and the register has one core for it: whoever submits either spelling must
    come with that core, or the pair is lost although the names are equal.

    Args:
        features: As ``surname_features`` gives them.
        codes: Of the same names in the register's dictionary; 0 = missing, beyond the last one = unseen.
        known: The dictionary.
    """
    seen = (codes > 0) & (codes < len(known))
    at = np.where(seen, codes, 0)
    kept = ("core", "sound", "part_1", "part_2", "initials")
    return features | {name: np.where(seen, getattr(known, name)[at], features[name]) for name in kept}


def word_features(words: pl.Series) -> Features:
    """Features of words of given names, in the linkage view.

    Returns:
        ``sound``: hash of the phonetic key; ``initial``: the first letter; ``letters``, ``length``.
    """
    return {
        "sound": hash_of(phonetic_key(words)),
        "initial": _byte(words, 0),
        "letters": letters_in(words),
        "length": length_of(words),
    }


def letters_in(texts: pl.Series) -> NDArray[np.uint32]:
    """One bit per letter A to Z that occurs, one more for anything else; 0 for a missing text."""
    found = np.zeros(len(texts), np.uint32)
    filled = np.flatnonzero((texts.str.len_bytes() > 0).fill_null(value=False).to_numpy())
    if filled.size:
        content, lengths = bytes_of(texts.gather(filled))
        letter = np.minimum(content - np.uint8(ord("A")), np.uint8(_LETTERS))  # below A wraps around: anything else
        bits = np.left_shift(np.uint32(1), letter.astype(np.uint32))
        found[filled] = np.bitwise_or.reduceat(bits, np.cumsum(lengths) - lengths)
    return found


def length_of(texts: pl.Series) -> NDArray[np.uint8]:
    """Letters of each text, 255 at most; 0 for a missing one."""
    return texts.str.len_chars().fill_null(0).clip(0, _LONGEST).cast(pl.UInt8).to_numpy()


def _byte(texts: pl.Series, at: int) -> NDArray[np.uint8]:
    """The letter at a position, in ASCII; 0 when there is none."""
    letters = texts.str.slice(at, 1)
    codes = {letter: ord(letter) for letter in letters.drop_nulls().unique() if letter}
    return letters.replace_strict(codes, default=0, return_dtype=pl.UInt8).fill_null(0).to_numpy()
