"""Splink on FEBRL4: names, birth date and, when they are given, the parts of an address; m by EM.

Example:
    >>> link(left, right).columns
    ['left', 'right', 'probability']
"""

import logging
from typing import Any

import duckdb
import polars as pl
import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

RANDOM_PAIRS = 1e7
BLOCKING = {
    "all": ("date_of_birth", "given_name", "surname", "postcode", "suburb", "address_1", "address_2"),
    "names": ("date_of_birth", "given_name", "surname"),
}
INVERTED = ("l.given_name = r.surname", "l.surname = r.given_name")
TRAINED_ON = {"all": (("date_of_birth",), ("postcode", "street_number")), "names": (("date_of_birth",), ("surname",))}


def link(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Pairs of records with their probability."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    kind = "all" if "postcode" in left.columns else "names"
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    tables = []
    for name, frame in (("a", left), ("b", right)):
        connection.register(f"{name}_in", frame.rename({"record": "unique_id"}).to_arrow())
        connection.execute(f"create table {name} as select * from {name}_in")
        tables.append(api.register(name, dataset_display_name=name))
    linker = Linker(tables, _settings(kind, left.height), log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for columns in TRAINED_ON[kind]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    found = pl.DataFrame(linker.inference.predict(warning_mode="never").as_pyarrow_table())
    return found.select(left="unique_id_l", right="unique_id_r", probability="match_probability")


def _settings(kind: str, records: int) -> SettingsCreator:
    comparisons = [_name("given_name", "surname"), _name("surname", "given_name"), _date()]
    if kind == "all":
        comparisons += [_text(column) for column in ("address_1", "address_2", "suburb")]
        comparisons += [_number(column) for column in ("street_number", "postcode")]
        comparisons.append(_comparison("state", cll.ExactMatchLevel("state")))
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[
            *(block_on(column) for column in BLOCKING[kind]),
            *map(CustomRule, INVERTED),
        ],
        probability_two_random_records_match=1 / records,
        retain_matching_columns=False,
    )


def _comparison(column: str, *levels: Any) -> CustomComparison:  # noqa: ANN401 - Splink's levels
    every = [cll.NullLevel(column), *levels, cll.ElseLevel()]
    return CustomComparison(output_column_name=column, comparison_levels=every)


def _name(column: str, other: str) -> CustomComparison:
    return _comparison(
        column,
        cll.ExactMatchLevel(column, term_frequency_adjustments=True),
        cll.CustomLevel(f"{column}_l = {other}_r"),
        cll.JaroWinklerLevel(column, 0.92),
        cll.JaroWinklerLevel(column, 0.8),
    )


def _text(column: str) -> CustomComparison:
    return _comparison(
        column,
        cll.ExactMatchLevel(column, term_frequency_adjustments=True),
        cll.JaroWinklerLevel(column, 0.9),
        cll.JaroWinklerLevel(column, 0.8),
    )


def _number(column: str) -> CustomComparison:
    return _comparison(
        column,
        cll.ExactMatchLevel(column, term_frequency_adjustments=True),
        cll.DamerauLevenshteinLevel(column, 1),
    )


def _date() -> CustomComparison:
    column = "date_of_birth"
    return _comparison(
        column,
        cll.ExactMatchLevel(column),
        cll.DamerauLevenshteinLevel(column, 1),
        cll.DamerauLevenshteinLevel(column, 2),
    )
