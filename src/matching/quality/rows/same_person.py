"""Which holders of a file are one person written in different ways, and which share a birth under two given names.

Example:
    >>> pairs_of_one_person(people).select("holder_a", "holder_b", "is_date_other").row(0)
    (12, 40, False)

Two holders are set side by side when they share nearly all of a person: surname and date, given name and date, both
names and the year, both names and the day. Then the rest must be close: a typing slip, half of a double name, an
initial, a usage name, two digits exchanged. What only looks alike by chance in a large file asks for the same place.
"""

from collections.abc import Sequence

import polars as pl

from matching.quality.finders import Finder, found
from matching.quality.rows.differences import with_differences
from matching.quality.rows.holders import DATE, Compared

_SURNAME_AND_DATE = ("core", *DATE)
_BLOCKS = (
    ("initial", *DATE),
    ("first", *DATE),
    ("core", "given_initial", "birth_year"),
    ("core", "given_initial", "birth_month", "birth_day"),
)
_CROSSED = (
    (("initial", "given_initial", *DATE), ("given_initial", "initial", *DATE)),  # names exchanged
    (("core", *DATE), ("usage", *DATE)),  # usage name for the birth name
)
_MOST_IN_BLOCK = 20
"""Different holders of one block beyond which nothing is compared: a default date, a filler name."""


def pairs_of_one_person(people: pl.DataFrame) -> pl.DataFrame:
    """Pairs of different holders who are one person.

    Args:
        people: ``Compared.people``.

    Returns:
        ``holder_a`` (the earlier) and ``holder_b``, sorted, with the columns of ``differences.with_differences``.
    """
    pairs = with_differences(_side_by_side(people), people.with_columns(namesakes=pl.len().over("core", "first")))
    surname, given, date, place, town = (
        pl.col(f"is_{trait}_same") for trait in ("surname", "given", "date", "place", "town")
    )
    near_surname, near_given = pl.col("is_surname_near"), pl.col("is_given_near") & ~pl.col("is_sex_other")
    slip, is_usage = pl.col("is_date_slip"), pl.col("a_is_usage") | pl.col("b_is_usage")
    not_elsewhere = ~pl.col("is_place_other")
    return pairs.filter(
        (surname & given & date)
        | (surname & given & slip & (town | (not_elsewhere & pl.col("are_alone"))))
        | (surname & given & pl.col("is_date_open") & place)
        | (surname & near_given & date)
        | (surname & near_given & slip & town)
        | (near_surname & given & date & not_elsewhere)
        | (near_surname & near_given & date & place)
        | (pl.col("is_surname_slip") & given & date)
        | (pl.col("is_surname_slip") & near_given & date & not_elsewhere)
        | (pl.col("is_surname_alike") & given & date & town)
        | (is_usage & near_given & date)
        | (pl.col("is_inverted") & date)
    )


def twins(compared: Compared) -> pl.DataFrame:
    """Holders of one surname and date whose given names have nothing in common: ``twins_or_copied``.

    Places that contradict each other make two people of one name, who are nothing to look at.
    """
    people = compared.people.with_columns(namesakes=pl.lit(0))
    pairs = with_differences(_in_order(_pairs_of(people, _SURNAME_AND_DATE, _SURNAME_AND_DATE)), people)
    alike = pairs.filter("is_surname_same", ~pl.col("is_place_other"), ~pl.col("is_given_near"), "has_both_given")
    other = alike.group_by(holder="holder_b").agg(pl.col("holder_a").min())
    other = other.join(compared.people.select(holder_a="holder", other="id_technique"), on="holder_a")
    asked = compared.rows.join(other, on="holder", maintain_order="left")
    return found(asked, [Finder("twins_or_copied", "given_name_1", pl.lit(value=True), detail=pl.col("other"))])


def _side_by_side(people: pl.DataFrame) -> pl.DataFrame:
    """Pairs to compare, each once: columns ``holder_a`` and ``holder_b``."""
    keyed = people.with_columns(initial=pl.col("core").str.head(1), given_initial=pl.col("given").str.head(1))
    blocks = [(block, block) for block in _BLOCKS]
    return _in_order(pl.concat(_pairs_of(keyed, *keys) for keys in (*blocks, *_CROSSED)))


def _pairs_of(people: pl.DataFrame, left_on: Sequence[str], right_on: Sequence[str]) -> pl.DataFrame:
    """Pairs that agree on some columns, none of them missing, in both directions."""
    a = _keyed(people, left_on)
    b = a if left_on == right_on else _keyed(people, right_on)
    return a.join(b, on="key", suffix="_b").select(holder_a="holder", holder_b="holder_b")


def _keyed(people: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """``holder`` and a hash of the columns, of those who have them all and are not too many to have the same."""
    told = people.select(
        "holder", *(pl.col(column).alias(str(rank)) for rank, column in enumerate(columns))
    ).drop_nulls()
    keys = told.select("holder", key=pl.struct(pl.exclude("holder")).hash())
    return keys.filter(pl.len().over("key") <= _MOST_IN_BLOCK)


def _in_order(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each pair of two different holders once, the earlier first, sorted."""
    apart = pairs.filter(pl.col("holder_a") != pl.col("holder_b"))
    low, high = (extreme("holder_a", "holder_b") for extreme in (pl.min_horizontal, pl.max_horizontal))
    return apart.select(holder_a=low, holder_b=high).unique().sort("holder_a", "holder_b")
