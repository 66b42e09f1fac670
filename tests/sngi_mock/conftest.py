"""One register and one draw for every test that only reads."""

from pathlib import Path

import polars as pl
import pytest

from sngi_mock.population.generate import generate

SIZE, SEED = 100_000, 7


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 100,000 persons in three shards."""
    folder = tmp_path_factory.mktemp("sngi") / "register"
    generate(folder, SIZE, SEED, shard_size=40_000)
    return folder


@pytest.fixture(scope="session")
def rows(register: Path) -> pl.DataFrame:
    """Every identity of the register."""
    return pl.read_parquet(sorted(register.glob("*.parquet")))


@pytest.fixture(scope="session")
def people(rows: pl.DataFrame) -> pl.DataFrame:
    """Every person, once."""
    return rows.filter(pl.col("kind") == "official")
