"""The measured number, its reference and its source; shares of a register's column and of a reference table.

Example:
    >>> Figure("people", "women", 0.489, 0.488, "insee_births").gap_points
    0.1
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from matching.reference import countries

Section = Literal[
    "size", "births", "births_by_year", "ages", "alive", "people", "abroad", "communes", "surnames",
    "surnames_by_decade", "given_names", "given_names_by_decade", "spelling", "homonyms", "bearers", "namesakes",
]  # fmt: skip
Source = Literal[
    "", "insee_births", "insee_surnames", "insee_given_names", "insee_abroad", "insee_countries", "ined_ages",
    "insee_twins", "insee_double_names", "assumption", "expected", "none",
]  # fmt: skip

ILE_DE_FRANCE_SPLIT = 1968
"""Codes 91 to 95 are the new départements around Paris since then; before, North Africa."""


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        section: What it belongs to.
        name: What is measured: a decade, a name, a country, or the key of a sentence.
        value: The register's, a share of 0..1, or a count (``is_count``).
        published: The reference in the same unit; None when there is none.
        source: Where the reference comes from: the key of a sentence.
        group: Divides a section: a decade, a sex.
        is_count: True for numbers of people.
    """

    section: Section
    name: str
    value: float
    published: float | None
    source: Source
    group: str = ""
    is_count: bool = False

    @property
    def gap_points(self) -> float | None:
        """Register minus reference, in percentage points; None for counts."""
        return None if self.published is None or self.is_count else 100 * (self.value - self.published)


Measure = Callable[[pl.LazyFrame], Iterable[Figure]]
"""Takes every identity of a register."""


def official(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Every person, once."""
    return rows.filter(pl.col("kind") == "official")


def born_here(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The people born in France."""
    return official(rows).filter(country().is_null())


def country() -> pl.Expr:
    """The country of birth as coded that day, 99xxx, of North Africa before independence too; null for France."""
    former = dict(countries.former_territories().select("department", "country").iter_rows())
    code = pl.col("birth_place")
    territory = code.str.slice(0, 2).replace_strict(former, default=None, return_dtype=pl.String)
    before = pl.when(pl.col("birth_year") < ILE_DE_FRANCE_SPLIT).then(territory)
    return pl.coalesce(before, pl.when(code.str.starts_with("99")).then(code))


def decade() -> pl.Expr:
    """The decade of birth: 1950 for 1950 to 1959."""
    return (pl.col("birth_year") // 10 * 10).cast(pl.Int64)


def first_name() -> pl.Expr:
    """The first given name."""
    return pl.col("given_names").list.first()


def means(frame: pl.LazyFrame, **of: pl.Expr) -> dict[str, float]:
    """The mean of each expression over the frame, 0 when it is empty."""
    return {name: value or 0.0 for name, value in frame.select(**of).mean().collect().row(0, named=True).items()}


def counted(frame: pl.LazyFrame, **keys: pl.Expr) -> pl.DataFrame:
    """How many rows have each combination of keys: the keys, then ``n``."""
    return (
        frame.group_by([key.alias(name) for name, key in keys.items()])
        .agg(n=pl.len().cast(pl.Int64))
        .collect(engine="streaming")
    )


def shares(table: pl.DataFrame, key: str, weight: str = "n") -> dict[str, float]:
    """The share of each value of a column, by value."""
    total = table.group_by(pl.col(key).cast(pl.String)).agg(pl.col(weight).sum()).sort(key)
    whole = float(total[weight].sum()) or 1.0
    return {value: each / whole for value, each in total.iter_rows()}
