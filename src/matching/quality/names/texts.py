"""A name as it should have been typed: mojibake read again, invisible signs left out, plain signs, single blanks.

Example:
    >>> tidy(pl.Series(["  LE\u00a0 GALL ", "L’HOSTIS", "HERVÃ©", "JEAN – PAUL"])).to_list()
    ['LE GALL', "L'HOSTIS", 'HERVÉ', 'JEAN - PAUL']

Nothing that belongs to the name changes: its letters, its hyphens, its apostrophes, its blanks. A text that is tidy
stays what it is.
"""

import polars as pl

from matching.normalize.text import funnel_text

APOSTROPHES = "’‘‛ʼʹ′`´＇"
HYPHENS = "‐‑‒–—―−﹣－"
BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
INVISIBLE = r"[\p{Cc}\p{Cf}]"
"""Controls and format marks: line breaks, tabs, zero-width blanks, soft hyphens, byte order marks."""

_PLAIN = r"^[A-Za-z]+(?:[ '-][A-Za-z]+)*$"
_TWICE = 2


def tidy(texts: pl.Series) -> pl.Series:
    """The texts as they should have been typed; one of nothing but blanks becomes empty, null stays null."""
    odd = (~texts.str.contains(_PLAIN)).fill_null(value=False).arg_true()
    if odd.is_empty():
        return texts
    text = texts.gather(odd)
    for _ in range(_TWICE):  # an invisible sign may stand in the middle of what was garbled
        text = _cleaned(decoded_again(text))
    return texts.clone().scatter(odd, text)  # scatter writes in place


def _cleaned(texts: pl.Series) -> pl.Series:
    text = texts.str.replace_all(r"[\t\n\r\v\f\u{85}]", " ").str.replace_all(INVISIBLE, "")
    text = text.str.replace_all(f"[{APOSTROPHES}]", "'").str.replace_all(f"[{HYPHENS}]", "-")
    return text.str.replace_all(rf"[\s{BLANKS}]+", " ").str.strip_chars(" ")


def tidy_key(tidied: pl.Series) -> pl.Series:
    """What the funnel compares of tidy texts: capitals without accents; null when nothing was said."""
    return funnel_text(tidied.str.replace_all("\ufffd", "?", literal=True))  # a lost letter is not no letter


def decoded_again(texts: pl.Series) -> pl.Series:
    """UTF-8 that was read as Windows-1252 or Latin-1, read again as UTF-8; twice, as files pass through many hands.

    Only what can be read for certain: a sign that was lost on the way (U+FFFD) stays.
    """
    garbled = texts.str.contains(f"[{_LEADS}]").fill_null(value=False).arg_true()
    if garbled.is_empty():
        return texts
    before = texts.gather(garbled)
    again = before
    for _ in range(_TWICE):
        again = again.str.replace_many(list(_GARBLED), list(_GARBLED.values()), leftmost=True)
    is_capital = (again != before) & ~again.str.contains("[a-z]")  # HERVÃ© was HERVÉ
    return texts.clone().scatter(garbled, again.str.to_uppercase().zip_with(is_capital, again))


def _garbled() -> dict[str, str]:
    """What each letter of the Latin alphabets, and each sign that names have, became; the longest first."""
    of_windows = bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore")  # met in what was garbled twice
    controls, letters = map(chr, range(0x80, 0xA0)), map(chr, range(0xA0, 0x180))
    found = {}
    for sign in (*controls, *of_windows, *APOSTROPHES, *HYPHENS, "\u202f", "\ufffd", *letters):
        data = sign.encode()
        for read in (data.decode("latin-1"), data.decode("cp1252", errors="replace")):
            if "\ufffd" not in read and (sign.isalpha() or not read.isalpha()):  # Ë and œ may be two letters
                found[read] = sign
                if not read[1:].isalpha() and sign.isprintable():
                    found[read.lower()] = sign  # the file was put in small letters afterwards
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


_GARBLED = _garbled()
_LEADS = "".join(sorted({read[0] for read in _GARBLED}))
