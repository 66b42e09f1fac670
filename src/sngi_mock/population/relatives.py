"""Who is related to whom in a register: what hard cases are made of (a twin's date, a sister who is not in the file).

Example:
    >>> relatives("register", np.array([12], dtype=np.uint32)).to_dicts()
    [{'person': 12, 'relation': 'twin', 'relative': 13}]

The rule: brothers and sisters have consecutive person numbers, the eldest first; parents are in the same shard. It is
written beside each shard (``kin/00000.parquet``, contract KIN), which the engine never reads.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matching.identity.frames import REGISTER_FILE, Contract

KIN = Contract(
    "kin",
    {
        "person": pl.UInt32,
        "family": pl.UInt32,  # person number of the eldest: brothers and sisters have the same
        "twin": pl.UInt32,  # null for who has none; the others when not in the register
        "father": pl.UInt32,
        "mother": pl.UInt32,
    },
    frozenset({"person", "family"}),
)
KIN_FOLDER = "kin"
RELATION = pl.Enum(["twin", "sibling", "father", "mother", "child"])


def kin_file(shard: int) -> str:
    """The file of a shard, in the register's folder."""
    return f"{KIN_FOLDER}/{shard:05d}.parquet"


def relatives(register: str | Path, people: NDArray[np.uint32]) -> pl.DataFrame:
    """Every relative that these people have in the register.

    Args:
        register: A folder written by ``generate``.
        people: Person numbers.

    Returns:
        ``person``, ``relation`` (what the relative is to the person), ``relative``: one row per pair, sorted; no row
        for who has nobody.
    """
    found = [_pairs(pl.read_parquet(file), chosen) for file, chosen in _shards_of(Path(register), people)]
    empty = pl.DataFrame(schema={"person": pl.UInt32, "relation": RELATION, "relative": pl.UInt32})
    return pl.concat([empty, *found]).sort("person", "relation", "relative")


def _shards_of(register: Path, people: NDArray[np.uint32]) -> Iterator[tuple[Path, pl.DataFrame]]:
    """The file of each shard that holds some of the people, and those."""
    shards = tomllib.loads((register / REGISTER_FILE).read_text(encoding="utf-8"))["shards"]
    shard_of = np.searchsorted(np.cumsum([shard["persons"] for shard in shards]), people, side="right")
    for rank in np.unique(shard_of[shard_of < len(shards)]).tolist():
        yield register / kin_file(rank), pl.DataFrame({"person": np.unique(people[shard_of == rank])})


def _pairs(kin: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    own = kin.join(chosen, on="person", how="semi")
    family = kin.select("family", relative="person")
    siblings = own.join(family, on="family").filter(
        pl.col("relative") != pl.col("person"), pl.col("relative").ne_missing(pl.col("twin"))
    )
    found = [_related(siblings, "sibling")]
    found += [_related(own.with_columns(relative=each), each) for each in ("twin", "father", "mother")]
    for parent in ("father", "mother"):
        children = kin.select(pl.col(parent).alias("person"), relative="person").join(chosen, on="person", how="semi")
        found.append(_related(children, "child"))
    return pl.concat(found)


def _related(pairs: pl.DataFrame, relation: str) -> pl.DataFrame:
    known = pairs.filter(pl.col("relative").is_not_null())
    return known.select("person", pl.lit(relation).cast(RELATION).alias("relation"), "relative")
