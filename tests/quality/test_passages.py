from dataclasses import asdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import FOUND
from matching.identity.rules import rules
from matching.quality import passages
from matching.quality.passages import certifications
from matching.quality.passages import dates as passage_dates
from matching.quality.passages import keys as passage_keys
from matching.quality.submitted import Submitted
from tests.builders import HEADER, holder, passages_of
from tests.golden_rows import golden

DATES = ("exam_start", "exam_end", "validity_start", "validity_end")
TOLD = asdict(HEADER) | {"timestamp": "2026-03-25T09:15:00+01:00"}


def passage(**context):
    return passages_of({**holder(), **context})


def expected(row):
    return [] if not row["code"] else row["code"].split()


@pytest.mark.parametrize("row", golden("quality_certifications.csv"), ids=lambda row: " ".join(row.values()))
def test_golden_certifications(row):
    frame = passage(certification_type=row["type"] or None, certification_code=row["certification"] or None)
    known = frozenset(row["known"].split()) or None
    found = certifications.find(Submitted.of(frame, known_codes=known))
    assert found["code"].to_list() == expected(row)
    assert found["field"].to_list() == row["field"].split()
    assert found["proposal"].to_list() == [row["proposal"] or None for _ in expected(row)]


@pytest.mark.parametrize("row", golden("quality_keys.csv"), ids=lambda row: repr(row["id_technique"]))
def test_golden_keys(row):
    frame = passage(id_technique=row["id_technique"])
    found = passage_keys.find(Submitted.of(frame, accepted=frozenset({"A-0001"})))
    assert found["code"].to_list() == expected(row)
    for finding in found.iter_rows(named=True):
        assert (finding["value"] or "") == row["value"]
        assert finding["proposal"] == (row["proposal"] or None)


@pytest.mark.parametrize("row", golden("quality_passage_dates.csv"), ids=lambda row: " ".join(row.values()))
def test_golden_dates(row):
    frame = passage(**{name: row[name] or None for name in DATES})
    found = passage_dates.find(Submitted.of(frame, TOLD))
    assert found["code"].to_list() == expected(row)
    assert found["field"].to_list() == row["field"].split()
    proposals = {"": None, "(nil)": ""}
    if expected(row):
        assert found["proposal"][0] == proposals.get(row["proposal"], row["proposal"])
        assert found["detail"][-1] == (row["detail"] or None)


def test_each_rule_of_the_family_is_found_by_a_test():
    names = ("quality_certifications.csv", "quality_keys.csv", "quality_passage_dates.csv")
    codes = {code for name in names for row in golden(name) for code in expected(row)}
    codes |= {code for _, _, code in HEADERS} | {code for _, code, _ in OPTIONAL} - {None}
    codes |= {"file_number_shape", "file_number_name_cut"}
    assert codes == {code for code, rule in rules().items() if rule.family == "passage"}


def test_a_certification_refuses_each_of_its_passages():
    frame = passages_of(*({**holder(), "certification_code": "1710"} for _ in range(3)))
    assert certifications.find(Submitted.of(frame))["passage"].to_list() == [0, 1, 2]


HEADERS = [
    ("issuer", "ABC345  ", "depositor_blanks"),
    ("certifier", "ABCDEFGH", "depositor_shape"),
    ("issuer", "12abc345", "depositor_shape"),
    ("contract", "MCFCER9041", "contract_shape"),
    ("contract", "MCFCER009041 ", "depositor_blanks"),
]


@pytest.mark.parametrize(("field", "value", "code"), HEADERS)
def test_who_deposits_is_looked_at_once(field, value, code):
    found = passages.find(Submitted.of(passages_of(holder(), holder()), TOLD | {field: value}))
    assert found.select("code", "passage", "field", "value").rows() == [(code, None, field, value)]


@pytest.mark.parametrize("header", [{}, {"issuer": ""}, TOLD])
def test_a_usual_header_or_none_is_silent(header):
    assert passages.find(Submitted.of(passages_of(holder()), header)).is_empty()


OPTIONAL = [
    ({"vae_route": "VAE_CLASSIQUE", "access": "CANDIDAT_LIBRE"}, "vae_path_without_vae", "VAE_CLASSIQUE"),
    ({"vae_route": "VAE_CLASSIQUE", "access": None}, "vae_path_without_vae", "VAE_CLASSIQUE"),
    ({"vae_route": "VAE_CLASSIQUE", "access": "VAE"}, None, None),
    ({"vae_route": "VAE_CLASSIQUE"}, None, None),
    ({"has_language_level": "true", "language_level": None}, "language_level_missing", None),
    ({"has_language_level": "1", "language_level": "B2"}, None, None),
    ({"has_language_level": "false", "language_level": "B2"}, "language_level_unannounced", "B2"),
    ({"language_level": None}, None, None),
    ({"score": "nil"}, "score_word_nil", "nil"),
    ({"score": "785"}, None, None),
    ({"score": None, "obtained_by": "PAR_SCORING"}, "score_missing", None),
    ({"score": None, "obtained_by": "PAR_ADMISSION"}, None, None),
]


@pytest.mark.parametrize(("columns", "code", "value"), OPTIONAL)
def test_columns_beyond_the_contract_are_looked_at_where_they_are(columns, code, value):
    frame = passages_of(holder()).with_columns(pl.lit(text, pl.String).alias(name) for name, text in columns.items())
    found = passages.find(Submitted.of(frame))
    assert found.select("code", "value").rows() == ([(code, value)] if code else [])


@pytest.mark.parametrize(
    ("columns", "code", "field"),
    [
        ({"file_number": "12345678901"}, None, None),
        ({"file_number": "1234567890123"}, None, None),
        ({"file_number": "1234567"}, "file_number_shape", "file_number"),
        ({"file_number": "AB345678901"}, "file_number_shape", "file_number"),
        ({"file_number": "12345678901", "raw_birth_name": "R" * 30}, "file_number_name_cut", "birth_name"),
        ({"file_number": "12345678901", "raw_given_name_1": "C" * 20}, "file_number_name_cut", "given_name_1"),
        ({"file_number": "12345678901", "raw_birth_name": "R" * 29}, None, None),
        ({"branch": "titulaire", "raw_birth_name": "R" * 30}, None, None),
    ],
)
def test_the_branch_of_the_file_number(columns, code, field):
    frame = passage(**({"branch": "dossier_formation"} | columns))
    found = passages.find(Submitted.of(frame))
    assert found.select("code", "field").rows() == ([(code, field)] if code else [])


@given(st.lists(st.tuples(*[st.none() | st.text(alphabet="0123456789/-TE+.,@RS ", max_size=16)] * 6), max_size=4))
@settings(max_examples=25)
def test_whatever_is_written_is_found_or_passed_over(rows):
    names = ("id_technique", "certification_code", *DATES)
    frame = passages_of(
        *({**holder(), **dict(zip(names, row, strict=True)), "id_technique": row[0] or ""} for row in rows)
    )
    found = passages.find(Submitted.of(frame, TOLD, accepted=frozenset({"A"}), known_codes=frozenset({"RS6042"})))
    assert found.schema == FOUND
    assert set(found["code"]) <= set(rules())


def test_a_key_that_tells_who_the_holder_is_is_not_repeated():
    frame = passages_of(
        *({**holder(), "id_technique": key} for key in ("camille@exemple.fr", "ROUVIERE.CAMILLE", "2670375999123"))
    )
    found = passage_keys.find(Submitted.of(frame))
    assert found.height == 3
    assert found.select("value", "proposal", "detail").null_count().row(0) == (3, 3, 3)
