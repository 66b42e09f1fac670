r"""Letters that were lost in a change of encoding, found again where a listed name fits.

Example:
    >>> restored(pl.Series(["FRAN?OIS", "JEAN-FRAN\ufffdOIS", "?"]), "given").to_list()
    ['FRANCOIS', 'JEAN-FRANCOIS', None]

A lost letter had an accent or a cedilla. Some programs leave ``Ã`` before the sign: both stand for one letter.
"""

import polars as pl

from matching.normalize.text import ascii_text
from matching.quality.names.lexicon import Kind, lexicon

LOST = "[?\ufffd¿]"

_LETTERS = pl.DataFrame({"letter": list("ACEINOUY")})
_WORD = r"([A-Z]*\?[A-Z]*)"


def restored(texts: pl.Series, kind: Kind) -> pl.Series:
    """The texts, in capitals, with their lost letter; null where not just one is lost, or where no listed name fits.

    Args:
        texts: Tidy texts.
        kind: Of the names.
    """
    marked = ascii_text(texts.str.replace_all(f"[Ãã]?{LOST}", "?")).str.to_uppercase()
    rows = marked.to_frame("marked").with_row_index("row").with_columns(word=pl.col("marked").str.extract(_WORD))
    lost_one = rows.filter(
        pl.col("marked").str.count_matches("?", literal=True) == 1, pl.col("word").str.len_bytes() > 1
    )
    tried = lost_one.join(_LETTERS, how="cross").with_columns(
        key=pl.col("word").str.replace("?", pl.col("letter"), literal=True)
    )
    fitting = tried.join(lexicon(kind), on="key").sort("share", "key", descending=[True, False])
    best = fitting.unique("row", keep="first", maintain_order=True).select(
        "row", restored=pl.col("marked").str.replace("?", pl.col("letter"), literal=True)
    )
    return rows.join(best, on="row", how="left", maintain_order="left")["restored"]
