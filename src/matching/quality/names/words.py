"""Words of a surname that do not belong in it: titles, « née » and « épouse », ST for SAINT, fillers.

Example:
    >>> find(passages).select("code", "proposal").rows()  # "PETIT NEE DURAND", "MME ROUX", "ST MARTIN"
    [('birth_name_two_names', 'DURAND'), ('name_title', 'ROUX'), ('birth_name_saint', 'SAINT-MARTIN')]
"""

from collections.abc import Callable

import polars as pl

from matching.quality.finders import Finder, found_by_value, together
from matching.quality.names.lexicon import shares
from matching.quality.names.placeholders import is_nil, is_placeholder, placeholders
from matching.quality.names.signs import FIELDS
from matching.quality.names.texts import tidy, tidy_key

_TITLES = "(?:(?:M|MR|MM|MME|MLE|MLLE|MELLE|DR|PR)\\.|MR|MME|MLLE|MELLE|MLE|DR|MONSIEUR|MADAME|MADEMOISELLE)"
_MARRIED = "(?:EPOUSE?|EPSE|EPX|EP|EPS|VEUVE|VVE|DIVORCEE|DIV|MARIEE)"
_BORN = "NEE"
_GIVEN = FIELDS[2:]


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the words of birth names, usage names and given names: columns ``FOUND``."""
    return together(
        [
            _found(passages, "birth_name", _of_birth_name),
            _found(passages, "usage_name", _of_usage_name),
            *(_found(passages, field, _of_given_name) for field in _GIVEN),
        ]
    )


def _keyed(passages: pl.DataFrame, field: str) -> pl.DataFrame:
    """The distinct values of a name: ``raw_…``, ``tidied``, ``key`` (null when nothing is said)."""
    raw = f"raw_{field}"
    values = passages.select(raw).unique(maintain_order=True).drop_nulls()
    tidied = tidy(values[raw])
    return values.with_columns(tidied=tidied, key=tidy_key(tidied))


def _found(passages: pl.DataFrame, field: str, finders: Callable[[str], list[Finder]]) -> pl.DataFrame:
    values = _keyed(passages, field)
    is_plain = pl.col("key").str.contains("^[A-Z]{2,}$") & ~pl.col("key").is_in(placeholders(field))
    values = values.filter(~is_plain.fill_null(value=False))
    said = values["tidied"]
    is_short, full = _saint(values["key"])
    told = values.with_columns(
        is_nil=is_nil(said),
        is_placeholder=is_placeholder(said, field),
        is_short=is_short,
        full=full,
        is_listed=shares(values["key"], "surname") > 0,
    )
    return found_by_value(passages, told, f"raw_{field}", finders(field))


_SPACED = pl.col("key").str.replace_all(r"[ (),;:/.-]+", " ").str.strip_chars(" ")
_SAYS_TWO = ~pl.col("is_listed") & _SPACED.str.contains(rf"(?:^| )(?:{_MARRIED}|{_BORN}|EPO?U?S?$)(?: |$)")


def _of_birth_name(field: str) -> list[Finder]:
    born = _SPACED.str.extract(rf"^(?:.+? )?{_BORN} (.+?)(?: {_MARRIED}\b.*)?$")
    birth = pl.coalesce(born, _SPACED.str.extract(rf"^(.+?) (?:{_MARRIED}|EPO?U?S?$)(?: .*)?$"))
    return [
        Finder("birth_name_placeholder", field, pl.col("is_placeholder")),
        _title(field),
        Finder("birth_name_initial", field, pl.col("key").str.contains(r"^[A-Z]\.?$") & ~pl.col("is_placeholder")),
        Finder("birth_name_two_names", field, _SAYS_TWO, proposal=birth.str.strip_chars(" '")),
        Finder("birth_name_saint", field, pl.col("is_short"), proposal=pl.col("full")),
    ]


def _of_usage_name(field: str) -> list[Finder]:
    borne = _SPACED.str.extract(rf"^(?:.+? )?{_MARRIED} (.+?)(?: {_BORN}\b.*)?$")
    usage = pl.coalesce(_SPACED.str.extract(rf"^(.+?) {_BORN} .+$"), borne)
    return [
        Finder("usage_name_nil_word", field, pl.col("is_nil"), proposal=pl.lit("")),
        Finder("usage_name_placeholder", field, pl.col("is_placeholder") & ~pl.col("is_nil"), proposal=pl.lit("")),
        _title(field),
        Finder("usage_name_two_names", field, _SAYS_TWO, proposal=usage.str.strip_chars(" '")),
    ]


def _of_given_name(field: str) -> list[Finder]:
    return [_title(field)]


def _title(field: str) -> Finder:
    """A title, then a name of two letters or more."""
    rest = pl.col("tidied").str.extract(rf"^(?i:{_TITLES}) *(\p{{L}}\p{{L}}.*)$")
    is_titled = pl.col("key").str.contains(rf"^{_TITLES}(?: |\b)")
    return Finder("name_title", field, is_titled & rest.is_not_null(), proposal=rest)


def _saint(keys: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Where SAINT is cut short, and the name in full, with the sign after it that is most frequent."""
    is_short = keys.str.contains(r"(?:^|[ -])STE?[ .-]+[A-Z]{2}").fill_null(value=False)
    short = keys.filter(is_short)
    as_typed, hyphened = (short.str.replace(r"\bST(E?)\b\.?([ -]?) ?", f"SAINT${{1}}{sign}") for sign in ("${2}", "-"))
    full = hyphened.zip_with(shares(hyphened, "surname") > shares(as_typed, "surname"), as_typed)
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, len(keys))
    return is_short, nobody.scatter(is_short.arg_true(), full)
