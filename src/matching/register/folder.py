"""A register is a folder: Parquet shards of contract REGISTER and ``register.toml``, which describes them.

Example:
    >>> register = open_register("register")
    >>> register.persons, register.simulated
    (200000, True)
    >>> for shard in register.shards(["person", "birth_name"]):
    ...     shard.height

``register.toml`` holds: contract (version), simulated (bool), persons, rows, digest, generator, and one table
``[[shards]]`` per file with its name and rows. Any program can write one; the engine reads nothing else of it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from matching.identity.errors import RegisterError
from matching.identity.frames import REGISTER, REGISTER_CONTRACT_VERSION, REGISTER_FILE


@dataclass(frozen=True)
class Register:
    """A register that was opened: what its description says, and its shards.

    Attributes:
        folder: Where it is.
        simulated: True when every person is fictional and every NIR a mock one. False masks NIRs in every output.
        persons: Number of persons.
        rows: Number of identities (a person has one official identity, and may have a usage name, a former one).
        digest: Digest of the shards, as their writer computed it.
        files: Shards, in order.
        facts: Everything that ``register.toml`` says, its writer's own keys included.
    """

    folder: Path
    simulated: bool
    persons: int
    rows: int
    digest: str
    files: tuple[Path, ...]
    facts: Mapping[str, Any]

    def shards(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Each shard as a frame, one in memory at a time.

        Args:
            columns: Columns to read; all of the contract by default.

        Raises:
            RegisterError: a shard is missing, unreadable or not of the contract.
        """
        wanted = list(columns) if columns is not None else list(REGISTER.columns)
        for file in self.files:
            yield _read_shard(file, wanted)


def open_register(folder: str | Path) -> Register:
    """Open a register's folder and check what its description promises.

    Raises:
        RegisterError: no such folder, no or unreadable description, another contract, a shard missing.
    """
    folder = Path(folder)
    description = folder / REGISTER_FILE
    if not folder.is_dir():
        raise RegisterError("register.no_folder", folder=str(folder))
    if not description.is_file():
        raise RegisterError("register.no_description", folder=str(folder), file=REGISTER_FILE)
    try:
        facts = tomllib.loads(description.read_text(encoding="utf-8"))
        version = facts["contract"]
        if version != REGISTER_CONTRACT_VERSION:
            raise RegisterError(
                "register.other_contract",
                folder=str(folder),
                found=version,
                expected=REGISTER_CONTRACT_VERSION,
            )
        register = Register(
            folder=folder,
            simulated=facts["simulated"] is True,
            persons=int(facts["persons"]),
            rows=int(facts["rows"]),
            digest=str(facts["digest"]),
            files=tuple(folder / Path(shard["file"]).name for shard in facts["shards"]),
            facts=facts,
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise RegisterError(
            "register.bad_description", file=str(description), reason=f"{type(error).__name__}: {error}"
        ) from error
    for file in register.files:
        if not file.is_file():
            raise RegisterError("register.no_shard", folder=str(folder), shard=file.name)
    return register


def _read_shard(file: Path, columns: list[str]) -> pl.DataFrame:
    try:
        found = pl.read_parquet_schema(file)
        for column in columns:
            if column not in found:
                raise RegisterError("register.no_column", shard=file.name, column=column)
        return pl.read_parquet(file, columns=columns).cast(
            {column: REGISTER.columns[column] for column in columns if column in REGISTER.columns}
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RegisterError("register.bad_shard", shard=file.name, reason=str(error).splitlines()[0]) from error
