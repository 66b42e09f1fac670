"""Write a register: its shards, then ``register.toml``, in a folder that takes its name once it is whole.

Example:
    >>> with partial_folder(folder) as partial:
    ...     shards = ShardWriter(partial)
    ...     shards.add(rows, persons=1200)
    ...     shards.describe({"simulated": False}, persons=1200)
    ...     take_name(partial, folder)

The generator and the conversion of a user's own extract both write so: a work that is killed leaves no register, and a
register that exists is only replaced by a whole one.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from matching.identity.frames import REGISTER, REGISTER_CONTRACT_VERSION, REGISTER_FILE


class ShardWriter:
    """Writes the shards of a register to a folder, then ``register.toml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shards: list[dict[str, Any]] = []
        self._digest = hashlib.blake2b(digest_size=16)

    @property
    def count(self) -> int:
        """Shards written so far."""
        return len(self._shards)

    def add(self, rows: pl.DataFrame, *, persons: int) -> None:
        """Write the next shard.

        Raises:
            ContractError: the rows are not of the REGISTER contract.
        """
        file = self.folder / f"register-{self.count:05d}.parquet"
        REGISTER.check(rows).write_parquet(file, compression="zstd", compression_level=1, statistics=False)
        content = file.read_bytes()
        self._digest.update(content)
        self._shards.append(
            {
                "file": file.name,
                "persons": persons,
                "rows": rows.height,
                "digest": "blake2b:" + hashlib.blake2b(content, digest_size=16).hexdigest(),
            }
        )

    def describe(self, facts: Mapping[str, Any], *, persons: int | None = None) -> None:
        """Write ``register.toml``.

        Args:
            facts: What the writer says of itself: simulated, generator, seed.
            persons: In all; the sum over the shards by default, too many where a person stands in two of them.
        """
        description = {
            "contract": REGISTER_CONTRACT_VERSION,
            **facts,
            "persons": sum(shard["persons"] for shard in self._shards) if persons is None else persons,
            "rows": sum(shard["rows"] for shard in self._shards),
            "digest": "blake2b:" + self._digest.hexdigest(),
            "shards": self._shards,
        }
        (self.folder / REGISTER_FILE).write_text(to_toml(description), encoding="utf-8")


def to_toml(values: Mapping[str, Any]) -> str:
    """A mapping of strings, numbers and booleans, of mappings and of lists of mappings of these, as TOML."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if _is_plain(value)]
    for key, value in values.items():
        for table in [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []:
            header = f"[{key}]" if isinstance(value, Mapping) else f"[[{key}]]"
            lines += ["", header, to_toml(table).rstrip("\n")]
    return "\n".join(lines) + "\n"


def _is_plain(value: object) -> bool:
    return not isinstance(value, Mapping | list)


@contextmanager
def partial_folder(folder: Path) -> Iterator[Path]:
    """A folder beside the target to write to, gone at the end; that of a work that was killed is emptied."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def take_name(partial: Path, folder: Path) -> None:
    """Give the whole register its name; the one that was there stays until then."""
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)
