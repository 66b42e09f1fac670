"""Apply the catalogue to true records: the damaged records, and the log that is the truth.

Example:
    >>> degraded = degrade(records, parse_profile("typical"), seed=7)
    >>> degraded.log.columns
    ['passage', 'error', 'trait', 'before', 'after']

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
from sngi_mock.noise.catalogue import CATALOGUE, PROFILES, STRANGER, ErrorType, by_id
from sngi_mock.randomness import Floats, stream

TRAITS = (
    *("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3", "sex"),
    *("birth_year", "birth_month", "birth_day", "place_kind", "place_code", "place_label"),
    *("country_code", "country_label"),
)
"""Columns of PASSAGES that an error may change."""

CARELESS_SHARE, CARELESS_FACTOR, HIGHEST_RATE = 0.10, 5, 0.95

_LOG = {"passage": pl.UInt32, "error": pl.String, "trait": pl.String, "before": pl.String, "after": pl.String}
_DRAWS = ("u1", "u2", "u3")


@dataclass(frozen=True)
class Profile:
    """How much of each error: a profile of the catalogue, none at all, or some types on every eligible record.

    Attributes:
        name: none, clean, typical, poor, or ``single:E07,E24``.
        only: Types of a ``single`` profile; None for every type of the catalogue.
    """

    name: str
    only: frozenset[str] | None = None

    def rates(self, error: ErrorType) -> tuple[float, float]:
        """Rate of people born in France, then abroad."""
        if self.only is not None:
            return (1.0, 1.0) if error.id in self.only else (0.0, 0.0)
        return error.rates(self.name)


@dataclass(frozen=True)
class Degraded:
    """What the errors made of records.

    Attributes:
        records: The records as given, damaged.
        log: One row per changed trait, in order of application: passage, error, trait, before, after (as text).
        tallies: Type → records that were eligible, records expected to be damaged, records damaged.
    """

    records: pl.DataFrame
    log: pl.DataFrame
    tallies: Mapping[str, tuple[int, float, int]]


def parse_profile(text: str) -> Profile:
    """The profile of ``none``, ``clean``, ``typical``, ``poor`` or ``single:E07,E24``.

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
    for each in wanted:
        if each not in by_id() and each != STRANGER:
            raise UsageError("sngi_mock.unknown_error", error=each, errors=", ".join([*by_id(), STRANGER]))
    return Profile(text, frozenset(wanted))


def degrade(records: pl.DataFrame, profile: Profile, seed: int) -> Degraded:
    """Damage the records, type by type in the catalogue's order.

    Args:
        records: ``passage`` and the traits, with the types of the PASSAGES contract; true values.
        profile: How much of each error.
        seed: Of the draw.
    """
    abroad = records.select(born_abroad()).to_series()
    damaged = records.with_columns(abroad.alias("abroad"))
    is_careless = stream(seed, "noise", "careless").random(records.height) < CARELESS_SHARE
    logs: list[pl.DataFrame] = []
    tallies: dict[str, tuple[int, float, int]] = {}
    for error in CATALOGUE:
        rate = _rate_of_each(error, profile, abroad.to_numpy(), is_careless)
        if not rate.any():
            continue
        draws = stream(seed, "noise", error.id).random((records.height, 1 + len(_DRAWS)))
        eligible = damaged.select(error.eligible().fill_null(value=False)).to_series().to_numpy()
        picked = np.flatnonzero(eligible & (draws[:, 0] < rate))
        tallies[error.id] = (int(eligible.sum()), float(rate[eligible].sum()), picked.size)
        before = damaged[picked]
        after = error.damage(before.with_columns(pl.Series(u, draws[picked, 1 + k]) for k, u in enumerate(_DRAWS)))
        logs += [_changes(error.id, before, after)]
        damaged = damaged.with_columns(
            damaged[trait].scatter(picked, after[trait]) for trait in TRAITS if not after[trait].equals(before[trait])
        )
    # Stable: the changes of a passage stay in the order in which they were made.
    log = pl.concat(logs).sort("passage", maintain_order=True) if logs else pl.DataFrame(schema=_LOG)
    return Degraded(damaged.drop("abroad"), log, tallies)


def born_abroad() -> pl.Expr:
    """True for a record of a person born outside France: the country is given."""
    return pl.col("country_code").is_not_null()


def _rate_of_each(
    error: ErrorType, profile: Profile, abroad: NDArray[np.bool_], is_careless: NDArray[np.bool_]
) -> Floats:
    """The rate of each record; the mean over careless and careful records is the type's."""
    here, there = profile.rates(error)
    rate: Floats = np.where(abroad, there, here)
    if error.harmless or profile.only is not None:
        return rate
    careless = np.maximum(np.minimum(CARELESS_FACTOR * rate, HIGHEST_RATE), rate)
    careful = (rate - CARELESS_SHARE * careless) / (1 - CARELESS_SHARE)
    return np.asarray(np.where(is_careless, careless, careful))


def _changes(error: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The log of one type: a row for each trait that changed."""
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "passage": before["passage"],
                    "error": pl.Series([error], dtype=pl.String).new_from_index(0, before.height),
                    "trait": pl.Series([trait], dtype=pl.String).new_from_index(0, before.height),
                    "before": before[trait].cast(pl.String),
                    "after": after[trait].cast(pl.String),
                },
                schema=_LOG,
            ).filter(pl.col("before").ne_missing(pl.col("after")))
            for trait in TRAITS
        ]
    )
