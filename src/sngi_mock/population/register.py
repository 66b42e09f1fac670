"""Write a register: Parquet shards of contract REGISTER and of kin, then ``register.toml``, in one indivisible move.

Example:
    >>> with RegisterWriter("register", force=False) as writer:
    ...     for shard, kin in shards:
    ...         writer.add(shard, kin)
    ...     writer.finish({"simulated": True, "seed": 7})

Shards go to a folder beside the target, which takes its name once everything is written: a generation that is
killed leaves no register, and a register that exists is only replaced by a whole one.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from matching.identity.errors import UsageError
from matching.identity.frames import REGISTER, REGISTER_CONTRACT_VERSION, REGISTER_FILE
from sngi_mock.population.relatives import KIN, KIN_FOLDER, kin_file


class RegisterWriter:
    """Writes one register; use it in a ``with`` statement."""

    def __init__(self, folder: str | Path, *, force: bool) -> None:
        """Nothing is written yet.

        Args:
            folder: The register's folder to be.
            force: Replace a register that is there. Another folder is never replaced.

        Raises:
            UsageError: the folder holds something else, or a register and ``force`` is false.
        """
        self.folder = Path(folder).resolve()
        self._partial = self.folder.with_name(self.folder.name + ".partial")
        self._shards: list[dict[str, Any]] = []
        self._digest = hashlib.blake2b(digest_size=16)
        _refuse_target(self.folder, force=force)

    def __enter__(self) -> Self:
        shutil.rmtree(self._partial, ignore_errors=True)  # of a generation that was killed
        (self._partial / KIN_FOLDER).mkdir(parents=True)
        return self

    def add(self, shard: pl.DataFrame, kin: pl.DataFrame) -> None:
        """Write the next shard, and beside it who its people are to each other.

        Raises:
            ContractError: the shard is not of the REGISTER contract, or the kin not of KIN.
        """
        rank = len(self._shards)
        file = self._partial / f"register-{rank:05d}.parquet"
        REGISTER.check(shard).write_parquet(file, compression="zstd", compression_level=1, statistics=False)
        KIN.check(kin).write_parquet(self._partial / kin_file(rank), compression="zstd", statistics=False)
        content = file.read_bytes()
        self._digest.update(content)
        self._shards.append(
            {
                "file": file.name,
                "persons": kin.height,
                "rows": shard.height,
                "digest": "blake2b:" + hashlib.blake2b(content, digest_size=16).hexdigest(),
            }
        )

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Describe the register in ``register.toml`` and give the folder its name."""
        description = {
            "contract": REGISTER_CONTRACT_VERSION,
            **facts,
            "persons": sum(shard["persons"] for shard in self._shards),
            "rows": sum(shard["rows"] for shard in self._shards),
            "digest": "blake2b:" + self._digest.hexdigest(),
            "shards": self._shards,
        }
        (self._partial / REGISTER_FILE).write_text(to_toml(description), encoding="utf-8")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self._partial.rename(self.folder)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._partial, ignore_errors=True)


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


def _refuse_target(folder: Path, *, force: bool) -> None:
    if folder.is_file():
        raise UsageError("sngi_mock.target_is_file", folder=str(folder))
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / REGISTER_FILE).is_file():
        raise UsageError("sngi_mock.target_not_a_register", folder=str(folder), file=REGISTER_FILE)
    if not force:
        raise UsageError("sngi_mock.target_exists", folder=str(folder))
