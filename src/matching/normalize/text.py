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


def words(values: pl.Series) -> pl.Series:
    """The words of a text for the linkage view: ASCII capitals and digits, one blank between two words.

    Text garbled by a wrong decoding (``HervÃ©``) is repaired first. A text without letter or digit is missing: null.
    Most surnames are one word in capitals already: only the others are read.
    """
    others = (~values.str.contains("^[A-Z]+$")).fill_null(value=False).arg_true()
    plain = ascii_text(repaired(values.gather(others))).str.to_uppercase()
    spaced = plain.str.replace_all("[^A-Z0-9]+", " ").str.strip_chars(" ")
    return values.clone().scatter(others, spaced.set(spaced == "", None))  # scatter writes in place


def without_digits(texts: pl.Series) -> pl.Series:
    """The letters that a scanner took for digits; a text of digits alone is missing: null."""
    scanned = texts.str.contains("[0-9]").fill_null(value=False).arg_true()
    letters = texts.gather(scanned).str.replace_many(_LOOK_ALIKE)
    letters = letters.set(~texts.gather(scanned).str.contains("[A-Z]"), None)
    return texts.clone().scatter(scanned, letters)


def repaired(values: pl.Series) -> pl.Series:
    """UTF-8 that was read as Windows-1252 or Latin-1, read again as UTF-8; twice, as files pass through many hands."""
    garbled = values.str.contains("[ÂÃÄÅ]").fill_null(value=False).arg_true()
    once = values.gather(garbled)
    for _ in range(2):
        once = once.str.replace_many(_MOJIBAKE)
    return values.clone().scatter(garbled, once)  # scatter writes in place


def _mojibake() -> dict[str, str]:
    """What each letter of the Latin alphabets became.

    Five bytes are no character of Windows-1252 and come out as U+FFFD: of the letters that share it, Í and Ï (both I)
    are the likely ones.
    """
    letters = [chr(code) for code in range(0xA0, 0x180)]
    latin = {letter.encode().decode("latin-1"): letter for letter in letters}
    windows = {letter.encode().decode("cp1252", errors="replace"): letter for letter in letters}
    return latin | windows | {"\u00c3\ufffd": "Ï"}


_MOJIBAKE = _mojibake()
_LOOK_ALIKE = {"0": "O", "1": "I", "2": "Z", "3": "E", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B", "9": "G"}
