"""Declared NIRs: their shape and parts; no finding ever holds one whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.nir import key, mask, parse
from matching.identity.rules import rules
from matching.quality import nirs
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.golden_rows import golden

bodies = st.builds(
    "{}{:02d}{:02d}{}{:03d}".format,
    st.integers(1, 2),
    st.integers(0, 99),
    st.integers(13, 19),
    st.sampled_from(["75044", "2A004", "97105", "99352"]),
    st.integers(1, 999),
)


def declared(nir, **traits):
    """The findings on a passage that declares a NIR, and other traits if any."""
    if not any(traits.values()):
        return nirs.find(Submitted.of(passages_of({"declared_nir": nir, "branch": "identifiant_national"})))
    return nirs.find(Submitted.of(passages_of(holder(declared_nir=nir, **traits))))


@pytest.mark.parametrize("row", golden("quality_nirs.csv"), ids=lambda row: " ".join(row.values()))
def test_golden_nirs(row):
    traits = {"sex": "sex", "year": "birth_year", "month": "birth_month", "insee": "insee_code"}
    told = {trait: row[name] or None for name, trait in traits.items()}
    if any(told.values()):
        told |= {"birth_day": None}
    found = declared(row["nir"], **told)
    expected = [(row["code"], row["field"], row["detail"] or None)] if row["code"] else []
    assert found.select("code", "field", "detail").rows() == expected


def test_each_rule_is_found_in_a_golden_row():
    codes = {row["code"] for row in golden("quality_nirs.csv")} - {""}
    assert codes | {"nir_with_key", "nir_key_wrong"} == {
        code for code, rule in rules().items() if rule.family == "nirs"
    }


@given(bodies)
@settings(max_examples=20)
def test_a_key_is_told_right_from_wrong(body):
    right = f"{key(body):02d}"
    wrong = f"{key(body) % 97 + 1:02d}"
    assert "nir_with_key" in declared(body + right)["code"]
    assert "nir_key_wrong" in declared(body + wrong)["code"]
    assert set(declared(body)["code"]) == {"nir_simulated"}


@given(bodies, st.sampled_from(["", " ", ".", "-"]), st.booleans())
@settings(max_examples=30)
def test_no_finding_holds_a_nir(body, separator, with_key):
    written = separator.join([body[:1], body[1:3], body[3:5], body[5:10], body[10:]])
    found = declared(written + (f"{separator}{key(body):02d}" if with_key else ""))
    shown = " ".join(text for row in found.select("value", "proposal", "detail").rows() for text in row if text)
    assert body[7:] not in shown.replace(" ", "")
    assert body[7:10] not in shown.split()


def test_a_nir_is_masked_as_everywhere_else():
    found = declared("167037599912399")
    assert found["value"].to_list() == [mask(parse("1670375999123"))]
    assert declared("16703759991")["value"].to_list() == ["*************"]
