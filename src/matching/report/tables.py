"""Frames as files that people open: ``decisions.parquet`` as it is, ``decisions.csv`` for a spreadsheet.

A register that is not marked simulated holds real numbers: they are masked in both files.
"""

from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.nir import mask


def write_decisions(decisions: pl.DataFrame, folder: Path, *, simulated: bool) -> list[Path]:
    """Write both files and return their paths.

    The CSV separates with semicolons and starts with a BOM, as spreadsheets in France expect; its NIR column is
    named ``nir_simule`` when the numbers are mock ones, ``nir_masque`` otherwise. Candidates left after each stage
    read "3 > 1"; probabilities have six decimals, bits one, after a comma.
    """
    shown = decisions if simulated else decisions.with_columns(nir=_masked(decisions["nir"]))
    parquet, csv = folder / "decisions.parquet", folder / "decisions.csv"
    shown.write_parquet(parquet, metadata={"nir": "simulated" if simulated else "masked"})
    flat = shown.with_columns(
        pl.col("incoherent_nir").list.join(" "),
        pl.col("stages").cast(pl.List(pl.String)).list.join(" > "),
        pl.col("probability").round(6),
        pl.col("runner_up_bits").round(1),
    ).rename({"nir": "nir_simule" if simulated else "nir_masque"})
    safe_cells(flat).write_csv(csv, separator=";", include_bom=True, decimal_comma=True)
    return [parquet, csv]


def _masked(numbers: pl.Series) -> pl.Series:
    distinct = numbers.drop_nulls().unique()
    return numbers.replace_strict(distinct, [mask(number) for number in distinct], return_dtype=pl.String)
