"""Read a register from its folder and choose people in it, one shard in memory at a time.

Example:
    >>> register = read_register("register")
    >>> chosen = choose_people(register, 500, born=range(1951, 2011), seed=7)
    >>> people_of(register, chosen)["person"].n_unique()
    500

People are chosen by a hash of their number: the 500 chosen are among the 1 000 that the same seed would choose, in
whatever order shards come.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import RegisterError, UsageError
from matching.identity.frames import REGISTER, REGISTER_CONTRACT_VERSION, REGISTER_FILE
from sngi_mock.randomness import hash_of


@dataclass(frozen=True)
class RegisterFolder:
    """A register on disk.

    Attributes:
        folder: Where it is.
        facts: What ``register.toml`` says.
        files: The shards, in order.
    """

    folder: Path
    facts: dict[str, Any]
    files: tuple[Path, ...]

    def shards(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Some columns of each shard.

        Raises:
            RegisterError: a shard cannot be read, or lacks a column.
        """
        for file in self.files:
            try:
                yield pl.read_parquet(file, columns=list(columns))
            except (pl.exceptions.PolarsError, OSError) as error:
                reason = str(error).splitlines()[0]
                raise RegisterError("register.bad_shard", shard=file.name, reason=reason) from error


def read_register(folder: str | Path) -> RegisterFolder:
    """The register of a folder.

    Raises:
        RegisterError: no such folder, no description, another contract.
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
        files = tuple(folder / Path(shard["file"]).name for shard in facts["shards"])
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise RegisterError("register.bad_description", file=str(description), reason=reason) from error
    if version != REGISTER_CONTRACT_VERSION:
        raise RegisterError(
            "register.other_contract", folder=str(folder), found=version, expected=REGISTER_CONTRACT_VERSION
        )
    for file in files:
        if not file.is_file():
            raise RegisterError("register.no_shard", folder=str(folder), shard=file.name)
    return RegisterFolder(folder, facts, files)


def choose_people(register: RegisterFolder, size: int, born: range, seed: int) -> NDArray[np.uint32]:
    """Person numbers of ``size`` living people born in some years, each with equal chance, in random order.

    Raises:
        UsageError: the register holds fewer of them.
    """
    kept = np.empty(0, dtype=np.uint32)
    found = 0
    for shard in register.shards(["person", "status", "kind", "birth_year"]):
        people = shard.filter(
            pl.col("kind") == "official",
            pl.col("status") != "dead",
            pl.col("birth_year").is_between(born.start, born.stop - 1),
        )["person"].to_numpy()
        found += people.size
        kept = _lowest(np.concatenate([kept, people]), size, seed)
    if found < size:
        raise UsageError("sngi_mock.too_many_passages", wanted=size, found=found, register=str(register.folder))
    return kept[np.argsort(hash_of(kept, seed, "order"))]


def people_of(register: RegisterFolder, people: NDArray[np.uint32]) -> pl.DataFrame:
    """Every identity of these people, as the register has them, in no particular order."""
    wanted = pl.Series("person", np.sort(people))
    return pl.concat(
        shard.filter(pl.col("person").is_in(wanted.implode())) for shard in register.shards(list(REGISTER.columns))
    )


def _lowest(people: NDArray[np.uint32], size: int, seed: int) -> NDArray[np.uint32]:
    hashed = hash_of(people, seed, "sample")
    if people.size <= size:
        return people
    return people[np.argpartition(hashed, size - 1)[:size]]
