"""findings.csv and run.json: columns that programs rely on, nothing that computes, no identity."""

import json
from dataclasses import replace

import polars as pl
import pytest

from matching.report.findings_csv import COLUMNS, findings_table, write_findings
from matching.report.forecast_csv import forecast_table, write_forecast
from matching.report.run_file import quality_facts
from matching.report.write import write_quality
from tests.report.quality_builders import finding, findings_of, report_of

pytestmark = pytest.mark.usefixtures("own_rules")


def written(report, tmp_path):
    write_findings(report, tmp_path / "findings.csv")
    return pl.read_csv(tmp_path / "findings.csv", separator=";", infer_schema=False)


def test_the_columns_are_fixed(tmp_path):
    assert ",".join(COLUMNS) == "code,severity,passage,id_technique,line,field,value,proposal,message"
    table = written(report_of(), tmp_path)
    assert table.columns == list(COLUMNS)
    assert table.height == 8
    assert (tmp_path / "findings.csv").read_bytes().startswith(b"\xef\xbb\xbfcode;")


def test_passages_are_counted_from_zero_and_the_file_has_none(tmp_path):
    told = written(report_of(), tmp_path).filter(pl.col("code").is_in(["rare_name", "days_low"]))
    assert told["passage"].to_list() == [None, "0"]


def test_a_message_says_what_the_row_shows():
    masked, shown = findings_table(report_of()).row(0, named=True), findings_table(report_of(show_names=True)).row(0)
    assert masked["value"] == "J****** P******"
    assert masked["message"] == "«\u202fJ****** P******\u202f»\u202f: lisez «\u202fJ******-P******\u202f»."
    assert shown[-1] == "«\u202fJean Pierre\u202f»\u202f: lisez «\u202fJEAN-PIERRE\u202f»."


def test_no_cell_computes(tmp_path):
    row = {**finding("unknown_code", 0, "certification_code", value="=1+1", detail="x"), "id_technique": "@SUM(A1)"}
    table = written(report_of(findings_of(row)), tmp_path)
    assert table.select("id_technique", "value").row(0) == ("'@SUM(A1)", "'=1+1")


@pytest.mark.parametrize("show_names", [False, True])
def test_the_run_tells_figures_and_nobody(show_names):
    told = json.dumps(quality_facts(report_of(show_names=show_names)))
    assert not [name for name in ("ROUVIERE", "Jean", "R******", "T0", "1967") if name in told]


def test_the_run_counts_what_the_page_counts(snapshot):
    facts = quality_facts(report_of())
    assert facts == snapshot
    assert sum(counts["findings"] for counts in facts["findings"].values()) == 8


def test_files_have_fixed_names_and_the_same_bytes(tmp_path):
    first, second = write_quality(report_of(), tmp_path / "a" / "b"), write_quality(report_of(), tmp_path / "c")
    assert [path.name for path in first] == ["report.html", "to_fix.xlsx", "findings.csv", "forecast.csv", "run.json"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_forecast_of_each_passage_is_told_and_nobody_named(tmp_path):
    report = report_of()
    table = forecast_table(report)
    assert table.height == report.passages
    assert table["ok"].is_sorted()
    assert table.columns[:6] == ["passage", "id_technique", "line", "namesakes", "ok", "wrong_person"]
    write_forecast(report, tmp_path / "forecast.csv")
    read = pl.read_csv(tmp_path / "forecast.csv", separator=";", decimal_comma=True)
    assert read["ok"].to_list() == table["ok"].to_list()
    assert forecast_table(replace(report, forecast=None)).is_empty()
