"""Write the shards of a register, then ``register.toml``, which describes them.

Example:
    >>> shards = ShardWriter(Path("register.partial"))
    >>> shards.write(Path("register.partial/rows"), persons)
    >>> shards.describe(simulated=False, persons=1200)
"""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import polars as pl

from matching import __version__
from matching.identity.frames import REGISTER, REGISTER_CONTRACT_VERSION, REGISTER_FILE

ROWS_PER_SHARD: Final = 500_000


class ShardWriter:
    """Writes the shards of a register to a folder, then ``register.toml``.

    Attributes:
        unknown_places: Rows of each place code that no table knows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unknown_places: Counter[str] = Counter()
        self._shards: list[dict[str, Any]] = []
        self._digest = hashlib.blake2b(digest_size=16)

    def write(self, parts: Path, persons: pl.Series) -> None:
        """The rows of the parts that have a person, in order, ``ROWS_PER_SHARD`` to a file."""
        waiting, first = [], 0
        for file in sorted(parts.iterdir()):
            part = pl.read_parquet(file)
            waiting.append(part.with_columns(persons.slice(first, part.height)).drop_nulls("person"))
            first += part.height
            while sum(rows.height for rows in waiting) >= ROWS_PER_SHARD:
                rows = pl.concat(waiting)
                self._add(rows.head(ROWS_PER_SHARD))
                waiting = [rows.slice(ROWS_PER_SHARD)]
        rest = pl.concat(waiting)
        if rest.height:
            self._add(rest)

    def _add(self, rows: pl.DataFrame) -> None:
        unknown = rows.filter(~pl.col("is_known_place"))["birth_place"]
        self.unknown_places.update(by_frequency(unknown))
        file = self.folder / f"register-{len(self._shards):05d}.parquet"
        shard = REGISTER.check(rows.drop("is_known_place"))
        shard.write_parquet(file, compression="zstd", compression_level=1, statistics=False)
        content = file.read_bytes()
        self._digest.update(content)
        self._shards.append(
            {
                "file": file.name,
                "persons": shard["person"].n_unique(),
                "rows": shard.height,
                "digest": "blake2b:" + hashlib.blake2b(content, digest_size=16).hexdigest(),
            }
        )

    def describe(self, *, simulated: bool, persons: int) -> None:
        """Write ``register.toml``; a person whose identities stand in two shards counts once in ``persons``."""
        facts = {
            "contract": REGISTER_CONTRACT_VERSION,
            "simulated": simulated,
            "generator": f"nirisation import {__version__}",
            "persons": persons,
            "rows": sum(shard["rows"] for shard in self._shards),
            "digest": "blake2b:" + self._digest.hexdigest(),
        }
        tables = ["\n".join(_toml_line(*fact) for fact in table.items()) for table in (facts, *self._shards)]
        (self.folder / REGISTER_FILE).write_text("\n\n[[shards]]\n".join(tables) + "\n", encoding="utf-8")


def by_frequency(values: pl.Series) -> dict[str, int]:
    """Value → how often it is there, the most frequent first."""
    counts = values.rename("value").value_counts(name="rows").sort("rows", "value", descending=[True, False])
    return dict(counts.iter_rows())


def _toml_line(key: str, value: object) -> str:
    return f"{key} = {json.dumps(value)}"
