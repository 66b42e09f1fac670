"""What of a finding may be shown to whoever looks over the reader's shoulder: facts masked by field.

Example:
    >>> mask("birth_name", "D'ARTEMARE--PERRIN"), mask("birth_date", "1967-02-31"), mask("insee_code", "7511")
    ("D******'A******--P******", '1967-**-**', '75**')

What a rule is about stays, what designates somebody goes:

- of a name, the first letter of each part and all that is no letter (hyphens, blanks, digits, damage), so that a
  proposal that only changes the format still tells what it changes. There are always six stars: no length is told;
- of a date, a year of four digits; of a code, its length and its first two characters, the département;
- of a NIR, what ``matching.identity.nir.mask`` leaves, even where the rest is shown.

Fields that are not personal, and what is found of the whole file, which are counts, are shown, but for the words that
somebody in the file bears as a name. The ``detail`` of a place is masked as a place; elsewhere it loses the value if it
repeats it, names, and the days of dates. Countries stay, and so does an ``idTechnique``: it is how the reader finds
the passage.
"""

import re
from functools import cache
from itertools import chain

import polars as pl
from unidecode import unidecode

from matching.identity import nir
from matching.identity.rules import PERSONAL, rule
from matching.reference import countries

_DATES = frozenset({"birth_date", "birth_year", "birth_month", "birth_day"})
_PLACES = frozenset({"insee_code", "postal_code", "place_label", "country_label"})
MASKED = PERSONAL | {"country_label"}
"""Fields whose values are masked: a town of birth stands where a country is to be written, too."""
_CODES = frozenset({"insee_code", "postal_code", "file_number"})
_BORNE = ("raw_birth_name", "raw_usage_name", "raw_given_name_1", "raw_given_name_2", "raw_given_name_3")

_STRUCTURE = "structure"  # of control 1, which names a field before it knows a passage
_STARS, _FEW_STARS = "*" * 6, "*" * 3
_SHORTEST = 3  # letters of a name that a word must have to be taken for one
_MASKED_NIR = re.compile(r"\d \d\d (?:\d\d|\*\*) [\dAB]{2} \*{3} \*{3} \*\*")  # some rules never give it whole
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_OF_PART = re.compile(r"(?<![^\s\-'’])([^\W\d_])[^\W\d_]*")
_KEPT = "\0"  # after a letter that stays
_LATER_IN_PART = re.compile(rf"[^\W\d_]+(?!{_KEPT})")
_DIGIT_BUT_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)|\d")
_PLACE_CODE = re.compile(r"\b(\d[\dAB])\d{3}\b")
_DAY_OF_DATE = re.compile(r"\b(\d{4})-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/(\d{4})\b")


def mask(field: str, text: str) -> str:
    """What is shown of a personal field."""
    if field == "country_label" and _is_country(text):
        return text
    if field == "declared_nir":
        return text if _MASKED_NIR.fullmatch(text) else nir.mask(text)
    if field in _DATES:
        return _DIGIT_BUT_YEAR.sub(lambda digits: digits[1] or "*", _masked_name(text))
    if field in _CODES and len(_LETTER.findall(text)) < _SHORTEST:  # else a name stands where a code belongs
        return text[:2] + "".join("*" if one.isalnum() else one for one in text[2:])
    return _masked_name(text)


def masked(findings: pl.DataFrame, passages: pl.DataFrame) -> pl.DataFrame:
    """The findings with ``value``, ``proposal`` and ``detail`` masked.

    Args:
        findings: Contract FINDINGS.
        passages: Contract PASSAGES of the same file: who bears what name.
    """
    mask_details = _Details(passages)
    refused = [code for code in findings["code"].unique() if rule(code).family == _STRUCTURE]
    of_person = pl.col("field").is_in(MASKED) & (pl.col("passage").is_not_null() | pl.col("code").is_in(refused))
    findings = findings.with_columns(
        pl.when(of_person).then("field").alias("mask"), pl.col("value").alias("submitted"), pl.col("code").alias("rule")
    )
    for fact, keys in (("value", ["mask"]), ("proposal", ["mask"]), ("detail", ["mask", "rule", "submitted"])):
        texts = findings.select(*keys, fact).drop_nulls(fact).unique()
        if fact == "detail":
            told = [mask_details(*row) for row in texts.iter_rows()]
        else:
            told = [
                mask(field, text) if field else mask_details.without_names(text) for field, text in texts.iter_rows()
            ]
        texts = texts.with_columns(pl.Series("shown", told, pl.String))
        findings = findings.join(texts, on=[*keys, fact], how="left", nulls_equal=True, maintain_order="left")
        findings = findings.with_columns(pl.col("shown").alias(fact)).drop("shown")
    return findings.drop("mask", "submitted", "rule")


def without_numbers(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with every NIR masked, wherever it stands: one that could be real is never shown whole."""
    is_number = pl.col("field") == "declared_nir"
    numbers = findings.filter(is_number)
    facts = ("value", "proposal")
    known = {text: mask("declared_nir", text) for fact in facts for text in numbers[fact].drop_nulls().unique()}
    told = findings.with_columns(
        pl.when(is_number).then(pl.col(fact).replace(known)).otherwise(fact).alias(fact) for fact in facts
    )
    return told.with_columns(nir.without_real_numbers(told[column]) for column in ("id_technique", *facts, "detail"))


class _Details:
    """What is shown of texts whose kind nobody tells: they may repeat anything that was submitted."""

    def __init__(self, passages: pl.DataFrame) -> None:
        names = chain.from_iterable(passages[column].drop_nulls().unique() for column in _BORNE)
        self.borne = frozenset(word.upper() for name in names for word in _telling(_WORD.findall(name)))
        self.ids = frozenset(passages["id_technique"])

    def __call__(self, field: str | None, code: str, value: str | None, text: str) -> str:
        """The detail of a finding: of a place a place, and elsewhere no value, no name and no day of birth."""
        if field is None or text in self.ids:
            return self.without_names(text)
        if field in _PLACES and rule(code).family != _STRUCTURE:  # whose details are whole sentences
            return text if _is_country(text) else _PLACE_CODE.sub(r"\1***", _masked_name(text))
        if value and len(value) > 1:
            text = text.replace(value, mask(field, value))
        return _DAY_OF_DATE.sub(
            lambda date: f"{date[1]}-**-**" if date[1] else f"**/**/{date[2]}", self.without_names(text)
        )

    def without_names(self, text: str) -> str:
        """The text without the words that somebody bears as a name; an ``idTechnique`` or a country stays."""
        if text in self.ids or _is_country(text):
            return text
        return _WORD.sub(lambda word: word[0][0] + _STARS if word[0].upper() in self.borne else word[0], text)


def _masked_name(text: str) -> str:
    if len(_LETTER.findall(text)) == 1:  # an initial tells no more than its stars would
        return text
    parts = _FIRST_OF_PART.sub(r"\1" + _KEPT, text.replace(_KEPT, " "))
    return _LATER_IN_PART.sub(_FEW_STARS, parts).replace(_KEPT, _STARS)


def _is_country(text: str) -> bool:
    return _folded(text) in _countries()


@cache
def _countries() -> frozenset[str]:
    """Labels and ISO codes of countries, in capitals without accents."""
    table = countries.table()
    labels = chain(
        table["label"], table["other_labels"].explode(), table["iso2"], table["iso3"], ["FRANCE", "FR", "FRA"]
    )
    return frozenset(_folded(label) for label in labels if label)


def _folded(text: str) -> str:
    return unidecode(text).upper()


def _telling(words: list[str]) -> list[str]:
    """Words of a name that designate its bearer: those that are long enough, or else all but initials."""
    long = [word for word in words if len(word) >= _SHORTEST]
    return long or [word for word in words if len(word) > 1]
