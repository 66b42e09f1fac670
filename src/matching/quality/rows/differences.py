"""What two holders of a file have in common, trait by trait.

Example:
    >>> with_differences(pairs, people).select("is_surname_near", "is_given_same", "is_date_slip").row(0)
    (True, True, False)

A trait that one of the two does not tell is neither the same nor another.
"""

from itertools import pairwise

import polars as pl
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from matching.quality.rows.holders import DATE

_SHORT, _LONG = 4, 6  # letters from which one edit is a slip; from which it is one whatever the place
_CLOSE, _ALIKE = 0.9, 0.8  # Jaro-Winkler of a name close to another; of one that may be it when all else agrees
_INITIALS = 3  # letters of a shortened given name
_TRAITS = (
    *("surname", "core", "parts", "sound", "usage", "given", "first", "words", *DATE, "sex"),
    *("codes", "place_label", "namesakes"),
)


def with_differences(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the traits of both (``_a``, ``_b``) and what they have in common, never null.

    Args:
        pairs: ``holder_a`` and ``holder_b``, ranks of rows of ``people``.
        people: ``holders.Compared.people``, with ``namesakes``: holders of the same names, oneself included.

    Returns:
        ``is_…_same``; ``is_…_near``: a slip, a sound, an initial or a part away; ``is_surname_alike``, which is less;
        ``is_surname_slip``: one edit in a long name; ``is_date_slip``: one slip between two full dates;
        ``is_date_open``: the same as far as both tell; ``is_…_other``: they contradict each other; ``is_town_same``:
        the same place, which abroad is the town and not the country; ``is_inverted``: the names of one are those of
        the other exchanged; ``a_is_usage``: the birth name of the first is the usage name of the second;
        ``b_is_usage``; ``are_alone``: nobody else has these names; ``has_both_given``.
    """
    sides = [people[pairs[f"holder_{side}"]].select(pl.col(_TRAITS).name.suffix(f"_{side}")) for side in "ab"]
    both = pl.concat([pairs.select("holder_a", "holder_b"), *sides], how="horizontal")
    measured = both.with_columns(
        *(_edits(both, name) for name in ("surname", "given")),
        *(
            _likeness(both, *names)
            for names in (("surname", "surname"), ("given", "given"), ("surname", "given"), ("given", "surname"))
        ),
    )
    told = {**_of_names(), **_of_dates(), **_of_the_rest()}
    return measured.with_columns(expr.fill_null(value=False).alias(name) for name, expr in told.items())


def _a(name: str) -> pl.Expr:
    return pl.col(f"{name}_a")


def _b(name: str) -> pl.Expr:
    return pl.col(f"{name}_b")


def _same(name: str) -> pl.Expr:
    return _a(name) == _b(name)


def _overlap(name: str) -> pl.Expr:
    return _a(name).list.set_intersection(_b(name)).list.len() > 0


def _of_names() -> dict[str, pl.Expr]:
    is_simple = pl.min_horizontal(_a("words").list.len(), _b("words").list.len()) == 1  # one of them is no compound
    return {
        "is_surname_same": _same("surname") | _same("core"),
        "is_surname_slip": _is_slip("surname", _LONG),
        "is_surname_near": _is_slip("surname", _SHORT)
        | (pl.col("surname_surname_likeness") >= _CLOSE)
        | _same("sound")
        | _overlap("parts"),
        "is_surname_alike": pl.col("surname_surname_likeness") >= _ALIKE,
        "is_given_same": _same("given") | (_same("first") & is_simple),
        "is_given_near": _is_slip("given", _SHORT)
        | (pl.col("given_given_likeness") >= _CLOSE)
        | (_overlap("words") & is_simple)
        | _is_short_for(_a("given"), _b("given"))
        | _is_short_for(_b("given"), _a("given"))
        | (_a("given").is_null() != _b("given").is_null()),
        "has_both_given": _a("given").is_not_null() & _b("given").is_not_null(),
        "is_inverted": (pl.col("surname_given_likeness") >= _CLOSE)
        & (pl.col("given_surname_likeness") >= _CLOSE)
        & ~(pl.col("surname_surname_likeness") >= _CLOSE),
        "a_is_usage": (_a("core") == _b("usage")) & (_b("core") != _b("usage")),
        "b_is_usage": (_b("core") == _a("usage")) & (_a("core") != _a("usage")),
        "are_alone": _a("namesakes") == 2,  # noqa: PLR2004 - the two
    }


def _of_dates() -> dict[str, pl.Expr]:
    year, month, day = DATE
    return {
        "is_date_same": pl.all_horizontal(map(_same, DATE)),
        "is_date_open": _same(year) & pl.all_horizontal(_same(part).fill_null(value=True) for part in (month, day)),
        "is_date_slip": _is_date_slip(),
        "is_date_other": pl.any_horizontal(_a(part) != _b(part) for part in DATE),
    }


def _of_the_rest() -> dict[str, pl.Expr]:
    is_abroad = _a("codes").list.first().str.starts_with("99")
    same_label = _a("place_label").str.to_uppercase() == _b("place_label").str.to_uppercase()
    return {
        "is_place_same": _overlap("codes"),
        "is_town_same": _overlap("codes") & (~is_abroad | same_label),
        "is_place_other": ~_overlap("codes"),
        "is_sex_other": _a("sex") != _b("sex"),
    }


def _edits(pairs: pl.DataFrame, name: str) -> pl.Series:
    """``<name>_edits``."""
    texts = _texts(pairs, f"{name}_a"), _texts(pairs, f"{name}_b")
    return pl.Series(f"{name}_edits", cpdist(*texts, scorer=DamerauLevenshtein.distance), dtype=pl.Int32)


def _likeness(pairs: pl.DataFrame, first: str, second: str) -> pl.Series:
    """``<first>_<second>_likeness``, Jaro-Winkler; 0 with a null or a short text, which is like too many."""
    texts = _texts(pairs, f"{first}_a"), _texts(pairs, f"{second}_b")
    likeness = pl.Series(cpdist(*texts, scorer=JaroWinkler.similarity), dtype=pl.Float32)
    is_long = pairs.select(_shortest(f"{first}_a", f"{second}_b") >= _SHORT).to_series()
    return (likeness * is_long.fill_null(value=False)).alias(f"{first}_{second}_likeness")


def _texts(pairs: pl.DataFrame, column: str) -> list[str]:
    return pairs[column].fill_null("").to_list()


def _shortest(*columns: str) -> pl.Expr:
    return pl.min_horizontal(pl.col(column).str.len_bytes() for column in columns)


def _is_slip(name: str, shortest: int) -> pl.Expr:
    return (pl.col(f"{name}_edits") <= 1) & (_shortest(f"{name}_a", f"{name}_b") >= shortest)


def _is_short_for(short: pl.Expr, full: pl.Expr) -> pl.Expr:
    return (short.str.len_bytes() <= _INITIALS) & full.str.starts_with(short) & (short != full)


def _is_date_slip() -> pl.Expr:
    """Two full dates that one slip explains: one digit, two neighbours, day and month, a default date."""
    year, month, day = DATE
    digits = list(zip(_digits("a"), _digits("b"), strict=True))
    differing = pl.sum_horizontal((x != y).cast(pl.Int8) for x, y in digits)
    turned = pl.any_horizontal(
        (left[0] != left[1]) & (left[0] == right[1]) & (left[1] == right[0]) & (differing == 2)  # noqa: PLR2004 - both
        for left, right in pairwise(digits)
    )
    exchanged = _same(year) & (_a(month) == _b(day)) & (_a(day) == _b(month))
    years_apart = (_a(year).cast(pl.Int32) - _b(year).cast(pl.Int32)).abs()
    near_year = _same(month) & _same(day) & years_apart.is_in([1, 10, 100])
    default = _same(year) & (_is_default(_a(month), _a(day)) | _is_default(_b(month), _b(day)))
    return (differing == 1) | turned | exchanged | near_year | default


def _digits(side: str) -> list[pl.Expr]:
    year, month, day = (pl.col(f"{part}_{side}").cast(pl.Int32) for part in DATE)
    of_year = [year // 1000, year // 100 % 10, year // 10 % 10, year % 10]
    return [*of_year, month // 10, month % 10, day // 10, day % 10]


def _is_default(month: pl.Expr, day: pl.Expr) -> pl.Expr:
    return ((month == 1) & (day == 1)) | ((month == 12) & (day == 31))  # noqa: PLR2004 - 31 December
