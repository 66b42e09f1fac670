"""What the truth says of causes and corrections, on passages small enough to be judged by hand."""

from pathlib import Path

import polars as pl
import pytest

from benchmarks.explained import _causes, _corrections, _ranks
from benchmarks.refusals import Refusals, judged
from matching.explain.causes import weighed
from matching.explain.corrections import CORRECTIONS, propose
from matching.identity.frames import FINDINGS
from matching.quality.forecasting.exposure import exposure
from matching.quality.submitted import Submitted
from matching.strategies.contradictions import contradictions
from matching.strategies.settings import CdcSettings
from tests.builders import holder, passages_of, person, register_of

SENT = (
    holder(birth_name="ROUVIERES"),  # an S too many: message 1
    holder(birth_month="12", birth_day="3"),  # exchanged, and a namesake is met: message 2
    holder(birth_name="QUERVIAN"),  # a stranger
)


@pytest.fixture(scope="module")
def met(tmp_path_factory):
    register = register_of(tmp_path_factory.mktemp("register"), person(0), person(1, birth_month=7, birth_day=1))
    submitted = Submitted.of(passages_of(*SENT))
    refused = submitted.passages.with_columns(message=pl.Series([1, 2, 1], dtype=pl.UInt8))
    holders = refused.select("passage", person=pl.Series([0, 0, None], dtype=pl.UInt32))
    return Refusals(
        folder=Path(),
        register=register,
        sent=len(SENT),
        refused=refused,
        findings=FINDINGS.empty(),
        exposed=exposure(submitted, register.persons),
        holders=holders,
        contradicted=contradictions(refused, holders.drop_nulls(), register, CdcSettings()),
        errors=pl.DataFrame({"passage": [0], "error": ["E07"]}, schema={"passage": pl.UInt32, "error": pl.String}),
    )


def correction(passage, rank, kind="surname_letter", **written):
    rows = [(passage, rank, kind, False, 0.5, field, "", after) for field, after in written.items()]
    return pl.DataFrame(rows, schema=CORRECTIONS, orient="row")


def test_what_is_wrong_is_told_by_datum(met):
    assert sorted(met.wrong.rows()) == [(0, "birth_name"), (1, "birth_date")]
    assert met.strangers["passage"].to_list() == [2]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (correction(0, 1, birth_name="ROUVIERE"), (True, False, True)),
        (correction(0, 1, birth_name="RIVIERE"), (False, False, False)),
        (correction(0, 1, given_name_1="Anne"), (False, True, False)),
        (correction(0, 1, birth_name="ROUVIERE", birth_year="1968"), (False, True, False)),
        (correction(1, 1, birth_month="3", birth_day="12"), (True, False, True)),
        (correction(1, 1, birth_month="3"), (False, False, False)),  # the date as a whole is still wrong
        (
            correction(1, 1, insee_code="92044"),
            (False, False, False),
        ),  # another code of the same place: no use, no harm
    ],
)
def test_a_correction_is_judged_by_the_true_person(met, told, expected):
    row = judged(met, told).row(0, named=True)
    assert (row["is_right"], row["is_harmful"], row["is_whole"]) == expected


def test_corrections_that_ask_and_those_of_strangers_are_not_judged(met):
    told = pl.concat([correction(0, 1, birth_name=None), correction(0, 2, sex="M"), correction(2, 1, sex="M")])
    assert judged(met, told).select("passage", "rank").rows() == [(0, 2)]


def test_shares_of_causes_and_corrections(met):
    told = weighed(met.refused, propose(met.refused, met.findings, met.exposed), met.findings)
    shares = _causes(_ranks(met, told))
    assert (shares["refused"], shares["strangers"]) == (3, 1)
    assert 0 <= shares["cause_first"] <= shares["cause_three"] <= 1
    of_first = _corrections(met, told)
    assert of_first["first_right"] + of_first["first_asks"] <= 1
    assert of_first["safe_wrong"] == 0
