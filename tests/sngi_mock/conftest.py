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


@pytest.fixture(scope="session")
def large_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 300,000 persons, large enough for the rarest cases and for counting homonyms."""
    folder = tmp_path_factory.mktemp("sngi") / "large"
    generate(folder, 300_000, 11)
    return folder


@pytest.fixture(scope="session")
def large(large_register: Path) -> pl.DataFrame:
    """Every person of it, once."""
    return pl.read_parquet(sorted(large_register.glob("*.parquet"))).filter(pl.col("kind") == "official")
