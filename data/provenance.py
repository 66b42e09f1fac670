"""What a rebuild script hands over: a table and where it comes from; and how both are written and compared.

A script ``data/build_<subject>.py`` declares the tables it knows how to build::

    TABLES: dict[str, Callable[[], Built]] = {"communes": communes}

and each function returns ``Built(frame, title=..., licence=..., origins=[Origin(SOURCE, "data/communes.json")])``.
``data/build.py`` does the rest.
"""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.sources import Source
from matching.reference._load import digest

SHIPPED = Path(__file__).parent.parent / "src" / "matching" / "reference" / "tables"
READ_ON = "2026-11-23"  # the day the packages were read; change it when a source changes


@dataclass(frozen=True)
class Origin:
    """One file of one package."""

    source: Source
    file: str


@dataclass(frozen=True)
class Built:
    """A rebuilt table with its provenance.

    Attributes:
        frame: The table, in its shipped row order.
        title: What one row is, in one sentence.
        licence: Licence of the table.
        origins: The files it was read from; empty for facts written by hand in the script.
        notes: What a reader must know: choices, estimates, cross-checks with their figures.
    """

    frame: pl.DataFrame
    title: str
    licence: str
    origins: Sequence[Origin] = ()
    notes: Sequence[str] = ()


def write(name: str, built: Built) -> None:
    """Write ``<name>.parquet`` and ``<name>.toml`` among the packaged tables."""
    SHIPPED.mkdir(exist_ok=True)
    path = SHIPPED / f"{name}.parquet"
    built.frame.write_parquet(path, compression="zstd", compression_level=19, statistics=False)
    (SHIPPED / f"{name}.toml").write_text(_record(built), encoding="utf-8")


def difference(name: str, built: Built) -> str | None:
    """Why the shipped table is not the rebuilt one; None when they are the same."""
    record = SHIPPED / f"{name}.toml"
    if not record.exists():
        return f"{name}: never shipped"
    shipped = tomllib.loads(record.read_text(encoding="utf-8"))
    rebuilt = tomllib.loads(_record(built))
    if digest(pl.read_parquet(SHIPPED / f"{name}.parquet")) != shipped["digest"]:
        return f"{name}: the shipped table is not the one its record describes"
    changed = sorted(key for key in shipped.keys() | rebuilt.keys() if shipped.get(key) != rebuilt.get(key))
    if changed:
        return f"{name}: {', '.join(changed)} changed; shipped {shipped['digest']}, rebuilt {rebuilt['digest']}"
    return None


def _record(built: Built) -> str:
    """The provenance record, as TOML."""
    head: dict[str, Any] = {
        "title": built.title,
        "licence": built.licence,
        "read_on": READ_ON,
        "rows": built.frame.height,
        "columns": built.frame.columns,
        "digest": digest(built.frame),
        "notes": list(built.notes),
    }
    lines = [f"{key} = {_toml(value)}" for key, value in head.items()]
    for origin in built.origins:
        source = origin.source
        lines += [
            "",
            "[[sources]]",
            f"registry = {_toml(source.registry)}",
            f"package = {_toml(source.package)}",
            f"version = {_toml(source.version)}",
            f"file = {_toml(origin.file)}",
            f"licence = {_toml(source.licence)}",
            f"sha256 = {_toml(source.sha256)}",
        ]
    return "\n".join(lines) + "\n"


def _toml(value: str | int | Sequence[str]) -> str:
    """A TOML value; JSON's strings and numbers are TOML's, long lists go one item per line."""
    if isinstance(value, list) and sum(map(len, value)) > 80:  # noqa: PLR2004 - about one line
        return "[\n" + "".join(f"    {_toml(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
