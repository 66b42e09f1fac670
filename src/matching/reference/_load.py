"""Read a packaged table once, at first use.

Each ``tables/<name>.parquet`` stands beside ``tables/<name>.toml``, its provenance: source, package and version,
date read, licence, rows and a digest of the content.
"""

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

_TABLES = resources.files("matching.reference") / "tables"


@cache
def load(name: str) -> pl.DataFrame:
    """The packaged table of that name. Do not modify it: it is shared."""
    return pl.read_parquet((_TABLES / f"{name}.parquet").read_bytes())


@cache
def provenance(name: str) -> dict[str, Any]:
    """Where the table comes from: title, sources, read_on, licence, rows, digest, notes."""
    return tomllib.loads((_TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every packaged table."""
    return sorted(e.name.removesuffix(".toml") for e in _TABLES.iterdir() if e.name.endswith(".toml"))


def digest(frame: pl.DataFrame) -> str:
    """A digest of the content, independent of Parquet's encoding, compression and version."""
    ordered = frame.select(sorted(frame.columns))
    lists = [column for column, dtype in ordered.schema.items() if isinstance(dtype, pl.List)]
    flat = ordered.with_columns(pl.col(column).list.join("|") for column in lists)
    return "blake2b:" + hashlib.blake2b(flat.write_csv().encode(), digest_size=16).hexdigest()
