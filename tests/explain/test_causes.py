"""Why a passage was refused: every cause is said in both languages, and what is known makes causes likelier."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.explain.cause_table import LEAST, MOST, OWN, REST, SURE
from matching.explain.causes import CAUSES, weighed
from matching.explain.corrections import CORRECTIONS, propose
from matching.explain.corrections.kinds import DOCUMENTS, WHOLE, kinds
from matching.explain.holders import HOLDERS, TESTED, Tried
from matching.identity.catalogue import LANGS, catalogue, sentence
from matching.identity.rules import ELEMENTS
from matching.quality.check import check
from matching.quality.forecasting.exposure import NATIONAL, exposure
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.hypothesis_strategies import any_text

WOMAN = {"birth_name": "QUERVIAN", "given_name_1": "Camille", "usage_name": None}


def told(*holders, message, tried=None, persons=NATIONAL):
    """What is thought of the passages, refused with that message, and the corrections it comes from."""
    submitted = Submitted.of(passages_of(*(holder(**WOMAN | changes) for changes in holders)))
    messages = [message] * len(holders) if isinstance(message, int | None) else message
    refused = submitted.passages.with_columns(message=pl.Series(messages, dtype=pl.UInt8))
    findings = check(submitted)
    corrections = propose(refused, findings, exposure(submitted, persons))
    return weighed(refused, corrections, findings, tried), corrections


def probability(known, kind, passage=0):
    """Of a cause; 0 when it is not told."""
    found = known.causes.filter((pl.col("passage") == passage) & (pl.col("kind") == kind))
    return found["probability"].sum()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("one", OWN, ids=lambda one: one.code)
def test_every_cause_is_said(one, lang):
    title, remedy = (sentence(f"causes.{text}_{one.code}", lang) for text in ("title", "remedy"))
    assert title[-1] not in ".!?"
    assert remedy.endswith(".")
    assert f"causes.who_{one.who}" in catalogue()


def test_the_table_is_sound():
    assert not {one.code for one in OWN} & set(kinds()), "a code tells one cause"
    for one in OWN:
        assert one.trait is None or one.trait in ELEMENTS
        assert one.document is None or one.document in DOCUMENTS
    for message in range(1, 8):
        for branch in (None, "dossier_formation", "identifiant_national"):
            weights = [one.weight for one in OWN if message in one.messages and one.branch == branch]
            assert sum(weights) < 1, "something is always left for what nothing shows"


@pytest.mark.parametrize("lang", LANGS)
def test_every_message_and_document_is_said(lang):
    for name in (*(f"message_{n}" for n in (*range(1, 8), "other")), *(f"document_{name}" for name in DOCUMENTS)):
        assert sentence(f"causes.{name}", lang)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(("birth_name", "usage_name", "given_name_1"), any_text)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([None, *range(1, 8)]),
)
def test_probabilities_are_probabilities(holders, message):
    known, _ = told(*holders, message=message)
    assert dict(known.causes.schema) == CAUSES
    assert known.causes["probability"].is_between(0, 1).all()
    for part in known.causes.partition_by("passage"):
        assert part["probability"].sum() <= 1 + 1e-9
        assert part["rank"].to_list() == list(range(1, part.height + 1))
        assert part["kind"].to_list().index(REST) == part.height - 1 <= MOST
        likely = part["probability"].to_list()[:-1]
        assert likely == sorted(likely, reverse=True)
        assert all(value >= LEAST for value in likely)
    assert known.causes["passage"].n_unique() == len(holders)
    assert known.corrections.select(list(CORRECTIONS)).schema == CORRECTIONS


def test_what_a_rule_sees_comes_first_and_is_named():
    known, _ = told({"given_name_1": "X"}, message=1)
    first = known.causes.row(0, named=True)
    assert (first["kind"], first["trait"], first["who"]) == ("given_name_unsaid", "given_name_1", "holder")
    assert first["rule"] == "given_name_placeholder"
    assert known.corrections.filter(pl.col("rank") == first["correction"])["kind"][0] == "given_name_unsaid"


def test_a_doubtful_datum_without_correction_is_a_cause():
    known, _ = told({"birth_month": "2", "birth_day": "31"}, message=2)
    assert known.causes.filter(pl.col("kind") == "birth_date_unsure").select("trait", "rule").row(0) == (
        "birth_date",
        "birth_date_impossible",
    )
    plain = probability(told({}, message=2)[0], "birth_date_unsure")
    assert probability(known, "birth_date_unsure") > plain


@pytest.mark.parametrize(
    ("message", "kind", "who"),
    [
        (5, "already_accepted", "nobody"),
        (6, "certification_code_wrong", "certifier"),
        (7, "validity_dates_exchanged", "certifier"),
    ],
)
def test_what_is_no_matter_of_identity(message, kind, who):
    known, corrections = told({}, message=message)
    assert known.causes.select("kind", "who").row(0) == (kind, who)
    assert corrections.is_empty()
    assert set(known.causes["kind"]) <= {one.code for one in OWN}


def test_a_code_that_a_rule_refuses_is_the_likelier_culprit():
    plain, wrong = told({}, {"certification_code": "RS 6042"}, message=6)[0].causes.partition_by("passage")
    assert wrong["probability"][0] > plain["probability"][0]
    assert wrong["rule"][0] is not None


def test_a_sentence_that_is_none_of_the_seven_has_no_cause():
    assert told({}, message=None)[0].causes.select("kind", "probability").rows() == [(REST, 1.0)]


@pytest.mark.parametrize(
    ("branch", "kind"), [("dossier_formation", "file_number_wrong"), ("identifiant_national", "declared_nir_wrong")]
)
def test_holders_told_otherwise_have_their_own_causes(branch, kind):
    known, _ = told({"branch": branch}, message=1)
    assert known.causes["kind"][0] == kind
    assert probability(told({}, message=1)[0], kind) == 0


def test_somebody_born_abroad_is_likelier_not_to_be_registered():
    here, there = (told(place, message=1)[0] for place in ({}, {"insee_code": "99352", "country_code": "352"}))
    assert 0 < probability(here, "not_in_register") < probability(there, "not_in_register")
    assert probability(told({}, message=5)[0], "not_in_register") == 0


def test_a_wrong_name_gives_message_two_where_namesakes_are_many():
    """MARTIN Marie is met whoever is looked for; QUERVIAN is not: there, it is the date."""
    common = {"birth_name": "MARTIN", "given_name_1": "Marie", "birth_year": "1960"}
    slip = {"birth_name", "given_name_1", "sex", "birth_year"}
    known, _ = told(common, {}, message=2)
    of_names = known.causes.filter(pl.col("trait").is_in(slip)).group_by("passage").agg(pl.col("probability").sum())
    shares = dict(of_names.iter_rows())
    assert shares[0] > 5 * shares.get(1, 0.0)


def test_nothing_shown_takes_the_whole_identity_and_its_correction():
    known, corrections = told({}, message=1)
    assert WHOLE in corrections["kind"]
    assert WHOLE not in known.causes["kind"]
    rank = known.causes.filter(pl.col("kind") == REST)["correction"][0]
    assert known.corrections.filter(pl.col("rank") == rank)["kind"][0] == WHOLE


def in_register(likely, nobody, wrong, tested=()):
    """What a register tells of one passage."""
    holders = pl.DataFrame([(0, likely, nobody, list(wrong))], schema=HOLDERS, orient="row")
    return Tried(pl.DataFrame(list(tested), schema=TESTED, orient="row"), holders)


def test_a_correction_that_agrees_with_the_likely_holder_goes_first_and_the_others_down():
    slip = {"birth_name": "DUPOMT"}
    known, corrections = told(slip, message=1)
    ranks = corrections.filter(pl.col("after").is_not_null())["rank"].unique().sort().to_list()
    assert len(ranks) > 2, "the case must have several written corrections"
    rows = [(0, rank, rank == ranks[-1], None if rank == ranks[-1] else 1, False, rank == ranks[-1]) for rank in ranks]
    tried, _ = told(slip, message=1, tried=in_register(0.98, 0.01, ["birth_name"], rows))
    first = tried.corrections.filter(pl.col("passes"))
    before = corrections.filter(pl.col("rank") == ranks[-1])
    assert first.select("kind", "after").rows() == before.select("kind", "after").rows()
    assert first["rank"][0] == 1
    failed, was = tried.corrections.filter(pl.col("passes").not_()), known.corrections
    both = failed.join(was, on=["kind", "field", "after"], suffix="_before")
    assert both.height == failed.height > 0
    assert (both["probability"] < both["probability_before"]).all()


def test_a_datum_that_contradicts_the_likely_holder_is_the_cause_even_where_nothing_repairs_it():
    tried, _ = told({}, message=1, tried=in_register(0.9, 0.05, ["given_name_1"]))
    assert tried.causes.select("kind", "trait").row(0) == ("given_name_unsure", "given_name_1")
    assert tried.causes["probability"][0] >= 0.9


def test_where_nobody_of_the_register_fits_the_cause_is_that():
    tried, _ = told({}, message=1, tried=in_register(0.0, 1.0, []))
    assert tried.causes.select("kind", "probability").row(0) == ("not_in_register", SURE)


@given(
    likely=st.floats(0, 1),
    share=st.floats(0, 1),
    wrong=st.sets(st.sampled_from(["birth_name", "given_name_1", "sex", "birth_year", "birth_date", "insee_code"])),
    message=st.integers(1, 4),
)
@settings(max_examples=10, deadline=None)
def test_what_a_register_tells_leaves_probabilities(likely, share, wrong, message):
    tried, _ = told({}, message=message, tried=in_register(likely, share * (1 - likely), sorted(wrong)))
    assert tried.causes["probability"].is_between(0, 1 + 1e-9).all()
    assert tried.causes["probability"].sum() <= 1 + 1e-9
    assert tried.corrections["probability"].is_between(0, 1 + 1e-9).all()


def test_a_passage_is_told_the_same_alone_and_among_others():
    other = {"birth_name": "LEGRAND", "given_name_1": "Paul", "sex": "M", "birth_year": "1988", "birth_day": "3"}
    many, _ = told(other, {"given_name_1": "X"}, message=[2, 1])
    alone, _ = told({"given_name_1": "X"}, message=1)
    assert many.causes.filter(pl.col("passage") == 1).drop("passage").equals(alone.causes.drop("passage"))
