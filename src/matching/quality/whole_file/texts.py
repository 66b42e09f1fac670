"""Texts of the whole file: accents damaged by a wrong encoding, names cut by a column that is too narrow.

Example:
    >>> find(Submitted.of(passages)).select("code", "value", "detail").row(0)
    ('file_encoding', '52', '52')
"""

import polars as pl

from matching.quality.chance import rare_bits
from matching.quality.finders import of_file, together
from matching.quality.submitted import Submitted

_TEXTS = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "place_label")
_CAN_BE_CUT = ("birth_name", "usage_name", "given_name_1")
_SIGNS = "¡¢£¤¥¦§¨©«¬®¯±²³´µ¶¸¹»¼½¾¿‚„…†‡‰‹›•€™\u0080-\u009f\ufffd"
_IS_GARBLED = rf"[{_SIGNS}]|[ÂÃÄÅ][^\x00-\x7F]|\p{{L}}\?|\?\p{{L}}"  # é read in another code page, or lost
_GARBLED = 0.7  # of the rows that have a text that is not plain ASCII
_FEWEST_GARBLED, _ALL_GARBLED = 3, 2  # rows; where no accent is whole, two are enough
_FEWEST_CUT, _SHORTEST_CUT, _CUT_BITS = 8, 18, 6.0


def find(submitted: Submitted) -> pl.DataFrame:
    """Findings on the texts of names and places."""
    cut = (found for column in _CAN_BE_CUT for found in _cut(submitted.holders[column], column))
    return together([*_encoding(submitted.holders), *cut])


def _encoding(holders: pl.DataFrame) -> list[pl.DataFrame]:
    """Damaged accents against those that are whole, in rows."""
    texts = [pl.col(f"raw_{column}") for column in _TEXTS]
    garbled = pl.any_horizontal(text.str.contains(_IS_GARBLED) for text in texts).fill_null(value=False)
    rare = pl.any_horizontal(text.str.contains(r"[^\x00-\x7F]") for text in texts).fill_null(value=False)
    bad, rows = holders.select(bad=garbled.sum(), rows=(garbled | rare).sum()).row(0)
    if bad < (_FEWEST_GARBLED if bad < rows else _ALL_GARBLED) or bad < _GARBLED * rows:
        return []
    return [of_file("file_encoding", value=str(bad), detail=str(rows))]


def _cut(values: pl.Series, column: str) -> list[pl.DataFrame]:
    """A length that many different texts have, far fewer are one shorter, and none longer: names get rarer with it."""
    lengths = values.drop_nulls().unique().str.len_chars()
    longest = int(lengths.max() or 0)  # type: ignore[arg-type]
    if longest < _SHORTEST_CUT:
        return []
    at, below = int((lengths == longest).sum()), int((lengths == longest - 1).sum())
    if at < _FEWEST_CUT or rare_bits(at, at + below, 0.5) < _CUT_BITS:
        return []
    return [of_file("file_names_cut", column, value=str(at), detail=str(longest))]
