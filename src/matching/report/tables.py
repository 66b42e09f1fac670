"""Frames as files that people open: ``decisions.parquet`` as it is, ``decisions.csv`` for a spreadsheet.

A register that is not marked simulated holds real numbers: they are masked in both files.
"""

from pathlib import Path

import polars as pl

from matching.identity.nir import mask

_FORMULA = r"^[=+\-@\t\r]"  # a spreadsheet would compute a cell that starts so


def write_decisions(decisions: pl.DataFrame, folder: Path, *, simulated: bool) -> list[Path]:
    """Write both files and return their paths.

    The CSV separates with semicolons and starts with a BOM, as spreadsheets in France expect; its NIR column is
    named ``nir_simule`` when the numbers are mock ones, ``nir_masque`` otherwise.
    """
    shown = decisions if simulated else decisions.with_columns(nir=_masked(decisions["nir"]))
    parquet, csv = folder / "decisions.parquet", folder / "decisions.csv"
    shown.write_parquet(parquet, metadata={"nir": "simulated" if simulated else "masked"})
    flat = shown.with_columns(pl.col("incoherent_nir").list.join(" ")).rename(
        {"nir": "nir_simule" if simulated else "nir_masque"}
    )
    safe_cells(flat).write_csv(csv, separator=";", include_bom=True)
    return [parquet, csv]


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame with an apostrophe before any text that a spreadsheet would take for a formula."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def _masked(numbers: pl.Series) -> pl.Series:
    distinct = numbers.drop_nulls().unique()
    return numbers.replace_strict(distinct, [mask(number) for number in distinct], return_dtype=pl.String)
