"""Signs that do not belong in a name: blanks, controls, typographic signs, damaged letters, digits, anything else.

Example:
    >>> found = find(passages)  # a birth name typed as "L’HOSTIS "
    >>> found.select("code", "proposal").rows()
    [('name_outer_blanks', "L'HOSTIS"), ('name_typographic_sign', "L'HOSTIS")]

Every finding about one text proposes the same, the text made tidy, so that whichever is applied first is enough.
"""

import polars as pl

from matching.quality.finders import Finder, found_by_value, together
from matching.quality.names.lost import LOST, restored
from matching.quality.names.placeholders import is_placeholder
from matching.quality.names.texts import APOSTROPHES, BLANKS, HYPHENS, INVISIBLE, decoded_again, tidy

FIELDS = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
MANDATORY = frozenset({"birth_name", "given_name_1"})

_EXPECTED = r"^[A-Za-z]+(?:[ '-][A-Za-z]+)*$"
_OUTER = rf"^[\s{BLANKS}]|[\s{BLANKS}]$"
_INNER = rf"\S[\s{BLANKS}]{{2,}}\S"
_TYPOGRAPHIC = f"[{APOSTROPHES}{HYPHENS}]|\\S[{BLANKS}]\\S"
_FORBIDDEN = r"[^\p{L}\p{M}\p{N}?\x{fffd}¿' -]"
_LOOSE = r"^[-']|[-']$| [-']|[-'] |---|''|-'|'-"
_AROUND = '._,;:*/\\+="()[]{}<>|~^¨°#!&@€$% '
_NAME = r"^\p{L}+(?:[ '-]+\p{L}+)*$"
_TITLE = r"^(?i:M|MR|MM|MME|MLE|MLLE|MELLE|DR|PR)\. *"
_INITIALS = r"^\p{L}{1,4}\.(?:[ -]?\p{L}{1,4}\.)*$"  # J. or J.-P.: the given names' own rule
_LOOK_ALIKE = {"0": "O", "1": "I", "2": "Z", "3": "E", "4": "A", "5": "S", "6": "G", "8": "B"}
_LIMITS = (30, 40, 60)


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the five names of each passage: columns ``FOUND``."""
    return together(_signs_of(passages, field) for field in FIELDS)


def _signs_of(passages: pl.DataFrame, field: str) -> pl.DataFrame:
    raw = f"raw_{field}"
    values = passages.select(raw).unique(maintain_order=True).drop_nulls()
    odd = values.filter(~pl.col(raw).str.contains(_EXPECTED) | (pl.col(raw).str.len_chars() >= min(_LIMITS)))
    tidied = tidy(odd[raw])
    read = odd.with_columns(
        again=decoded_again(odd[raw]),
        tidied=tidied,
        is_placeholder=is_placeholder(tidied, field),
        restored=restored(tidied, "given" if field.startswith("given") else "surname"),
    )
    return found_by_value(passages, read, raw, [*_of_format(field), *_of_signs(field)])


def _of_format(field: str) -> list[Finder]:
    """Blanks and signs that the tidy text lacks."""
    raw, again, tidied = pl.col(f"raw_{field}"), pl.col("again"), pl.col("tidied")
    is_said = (tidied != "") & ~pl.col("is_placeholder")
    found = {
        "name_mojibake": (again != raw) & ~again.str.contains(LOST),
        "name_control_character": again.str.contains(INVISIBLE),
        "name_outer_blanks": raw.str.contains(_OUTER),
        "name_inner_blanks": again.str.contains(_INNER),
        "name_typographic_sign": again.str.contains(_TYPOGRAPHIC),
    }
    blank = "name_blank" if field in MANDATORY else "further_name_blank"
    return [
        Finder(blank, field, (tidied == "") & (raw != ""), proposal=None if field in MANDATORY else pl.lit("")),
        *(Finder(code, field, is_said & when, proposal=tidied) for code, when in found.items()),
    ]


def _of_signs(field: str) -> list[Finder]:
    """Signs that the tidy text still has, titles and initials apart."""
    tidied = pl.col("tidied")
    is_said = ~pl.col("is_placeholder") & ~tidied.str.contains(_INITIALS)
    bare = pl.when(is_said).then(tidied.str.replace(_TITLE, ""))
    of_letters = bare.str.replace_many(_LOOK_ALIKE)
    of_letters = pl.when(of_letters.str.contains(_NAME) & bare.str.contains(r"\p{L}")).then(of_letters)
    trimmed = tidied.str.strip_chars(_AROUND)
    trimmed = pl.when(trimmed.str.contains(_NAME)).then(trimmed)
    hyphen = "(--?)" if field.endswith("_name") else "(-)"
    joined = (
        tidied.str.replace_all(rf" *{hyphen}[ -]*", "${1}").str.replace_all(r" ?'[ ']*", "'").str.strip_chars("-' ")
    )
    is_loose = bare.str.contains(_LOOSE if field.endswith("_name") else f"{_LOOSE}|--")
    length = pl.col(f"raw_{field}").str.len_chars()
    return [
        Finder("name_lost_character", field, bare.str.contains(LOST), proposal=pl.col("restored")),
        Finder("name_digit", field, bare.str.contains(r"\p{N}"), proposal=of_letters),
        Finder("name_other_alphabet", field, bare.str.contains(r"[\p{L}--\p{Latin}]")),
        Finder("name_forbidden_character", field, bare.str.contains(_FORBIDDEN), proposal=trimmed),
        Finder("name_loose_sign", field, is_loose, proposal=pl.when((joined != "") & (joined != tidied)).then(joined)),
        Finder("name_at_limit", field, is_said & length.is_in(_LIMITS), detail=length),
    ]
