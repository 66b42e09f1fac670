"""Every packaged table is the one its record describes."""

import polars as pl
import pytest

from matching.reference._load import digest, load, names, provenance


def test_every_kind_of_fact_has_its_table():
    assert {"births", "born_abroad", "countries", "foreign_names", "foreign_towns", "given_names", "surnames"} <= set(
        names()
    )


@pytest.mark.parametrize("table", names())
def test_the_record_describes_the_table(table: str):
    record = provenance(table)
    frame = load(table)
    assert frame.height == record["rows"]
    assert frame.columns == record["columns"]
    assert digest(frame) == record["digest"]


@pytest.mark.parametrize("table", names())
def test_the_record_says_where_the_facts_come_from(table: str):
    record = provenance(table)
    assert record["title"]
    assert record["licence"]
    assert record["read_on"] >= "2026-11-23"
    assert record["notes"]
    for source in record.get("sources", []):
        assert source["package"]
        assert source["version"]
        assert source["licence"]
        assert len(source["sha256"]) == 64


def test_a_changed_value_changes_the_digest():
    births = load("births")
    changed = births.with_columns(pl.when(pl.col("year") == 1950).then(1).otherwise("births").alias("births"))
    assert digest(changed) != digest(births)
