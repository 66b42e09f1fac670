"""The same name twice in a passage: a given name repeated, or birth name and given name in one field.

Example:
    >>> find(passages).select("code", "field", "proposal").rows()  # birth name DUPONT, given name « Marie DUPONT »
    [('given_name_holds_birth_name', 'given_name_1', 'MARIE')]
"""

import polars as pl

from matching.normalize.text import funnel_text
from matching.quality.finders import Finder, found
from matching.quality.names.lexicon import shares

_FIELDS = ("birth_name", "given_name_1", "given_name_2", "given_name_3")


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in the names of each passage together: columns ``FOUND``."""
    has_several = pl.any_horizontal(pl.col("birth_name", "given_name_1").str.contains(" ", literal=True))
    has_others = pl.col("given_name_2").is_not_null() | pl.col("given_name_3").is_not_null()
    is_same = pl.col("birth_name").str.to_lowercase() == pl.col("given_name_1").str.to_lowercase()
    concerned = passages.filter(has_several | has_others | is_same)
    rows = concerned.select("passage", *(f"raw_{field}" for field in _FIELDS))
    rows = rows.with_columns(funnel_text(concerned[field]).alias(field) for field in _FIELDS)
    hyphened = rows["given_name_1"].str.replace_all(" ", "-", literal=True)
    is_compound = (shares(hyphened, "given") > 0) | (shares(rows["given_name_1"], "given") > 0)
    rows = rows.with_columns(is_compound=is_compound, is_surname=shares(rows["birth_name"], "surname") > 0)
    return found(rows, _finders())


def _finders() -> list[Finder]:
    birth, first, second, third = (pl.col(field) for field in _FIELDS)
    is_compound, is_surname = pl.col("is_compound"), pl.col("is_surname")
    without_birth = pl.when(~is_compound).then(_without(first, birth))
    without_others = pl.when(~is_compound).then(pl.coalesce(_without(first, second), _without(first, third)))
    without_given = pl.when(~is_surname).then(_without(birth, first))
    is_third_repeated = (third == first) | (third == second)
    return [
        Finder("given_name_repeated", "given_name_2", second == first, proposal=pl.lit("")),
        Finder("given_name_repeated", "given_name_3", is_third_repeated, proposal=pl.lit("")),
        Finder("given_names_in_first", "given_name_1", without_others.is_not_null(), proposal=without_others),
        Finder("given_name_equals_birth_name", "given_name_1", first == birth),
        Finder("given_name_holds_birth_name", "given_name_1", without_birth.is_not_null(), proposal=without_birth),
        Finder("birth_name_holds_given_name", "birth_name", without_given.is_not_null(), proposal=without_given),
    ]


def _without(text: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The text without the other one, where it starts or ends with it, a blank between; null elsewhere."""
    long_enough = other.str.len_chars() > 1
    starts = text.str.starts_with(pl.concat_str(other, pl.lit(" "))) & long_enough
    ends = text.str.ends_with(pl.concat_str(pl.lit(" "), other)) & long_enough
    length = other.str.len_chars() + 1
    rest = pl.when(ends).then(text.str.head(text.str.len_chars() - length)).when(starts).then(text.str.slice(length))
    return rest.str.strip_chars(" -")
