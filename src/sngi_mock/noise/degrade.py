"""Apply the catalogue to true records: the damaged records, and the log that is the truth.

Example:
    >>> degraded = degrade(records, parse_profile("typical"), seed=7)
    >>> degraded.log.columns
    ['passage', 'error', 'trait', 'before', 'after', 'only_in_table']

Errors are not independent: one record in ten is *careless* and takes each error that matters at five times its rate,
the others less, so that the mean holds. Each type draws its numbers for every record from a stream of its own, keyed
by its id: adding or changing a type leaves the draws of the others as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import UsageError
from sngi_mock.noise.catalogue import CATALOGUE, LEFT_OUT, PASSAGE_ERRORS, PROFILES, STRANGER, ErrorType, RecordError
from sngi_mock.noise.households import RELATIVE
from sngi_mock.randomness import Floats, Ints, stream

TRAITS = (
    *("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "sex"),
    *("birth_year", "birth_month", "birth_day", "place_kind", "place_code", "place_label"),
    *("country_code", "country_label"),
)
"""Columns of PASSAGES that an error may change."""

CONTEXT = (*RELATIVE, "former_name")
"""What errors take from elsewhere: traits of a relative, the surname before a change; null where there is none."""

CARELESS_SHARE, CARELESS_FACTOR, HIGHEST_RATE = 0.10, 5, 0.95

_LOG = {
    "passage": pl.UInt32,
    **dict.fromkeys(("error", "trait", "before", "after"), pl.String),
    "only_in_table": pl.Boolean,
}
_DRAWS = ("u1", "u2", "u3")


@dataclass(frozen=True)
class Profile:
    """How much of each error: a profile of the catalogue, none at all, or some types on every eligible record.

    Attributes:
        name: none, clean, typical, poor, ocr, or ``single:E07,E24``.
        only: Types of a ``single`` profile; None for every type of the catalogue.
        strangers: Rates of strangers that stand for the profile's, born in France then abroad; None for the profile's.
    """

    name: str
    only: frozenset[str] | None = None
    strangers: tuple[float, float] | None = None

    def rates(self, error: ErrorType) -> tuple[float, float]:
        """Rate of people born in France, then abroad."""
        if self.strangers is not None and error is STRANGER:
            return self.strangers
        asked = self.only or ()
        if self.strangers is not None and error is LEFT_OUT and error.id not in asked:
            return error.rates("typical")
        if self.only is not None:
            return (1.0, 1.0) if error.id in self.only else (0.0, 0.0)
        return error.rates(self.name)


@dataclass(frozen=True)
class Tally:
    """How often a type was applied.

    Attributes:
        eligible: Records that it would change.
        expected: Sum of their rates.
        applied: Records that it did change.
    """

    eligible: int
    expected: float
    applied: int


@dataclass(frozen=True)
class Degraded:
    """What the errors made of records.

    Attributes:
        records: The records as given, damaged: what a deposit file can carry.
        table: The same as text, with the errors that only a table can carry.
        log: One row per changed trait, in order of application: passage, error, trait, before, after (as text),
            and whether the change is in ``table`` alone.
        tallies: Of each type that the profile asks for.
    """

    records: pl.DataFrame
    table: pl.DataFrame
    log: pl.DataFrame
    tallies: Mapping[str, Tally]


def parse_profile(text: str) -> Profile:
    """The profile of ``none``, ``clean``, ``typical``, ``poor``, ``ocr`` or ``single:E07,E24``.

    Raises:
        UsageError: no such profile or error type.
    """
    if text == "none":
        return Profile(text, frozenset())
    if text in PROFILES:
        return Profile(text)
    kind, _, ids = text.partition(":")
    if kind != "single" or not ids:
        raise UsageError("sngi_mock.unknown_profile", profile=text, profiles=", ".join(("none", *PROFILES)))
    wanted = [each.strip() for each in ids.split(",")]
    known = [error.id for error in (*CATALOGUE, *PASSAGE_ERRORS)]
    for each in wanted:
        if each not in known:
            raise UsageError("sngi_mock.unknown_error", error=each, errors=", ".join(sorted(known)))
    return Profile(text, frozenset(wanted))


def degrade(records: pl.DataFrame, profile: Profile, seed: int, same_as: Ints | None = None) -> Degraded:
    """Damage the records, type by type in the catalogue's order.

    Args:
        records: ``passage`` and the traits, with the types of the PASSAGES contract, true values; then the columns of
            ``CONTEXT``, left out of what is returned.
        profile: How much of each error.
        seed: Of the draw.
        same_as: For each record, the rank of the one whose numbers it takes: the same passage sent twice has the
            same errors. Its own by default.
    """
    ranks = np.arange(records.height) if same_as is None else same_as
    abroad = records.select(born_abroad()).to_series()
    careless = (stream(seed, "noise", "careless").random(records.height) < CARELESS_SHARE)[ranks]
    run = _Run(profile, seed, ranks, abroad.to_numpy(), careless)
    typed = run.apply(records.with_columns(abroad=abroad), only_in_table=False).drop("abroad", *CONTEXT)
    table = run.apply(typed.with_columns(pl.col(TRAITS).cast(pl.String)), only_in_table=True)
    # Stable: the changes of a passage stay in the order in which they were made.
    log = pl.concat(run.logs or [pl.DataFrame(schema=_LOG)]).sort("passage", maintain_order=True)
    return Degraded(typed, table, log, run.tallies)


def born_abroad() -> pl.Expr:
    """True for a record of a person born outside France: the country is given."""
    return pl.col("country_code").is_not_null()


def changes(error: str, before: pl.DataFrame, after: pl.DataFrame, *, only_in_table: bool) -> pl.DataFrame:
    """The log of one type: a row for each trait that changed."""
    logs = [
        before.select(
            "passage",
            error=pl.lit(error),
            trait=pl.lit(trait),
            before=pl.col(trait).cast(pl.String),
            after=pl.lit(after[trait].cast(pl.String)),
            only_in_table=pl.lit(only_in_table),
        ).filter(pl.col("before").ne_missing(pl.col("after")))
        for trait in _changed_traits(before, after)
    ]
    return pl.concat([pl.DataFrame(schema=_LOG), *logs])


def _changed_traits(before: pl.DataFrame, after: pl.DataFrame) -> list[str]:
    """The traits that are not the same in every row."""
    return [trait for trait in TRAITS if not after[trait].equals(before[trait])]


class _Run:
    """One draw: what is the same for every type, and what they leave behind."""

    def __init__(
        self, profile: Profile, seed: int, ranks: Ints, abroad: NDArray[np.bool_], is_careless: NDArray[np.bool_]
    ) -> None:
        self._profile, self._seed, self._ranks = profile, seed, ranks
        self._abroad, self._is_careless = abroad, is_careless
        self.logs: list[pl.DataFrame] = []
        self.tallies: dict[str, Tally] = {}

    def apply(self, rows: pl.DataFrame, *, only_in_table: bool) -> pl.DataFrame:
        """The rows damaged by the types that only a table can carry, or by all the others."""
        for error in CATALOGUE:
            if error.only_in_table == only_in_table:
                rate = self._rate_of_each(error)
                rows = self._damaged(rows, error, rate) if rate.any() else rows
        return rows

    def _damaged(self, rows: pl.DataFrame, error: RecordError, rate: Floats) -> pl.DataFrame:
        draws = stream(self._seed, "noise", error.id).random((rows.height, 1 + len(_DRAWS)))[self._ranks]
        eligible = rows.select(error.eligible().fill_null(value=False)).to_series().to_numpy()
        picked = np.flatnonzero(eligible & (draws[:, 0] < rate))
        self.tallies[error.id] = Tally(int(eligible.sum()), float(rate[eligible].sum()), picked.size)
        before = rows[picked]
        after = error.damage(before.with_columns(pl.Series(u, draws[picked, 1 + k]) for k, u in enumerate(_DRAWS)))
        self.logs.append(changes(error.id, before, after, only_in_table=error.only_in_table))
        return rows.with_columns(rows[trait].scatter(picked, after[trait]) for trait in _changed_traits(before, after))

    def _rate_of_each(self, error: RecordError) -> Floats:
        """The rate of each record; the mean over careless and careful records is the type's."""
        here, there = self._profile.rates(error)
        rate: Floats = np.where(self._abroad, there, here)
        if error.harmless or self._profile.only is not None:
            return rate
        careless = np.maximum(np.minimum(CARELESS_FACTOR * rate, HIGHEST_RATE), rate)
        careful = (rate - CARELESS_SHARE * careless) / (1 - CARELESS_SHARE)
        return np.asarray(np.where(self._is_careless, careless, careful))
