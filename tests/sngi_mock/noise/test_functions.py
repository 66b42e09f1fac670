"""Golden rows: what each error function makes of a record, given its uniform numbers."""

import csv
from pathlib import Path

import polars as pl
import pytest

from matching.identity.frames import PASSAGES
from sngi_mock.noise.catalogue import CATALOGUE
from sngi_mock.noise.degrade import CONTEXT, TRAITS

GOLDEN = Path(__file__).parents[2] / "golden" / "noise.csv"
ROWS = list(csv.DictReader(GOLDEN.read_text(encoding="utf-8").splitlines()))
BY_ID = {error.id: error for error in CATALOGUE}
SCHEMA = {
    trait: PASSAGES.columns[trait.removeprefix("relative_").replace("former", "birth")] for trait in (*TRAITS, *CONTEXT)
}


def record(before: dict[str, str], row: dict[str, str]) -> pl.DataFrame:
    """One record: only the traits that the golden row names are known."""
    values = pl.DataFrame({trait: [before.get(trait)] for trait in SCHEMA}, schema=dict.fromkeys(SCHEMA, pl.String))
    values = values if BY_ID[row["error"]].only_in_table else values.cast(SCHEMA)
    drawn = {name: pl.lit(float(row[name] or 0)) for name in ("u1", "u2")}
    return values.with_columns(**drawn, u3=pl.lit(0.0), abroad=pl.col("country_code").is_not_null())


def traits(text: str) -> dict[str, str]:
    """``birth_name=LE GALL;sex=F`` as a mapping."""
    return dict(part.split("=") for part in text.split(";"))


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['error']}-{row['before']}-{row['u1']}" for row in ROWS])
def test_error_gives_the_golden_record(row: dict[str, str]) -> None:
    error, before = BY_ID[row["error"]], traits(row["before"])
    frame = record(before, row)
    assert frame.select(error.eligible().fill_null(value=False)).item() == bool(row["after"])
    if row["after"]:
        expected = {**dict.fromkeys(TRAITS), **traits(row["after"])}
        found = error.damage(frame).select(pl.col(list(TRAITS)).cast(pl.String)).row(0, named=True)
        assert found == {trait: value or None for trait, value in expected.items()}


def test_every_type_has_a_golden_row() -> None:
    assert {row["error"] for row in ROWS} == {error.id for error in CATALOGUE}
