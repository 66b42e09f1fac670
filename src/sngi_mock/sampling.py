"""Choose people in a register, one shard in memory at a time.

Example:
    >>> register = open_register("register")
    >>> chosen = choose_people(register, 500, born=range(1951, 2011), seed=7)
    >>> people_of(register, chosen)["person"].n_unique()
    500

People are chosen by a hash of their number: the 500 chosen are among the 1 000 that the same seed would choose, in
whatever order shards come.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.errors import UsageError
from matching.identity.frames import REGISTER
from matching.register.folder import Register
from sngi_mock.randomness import hash_of


def choose_people(register: Register, size: int, born: range, seed: int) -> NDArray[np.uint32]:
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


def people_of(register: Register, people: NDArray[np.uint32]) -> pl.DataFrame:
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
