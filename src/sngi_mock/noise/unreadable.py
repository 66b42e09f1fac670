"""Values that a deposit file cannot carry, only a table: the sex in other words, dates that are none.

Example:
    >>> sex_in_words(pl.DataFrame({"sex": ["F"], "u1": [0.5]}))["sex"].item()
    'Mme'

These functions take records as text. The deposit file holds the value as it was before.
"""

import polars as pl

# Code sets that exports use; a missing sex is the last.
_WORDS = {
    "M": ("1", "H", "Homme", "M.", "Masculin", None),
    "F": ("2", "Femme", "f", "Mme", "Féminin", None),
}

_sex, _year, _month, _day = (pl.col(trait) for trait in ("sex", "birth_year", "birth_month", "birth_day"))
_drawn = pl.col("u1")
_EPOCH = pl.date(1899, 12, 30)  # day 0 of a spreadsheet


def can_sex_in_words() -> pl.Expr:
    """Everybody."""
    return _sex.is_in(list(_WORDS))


def sex_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The sex in another code set, or missing, with equal chance each."""
    rank = (_drawn * len(_WORDS["M"])).cast(pl.Int64)
    words = {sex: rank.replace_strict(dict(enumerate(each)), return_dtype=pl.String) for sex, each in _WORDS.items()}
    return rows.with_columns(sex=pl.when(_sex == "M").then(words["M"]).otherwise(words["F"]))


def can_unreadable_date() -> pl.Expr:
    """Everybody whose year is known."""
    return _year.is_not_null()


def unreadable_date(rows: pl.DataFrame) -> pl.DataFrame:
    """No date (3 in 10), a year of two digits (3), a spreadsheet's day number (2, complete dates), a digit unread."""
    known = pl.date(_year.cast(pl.Int32), _month.fill_null("1").cast(pl.Int8), _day.fill_null("1").cast(pl.Int8))
    serial = (known - _EPOCH).dt.total_days().cast(pl.String)
    is_serial = _drawn.is_between(0.6, 0.8) & _month.is_not_null() & _day.is_not_null()
    year = (
        pl.when(_drawn < 0.3)  # noqa: PLR2004 - shares of the docstring
        .then(pl.lit(None, dtype=pl.String))
        .when(is_serial)
        .then(serial)
        .when(_drawn < 0.6)  # noqa: PLR2004 - same
        .then(_year.str.slice(2))
        .otherwise(_year.str.head(3) + "?")
    )
    kept = (_drawn >= 0.3) & ~is_serial  # noqa: PLR2004 - same
    return rows.with_columns(
        birth_year=year, birth_month=pl.when(kept).then(_month), birth_day=pl.when(kept).then(_day)
    )
