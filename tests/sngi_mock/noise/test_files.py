"""Golden rows: what each failure of a whole file makes of a record."""

import polars as pl
import pytest

from sngi_mock.noise.degrade import TRAITS
from sngi_mock.noise.files import FILE_ERRORS, parse_file_error
from tests.golden_rows import golden

ROWS = golden("noise_files.csv")


def record(text: str) -> dict[str, str | None]:
    """``birth_name=MARTIN;sex=F``; the other traits are unknown."""
    return {**dict.fromkeys(TRAITS), **dict(part.split("=") for part in text.split(";"))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['failure']}-{row['before']}")
def test_failure_gives_the_golden_record(row: dict[str, str]) -> None:
    rows = pl.DataFrame([record(row["before"])], schema=dict.fromkeys(TRAITS, pl.String))
    assert parse_file_error(row["failure"]).damage(rows).row(0, named=True) == record(row["after"])


def test_every_failure_has_a_golden_row() -> None:
    assert {row["failure"].split(":")[0] for row in ROWS} == {*FILE_ERRORS, "empty_column"}
