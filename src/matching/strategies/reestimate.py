"""Re-estimate the weight table on a deposit, without labels: how often holders and their files err here.

Example:
    >>> done = reestimate(passages, open_register("register"), ProbabilisticSettings(), trust=500)
    >>> done.moved.head(2).select("trait", "level", "m_before", "m_after", "bits")
    >>> Path("table.toml").write_text(done.toml())

The table is then a setting of the strategy: ``weights = "table.toml"``.

How many passages are strangers' is estimated beside, and kept in the provenance alone: another file has others. The
setting ``presence = "file"`` of the strategy learns it from each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

import matching
from matching.identity.errors import InputError
from matching.linkage.em import Estimated, em, reestimated, shifts
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.values import bits
from matching.linkage.weights import STRATA, Weights, load_weights, weights_toml
from matching.register.folder import Register
from matching.strategies.lookups import Progress
from matching.strategies.probabilistic import search_passages
from matching.strategies.settings import ProbabilisticSettings

TRUST = 50
"""Pairs of each level, in each stratum, that the stored table stands for."""

_WORTH = 0.25  # bits: a smaller move changes no answer


@dataclass(frozen=True)
class Reestimated:
    """A table, and what made it.

    Attributes:
        weights: The new table.
        moved: ``trait, level, stratum, m_before, m_after, bits``, what matters most first: bits by the share of
            true pairs.
        found: What the file says.
        passages: By stratum.
    """

    weights: Weights
    moved: pl.DataFrame
    found: Estimated
    passages: tuple[int, int]

    def toml(self) -> str:
        """The table as a file that the settings can name."""
        return weights_toml(self.weights)


def reestimate(
    passages: pl.DataFrame,
    register: Register,
    settings: ProbabilisticSettings,
    *,
    trust: int = TRUST,
    source: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Reestimated:
    """The settings' weight table, moved by what the passages show.

    Args:
        passages: Contract PASSAGES; holders not given by their traits are left out.
        register: An opened register; its index is built beside it the first time.
        settings: Of the strategy: which table is moved, and how candidates are looked up.
        trust: Pairs of each level that the stored table stands for.
        source: What the caller knows of the deposit, for the provenance: its digest, the day.
        progress: Called as passages are done.

    Raises:
        InputError: no passage gives its holder by traits.
    """
    told = passages.filter(pl.col("branch") == "titulaire")
    if told.is_empty():
        raise InputError("linkage_report.nothing_to_learn", passages=passages.height)
    stored = load_weights(settings.weights)
    searched = search_passages(told, register, settings, progress)
    abroad = searched.queries.places.is_abroad
    values = bits(searched.queries, searched.index)
    persons = searched.index.frequencies.persons
    found = em(searched.found.candidates, values, abroad, persons, weights=stored, trust=float(trust))
    counts = (int((~abroad).sum()), int(abroad.sum()))
    provenance = _provenance(stored, register, found, counts) | {"trust": trust} | dict(source or {})
    table = reestimated(stored, found.m, f"{stored.name}+file", provenance)
    return Reestimated(table, _moved(stored, found), found, counts)


def _provenance(stored: Weights, register: Register, found: Estimated, counts: tuple[int, int]) -> dict[str, object]:
    facts: dict[str, object] = {
        "made_by": f"nirisation weights, nirisation {matching.__version__}",
        "stored": stored.name,
        "register": register.digest,
        "persons": register.persons,
    }
    for of, name in enumerate(STRATA):
        facts |= {f"passages_{name}": counts[of], f"true_pairs_{name}": round(found.true_pairs[of], 1)}
        facts[f"presence_{name}"] = round(found.presence[of], 4)
    return facts


def _moved(stored: Weights, found: Estimated) -> pl.DataFrame:
    """Every level that the file moves, what changes the weights of most true pairs first."""
    moves = shifts(stored.m, found.m)
    rows = [
        (trait, level.name, stratum, stored.m[of, rank, at], found.m[of, rank, at], moves[of, rank, at])
        for rank, trait in enumerate(TRAITS)
        for at, level in enumerate(LEVELS[trait])
        for of, stratum in enumerate(STRATA)
    ]
    frame = pl.DataFrame(rows, ["trait", "level", "stratum", "m_before", "m_after", "bits"], orient="row")
    matters = (pl.col("m_after") * pl.col("bits")).abs()
    return frame.filter(pl.col("bits").abs() >= _WORTH).sort(matters, descending=True, maintain_order=True)
