"""A weight table survives its file, and what is no table is one clear sentence."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.errors import UsageError
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.weights import DEFAULT, MOST_LEVELS, STRATA, VALUE_OF, Weights, load_weights, names, weights_toml
from tests.hypothesis_strategies import any_text

SHAPE = (len(STRATA), len(TRAITS), MOST_LEVELS)
IS_LEVEL = np.arange(MOST_LEVELS) < np.array([[len(levels)] for levels in LEVELS.values()])
seeds = st.integers(0, 2**32 - 1)
shares = st.floats(0.0005, 0.9995)


@st.composite
def tables(draw: st.DrawFn) -> Weights:
    rng = np.random.default_rng(draw(seeds))
    return Weights(
        name=draw(any_text),
        offsets=rng.normal(0, 10, SHAPE) * IS_LEVEL,
        m=rng.random(SHAPE) * IS_LEVEL,
        slopes=np.where(IS_LEVEL & (VALUE_OF > 0), rng.normal(1, 0.1, SHAPE[1:]), 1),
        presence=(draw(shares), draw(shares)),
        twin=draw(shares),
        provenance={"made_by": draw(any_text), "pairs": draw(st.integers(0, 10**9)), "is_fit": draw(st.booleans())},
    )


@given(tables())
@settings(max_examples=30)
def test_a_table_survives_its_file(table):
    text = weights_toml(table)
    found = loaded(text)
    assert (found.name, found.provenance) == (table.name, table.provenance)
    np.testing.assert_allclose(found.offsets, table.offsets, atol=0.0051)
    np.testing.assert_allclose(found.m, table.m, rtol=1e-3)
    np.testing.assert_allclose(found.slopes, table.slopes, atol=0.00051)
    np.testing.assert_allclose([*found.presence, found.twin], [*table.presence, table.twin], rtol=1e-3)
    assert weights_toml(found) == text


def loaded(text: str | bytes) -> Weights:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_weights(str(file))


def test_the_table_of_the_package_is_whole():
    table = load_weights()
    for trait in TRAITS:
        shares_ = [table.m[stratum, TRAITS.index(trait), : len(names(trait))].sum() for stratum in (0, 1)]
        assert shares_ == pytest.approx([1, 1], abs=0.01), trait
    assert table.provenance
    assert table.name.startswith(DEFAULT)


def test_nothing_was_sent_nothing_is_said():
    """A missing trait is not evidence, for or against."""
    table = load_weights()
    for trait in TRAITS:
        for abroad in (False, True):
            assert table.offset(trait, "missing", abroad=abroad) == pytest.approx(0, abs=0.1), trait


def test_whoever_agrees_on_everything_is_believed():
    """Agreement never weighs less than the levels below it that agree on the same value."""
    table = load_weights()
    for trait in TRAITS:
        for stratum in range(len(STRATA)):
            offsets = dict(zip(names(trait), table.offsets[stratum, TRAITS.index(trait)], strict=False))
            best = offsets["exact" if "exact" in offsets else "agree"]
            valued = [level.name for level in LEVELS[trait] if level.agreement == "differ" and level.value != "none"]
            assert all(offsets[name] < best for name in valued if name != "reordered"), trait


TEXT = weights_toml(replace(load_weights(), name="mine"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not a table", "TOMLDecodeError"),
        (b"\xff\xfe", "UnicodeDecodeError"),
        ("", "KeyError"),
        (TEXT.replace("format = 1", "format = 2"), "expected 1"),
        (TEXT.replace("[levels.sex]", "[levels.gender]"), "'sex'"),
        (TEXT.replace("day_differs", "day_differed"), "'day_differs'"),
        (TEXT.replace("m_abroad", "m_france_too"), "'m_abroad'"),
        (TEXT.replace("[prior]", "[posterior]"), "'prior'"),
        (TEXT.replace("twin = ", "twins = "), "'twin'"),
        (TEXT.replace("twin = ", "twin = 1"), "between 0 and 1"),
        (TEXT.replace("exact = { france = ", "exact = { france = nan #"), "TOMLDecodeError"),
        ("levels = 3\n" + TEXT.replace("levels.", "other."), "TypeError"),
    ],
)
def test_what_is_no_table_is_a_sentence(text, reason):
    with pytest.raises(UsageError, match="is not a weight table of this version") as told:
        loaded(text)
    assert reason in str(told.value)


@pytest.mark.parametrize("value", ["nan", "inf", '"a lot"'])
def test_what_is_no_number_is_a_sentence(value):
    first = f"exact = {{ france = {load_weights().offset('birth_date', 'exact', abroad=False):.2f}"
    assert first in TEXT
    with pytest.raises(UsageError, match="is not a weight table"):
        loaded(TEXT.replace(first, f"exact = {{ france = {value}"))


@pytest.mark.parametrize("name", ["atypical", "absent.toml", "."])
def test_a_table_that_is_not_there_is_a_sentence(name):
    with pytest.raises(UsageError, match=r"The weight table|La table de poids"):
        load_weights(name)
