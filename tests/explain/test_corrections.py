"""What is proposed for refused passages, and what it becomes once applied."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.reader import with_read_values
from matching.explain.corrections import CORRECTIONS, apply, propose
from matching.explain.corrections.kinds import STAGES, WHOLE, kind, kinds
from matching.explain.corrections.ranking import LEAST
from matching.identity.frames import FINDINGS, PASSAGES
from matching.identity.rules import rules
from matching.normalize.text import funnel_text
from matching.quality.check import check
from matching.quality.forecasting.exposure import exposure
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text

WOMAN = holder(birth_name="MOREAU", given_name_1="Camille", usage_name=None)
GOLDEN = golden("corrections.csv")


def changed(text):
    """``a=1;b=`` as a dictionary; nothing after the sign is nil."""
    pairs = (pair.split("=") for pair in text.split(";") if pair)
    return {field: value or None for field, value in pairs}


def proposed(*holders, message, most=12, compared=False):
    """The passages, refused with that message, and their corrections; rows are not of one person unless compared."""
    submitted = Submitted.of(passages_of(*({**WOMAN, **changes} for changes in holders)))
    messages = [message] * len(holders) if isinstance(message, int) else message
    refused = submitted.passages.with_columns(message=pl.Series(messages, dtype=pl.UInt8))
    findings = check(submitted)
    if not compared:
        findings = findings.filter(
            ~pl.col("code").is_in([code for code, one in rules().items() if one.family == "rows"])
        )
    return refused, propose(refused, findings, exposure(submitted), most)


@pytest.fixture(scope="module")
def golden_corrections():
    holders = [changed(row["context"]) for row in GOLDEN]
    men = [{"birth_name": "BERNARD", "given_name_1": "Paul", "sex": "M"}] * 100
    messages = [int(row["message"]) for row in GOLDEN] + [1] * len(men)
    return proposed(*holders, *men, message=messages)


@pytest.mark.parametrize("rank", range(len(GOLDEN)), ids=lambda rank: " ".join(list(GOLDEN[rank].values())[:4]))
def test_golden_corrections(golden_corrections, rank):
    row = GOLDEN[rank]
    found = golden_corrections[1].filter((pl.col("passage") == rank) & (pl.col("rank") <= int(row["within"])))
    told = [
        (part["kind"][0], dict(zip(part["field"], part["after"].fill_null("?"), strict=True)))
        for part in found.partition_by("rank")
    ]
    expected = {field: value or "" for field, value in changed(row["changes"]).items()}
    assert (row["kind"], expected) in told, told


def test_every_kind_has_a_golden_row_but_that_of_another_row():
    assert set(kinds()) - {row["kind"] for row in GOLDEN} == {"other_row_of_same_person"}


def test_another_row_of_the_same_person_tells_the_other_date():
    told = {"birth_name": "QUERVIAN", "given_name_2": "Rose", "usage_name": "PETIT"}
    _, found = proposed(told, told, told | {"birth_day": "21"}, message=2, compared=True)
    other = found.filter((pl.col("passage") == 2) & (pl.col("kind") == "other_row_of_same_person"))
    assert other.select("field", "after").rows() == [("birth_day", "12")]


def test_the_frame_is_what_is_declared(golden_corrections):
    refused, found = golden_corrections
    assert dict(found.schema) == CORRECTIONS
    assert found["prior"].is_between(0, 1).all()
    assert found.filter(~pl.col("is_safe") & (pl.col("kind") != WHOLE))["prior"].min() >= LEAST
    assert found.equals(found.sort("passage", "rank", maintain_order=True))
    once = found.unique(["passage", "rank"])
    assert once.group_by("passage").agg(pl.col("prior").sum())["prior"].max() <= 1
    ranked = once.sort("passage", "rank").group_by("passage").agg(pl.col("prior"))["prior"]
    assert all(priors == sorted(priors, reverse=True) for priors in ranked.to_list())
    assert found.select("is_safe").to_series().to_list() == [kind(code).is_safe for code in found["kind"]]
    raw = refused.select("passage", *(pl.col(f"raw_{field}").alias(field) for field in STAGES))
    sent = raw.unpivot(list(STAGES), index="passage", variable_name="field", value_name="sent")
    both = found.join(sent, on=["passage", "field"], how="left")
    assert both["before"].eq_missing(both["sent"]).all()


def test_nothing_proposed_is_what_the_funnel_has_read_already(golden_corrections):
    written = golden_corrections[1].drop_nulls("after")
    after, before = (funnel_text(written[side]).fill_null("") for side in ("after", "before"))
    assert (after != before).all()


@pytest.mark.parametrize("message", [1, 2, 3, 4])
def test_a_message_excludes_what_it_does_not_look_at(message):
    told = {"birth_name": "DURAND-PETIT", "birth_month": "3", "birth_day": "12", "insee_code": "92044"}
    _, found = proposed(told | {"usage_name": "PETIT", "given_name_2": "Rose"}, message=message, most=100)
    likely = found.filter(pl.col("prior") > 0)
    first = likely.group_by("rank").agg(pl.col("field").replace_strict(STAGES, return_dtype=pl.Int64).min())
    assert first["field"].max() <= message
    assert all(message in kind(code).messages for code in likely["kind"])
    # The place's code changes nothing to message 2; it stays, as it is safe: the year it is made from is right then.
    assert ("place_code_of_the_time" in found["kind"]) == (message > 1)


def test_only_holders_with_the_four_messages_have_corrections():
    refused, _ = proposed({}, {}, message=1)
    other = refused.with_columns(
        branch=pl.Series(["dossier_formation", "titulaire"], dtype=PASSAGES.columns["branch"]),
        message=pl.Series([1, 5], dtype=pl.UInt8),
    )
    assert propose(other, FINDINGS.empty(), exposure(Submitted(other))).is_empty()


def test_what_is_applied_reads_as_if_it_had_been_sent(golden_corrections):
    refused, found = golden_corrections
    for rank in (1, 2, 3):
        sent = apply(refused, found.filter(pl.col("rank") == rank))
        read = with_read_values(sent.select(list(PASSAGES.columns)))
        assert PASSAGES.check(sent).columns == refused.columns
        assert sent.select(list(PASSAGES.columns)).equals(read.select(list(PASSAGES.columns)))
        assert not sent.equals(refused)


def test_applying_nothing_changes_nothing(golden_corrections):
    refused, found = golden_corrections
    assert apply(refused, found.clear()).equals(refused)
    assert apply(refused, found.filter(pl.col("after").is_null())).equals(refused)


def test_of_two_corrections_of_a_field_the_first_is_applied():
    refused, _ = proposed({}, message=1)
    chosen = pl.DataFrame({"passage": [0, 0], "field": ["sex", "sex"], "after": ["M", "F"]})
    assert apply(refused, chosen).select("raw_sex", "sex").row(0) == ("M", "M")


def test_a_safe_correction_is_never_cut_off():
    _, found = proposed({"insee_code": None, "postal_code": "92300", "birth_name": "DURAND-PETIT"}, message=1, most=1)
    assert found.select("kind", "is_safe", "prior").rows()[-1] == ("place_coded_otherwise", True, 0.0)
    assert found["kind"].n_unique() == 3  # with the likeliest, and the last resort


def test_a_passage_is_told_the_same_alone_and_among_others(golden_corrections):
    together = golden_corrections[1].filter(pl.col("passage") == 0).drop("passage")
    _, alone = proposed(changed(GOLDEN[0]["context"]), message=int(GOLDEN[0]["message"]))
    assert alone.drop("passage").equals(together)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("birth_name", "usage_name", "given_name_1", "given_name_2"), any_text)
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([1, 2, 3, 4]),
)
def test_no_text_is_too_odd(holders, message):
    passages = passages_of(*({**WOMAN, **values} for values in holders))
    refused = Submitted.of(passages).passages.with_columns(message=pl.lit(message, dtype=pl.UInt8))
    found = propose(refused, FINDINGS.empty(), exposure(Submitted(refused)))
    assert set(found["passage"]) == set(refused["passage"]), "the holder can always be asked"
    assert apply(refused, found).height == len(holders)
