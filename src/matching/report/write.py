"""The files of a quality report, under their fixed names.

Example:
    >>> [path.name for path in write_quality(report, Path("january"))]
    ['report.html', 'to_fix.xlsx', 'findings.csv', 'forecast.csv', 'run.json']
"""

from pathlib import Path

from matching.report.findings_csv import write_findings
from matching.report.forecast_csv import write_forecast
from matching.report.model import QualityReport
from matching.report.page import page
from matching.report.run_file import write_run
from matching.report.workbook import write_workbook


def write_quality(report: QualityReport, folder: Path) -> list[Path]:
    """Write the page, the workbook, the tables and the run into a folder, made when it is missing.

    Returns:
        Their paths, the page first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    html, book, run = (folder / name for name in ("report.html", "to_fix.xlsx", "run.json"))
    findings, forecast = folder / "findings.csv", folder / "forecast.csv"
    html.write_text(page(report), encoding="utf-8")
    write_workbook(report, book)
    write_findings(report, findings)
    write_forecast(report, forecast)
    write_run(report, run)
    return [html, book, findings, forecast, run]
