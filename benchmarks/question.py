"""What a contender is asked: passages and a register, and nothing that says who the passages are.

Example:
    >>> question = asked(draw.passages, draw.register, draw.profile, draw.truth)
    >>> question.passages.columns[:2]
    ['passage', 'id_technique']

The truth is never part of it. ``asked`` compares the passages with the truth and raises ``LeakError`` when a column is
not one of a deposit, or holds the number or the NIR of the person, or when the passages stand in the order of the
persons: a run whose contenders could read the answer is worth nothing, and must fail.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.identity.frames import PASSAGES
from matching.register.folder import Register

_FEW, _SHARE = 3, 0.01
"""Passages that may happen to hold a number equal to their person's: as many, or that share of them."""

_ORDERED = 0.9
"""Correlation of two orders from which one tells the other."""

_NIR = 13  # without the key


class LeakError(Exception):
    """The passages say who they are."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        passages: Contract PASSAGES, as a deposit is read.
        register: Where to search.
        profile: Questions of one profile are of one kind of file: who learns on its input learns on each kind.
    """

    passages: pl.DataFrame
    register: Register
    profile: str


def asked(passages: pl.DataFrame, register: Register, profile: str, truth: pl.DataFrame) -> Question:
    """The question, once it is known not to hold its answer.

    Args:
        passages: Contract PASSAGES.
        register: Where to search.
        profile: How they were damaged.
        truth: ``passage, person``, null for a stranger.

    Raises:
        LeakError: it does.
    """
    _check(passages, register, truth)
    return Question(passages, register, profile)


def _check(passages: pl.DataFrame, register: Register, truth: pl.DataFrame) -> None:
    beyond = [column for column in passages.columns if column not in PASSAGES.columns]
    if beyond:
        raise LeakError(f"not a column of a deposit: {', '.join(beyond)}")
    known = passages.join(truth.select("passage", _person="person").drop_nulls(), on="passage")
    known = known.filter(pl.col("branch") == "titulaire")
    known = known.join(_numbers(register, known["_person"]), on="_person", how="left")
    for column, dtype in PASSAGES.columns.items():
        if _holds_person(known, column) > max(_FEW, _SHARE * known.height):
            raise LeakError(f"{column} holds the number of the person in the register")
        if dtype == pl.String and known.select(pl.col(column).str.contains(pl.col("_nir"), literal=True).any()).item():
            raise LeakError(f"{column} holds the NIR of the person")
    if known.height >= 1 / _SHARE:
        order = np.corrcoef(known["passage"].to_numpy(), known["_person"].to_numpy())[0, 1]
        if abs(order) > _ORDERED:
            raise LeakError("the passages stand in the order of the persons in the register")


def _holds_person(known: pl.DataFrame, column: str) -> int:
    """Passages where the value, or the number it ends with, is the person's."""
    number = pl.col(column).cast(pl.String).str.extract(r"(\d+)$").cast(pl.Int64, strict=False)
    return int(known.select((number == pl.col("_person").cast(pl.Int64)).sum()).item())


def _numbers(register: Register, persons: pl.Series) -> pl.DataFrame:
    wanted = persons.unique().implode()
    is_one = (pl.col("kind") == "official") & pl.col("person").is_in(wanted)
    rows = pl.concat(shard.filter(is_one) for shard in register.shards(["person", "kind", "nir"]))
    return rows.select(_person="person", _nir=pl.col("nir").str.slice(0, _NIR))
