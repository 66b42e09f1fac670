"""``forecast.csv``: what is expected of each passage, the least likely to be OK first.

Example:
    >>> forecast_table(report).columns[:6]
    ['passage', 'id_technique', 'line', 'namesakes', 'ok', 'wrong_person']

``namesakes`` is how many others the national register is expected to hold with the same birth name, given name, sex
and year of birth: where it is not far below 1, the month, the day and the place decide. It says nothing of a person,
so nothing is masked. The others are probabilities, 0..1: OK, OK for another person (a part of ``ok``), KO by message.
"""

from pathlib import Path

import polars as pl

from matching.identity.cells import safe_cells
from matching.identity.frames import FORECASTS
from matching.report.model import QualityReport

_PLACES = 4


def forecast_table(report: QualityReport) -> pl.DataFrame:
    """One row per passage; none when nothing is forecast."""
    columns = [name for name in FORECASTS.columns if name != "passage"]
    if report.forecast is None:
        return pl.DataFrame(schema={"passage": pl.UInt32, "id_technique": pl.String, "line": pl.UInt32})
    told = report.people.select("passage", "id_technique", "line", pl.col(columns).round(_PLACES))
    return told.sort("ok", "passage")


def write_forecast(report: QualityReport, path: Path) -> None:
    """Write it, with the separators of ``findings.csv``."""
    table = safe_cells(forecast_table(report))
    table.write_csv(path, separator=";", include_bom=True, line_terminator="\r\n", decimal_comma=True)
