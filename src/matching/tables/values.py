"""What people write in a cell → what the deposit file takes: sexes, yes and no, the closed lists, dates.

Example:
    >>> import polars as pl
    >>> recoded(pl.Series(["Présentiel", "à distance", "ailleurs"]), "exam_mode").to_list()
    ['EN_PRESENTIEL', 'A_DISTANCE', 'ailleurs']

A word that is not known is left as it was: control 1, and the rules, say what is wrong with it.
"""

import tomllib
from importlib import resources

import polars as pl

from matching.deposit.dictionary import FIELDS as DICTIONARY
from matching.identity.frames import PASSAGES, SEX
from matching.normalize.dates import read_dates
from matching.normalize.sexes import SEX_OF
from matching.normalize.text import words
from matching.tables.fields import FIELDS
from matching.tables.mapping import DateOrder

_READ: dict[str, dict[str, list[str]]] = tomllib.loads(
    resources.files(__package__).joinpath("values.toml").read_text(encoding="utf-8")
)
_BOOLEANS = ("has_language_level", "is_certified")
_LISTS = {FIELDS[key].spellings[0]: key for key in _READ if key in FIELDS}
"""Element → field, of those that take words of a closed list."""


def _by_word(values: dict[str, list[str]]) -> dict[str, str]:
    return {word: value for value, words in values.items() for word in words}


def _codes() -> dict[str, dict[str, str]]:
    """Field → word → value, each value being a word of itself."""
    own = {
        _LISTS[field.name]: {value.replace("_", " "): value for value in field.facets.values}
        for field in DICTIONARY.values()
        if field.name in _LISTS
    }
    listed = {key: values | _by_word(_READ[key]) for key, values in own.items()}
    return listed | dict.fromkeys(_BOOLEANS, _by_word(_READ["boolean"]))


_CODES = _codes()
RECODED = frozenset(_CODES)
"""Fields whose words are translated."""


def recoded(texts: pl.Series, key: str) -> pl.Series:
    """The values of a field of ``RECODED``; words that are not known as they were."""
    return _words(texts).replace_strict(_CODES[key], default=texts, return_dtype=pl.String)


def read_sexes(texts: pl.Series) -> pl.Series:
    """``M`` or ``F`` of a sex or a civility in any usual form, as contract PASSAGES types it; null when it is none."""
    return _words(texts).replace_strict(SEX_OF, default=None, return_dtype=pl.String).cast(SEX)


def _words(texts: pl.Series) -> pl.Series:
    """Without case, accents and punctuation, but for the marks that change a meaning: ``B1+``, ``F?``."""
    return words(texts).set(texts.str.contains("[+?]").fill_null(value=False), None)


def month_first(texts: pl.Series) -> pl.Series:
    """Dates in digits with the month before the day, written the other way round."""
    return texts.str.replace(r"^(\s*)(\d{1,2})([-/. ]+)(\d{1,2})([-/. ]+\d{2,4}\b)", "${1}${4}${3}${2}${5}")


def order_of(texts: pl.Series) -> DateOrder:
    """Whether the dates of a column tell the day or the month first: the month when no first number exceeds 12.

    Of days spread over the months three in five exceed 12; a quarter is enough, one that is no month denies it.
    """
    first, second = (
        texts.str.extract(rf"^\s*{before}(\d{{1,2}})[-/. ]+{after}").cast(pl.Int8) for before, after in _PLACES
    )
    is_month_first = not (first > 12).any() and 4 * (second > 12).sum() >= max(1, second.count())  # noqa: PLR2004 - months
    return "month_first" if is_month_first else "day_first"


_PLACES = (("", r"\d{1,2}[-/. ]+\d{2}"), (r"\d{1,2}[-/. ]+", r"\d{2}"))


def iso_dates(texts: pl.Series, order: DateOrder) -> pl.Series:
    """Dates of this century in any usual form as ``YYYY-MM-DD``; what is no date as it was. Distinct ones are read."""
    distinct = texts.drop_nulls().unique()
    if distinct.is_empty():
        return texts
    typed = month_first(distinct) if order == "month_first" else distinct
    typed = typed.str.replace(r"^(\s*\d{1,2}[-/. ]+\d{1,2}[-/. ]+)(\d{2}\s*)$", "${1}20${2}")
    frame = pl.concat([PASSAGES.empty(), pl.DataFrame({"raw_birth_year": typed})], how="diagonal")
    read = read_dates(frame)
    parts = [pl.col(f"birth_{part}").cast(pl.String).str.zfill(2) for part in ("year", "month", "day")]
    written = pl.concat_str(*parts, separator="-").str.to_date("%Y-%m-%d", strict=False).cast(pl.String)
    dates = read.select(pl.when(pl.col("date_reading").is_in(["text", "serial"])).then(written)).to_series()
    return texts.replace(distinct, dates.fill_null(distinct))
