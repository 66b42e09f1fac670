"""The communes of France through time, since 1943: what a code meant, which codes mean the same place.

Example:
    >>> from datetime import date
    >>> commune("75044", date(1960, 5, 1)).label
    'Levallois-Perret'
    >>> commune("75044", date(1970, 5, 1)) is None  # the commune has left the Seine for the Hauts-de-Seine
    True
    >>> sorted(same_place("75044", date(1970, 5, 1)))
    ['92044']
    >>> [c.code for c in find(label="levallois perret", on=date(1960, 5, 1))]
    ['75044']

An interval runs from ``start``, included, to ``end``, excluded; None leaves it open: no known beginning (the history
begins on 1943-01-01), still in force. A delegated or associated commune keeps the code of the commune it was, and is
not one: it is found through ``same_place``. Changes after 2019-01-01 are dated 1 January of the year that first shows
them, those of 2019 and 2020 both 2021-01-01, which may be up to two years late.

The arrondissements of Paris, Lyon and Marseille are places of their own (kind ``ARM``), beside their city
(``COM``): see ``arrondissements``. Codes 91 to 96 that a register gives to births in Algeria, Morocco and Tunisia
before independence are not communes of this table: see ``matching.reference.countries.former_territory``.

Source: INSEE's code officiel géographique as registry packages have it (see ``tables/communes.toml``), read
2026-11-23.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import polars as pl

from matching.reference._load import load

Kind = Literal["COM", "ARM"]


@dataclass(frozen=True)
class Commune:
    """A commune or municipal arrondissement under one code and one label, between two dates.

    Attributes:
        code: INSEE code, five characters.
        label: With accents and article, as INSEE writes it.
        kind: ``COM`` commune, ``ARM`` municipal arrondissement.
        start: First day; None = no known beginning.
        end: First day after; None = in force.
        departement: Two characters (``01``, ``2A``), three overseas (``974``).
        successors: Codes that hold the place from ``end`` on: itself after a change of name; empty while in force.
        postal_codes: Present postal codes; of a commune that is gone, its last ones, or those of what it became.
        population: Inhabitants in the last year that the sources give for the code, 2023 for a present commune; of
            a recoded commune, that of its new code; None for what disappeared before 2019.
    """

    code: str
    label: str
    kind: Kind
    start: date | None
    end: date | None
    departement: str
    successors: tuple[str, ...]
    postal_codes: tuple[str, ...]
    population: int | None

    def is_in_force(self, on: date) -> bool:
        """Whether the code had this label that day."""
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


def table() -> pl.DataFrame:
    """Every interval, ordered by code and date: the fields of ``Commune``, in that order."""
    return load("communes")


def links() -> pl.DataFrame:
    """Every change of code: ``before``, ``after``, ``date``, ``relation``.

    The relation is ``recoded`` (same territory, ``before`` ends), ``merged`` (``before`` ends and lies in ``after``)
    or ``restored`` (``after`` comes out of ``before``, which may go on).
    """
    return load("commune_links")


def same_place_pairs() -> pl.DataFrame:
    """Two codes that can be given for the same birth: ``code``, ``other``, ``relation``, ``since``, ``until``.

    Each pair stands in both directions. The relation says what ``code`` is to ``other``: ``recoded`` (the same
    territory under another code), ``within`` (``other`` took it in at some time), ``contains`` (the reverse).
    Communes merged into the same third one are not the same place, nor are two that never lay in each other at one
    time. ``code`` may stand for ``other`` for births from ``since``, included, to ``until``, excluded (null = no
    limit), when ``other`` was in force: Tourlaville, merged in 2016, stands for Cherbourg from then on only, but
    Cherbourg of today stands for Tourlaville before.
    """
    return load("same_places")


def postal_codes() -> pl.DataFrame:
    """Which communes a postal code serves: ``postal_code``, ``code``, ``label`` as the post writes it.

    Paris, Lyon and Marseille are given by arrondissement. Communes that are gone are there with their last postal
    codes. No Cedex.
    """
    return load("postal_codes")


@cache
def arrondissements() -> pl.DataFrame:
    """The 45 municipal arrondissements: ``city_code`` (75056, 69123, 13055), ``arrondissement_code``."""
    city = {"75": "75056", "69": "69123", "13": "13055"}
    found = table().filter(pl.col("kind") == "ARM").select(arrondissement_code="code")
    return found.select(
        city_code=pl.col("arrondissement_code").str.head(2).replace_strict(city),
        arrondissement_code="arrondissement_code",
    )


def commune(code: str, on: date) -> Commune | None:
    """What the code meant that day; None when it was not in force."""
    return next(_in_force(_rows_of_code().get(code, ()), on), None)


def find(
    *, label: str | None = None, postal_code: str | None = None, departement: str | None = None, on: date
) -> list[Commune]:
    """The communes in force that day that fit everything given, ordered by code.

    Args:
        label: Compared without accents, case and punctuation.
        postal_code: Present or last postal code.
        departement: Of that day: ``75`` for Levallois in 1960.
        on: The day, usually a date of birth.
    """
    fits: list[Iterable[int]] = []
    if label is not None:
        fits.append(_rows_of_label().get(comparable(label), ()))
    if postal_code is not None:
        fits.append(row for code in _codes_of_postal_code().get(postal_code, ()) for row in _rows_of_code()[code])
    if departement is not None:
        fits.append(_rows_of_departement().get(departement, ()))
    rows = sorted(set.intersection(*map(set, fits))) if fits else range(table().height)
    return list(_in_force(rows, on))


def predecessors(code: str, on: date) -> frozenset[str]:
    """Codes that directly gave this one, up to that day included."""
    return frozenset(before for day, before in _links_by("after", "before").get(code, ()) if day <= on)


def successors(code: str, on: date) -> frozenset[str]:
    """Codes that this one directly gave, after that day."""
    return frozenset(after for day, after in _links_by("before", "after").get(code, ()) if day > on)


def same_place(code: str, on: date) -> frozenset[str]:
    """Every code in force that day for the place that ``code``, a code of any time, designates.

    It may be several: a commune of today stands for all those it took in; and none, for an unknown code.
    """
    then = [other for other, since, until in _same_places().get(code, ()) if since <= on < until]
    return frozenset(c for c in (code, *then) if commune(c, on))


def departement(code: str, on: date) -> str:
    """The département of a place on a day: ``75`` for 92044 in 1960, ``2A`` for 20004 today, ``99`` abroad.

    A code that was not in force that day is first replaced by those of the same place that were; when they do not
    agree, or when the code is unknown, the answer is the code's own département. A register's 91 to 94 before
    1962-07-05, 95 before 1956-03-02 and 96 before 1956-03-20 mean Algeria, Morocco and Tunisia; as the codes of the
    Île-de-France start in 1968, ask ``matching.reference.countries.former_territory`` first for a register's code.
    """
    if commune(code, on) is None:
        found = {departement_of(other) for other in same_place(code, on)}
        if len(found) == 1:
            return found.pop()
    return departement_of(code)


def departement_of(code: str) -> str:
    """The département written in a code: its first two characters, three overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def comparable(label: str) -> str:
    """A label without accents, case and punctuation: ``L'Haÿ-les-Roses`` → ``L HAY LES ROSES``."""
    return str(pl.select(comparable_label(pl.lit(label))).item())


def comparable_label(column: pl.Expr) -> pl.Expr:
    """The same for a column of labels."""
    return (
        column.str.to_uppercase()
        .str.replace_many({"Œ": "OE", "Æ": "AE"})
        .str.normalize("NFKD")
        .str.replace_all(r"\p{Mn}", "")
        .str.replace_all("[^A-Z0-9]+", " ")
        .str.strip_chars()
    )


def _in_force(rows: Iterable[int], on: date) -> Iterator[Commune]:
    return (found for row in rows if (found := _commune(row)).is_in_force(on))


@cache
def _commune(row: int) -> Commune:
    values = table().row(row, named=True)
    return Commune(**values | {name: tuple(values[name]) for name in ("successors", "postal_codes")})


@cache
def _rows_of_code() -> dict[str, tuple[int, ...]]:
    return _rows_by(pl.col("code"))


@cache
def _rows_of_label() -> dict[str, tuple[int, ...]]:
    return _rows_by(comparable_label(pl.col("label")))


@cache
def _rows_of_departement() -> dict[str, tuple[int, ...]]:
    return _rows_by(pl.col("departement"))


def _rows_by(key: pl.Expr) -> dict[str, tuple[int, ...]]:
    grouped = table().with_row_index("row").group_by(key.alias("key")).agg("row")
    return {k: tuple(rows) for k, rows in grouped.iter_rows()}


@cache
def _codes_of_postal_code() -> dict[str, list[str]]:
    return dict(postal_codes().group_by("postal_code").agg("code").iter_rows())


@cache
def _same_places() -> dict[str, list[tuple[str, date, date]]]:
    pairs = same_place_pairs().with_columns(pl.col("since").fill_null(date.min), pl.col("until").fill_null(date.max))
    return _grouped(pairs, "code", "other", "since", "until")


@cache
def _links_by(key: str, value: str) -> dict[str, list[tuple[date, str]]]:
    return _grouped(links(), key, "date", value)


def _grouped(frame: pl.DataFrame, key: str, *values: str) -> dict[str, list[Any]]:
    """Key → its rows, as tuples of the values."""
    found = frame.group_by(key).agg(values)
    return {row[0]: list(zip(*row[1:], strict=True)) for row in found.iter_rows()}
