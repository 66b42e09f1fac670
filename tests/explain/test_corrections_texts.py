"""Every kind of correction is documented, said in both languages, and comes from rules that exist."""

import re

import pytest

from matching.explain.corrections.found import KIND_OF
from matching.explain.corrections.kinds import DOCUMENTS, FAMILIES, KINDS, STAGES, kind
from matching.identity.catalogue import LANGS, catalogue, sentence
from matching.identity.rules import ELEMENTS, rule, rules

CODES = [one.code for one in KINDS]


def test_the_table_is_sound():
    assert len(set(CODES)) == len(CODES)
    for one in KINDS:
        assert re.fullmatch("[a-z_]+", one.code)
        assert one.family in FAMILIES
        assert one.document is None or one.document in DOCUMENTS
        assert one.messages
        assert one.messages <= {1, 2, 3, 4}
        assert set(one.fields) <= set(STAGES)
        assert not (one.is_safe and one.fields), "what is asked of the holder is not safe"
    assert set(STAGES) <= set(ELEMENTS)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", CODES)
def test_a_kind_has_its_texts(code, lang):
    title, remedy = (sentence(f"corrections.{text}_{code}", lang) for text in ("title", "remedy"))
    assert title[-1] not in ".!?"
    assert remedy.endswith(".")
    asks = f"corrections.question_{code}" in catalogue()
    assert asks != kind(code).is_safe


def test_no_text_is_of_no_kind():
    texts = {code.removeprefix("corrections.") for code in catalogue() if code.startswith("corrections.")}
    of_kinds = {f"{text}_{code}" for code in CODES for text in ("title", "remedy", "question")}
    assert texts <= of_kinds
    assert {one.document for one in KINDS} - {None} == set(DOCUMENTS)


def test_titles_are_not_repeated():
    for lang in LANGS:
        titles = [sentence(f"corrections.title_{code}", lang) for code in CODES]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("code", KIND_OF)
def test_a_rule_gives_a_kind_that_is_no_safer_than_itself(code):
    assert rule(code).is_safe or not kind(KIND_OF[code]).is_safe


def test_every_safe_proposal_that_control_1_lets_through_is_kept():
    lost = {
        code
        for code, one in rules().items()
        if one.is_safe and one.severity != "blocking" and set(one.fields) & set(STAGES) and code not in KIND_OF
    }
    assert lost == set()
