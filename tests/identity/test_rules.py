"""The records of rules: whole, in both languages, naming what exists; and each is found by something."""

import re
import string
from pathlib import Path

import polars as pl
import pytest

import matching
from matching.deposit.dictionary import Field, walk
from matching.identity.catalogue import LANGS
from matching.identity.frames import FINDINGS, SEVERITIES
from matching.identity.outcomes import Message
from matching.identity.rules import ELEMENTS, FAMILIES, PERSONAL, TEXTS, field_name, messages, rule, rules
from sngi_mock.noise.catalogue import by_id

RULES = rules()
SOURCES = [path.read_text(encoding="utf-8") for path in Path(matching.__file__).parent.rglob("*.py")]
FACTS = {"field", "value", "proposal", "detail"}


def test_there_are_at_least_sixty_and_every_family_has_some():
    assert len(RULES) >= 60
    assert {one.family for one in RULES.values()} == set(FAMILIES)


@pytest.mark.parametrize("code", RULES)
def test_a_record_is_whole(code):
    one = rule(code)
    assert re.fullmatch("[a-z][a-z0-9_]+", code)
    assert one.severity in SEVERITIES
    assert set(one.fields) <= set(ELEMENTS)
    assert set(one.errors) <= set(by_id())
    for lang in LANGS:
        assert set(one.texts[lang]) == {*TEXTS, "source"}
        for name in (*TEXTS, "source"):
            text = one.text(name, lang)
            assert text == text.strip() != ""
            assert "  " not in text
            named = {fact for _, fact, _, _ in string.Formatter().parse(text) if fact is not None}
            assert named <= (FACTS if name == "message" else set()), (code, lang, name)
        if one.text("message", lang) != "{detail}":
            assert one.text("message", lang)[-1] in ".!?…»)", (code, lang)
        assert one.text("title", lang)[-1] not in ".!"
    told = [set(re.findall(r"\{(\w+)\}", one.texts[lang]["message"])) for lang in LANGS]
    assert told[0] == told[1], "both languages name the same facts"


def test_each_message_that_is_no_stage_of_the_funnel_has_rules_that_are_blocking():
    refusing = [one for one in RULES.values() if one.refusal is not None]
    assert {one.refusal for one in refusing} == {
        Message.ALREADY_ACCEPTED,
        Message.CERTIFICATION,
        Message.VALIDITY_DATES,
    }
    assert {one.severity for one in refusing} == {"blocking"}


@pytest.mark.parametrize("code", RULES)
def test_something_finds_it(code):
    assert any(f'"{code}"' in source for source in SOURCES)


def test_titles_are_not_repeated():
    for lang in LANGS:
        titles = [one.text("title", lang) for one in RULES.values()]
        assert len(titles) == len(set(titles)), sorted(title for title in titles if titles.count(title) > 1)


def test_elements_are_those_of_the_dictionary():
    known = {item.name for _, item in walk() if isinstance(item, Field)}
    named = {name for path in ELEMENTS.values() for name in path.split("/")} - {"emetteur", "certificateur"}
    assert named <= known
    assert set(ELEMENTS) >= PERSONAL


@pytest.mark.parametrize("lang", LANGS)
def test_a_message_holds_its_facts(lang):
    rows = [
        {"code": code, "field": (one.fields or (None,))[0], "value": "VVV", "proposal": "PPP", "detail": "DDD"}
        for code, one in RULES.items()
    ]
    frame = pl.DataFrame(rows, schema={name: FINDINGS.columns[name] for name in rows[0]})
    for (code, one), told in zip(RULES.items(), messages(frame, lang), strict=True):
        text = one.text("message", lang)
        facts = {"value": "VVV", "proposal": "PPP", "detail": "DDD"}
        facts["field"] = field_name(one.fields[0], lang) if one.fields else ""
        assert told == text.format(**facts), code


def test_messages_keep_the_order_of_findings():
    frame = pl.DataFrame(
        {"code": ["names_inverted", "birth_date_impossible", "names_inverted"], "value": ["A", "B", "C"]}
    ).with_columns(field=pl.lit(None, pl.String), proposal=pl.lit("P"), detail=pl.lit("D"))
    alone = [messages(frame[row : row + 1], "fr")[0] for row in range(3)]
    assert messages(frame, "fr").to_list() == alone
    assert messages(frame.clear(), "fr").to_list() == []
