"""Splink, as well tuned as we can: its trainings, and the weight of every candidate pair.

Example:
    >>> register = prepared(open_register("register"), work)
    >>> model = train(submitted(passages), register)
    >>> score(model, submitted(passages), register).columns
    ['passage', 'person', 'weight_bits', 'given_name_bits']

Weights are in bits and without the prior: what agreeing and differing traits say, term frequencies included. A trained
model is Splink's own description of it, which its JSON holds.
"""

import logging
from math import log2
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.comparable import COLUMNS, IDENTITIES
from benchmarks.splink_settings import TERM_FREQUENCIES, settings

Trained = dict[str, Any]

TRAINED_ON = (
    ("core", "given", "given_second", "department"),  # dates
    ("date", "place"),  # names
    ("core", "given_first", "year"),  # places
)
"""Blocks of EM: each trains what it does not hold. Fewer columns, and namesakes and relatives pass for matches."""

RANDOM_PAIRS = 1e7
LEAST_M = 0.0005
CHUNKS = 2
"""Of the passages. In one piece Splink joins the whole register: as fast, and 9.6 GB where two pieces take 2.6."""

_LEFT, _RIGHT = "a_passages", "b_register"  # Splink puts the dataset that comes first in the alphabet on the left


def train(
    passages: pl.DataFrame, register: Path, labels: pl.DataFrame | None = None, random_pairs: float = RANDOM_PAIRS
) -> Trained:
    """A model whose m come from EM, or from labels when there are any, and whose u come from random pairs.

    Args:
        passages: ``comparable.submitted``.
        register: ``comparable.prepared``.
        labels: ``passage, unique_id``: the row of the register that each passage is.
        random_pairs: How many.
    """
    linker = _linker(passages, register, settings())
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=random_pairs, seed=1)
    if labels is None:
        for columns in TRAINED_ON:
            training.estimate_parameters_using_expectation_maximisation(
                _of_official_rows(columns), estimate_without_term_frequencies=True
            )
    else:
        pairs = labels.select(
            source_dataset_l=pl.lit(_LEFT),
            unique_id_l=pl.col("passage").cast(pl.Int64),
            source_dataset_r=pl.lit(_RIGHT),
            unique_id_r="unique_id",
        )
        table = linker.table_management.register_table(pairs.to_arrow(), "labels")
        training.estimate_m_from_pairwise_labels(table)
    return _with_floor(linker.misc.save_model_to_json())


def score(model: Trained, passages: pl.DataFrame, register: Path, least_bits: float | None = None) -> pl.DataFrame:
    """Every candidate person of every passage, by the best of their identities, ordered.

    Args:
        model: Trained.
        passages: ``comparable.submitted``.
        register: ``comparable.prepared``.
        least_bits: Leave out pairs that weigh less, which Splink then never stores; by default all are kept.

    Returns:
        ``passage, person, weight_bits, given_name_bits`` (the part of the given names in the weight).
    """
    linker = _linker(passages, register, model)
    _register_frequencies(linker, register)
    prior = model["probability_two_random_records_match"]
    threshold = None if least_bits is None else least_bits + log2(prior / (1 - prior))
    found = linker.inference.predict(
        threshold_match_weight=threshold, num_chunks_left=CHUNKS, num_chunks_right=1, warning_mode="never"
    )
    weights = [name for column in found.columns if (name := column.name.strip('"')).startswith("mw_")]
    of_given = " + ".join(name for name in weights if name.endswith(("given_name", "second_name")))
    whole = " + ".join(weights)
    best = linker.misc.query_sql(
        f"select unique_id_l::uinteger as passage, (unique_id_r // {IDENTITIES})::uinteger as person, "
        f"max({whole}) as weight_bits, arg_max({of_given}, ({whole}, unique_id_r)) as given_name_bits "
        f"from {found.physical_name} group by 1, 2"
    )
    return pl.DataFrame(best.as_pyarrow_table()).sort("passage", "person")


def _linker(passages: pl.DataFrame, register: Path, model: SettingsCreator | Trained) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.register("submitted", passages.select(COLUMNS).to_arrow())
    connection.execute(f"create table {_LEFT} as select * from submitted")
    files = (register / "*.parquet").as_posix()
    connection.execute(f"create view {_RIGHT} as select {', '.join(COLUMNS)} from read_parquet('{files}')")
    api = DuckDBAPI(connection=connection)
    tables = [api.register(name, dataset_display_name=name) for name in (_LEFT, _RIGHT)]
    return Linker(tables, model, log_level=None)


def _register_frequencies(linker: Linker, register: Path) -> None:
    """The frequencies of the register, counted once: a file of passages does not change them."""
    for column in TERM_FREQUENCIES:
        file = register / "frequencies" / f"{column}.parquet"
        if not file.is_file():
            file.parent.mkdir(exist_ok=True)
            rows = pl.scan_parquet(register / "*.parquet").select(column).drop_nulls()
            counted = rows.group_by(column).agg((pl.len() / rows.collect().height).alias(f"tf_{column}")).sort(column)
            counted.collect().write_parquet(file)
        table = linker.table_management.register_table(pl.read_parquet(file).to_arrow(), f"frequencies_{column}")
        linker.table_management.register_term_frequency_lookup(table, column)


def _with_floor(trained: Trained) -> Trained:
    """The same with no m below ``LEAST_M``: EM takes what it never saw for impossible, and one such trait vetoes."""
    for comparison in trained["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for level in levels:
            level["m_probability"] = max(level.get("m_probability") or 0.0, LEAST_M)
        total = sum(level["m_probability"] for level in levels)
        for level in levels:
            level["m_probability"] /= total
    return trained


def _of_official_rows(columns: tuple[str, ...]) -> str:
    """A block where each person is once: a usage name's row would teach that surnames often differ."""
    equal = (f"l.{column} = r.{column}" for column in columns)
    return " and ".join((*equal, f"r.unique_id % {IDENTITIES} = 0"))
