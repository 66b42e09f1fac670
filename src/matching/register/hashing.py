"""Texts as numbers of 64 bits, the same on every machine and in every version of every library.

Example:
    >>> import polars as pl
    >>> hash_of(pl.Series(["MARTIN", None, "MARTIN"]))
    array([6456411524130639358,                   0, 6456411524130639358], dtype=uint64)
    >>> packed(pl.Series(["75044", "75056"]))
    array([3978138846620549120, 3978138850949070848], dtype=uint64)

``hash_of`` is for equality and for dictionaries; ``packed`` loses nothing, keeps the order, and takes texts of up to
eight bytes. Both are 0 for a missing text, and for nothing else but the empty one packed.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_WORD = 8  # bytes of one step of the hash
_SHORT = 64  # bytes of nearly every text
_MATRIX = 1 << 23  # bytes of texts hashed together, each as long as the longest
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


def hash_of(texts: pl.Series) -> Hashes:
    """The hash of each text; 0 = null. Meant for distinct texts, nothing is looked up."""
    found = np.zeros(len(texts), np.uint64)
    longest = texts.str.len_bytes().fill_null(0).to_numpy().max(initial=_SHORT)
    at_once = max(_MATRIX // int(longest), 1)
    for start in range(0, len(texts), at_once):
        part = texts.slice(start, at_once)
        here = np.flatnonzero(part.is_not_null().to_numpy())
        found[start + here] = _hash_of_bytes(*bytes_of(part.drop_nulls()))
    return found


def packed(texts: pl.Series) -> Hashes:
    """Texts of up to eight bytes as big-endian numbers, in the same order; 0 = null.

    Raises:
        ValueError: a text is longer.
    """
    found = np.zeros(len(texts), np.uint64)
    content, lengths = bytes_of(texts.drop_nulls())
    if lengths.size and lengths.max() > _WORD:
        raise ValueError("only texts of up to eight bytes can be packed")
    matrix = _matrix(content, lengths, _WORD)
    found[np.flatnonzero(texts.is_not_null().to_numpy())] = matrix.view(">u8").ravel()
    return found


def mixed(values: Hashes) -> Hashes:
    """Each number stirred so that its high bits depend on all of its bits; one to one."""
    values = values ^ (values >> _SHIFT)
    values *= _MULTIPLIER
    values ^= values >> _SHIFT
    values *= _MULTIPLIER
    values ^= values >> _SHIFT
    return values


def bytes_of(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The UTF-8 bytes of texts without null, one after the other, and the length in bytes of each."""
    content = np.frombuffer(texts.str.join("").item().encode(), np.uint8) if len(texts) else np.empty(0, np.uint8)
    return content, texts.str.len_bytes().to_numpy().astype(np.int64)


def _hash_of_bytes(content: NDArray[np.uint8], lengths: NDArray[np.int64]) -> Hashes:
    """Eight bytes at a time; a text's hash does not depend on the texts that are hashed with it."""
    longest = int(lengths.max(initial=0))
    words = _matrix(content, lengths, -(-longest // _WORD) * _WORD).view("<u8")
    state = mixed(lengths.astype(np.uint64) + _ODD)
    for number in range(words.shape[1]):
        live = np.flatnonzero(lengths > number * _WORD)
        state[live] = mixed((state[live] ^ words[live, number]) * _ODD)
    state[state == 0] = 1  # 0 is taken: no text
    return state


def _matrix(content: NDArray[np.uint8], lengths: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """One row of bytes per text, zeros after its end."""
    matrix = np.zeros((lengths.size, width), np.uint8)
    matrix[np.arange(width) < lengths[:, None]] = content
    return matrix
