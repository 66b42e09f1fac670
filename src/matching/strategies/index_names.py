"""The index's dictionaries of names, each made of the distinct spellings that the register's rows have.

Each function returns the arrays of a dictionary and the table that leads from a rank (``index_rows.Ranks``) to what the
records hold in its place: a code, or the codes of a given name's words.
"""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.normalize.given_names import given_forms
from matching.normalize.surnames import surname_forms
from matching.register.dictionary import Dictionary, dictionary_arrays
from matching.register.hashing import Hashes, hash_of
from matching.strategies.index_arrays import WORDS
from matching.strategies.name_features import surname_features, word_features

Arrays = dict[str, NDArray[Any]]


def surnames(raw: pl.Series) -> tuple[Arrays, NDArray[np.uint32]]:
    """The dictionary of surnames; from rank to code."""
    forms = surname_forms(raw)
    forms = forms.with_columns(hash=hash_of(forms["text"]))
    texts = forms.filter(pl.col("text").is_not_null())
    repeated = pl.col("hash").is_duplicated()
    # DE LA TOUR and DELATOUR are one text, of which only one spelling shows the particle: the shortest core is its.
    parts = pl.col("parts")
    rank = (pl.col("core").str.len_bytes(), "core", -parts.list.len().cast(pl.Int32), parts.list.join(" "), "phonetic")
    chosen = texts.filter(repeated).sort("hash", *rank).unique("hash", keep="first", maintain_order=True)
    texts = pl.concat([texts.filter(~repeated), chosen])
    texts = texts.sort("hash")
    arrays = dictionary_arrays(texts["text"], texts["hash"].to_numpy())
    return arrays | from_code_0(surname_features(texts)), codes_of_ranks(arrays, forms["hash"].to_numpy())


def givens(raw: pl.Series) -> tuple[Arrays, NDArray[np.uint32]]:
    """The dictionary of the words of given names; from rank to the codes of up to four words, in order, then 0."""
    words = given_forms(raw)["tokens"]
    distinct = words.explode().drop_nulls().unique()
    hashes = hash_of(distinct)
    order = np.argsort(hashes)
    distinct = distinct[order]
    arrays = dictionary_arrays(distinct, hashes[order])
    of_rank = [codes_of_ranks(arrays, hash_of(words.list.get(k, null_on_oob=True))) for k in range(WORDS)]
    return arrays | from_code_0(word_features(distinct)), np.stack(of_rank, axis=1)


def from_code_0(features: Arrays) -> Arrays:
    """The same arrays with a first value, 0, for the missing text."""
    return {name: np.concatenate([np.zeros(1, array.dtype), array]) for name, array in features.items()}


def codes_of_ranks(arrays: Arrays, hashes: Hashes) -> NDArray[np.uint32]:
    """From rank to code, by the hashes of the ranks' texts; rank 0 is null, and so is code 0."""
    return np.concatenate([np.zeros(1, np.uint32), Dictionary(**arrays).codes_of_hashes(hashes)])
