import re

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.identity.frames import FOUND
from matching.identity.rules import rules
from matching.quality import given_names, names
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text
from tests.hypothesis_strategies import names as texts

WOMAN = holder(birth_name="MOREAU", given_name_1="Camille", birth_year="1967", sex="F")
FIELDS = ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")
GOLDEN = [*golden("quality_names.csv"), *golden("quality_given_names.csv")]


def found_in(*holders):
    """The findings of both families on a file of these holders, each a change to the same woman."""
    submitted = Submitted.of(passages_of(*({**WOMAN, **changes} for changes in holders)))
    return pl.concat([names.find(submitted), given_names.find(submitted)])


def told(found):
    """Each finding as golden rows say it: code, field, proposal."""
    nil = found.with_columns(pl.col("proposal").replace({"": "(nil)"}))
    return sorted(" ".join(part for part in row if part) for row in nil.select("code", "field", "proposal").rows())


@pytest.fixture(scope="module")
def golden_findings():
    """All golden rows as one file, and men without usage name: what a row gives does not depend on the others."""
    rows = [dict(pair.split("=") for pair in row["context"].split(";") if pair) for row in GOLDEN]
    changes = [{**context, row["field"]: _unescaped(row["value"])} for row, context in zip(GOLDEN, rows, strict=True)]
    men = [{"given_name_1": "Bernard", "sex": "M"}] * 100
    return found_in(*changes, *men)


def _unescaped(text):
    return re.sub(r"\\(?:u([0-9a-f]{4})|n)", lambda sign: chr(int(sign[1], 16)) if sign[1] else "\n", text)


@pytest.mark.parametrize("rank", range(len(GOLDEN)), ids=lambda rank: " ".join(GOLDEN[rank].values()))
def test_golden_names(golden_findings, rank):
    found = golden_findings.filter(pl.col("passage") == rank)
    assert told(found) == sorted(part for part in GOLDEN[rank]["found"].split(";") if part)


@pytest.mark.parametrize("family", ["names", "given_names"])
def test_each_rule_is_found_in_a_golden_row(golden_findings, family):
    codes = {code for code, rule in rules().items() if rule.family == family}
    assert codes <= set(golden_findings["code"])


def test_a_finding_names_a_field_of_its_rule(golden_findings):
    for code, field in golden_findings.select("code", "field").unique().iter_rows():
        assert field in rules()[code].fields


def test_the_value_is_what_was_submitted(golden_findings):
    named = golden_findings.filter(pl.col("field").is_in(FIELDS) & (pl.col("passage") < len(GOLDEN)))
    for rank, field, value in named.select("passage", "field", "value").iter_rows():
        row = GOLDEN[rank]
        context = dict(pair.split("=") for pair in row["context"].split(";") if pair)
        assert value == {**WOMAN, **context, row["field"]: _unescaped(row["value"])}[field]


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, texts | any_text)), min_size=1, max_size=20))
@settings(max_examples=6)
@example([{"birth_name": "A-'A"}])
def test_whatever_is_written_is_found_or_passed_over(holders):
    found = found_in(*holders)
    assert found.schema == FOUND
    assert set(found["code"]) <= set(rules())
    assert not found.select("code", "passage", "field").is_duplicated().any()
    assert (found["proposal"].is_null() | found["proposal"].ne_missing(found["value"])).all()


@given(st.lists(any_text | texts, min_size=20, max_size=60))
@settings(max_examples=4)
@example(["ã\x01¡"])
def test_what_is_safe_is_said_once(written):
    safe = pl.col("code").is_in([code for code, rule in rules().items() if rule.is_safe])
    proposals = found_in(*({"birth_name": text} for text in written)).filter(safe).group_by("passage").agg("proposal")
    assert proposals["proposal"].list.n_unique().max() in (None, 1)
    again = found_in(*({"birth_name": text} for text in proposals["proposal"].list.first() if text))
    assert again.filter(safe).is_empty()


def test_nobody_is_asked_about_a_name_that_is_absent():
    absent = passages_of({**WOMAN, "birth_name": None, "given_name_1": None})
    assert names.find(Submitted.of(absent)).is_empty()
    assert given_names.find(Submitted.of(absent)).is_empty()
    assert names.find(Submitted.of(absent.clear())).is_empty()
    assert given_names.find(Submitted.of(absent.clear())).is_empty()
