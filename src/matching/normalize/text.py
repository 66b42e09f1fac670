"""The funnel's view of a text: capitals without accents, outer blanks removed, punctuation kept.

Example:
    >>> import polars as pl
    >>> funnel_text(pl.Series(["  Marie-Élodie ", "Œuvrard", "D’ARTEMARE", "Jean François", " ", None])).to_list()
    ['MARIE-ELODIE', 'OEUVRARD', "D'ARTEMARE", 'JEAN FRANCOIS', None, None]

The CDC's process ignores accents and counts punctuation, hyphens included (error-resolution guide V4, read
2026-11-23). That it ignores case and outer blanks is a hypothesis; so is that a typographic apostrophe equals a
straight one, since both are one character transliterated.
"""

import polars as pl
from unidecode import unidecode


def ascii_text(values: pl.Series) -> pl.Series:
    """The same texts in ASCII: é → e, œ → oe, Ł → L, ’ → '. No letter is lost; null stays null.

    Only distinct values that need it go through the transliteration table: most names are ASCII already.
    """
    foreign = values.filter(values.str.contains(r"[^\x00-\x7F]").fill_null(value=False)).unique()
    if foreign.is_empty():
        return values
    plain = pl.Series([unidecode(text) for text in foreign], dtype=pl.String)
    return values.replace(foreign, plain)


def funnel_text(values: pl.Series, *, ignore_case: bool = True, trim: bool = True) -> pl.Series:
    """What the published funnel compares. A text of nothing but blanks is missing: null.

    Args:
        values: Texts as submitted, or as the register holds them.
        ignore_case: Compare in capitals [hypothesis].
        trim: Remove outer blanks [hypothesis].
    """
    plain = ascii_text(values)
    if ignore_case:
        plain = plain.str.to_uppercase()
    trimmed = plain.str.strip_chars()
    return (trimmed if trim else plain).set(trimmed == "", None)
