"""What is kept of a name: the same on both sides, 0 for what is missing; and its version follows the linkage view."""

import hashlib

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalize.given_names import given_forms
from matching.normalize.surnames import surname_forms
from matching.reference import names
from matching.register.hashing import hash_of
from matching.strategies.index import open_index
from matching.strategies.name_features import (
    NAMES_VERSION,
    as_registered,
    length_of,
    letters_in,
    surname_features,
    word_features,
)
from tests.builders import person, register_of
from tests.hypothesis_strategies import any_text

texts = st.lists(st.one_of(st.none(), any_text), max_size=12)

VIEWS = {1: "440ffbb7101bfc88"}
"""Version → digest of the features of some names."""


def series(values):
    return pl.Series(values, dtype=pl.String)


def test_the_version_changes_with_the_view():
    """An index of another view finds nobody: the version has to say so. Raise it, and write the new digest here."""
    of_names = surname_features(surname_forms(pl.concat([names.surnames()["name"].head(2000), series(TRICKY)])))
    given_names = given_forms(pl.concat([names.given_names()["name"].unique().sort().head(2000), series(TRICKY)]))
    words = given_names["tokens"].explode().drop_nulls()
    digest = hashlib.blake2b(digest_size=8)
    for array in [*of_names.values(), *word_features(words).values(), hash_of(words)]:
        digest.update(np.ascontiguousarray(array).tobytes())
    assert VIEWS.get(NAMES_VERSION) == digest.hexdigest()


TRICKY = [
    "DE LA TOUR", "DELATOUR", "D’ARTEMARE", "Le Gall", "St-Martin", "PERRIN LE GALL", "PERRIN EPOUSE ROUVIERE", "X", "",
    "BEN YOUSSEF", "BENYOUSSEF", "ŒUVRARD", "ØDEGAARD", "JB", "Jean-Pierre", "Sans prénom", "M'HAMED", "VAN DE VELDE",
]  # fmt: skip


@given(texts)
@settings(max_examples=30)
def test_features_are_of_one_name_each(values):
    forms = surname_forms(series(values))
    together = surname_features(forms)
    for row in range(len(values)):
        for name, array in surname_features(forms[row : row + 1]).items():
            assert together[name][row] == array.item(), name


@given(texts)
@settings(max_examples=30)
def test_a_missing_name_has_no_feature(values):
    forms = surname_forms(series(values))
    missing = forms["text"].is_null().to_numpy()
    for name, array in surname_features(forms).items():
        assert not array[missing].any(), name
    for name in ("core", "sound", "initials", "letters", "length"):
        assert surname_features(forms)[name][~missing].all(), name


@given(st.lists(st.one_of(st.none(), st.text(alphabet="ABCDZ09É", max_size=300)), max_size=12))
def test_letters_and_length_are_those_of_the_text(values):
    for text, letters, length in zip(values, letters_in(series(values)), length_of(series(values)), strict=True):
        expected = {min(byte - 65, 26) if byte >= 65 else 26 for byte in (text or "").encode()}
        assert letters == sum(1 << letter for letter in expected)
        assert length == min(len(text or ""), 255)


def test_a_composed_name_has_parts_and_a_single_one_none():
    features = surname_features(surname_forms(series(["PERRIN-ROUVIERE", "PERRIN", None])))
    parts = np.stack([features["part_1"], features["part_2"]], axis=1).tolist()
    assert parts == [hash_of(series(["PERRIN", "ROUVIERE"])).tolist(), [0, 0], [0, 0]]


def test_initials_are_two_letters():
    features = surname_features(surname_forms(series(["ROUVIERE", "LE GALL"])))
    assert features["initials"].tolist() == [256 * ord("R") + ord("O"), 256 * ord("G") + ord("A")]


def test_a_submitted_name_comes_with_the_core_that_the_register_has_for_it(tmp_path):
    index = open_index(register_of(tmp_path, person(0, birth_name="DE XANTHOUR"), person(1, birth_name="DEXANTHOUR")))
    submitted = surname_forms(series(["DEXANTHOUR", "De Xanthour", "DEZZZ", None]))
    codes = index.surnames.codes(submitted["text"])
    features = surname_features(submitted)
    registered = as_registered(features, codes, index.surnames)
    core = index.surnames.core[index.records["surname"][0]]
    assert features["core"][0] != features["core"][1] == core
    assert registered["core"].tolist() == [core, core, features["core"][2], 0]
    assert registered["letters"].tolist() == features["letters"].tolist()
