"""The stored results, latest run of each configuration.

Example:
    >>> stored = Stored(RESULTS)
    >>> stored.latest("febrl", ["linker", "traits"])["f1"].max()
    0.9999

A benchmark adds rows to its CSV each time it is run; a CSV that is not there was not run, and its section is left out.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Stored:
    """The folder of the results."""

    folder: Path

    def latest(self, name: str, key: Sequence[str], within: Sequence[str] = ()) -> pl.DataFrame:
        """The last measurement of each configuration; no row, nor column, when the CSV is not there.

        Args:
            name: Of the CSV, without its suffix.
            key: What tells two configurations apart; columns that the CSV lacks tell nothing apart.
            within: What tells the rows of one measurement apart, where it has several: a row of an earlier one that
                the last did not write again is left out.
        """
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return pl.DataFrame()
        rows = pl.read_csv(path, infer_schema_length=None).with_row_index("line")
        known = [column for column in key if column in rows.columns]
        every = [column for column in (*key, *within) if column in rows.columns]
        last = rows.unique(every, keep="last", maintain_order=True) if every else rows
        if within and known:
            replaced = rows.join(last, on="line", how="anti").group_by(known).agg(until=pl.col("line").max())
            last = last.join(replaced, on=known, how="left", nulls_equal=True, maintain_order="left")
            last = last.filter((pl.col("line") > pl.col("until")).fill_null(value=True)).drop("until")
            if "date" in last.columns:
                last = last.filter(pl.col("date") == pl.col("date").max().over(known))
        return last.drop("line")

    @property
    def machine(self) -> dict[str, str | int]:
        """What the last of them were measured on; empty when nobody wrote it."""
        path = self.folder / "machine.toml"
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def dates(*frames: pl.DataFrame) -> str:
    """When these rows were measured: a date, or the first and the last."""
    told = sorted({str(date) for frame in frames if "date" in frame.columns for date in frame["date"].unique()})
    return told[0] if len(told) == 1 else f"{told[0]} to {told[-1]}" if told else "on no known date"
