"""Every sentence exists in both languages and names the same facts; every code used in the sources has one."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matching
from matching.identity.catalogue import LANGS, catalogue, count, percent, sentence

SRC = Path(matching.__file__).parents[1]
STAGES = {code.split(".")[0] for code in catalogue()}


def facts(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_both_languages_name_the_same_facts(code):
    texts = catalogue()[code]
    assert set(texts) == set(LANGS)
    assert facts(texts["fr"]) == facts(texts["en"])
    assert all(text.strip() == text and text for text in texts.values())


def test_every_code_in_the_sources_has_its_sentence():
    coded = re.compile(rf'"((?:{"|".join(sorted(STAGES))})\.[a-z0-9_]+)"')
    used = {code for path in SRC.rglob("*.py") for code in coded.findall(path.read_text(encoding="utf-8"))}
    assert used
    assert {code for code in used - set(catalogue()) if not code.endswith(FILE_ENDINGS)} == set()


FILE_ENDINGS = (".xml", ".toml", ".cli", ".parquet", ".csv", ".xlsx", ".json", ".html", ".partial")


@given(st.integers(0, 10**9))
def test_counts_keep_their_digits(n):
    for lang in LANGS:
        assert re.sub(r"\D", "", count(n, lang)) == str(n)


@pytest.mark.parametrize(
    ("share", "fr", "en"),
    [
        (0.0, "0,0\u202f%", "0.0%"),
        (0.0004, "moins de 0,1\u202f%", "less than 0.1%"),
        (0.9337, "93,4\u202f%", "93.4%"),
        (0.9999, "plus de 99,9\u202f%", "more than 99.9%"),
        (1.0, "100,0\u202f%", "100.0%"),
    ],
)
def test_no_false_zero_and_no_false_hundred(share, fr, en):
    assert (percent(share, "fr"), percent(share, "en")) == (fr, en)


def test_a_sentence_formats_by_language():
    facts_of = {"contract": "truth", "column": "passage", "n": 12480, "rows": 20000}
    assert "12\u202f480" in sentence("frames.null", "fr", **facts_of)
    assert "12,480" in sentence("frames.null", "en", **facts_of)
