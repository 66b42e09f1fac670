import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalize.phonetics import phonetic_key
from matching.normalize.surnames import PARTICLES, surname_forms
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text, names

# Made-up names: no particle, no abbreviation, no word of marriage among them.
plain_names = st.from_regex(r"(?:[BGKMPRT][AEIOU][LNRV]?){2,4}Z", fullmatch=True)


def series(texts):
    return pl.Series(texts, dtype=pl.String)


def form(text, column):
    return surname_forms(series([text]))[column][0]


@pytest.mark.parametrize("row", golden("surname_forms.csv"), ids=lambda row: row["name"])
def test_golden_rows(row):
    seen = surname_forms(series([row["name"]])).row(0, named=True)
    assert seen["text"] == (row["text"] or None)
    assert seen["core"] == (row["core"] or None)
    assert seen["parts"] == (row["parts"].split("|") if row["parts"] else None)
    assert seen["usage"] == (row["usage"] or None)


@settings(max_examples=25)
@given(st.lists(st.none() | any_text | names))
def test_anything_is_read_in_its_place_and_left_as_it_was(texts):
    values = series(texts)
    forms = surname_forms(values)
    assert values.to_list() == texts
    assert forms.columns == ["text", "core", "parts", "phonetic", "usage"]
    assert surname_forms(values.reverse()).rows() == forms.rows()[::-1]


@settings(max_examples=25)
@given(st.lists(any_text | names))
def test_forms_are_compact_capitals_and_missing_together(texts):
    for text, core, parts, phonetic, _ in surname_forms(series(texts)).iter_rows():
        assert (text is None) == (core is None) == (parts is None) == (phonetic is None)
        if text is not None:
            assert text.isascii()
            assert text.isalpha()
            assert text.isupper()
            assert core.startswith("".join(parts))
            assert 1 <= len(parts) <= 3


@settings(max_examples=25)
@given(st.lists(any_text | names))
def test_twice_is_once(texts):
    once = surname_forms(series(texts))["text"]
    assert surname_forms(once)["text"].to_list() == once.to_list()


@settings(max_examples=25)
@given(st.lists(plain_names, min_size=1, max_size=3))
def test_case_accents_and_punctuation_do_not_count(halves):
    accented = "-".join(halves).replace("E", "É").replace("O", "Ô")
    variants = [" ".join(halves), accented, accented.lower(), unicodedata.normalize("NFD", accented), f" {accented}. "]
    seen = surname_forms(series(variants))
    assert seen.n_unique() == 1


@settings(max_examples=25)
@given(plain_names, st.sampled_from(sorted(PARTICLES)))
def test_a_particle_moved_or_dropped_leaves_the_core(name, particle):
    seen = surname_forms(series([f"{particle} {name}", f"{name} {particle}", name]))
    assert seen["core"].to_list() == [name] * 3


@settings(max_examples=25)
@given(plain_names, plain_names, st.sampled_from(["EPOUSE", "épouse", "Ep.", "veuve", "VVE"]))
def test_both_names_are_told_apart(birth, usage, word):
    one, other = surname_forms(series([f"{birth} {word} {usage}", f"{usage} née {birth}"])).iter_rows(named=True)
    assert (one["text"], one["usage"]) == (other["text"], other["usage"]) == (birth, usage)


def test_a_glued_particle_is_heard_whatever_the_spelling():
    heard = surname_forms(series(["LE COQ", "LECOQ", "LEKOK", "COQ"]))["phonetic"]
    assert heard.n_unique() == 1


def test_the_sound_is_that_of_the_core():
    assert form("DE MARTINEAU", "phonetic") == phonetic_key(series(["MARTINEAU"])).item()


def test_no_name_at_all():
    assert surname_forms(series([])).height == 0
    assert surname_forms(series([None])).row(0) == (None,) * 5
