"""A dictionary gives back its texts, whatever order they came in, and tells a missing text from one it lacks."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.register.dictionary import UNSEEN, Dictionary, dictionary_arrays
from matching.register.hashing import hash_of

words = st.text(alphabet="ABCDEÉŁ ", max_size=12)


def dictionary(values):
    texts = pl.Series(values, dtype=pl.String)
    hashes = hash_of(texts)
    order = np.argsort(hashes)
    return Dictionary(**dictionary_arrays(texts.gather(order), hashes[order]))


@given(st.sets(words), st.lists(words))
def test_a_text_has_a_code_that_leads_back_to_it(known, others):
    names = dictionary(sorted(known))
    asked = [*known, *others, None]
    codes = names.codes(pl.Series(asked, dtype=pl.String))
    assert names.texts(codes).to_list() == [text if text in known else None for text in asked]
    for text, code in zip(asked, codes, strict=True):
        assert (code == 0) == (text is None)
        assert (code == UNSEEN) == (text is not None and text not in known)


@given(st.sets(words))
def test_codes_do_not_depend_on_the_order_of_the_texts(known):
    one, other = dictionary(sorted(known)), dictionary(sorted(known, reverse=True))
    for name in ("hashes", "ends", "content"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@given(st.sets(words, min_size=1))
def test_codes_are_1_2_3(known):
    codes = dictionary(sorted(known)).codes(pl.Series(sorted(known), dtype=pl.String))
    assert sorted(codes) == list(range(1, len(known) + 1))


def test_texts_that_share_a_number_make_no_dictionary():
    with pytest.raises(ArithmeticError, match="same hash"):
        dictionary_arrays(pl.Series(["PERRIN", "ROUVIERE"]), np.array([7, 7], np.uint64))
