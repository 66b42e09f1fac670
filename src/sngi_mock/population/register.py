"""Write a register: Parquet shards of contract REGISTER and of kin, then ``register.toml``, in one indivisible move.

Example:
    >>> with RegisterWriter("register", force=False) as writer:
    ...     for shard, kin in shards:
    ...         writer.add(shard, kin)
    ...     writer.finish({"simulated": True, "seed": 7})

Shards go to a folder beside the target, which takes its name once everything is written: a generation that is
killed leaves no register, and a register that exists is only replaced by a whole one.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from matching.identity.errors import UsageError
from matching.identity.frames import REGISTER_FILE
from matching.register.shards import ShardWriter, partial_folder, take_name
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
        self._stack = ExitStack()
        _refuse_target(self.folder, force=force)

    def __enter__(self) -> Self:
        partial = self._stack.enter_context(partial_folder(self.folder))
        (partial / KIN_FOLDER).mkdir()
        self._shards = ShardWriter(partial)
        return self

    def add(self, shard: pl.DataFrame, kin: pl.DataFrame) -> None:
        """Write the next shard, and beside it who its people are to each other.

        Raises:
            ContractError: the shard is not of the REGISTER contract, or the kin not of KIN.
        """
        file = self._shards.folder / kin_file(self._shards.count)
        KIN.check(kin).write_parquet(file, compression="zstd", statistics=False)
        self._shards.add(shard, persons=kin.height)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Describe the register in ``register.toml`` and give the folder its name."""
        self._shards.describe(facts)
        take_name(self._shards.folder, self.folder)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _refuse_target(folder: Path, *, force: bool) -> None:
    if folder.is_file():
        raise UsageError("sngi_mock.target_is_file", folder=str(folder))
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / REGISTER_FILE).is_file():
        raise UsageError("sngi_mock.target_not_a_register", folder=str(folder), file=REGISTER_FILE)
    if not force:
        raise UsageError("sngi_mock.target_exists", folder=str(folder))
