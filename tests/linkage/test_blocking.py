"""The key of a pass is equal for equal attributes, other for others, and 0 as soon as one is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.linkage.blocking import ATTRIBUTES, PASSES, keys

DTYPES = {"year": np.uint16, "month": np.uint8, "day": np.uint8, "place": np.uint16, "initials": np.uint16}
every_pass = pytest.mark.parametrize("name", PASSES)


def attributes_of(*rows):
    """Rows of small numbers, one per attribute, as arrays."""
    columns = np.array(rows, np.uint64).reshape(len(rows), len(ATTRIBUTES)).T
    return {name: column.astype(DTYPES.get(name, np.uint64)) for name, column in zip(ATTRIBUTES, columns, strict=True)}


people = st.lists(
    st.lists(st.integers(0, 3), min_size=len(ATTRIBUTES), max_size=len(ATTRIBUTES)), min_size=1, max_size=20
)


@every_pass
@given(people)
def test_keys_are_equal_when_the_attributes_of_the_pass_are(name, rows):
    attributes = attributes_of(*rows)
    of_pass = list(zip(*(attributes[trait].tolist() for trait in PASSES[name].attributes), strict=True))
    found = keys(PASSES[name], attributes).tolist()
    for one, its_key in zip(of_pass, found, strict=True):
        assert (its_key == 0) == (0 in one)
        assert [key == its_key for key in found if key and its_key] == [
            other == one for other in of_pass if all(other) and all(one)
        ]


@every_pass
def test_keys_of_neighbouring_dates_and_places_do_not_meet(name):
    """Small numbers next to each other are what most keys are made of: their sums may not coincide."""
    rng = np.random.default_rng(1)
    spans = {"year": (1900, 2026), "month": (1, 12), "day": (1, 31), "place": (1, 4000), "initials": (16705, 23130)}
    attributes = {trait: rng.integers(*spans.get(trait, (1, 500)), 20_000, dtype=np.uint64) for trait in ATTRIBUTES}
    distinct = len(set(zip(*(attributes[trait].tolist() for trait in PASSES[name].attributes), strict=True)))
    found = keys(PASSES[name], attributes)
    assert np.unique(found).size == distinct
    # The bucket is read off the high half: it has to be spread, though the attributes are not.
    assert (
        np.bincount((np.unique(found) >> np.uint64(56)).astype(np.intp), minlength=256).max() < 2 * distinct / 256 + 40
    )


@every_pass
def test_nobody_has_no_key(name):
    empty = {trait: np.empty(0, np.uint64) for trait in ATTRIBUTES}
    assert keys(PASSES[name], empty).size == 0


def test_a_row_of_another_width_of_numbers_has_the_same_key():
    """The register keeps years in 16 bits, a file may have them in 64."""
    narrow = attributes_of(*[[2] * len(ATTRIBUTES)])
    wide = {trait: values.astype(np.uint64) for trait, values in narrow.items()}
    for pass_ in PASSES.values():
        assert keys(pass_, narrow) == keys(pass_, wide)
