"""Control 1 as findings: every error has its rule, and a frame is refused where its file would be."""

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.dictionary import PASSAGE, Field, walk
from matching.deposit.findings import RULE_OF, control_findings, frame_findings
from matching.deposit.writer import write_deposit
from matching.identity.catalogue import catalogue
from matching.identity.frames import FOUND
from matching.identity.rules import ELEMENTS, messages, rule, rules
from tests.builders import HEADER, holder, passages_of

NO_ERROR = {"control.at", "control.numbered"}
COLUMNS = {item.column: item for _, item in walk(PASSAGE) if isinstance(item, Field) and item.column is not None}
TRICKY = {
    "string": [
        *("", " ", "A", "é" * 60, "é" * 61, "9" * 13, "1" * 14, "75044", "1053", "352", "99352"),
        *("FR", "\x01", "a\nb", "A" * 256),
    ],
    "int": [
        *("1967", " 1967 ", "+5", "-3", "0", "05", "12", "13", "31", "32", "1899", "2099", "2100"),
        *("19.0", "mars", "", "٣", "1e3"),
    ],
    "boolean": ["true", " false ", "1", "0", "TRUE", "oui", ""],
    "date": [
        *("2026-02-20", " 2026-02-20", "2026-02-30", "1899-12-31", "2026-2-20", "20/02/2026", "2026-02-20Z"),
        *("", "2100-01-01"),
    ],
}
NIRS = ["1670375044123", "2672A04412345", "267037504412", "3670375044123", ""]


def values_of(column, item):
    if column == "declared_nir":
        return st.sampled_from(NIRS)
    if item.facets.values:
        return st.sampled_from(
            [*item.facets.values, item.facets.values[0].lower(), f" {item.facets.values[-1]}", "B2", "", "zz"]
        )
    return st.sampled_from(TRICKY[item.facets.base])


SPOILED = st.sampled_from(sorted(COLUMNS)).flatmap(
    lambda column: st.tuples(st.just(column), st.none() | values_of(column, COLUMNS[column]))
)
ROWS = st.tuples(
    st.sampled_from(["titulaire", "dossier_formation", "identifiant_national"]), st.lists(SPOILED, max_size=3).map(dict)
)


def frame_of(rows):
    """Valid passages, each spoiled as its row says."""
    frame = passages_of(*[holder() for _ in rows]).with_columns(
        branch=pl.Series([branch for branch, _ in rows], dtype=passages_of(holder()).schema["branch"]),
        file_number=pl.lit("1234567890123"),
        declared_nir=pl.lit("2670375044123"),
        raw_birth_name=pl.lit("ROUVIERE"),
    )
    optional = {name: item.default for name, item in COLUMNS.items() if name not in frame.columns}
    frame = frame.with_columns(pl.lit(default, pl.String).alias(name) for name, default in optional.items())
    spoiled = {
        name: pl.Series(
            name, [changes.get(name, old) for (_, changes), old in zip(rows, frame[name], strict=True)], pl.String
        )
        for name in COLUMNS
    }
    return frame.with_columns(**spoiled).with_columns(pl.col("id_technique").fill_null(""))


@settings(max_examples=15)
@given(st.lists(ROWS, min_size=1, max_size=20))
def test_a_frame_is_refused_where_control_1_refuses_its_file(rows):
    frame = frame_of(rows)
    with tempfile.TemporaryDirectory() as folder:
        report = control(write_deposit(Path(folder) / "a.xml", frame, HEADER, version="1.1.5"), "1.1.5")
    found = frame_findings(frame, version="1.1.5")
    assert set(found["passage"]) == {error.passage for error in report.errors}
    assert set(found["code"]) == {RULE_OF[error.code] for error in report.errors}


@settings(max_examples=15)
@given(ROWS)
def test_both_ways_say_the_same_of_a_passage(row):
    frame = frame_of([row])
    with tempfile.TemporaryDirectory() as folder:
        report = control(write_deposit(Path(folder) / "a.xml", frame, HEADER, version="1.1.5"), "1.1.5")
    facts = ["code", "passage", "field", "proposal"]
    of_frame, of_control = frame_findings(frame, version="1.1.5"), control_findings(report)
    assert sorted(of_frame.select(facts).rows(), key=str) == sorted(of_control.select(facts).rows(), key=str)


def test_every_error_of_control_1_has_its_rule():
    errors = {code for code in catalogue() if code.startswith("control.") and not code.startswith("control.hint_")}
    assert set(RULE_OF) == errors - NO_ERROR
    family = {code for code, record in rules().items() if record.family == "structure"}
    assert set(RULE_OF.values()) | {"errors_not_described"} == family
    assert {rule(code).severity for code in family} == {"blocking"}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_message_of_a_finding_is_the_sentence_of_control_1(tmp_path, lang):
    frame = passages_of(holder(sex="H"), holder(insee_code="1053"), holder(birth_year="67"))
    report = control(write_deposit(tmp_path / "a.xml", frame, HEADER))
    found = control_findings(report, lang)
    assert found.schema == FOUND
    assert found["detail"].to_list() == [error.sentence(lang) for error in report.errors]
    assert messages(found, lang).to_list() == found["detail"].to_list()


def test_what_can_be_proposed_is(tmp_path):
    frame = passages_of(holder(insee_code="1053"), holder(country_code="99352"), holder())
    frame = frame.with_columns(exam_mode=pl.Series([None, None, "en presentiel"]))
    report = control(write_deposit(tmp_path / "a.xml", frame, HEADER))
    expected = {("insee_code", "01053"), ("country_code", "352"), (None, "EN_PRESENTIEL")}
    for found in (control_findings(report), frame_findings(frame)):
        assert set(found.select("field", "proposal").rows()) == expected


def test_the_two_bodies_are_told_apart(tmp_path):
    header = type(HEADER)(HEADER.id_flux, "2026-03-02", "SHORT", "TOO-LONG-BY-FAR", HEADER.contract)
    found = control_findings(control(write_deposit(tmp_path / "a.xml", passages_of(holder()), header)))
    assert found.select("code", "passage", "field").rows() == [
        ("value_wrong_format", None, "timestamp"),
        ("value_wrong_length", None, "issuer"),
        ("value_wrong_length", None, "certifier"),
    ]


def test_a_block_that_lacks_two_elements_is_two_findings(tmp_path):
    frame = passages_of(holder(given_name_1=None, sex=None))
    found = control_findings(control(write_deposit(tmp_path / "a.xml", frame, HEADER)))
    assert found.select("code", "field").rows() == [("element_missing", "given_name_1"), ("element_missing", "sex")]
    assert found["detail"].n_unique() == 1


def test_errors_that_are_only_counted_are_said(tmp_path):
    frame = passages_of(*[holder(sex="H")] * 30)
    found = control_findings(control(write_deposit(tmp_path / "a.xml", frame, HEADER), max_shown=10))
    assert found.height == 11
    assert found.row(-1, named=True) == {
        **dict.fromkeys(FOUND), "code": "errors_not_described", "detail": "20",
    }  # fmt: skip


def test_a_file_that_is_no_xml_is_one_finding(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<flux>", encoding="utf-8")
    found = control_findings(control(path))
    assert found.select("code", "passage", "field").rows() == [("xml_malformed", None, None)]


def test_a_frame_has_one_code_of_place_and_one_version():
    frame = passages_of(holder(insee_code="75044", postal_code="75014"), holder())
    frame = frame.with_columns(branch=pl.Series(["titulaire", "identifiant_national"], dtype=frame.schema["branch"]))
    frame = frame.with_columns(declared_nir=pl.lit("2670375044123"), raw_birth_name=pl.lit("ROUVIERE"))
    assert frame_findings(frame).select("code", "passage", "field").rows() == [
        ("element_twice", 0, "postal_code"),
        ("element_unknown", 1, "declared_nir"),
    ]
    assert frame_findings(frame, version="1.1.5")["code"].to_list() == ["element_twice"]


def test_too_many_passages_is_a_finding_of_the_file(monkeypatch):
    monkeypatch.setattr("matching.deposit.findings.MAX_PASSAGES", 1)
    found = frame_findings(passages_of(holder(), holder()))
    assert found.select("code", "passage").rows() == [("file_too_large", None)]


def test_fields_are_those_that_findings_may_name():
    frame = frame_of([("titulaire", dict.fromkeys(COLUMNS, "?" * 300))])
    assert set(frame_findings(frame)["field"].drop_nulls()) <= set(ELEMENTS)
    for code, field in frame_findings(frame).select("code", "field").drop_nulls().rows():
        assert field in rule(code).fields


def test_no_value_that_tells_who_somebody_is_stands_in_a_sentence():
    names = {"raw_birth_name": "ROUVIERE" * 9, "raw_given_name_1": "", "raw_usage_name": "ARTEMARE" * 9}
    details = frame_findings(frame_of([("titulaire", names)]))["detail"].to_list()
    assert len(details) == 3
    assert not any("ROUVIERE" in said or "ARTEMARE" in said for said in details)
