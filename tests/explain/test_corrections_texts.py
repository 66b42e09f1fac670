"""Every kind of correction is documented, said in both languages, and comes from rules that exist."""

import re

import polars as pl
import pytest

from matching.explain.corrections.found import KIND_OF
from matching.explain.corrections.kinds import DOCUMENTS, FACTORS, KINDS, STAGES, UNEXPLAINED, kind
from matching.explain.corrections.letters import letter
from matching.explain.corrections.ranking import CORRECTIONS
from matching.identity.catalogue import LANGS, catalogue, sentence
from matching.identity.rules import ELEMENTS, rule, rules

CODES = [one.code for one in KINDS]


def correction(code):
    """One correction of that kind, of a field it asks for, else of the birth name."""
    fields = kind(code).fields or ("birth_name",)
    rows = [(0, 1, code, kind(code).is_safe, 0.5, field, "MOREAU", None) for field in fields]
    return pl.DataFrame(rows, schema=CORRECTIONS, orient="row")


def test_the_table_is_sound():
    assert len(set(CODES)) == len(CODES)
    for one in KINDS:
        assert re.fullmatch("[a-z_]+", one.code)
        assert 0 < one.rate < 1
        assert one.document is None or one.document in DOCUMENTS
        assert one.messages
        assert one.messages <= set(UNEXPLAINED)
        assert set(one.fields) <= set(STAGES)
        assert not (one.is_safe and one.fields), "what is asked of the holder is not safe"
    assert set(STAGES) <= set(ELEMENTS)
    assert {message for message, _ in FACTORS} == set(UNEXPLAINED)


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
    of_documents = {f"document_{document}" for document in DOCUMENTS}
    others = {"letter", "sent", "blank_name", "blank_certification", "blank_date"}
    assert texts <= of_kinds | of_documents | others
    assert {one.document for one in KINDS} - {None} == set(DOCUMENTS)


def test_titles_are_not_repeated():
    for lang in LANGS:
        titles = [sentence(f"corrections.title_{code}", lang) for code in CODES]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", CODES)
def test_a_letter_asks_and_shows_what_was_sent(code, lang):
    text = letter(correction(code), lang, name="Camille Moreau", certification="Anglais B2", date="30 mars 2026")
    if kind(code).is_safe:
        assert text is None
        return
    assert sentence(f"corrections.question_{code}", lang) in text
    assert sentence(f"corrections.document_{kind(code).document}", lang) in text
    assert all(fact in text for fact in ("Camille Moreau", "Anglais B2", "30 mars 2026", "MOREAU"))
    assert "{" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_a_letter_has_blanks_to_fill_in_and_never_what_is_proposed(lang):
    told = correction("surname_letter").with_columns(before=pl.lit(None, dtype=pl.String), after=pl.lit("DUPONT"))
    text = letter(told, lang)
    for blank in ("name", "certification", "date"):
        assert sentence(f"corrections.blank_{blank}", lang) in text
    assert sentence("fields.blank", lang) in text
    assert "DUPONT" not in text


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
