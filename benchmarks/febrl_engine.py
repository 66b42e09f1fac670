"""The project's engine on FEBRL4: one side becomes a register, the other the passages.

Names and birth date go through the engine as they are: index, candidates, levels, weights re-estimated on the file,
posterior. It knows no address, which French deposits do not hold; when addresses are compared, their parts are a few
more traits of this adapter: equal, near or different, weighed by the same expectation and maximisation.

Example:
    >>> link(left, right).columns
    ['left', 'right', 'probability']
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from matching.identity.frames import PASSAGES, REGISTER
from matching.linkage.candidates import expand, look_up
from matching.linkage.em import em, reestimated
from matching.linkage.pairs import Pairs
from matching.linkage.posterior import Prior, family_bits, shares
from matching.linkage.score import Scored, best_first, levels_of, trait_bits
from matching.linkage.values import bits
from matching.linkage.weights import load_weights
from matching.register.folder import open_register
from matching.register.shards import ShardWriter
from matching.strategies.index import LinkageIndex, open_index
from matching.strategies.queries import queries_of

Array = NDArray[Any]
ADDRESS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")
ALSO_COMPARED = (
    *(("date_of_birth",), ("surname",), ("given_name",)),
    *(("postcode", "street_number"), ("address_1",), ("suburb",), ("postcode",)),
)
"""Who shares these is compared too: with so few records and traits, one trait is enough to look at a pair."""

_BUCKET = 400
_ROUNDS = 6
_NEAR = 0.85  # Jaro-Winkler similarity
_RANDOM = 200_000  # pairs from which u is counted
_TRUST = 20.0
_MISSING, _SAME, _CLOSE, _OTHER = range(4)


def link(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Pairs of records with their probability."""
    with tempfile.TemporaryDirectory() as name:
        index = _index_of(left, Path(name) / "register")
        passages = _passages_of(right)
        queries = queries_of(passages, index)
        query, row = expand(look_up(queries, index, _BUCKET), (0, queries.size), queries, index)
        has_address = "postcode" in left.columns
        query, row = _with_neighbours(left, right, query, row, index)
        person = np.asarray(index.records["person"][row])
        levels = levels_of(Pairs(queries, index, query, row))
        scored = Scored(query, row, person, levels, np.zeros(query.size))
        values, abroad = bits(queries, index), queries.places.is_abroad
        # Nobody is absent here and nobody has a twin on the other side: the data set is made of copies.
        table = replace(load_weights(), presence=(0.99, 0.99), twin=1e-6)
        m = em(scored, values, abroad, left.height, weights=table, trust=_TRUST).m
        by_trait = trait_bits(levels, query, abroad, values, reestimated(table, m, "febrl", {}))
        extra = _address_bits(left, right, query, person, by_trait.sum(axis=1)) if has_address else np.zeros(query.size)
        # The address is one more column of evidence: ranks and shares then count it as any trait.
        ranked, by_trait = best_first(scored, np.column_stack([by_trait, extra]))
        prior = Prior(np.full(queries.size, table.presence[0]), table.twin, left.height)
        probability, _, _ = shares(ranked, family_bits(ranked, by_trait), prior)
    return pl.DataFrame(
        {
            "left": left["record"].gather(ranked.person),
            "right": right["record"].gather(ranked.query),
            "probability": probability,
        }
    )


def _index_of(records: pl.DataFrame, folder: Path) -> LinkageIndex:
    """The records as a register of as many persons, numbered in their order."""
    date = records["date_of_birth"].str.pad_start(8, "0")
    rows = pl.DataFrame(
        {
            "person": np.arange(records.height, dtype=np.uint32),
            "nir": pl.Series(["0" * 15]).new_from_index(0, records.height),
            "birth_name": records["surname"].fill_null(""),
            "given_names": records.select(pl.concat_list(pl.col("given_name").fill_null(""))).to_series(),
            "birth_year": date.str.slice(0, 4).cast(pl.Int16, strict=False).fill_null(0),
            "birth_month": date.str.slice(4, 2).cast(pl.Int8, strict=False),
            "birth_day": date.str.slice(6, 2).cast(pl.Int8, strict=False),
        }
    ).with_columns(status=pl.lit("alive"), kind=pl.lit("official"), sex=pl.lit("M"), birth_place=pl.lit("99999"))
    folder.mkdir(parents=True)
    writer = ShardWriter(folder)
    writer.add(
        rows.cast({name: REGISTER.columns[name] for name in rows.columns}).select(*REGISTER.columns),
        persons=records.height,
    )
    writer.describe({"simulated": True, "generator": "febrl"})
    return open_index(open_register(folder))


def _passages_of(records: pl.DataFrame) -> pl.DataFrame:
    date = records["date_of_birth"].str.pad_start(8, "0")
    told: dict[str, Any] = {
        "passage": np.arange(records.height, dtype=np.uint32),
        "id_technique": records["record"],
        "raw_birth_name": records["surname"],
        "raw_given_name_1": records["given_name"],
        "raw_birth_year": date.str.slice(0, 4),
        "raw_birth_month": date.str.slice(4, 2),
        "raw_birth_day": date.str.slice(6, 2),
        "birth_year": date.str.slice(0, 4).cast(pl.Int16, strict=False),
        "birth_month": date.str.slice(4, 2).cast(pl.Int8, strict=False),
        "birth_day": date.str.slice(6, 2).cast(pl.Int8, strict=False),
    }
    empty = PASSAGES.empty().clear(records.height)
    return empty.with_columns(**told).with_columns(place_kind=pl.lit("none").cast(PASSAGES.columns["place_kind"]))


def _with_neighbours(
    left: pl.DataFrame, right: pl.DataFrame, query: Array, row: Array, index: LinkageIndex
) -> tuple[Array, Array]:
    """The pairs, and those of ``ALSO_COMPARED``."""
    row_of = np.argsort(index.records["person"], kind="stable")
    sides = left.with_row_index("person"), right.with_row_index("query")
    known = [list(columns) for columns in ALSO_COMPARED if set(columns) <= set(left.columns)]
    found = [sides[0].join(sides[1], on=columns).select("query", "person") for columns in known]
    pairs = pl.concat(found)
    also = pairs["query"].to_numpy().astype(np.int64) << 32 | row_of[pairs["person"].to_numpy()]
    keys = np.unique(np.concatenate([query.astype(np.int64) << 32 | row, also]))
    return keys >> 32, (keys & 0xFFFFFFFF).astype(np.uint32)


def _address_bits(left: pl.DataFrame, right: pl.DataFrame, query: Array, person: Array, weight: Array) -> Array:
    """What the parts of the address add to each pair's weight, m by expectation and maximisation."""
    levels = _address_levels(left, right, query, person)
    random = np.random.default_rng(1)
    strangers = random.integers(right.height, size=_RANDOM), random.integers(left.height, size=_RANDOM)
    u = _shares(_address_levels(left, right, *strangers), np.ones(_RANDOM))
    m = np.tile([0.03, 0.75, 0.15, 0.07], (len(ADDRESS), 1))
    nobody = np.log2(left.height) - np.log2(0.99 / 0.01)
    for _ in range(_ROUNDS):
        added = np.log2(m / u)
        added[:, _MISSING] = 0
        extra = sum(added[rank, levels[:, rank]] for rank in range(len(ADDRESS)))
        odds = np.exp2(np.clip(weight + extra - nobody, -60, 60))
        share = odds / (1 + np.bincount(query, odds, right.height)[query])
        m = _shares(levels, share)
    return np.asarray(extra)


def _address_levels(left: pl.DataFrame, right: pl.DataFrame, query: Array, person: Array) -> Array:
    columns = []
    for name in ADDRESS:
        ours, theirs = right[name].fill_null("").gather(query), left[name].fill_null("").gather(person)
        alike = process.cpdist(ours.to_list(), theirs.to_list(), scorer=JaroWinkler.similarity)
        level = np.select([alike == 1, alike >= _NEAR], [_SAME, _CLOSE], _OTHER)
        missing = ((ours == "") | (theirs == "")).to_numpy()
        columns.append(np.where(missing, _MISSING, level))
    return np.stack(columns, axis=1)


def _shares(levels: Array, share: Array) -> Array:
    counts = np.stack([np.bincount(levels[:, rank], share, _OTHER + 1) for rank in range(len(ADDRESS))]) + 0.5
    told = counts.copy()
    told[:, _MISSING] = 0
    return np.asarray(counts / told.sum(axis=1, keepdims=True))
