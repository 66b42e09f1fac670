"""The near miss of a passage: who of the register came closest without being accepted, and what kept them out.

Who comes closest is told by the weights of the probabilistic strategy, whatever the strategy that is explained: most
strategies meet nobody where nothing is equal. What kept them out is told by the strategy itself. The passage is asked
again with every trait as the register has it but one: where the person is still not accepted, that trait as it was
sent is enough to refuse them.

Example:
    >>> miss = near_misses(passages, [None], open_register("register"), strategy("cdc"))[0]
    >>> miss.reason, miss.kept_out_by
    ('traits', ('given_names',))

It needs values of the register, so it is for simulated registers only. A miss holds levels; values only if asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from matching.identity.errors import UsageError
from matching.identity.frames import PASSAGES
from matching.linkage.levels import LEVELS, TRAITS
from matching.register.folder import Register
from matching.strategies.ladder import SENT, texts_sent
from matching.strategies.lookups import Progress, scan
from matching.strategies.probabilistic import Searched, search_passages
from matching.strategies.settings import ProbabilisticSettings
from matching.strategies.table import Strategy

Reason = Literal["traits", "together", "namesakes"]
"""Some traits are enough each; only several together are; none is: with all as registered, others have them too."""

_REGISTER = (
    "person", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_month", "birth_day", "birth_place"
)  # fmt: skip
_KNOWN = " known"  # after the name of a column that holds what the register would have said


def _given(rank: int) -> pl.Expr:
    return pl.col("given_names").list.get(rank, null_on_oob=True)


_SAID: Mapping[str, Mapping[str, pl.Expr]] = {
    "birth_name": dict.fromkeys(("raw_birth_name", "birth_name"), pl.col("birth_name")),
    "usage_name": dict.fromkeys(("raw_usage_name", "usage_name"), pl.col("usage_name")),
    "given_names": dict.fromkeys(("raw_given_name_1", "given_name_1"), _given(0)),
    "other_names": dict.fromkeys(("raw_given_name_2", "given_name_2"), _given(1))
    | dict.fromkeys(("raw_given_name_3", "given_name_3"), _given(2)),
    "sex": dict.fromkeys(("raw_sex", "sex"), pl.col("sex")),
    "birth_date": {
        f"{prefix}birth_{part}": pl.col(f"birth_{part}") for prefix in ("raw_", "") for part in ("year", "month", "day")
    },
    "birth_place": dict.fromkeys(("raw_insee_code", "place_code"), pl.col("birth_place"))
    | {"place_kind": pl.lit("insee")}
    | dict.fromkeys(
        ("raw_postal_code", "raw_place_label", "raw_country_code", "raw_country_label", "place_label", "country_code",
         "country_label"),
        pl.lit(None),
    ),
}  # fmt: skip
"""Trait → columns of PASSAGES that say it → what they would hold, had the holder been sent as the register has them."""


@dataclass(frozen=True)
class TraitMissed:
    """One trait of a near miss.

    Attributes:
        trait: Of ``ladder.SENT``.
        level: Name of the level it reached; its sentence is ``linkage.<trait>_<level>``.
        keeps_out: As it was sent, it is enough to refuse the person.
        sent: What the passage says.
        registered: What the register says; None unless asked for.
    """

    trait: str
    level: str
    keeps_out: bool
    sent: str | None
    registered: str | None


@dataclass(frozen=True)
class NearMiss:
    """Who came closest without being accepted.

    Attributes:
        traits: Trait by trait, in the order a reader expects.
        reason: What kept them out.
    """

    traits: tuple[TraitMissed, ...]
    reason: Reason

    @property
    def kept_out_by(self) -> tuple[str, ...]:
        """The traits that are each enough."""
        return tuple(one.trait for one in self.traits if one.keeps_out)


def near_misses(
    passages: pl.DataFrame,
    accepted: Sequence[int | None],
    register: Register,
    strategy: Strategy,
    *,
    reveal: bool = False,
    progress: Progress | None = None,
) -> list[NearMiss | None]:
    """The near miss of each passage; None where nobody else resembles it.

    Args:
        passages: Contract PASSAGES, holders given by their traits.
        accepted: The person that the strategy accepted for each, who is no miss.
        register: A simulated one; its index is built beside it the first time.
        strategy: The one to explain.
        reveal: Show the values of the register beside those sent.
        progress: Called while the index is built.

    Raises:
        UsageError: the register is not simulated.
    """
    if not register.simulated:
        raise UsageError("linkage_report.no_nearest", folder=str(register.folder))
    own = strategy.settings if isinstance(strategy.settings, ProbabilisticSettings) else ProbabilisticSettings()
    searched = search_passages(passages, register, _alone(own), progress)
    nearest = [_nearest(searched, row, person) for row, person in enumerate(accepted)]
    persons = [None if at is None else int(searched.found.candidates.person[at]) for at in nearest]
    near = passages.with_columns(near=pl.Series(persons, dtype=pl.UInt32)).drop_nulls("near")
    if near.is_empty():
        return [None] * passages.height
    both = near.join(_as_registered(near["near"], register), on="near", how="left", maintain_order="left")
    refused = _refused(both, register, strategy)
    rows = {row["passage"]: row for row in both.iter_rows(named=True)}
    return [
        None if at is None else _miss(_levels(searched, at), rows[passage], refused[passage], reveal=reveal)
        for passage, at in zip(passages["passage"], nearest, strict=True)
    ]


def _alone(settings: ProbabilisticSettings) -> ProbabilisticSettings:
    """Passages asked again and again tell nothing of how many holders are in the register."""
    return replace(settings, presence="table")


def _nearest(searched: Searched, row: int, accepted: int | None) -> int | None:
    """Position among the candidates of the best one of a passage who is not the person accepted."""
    candidates = searched.found.candidates
    others = np.flatnonzero((candidates.query == row) & (candidates.person != (-1 if accepted is None else accepted)))
    return int(others[0]) if others.size else None


def _levels(searched: Searched, at: int) -> dict[str, str]:
    """Trait → name of the level that a candidate reached."""
    levels = searched.found.candidates.levels[at]
    return {trait: LEVELS[trait][levels[TRAITS.index(trait)]].name for trait in SENT}


def _miss(
    levels: Mapping[str, str], row: Mapping[str, Any], refused: frozenset[str | None], *, reveal: bool
) -> NearMiss:
    sent = texts_sent(row)
    known = texts_sent({column: row[f"{column}{_KNOWN}"] for columns in SENT.values() for column in columns})
    has_namesakes = None in refused
    traits = tuple(
        TraitMissed(
            trait=trait,
            level=level,
            keeps_out=trait in refused and not has_namesakes,
            sent=sent[trait],
            registered=known[trait] if reveal else None,
        )
        for trait, level in levels.items()
    )
    return NearMiss(traits, "namesakes" if has_namesakes else "traits" if refused else "together")


def _refused(both: pl.DataFrame, register: Register, strategy: Strategy) -> dict[int, frozenset[str | None]]:
    """Passage → the traits which, the others being as registered, refuse the person; None = even with none as sent.

    Args:
        both: Contract PASSAGES with ``near``, the person, and the columns of ``_as_registered``.
        register: Where they are.
        strategy: That is asked.
    """
    kept: tuple[str | None, ...] = (None, *SENT)
    asked = pl.concat(
        both.with_columns(of="passage", kept=pl.lit(trait, pl.String), **_columns_but(trait)) for trait in kept
    )
    asked = asked.drop("passage").with_row_index("passage")
    settings = strategy.settings
    if isinstance(settings, ProbabilisticSettings):
        strategy = replace(strategy, settings=_alone(settings))
    decided = strategy.run(PASSAGES.check(asked).select(*PASSAGES.columns), register)
    told = asked.select("passage", "of", "kept", "near").join(decided.select("passage", "person"), on="passage")
    missed = told.filter(pl.col("person").ne_missing(pl.col("near")))
    found: dict[int, set[str | None]] = {passage: set() for passage in both["passage"]}
    for passage, trait in missed.select("of", "kept").iter_rows():
        found[passage].add(trait)
    return {passage: frozenset(traits) for passage, traits in found.items()}


def _as_registered(persons: pl.Series, register: Register) -> pl.DataFrame:
    """``near``, the person, and the columns of ``_SAID`` under the names of ``_KNOWN``."""
    wanted = pl.col("person").is_in(persons.unique().implode())
    rows = scan(register, _REGISTER, lambda shard: shard.filter(wanted)).sort("person", "kind", maintain_order=True)
    usage = rows.filter(pl.col("kind") == "usage").group_by("person").agg(usage_name=pl.col("birth_name").first())
    best = rows.unique("person", keep="first", maintain_order=True).join(usage, on="person", how="left")
    said = {
        f"{column}{_KNOWN}": value.cast(PASSAGES.columns[column])
        for columns in _SAID.values()
        for column, value in columns.items()
    }
    return best.select(pl.col("person").alias("near"), **said)


def _columns_but(kept: str | None) -> dict[str, pl.Expr]:
    """Every column that says a trait as the register has it, but those of the trait that is kept as it was sent."""
    return {
        column: pl.col(f"{column}{_KNOWN}") for trait, columns in _SAID.items() if trait != kept for column in columns
    }
