"""Spelling rules: each changes what it finds, and every rule that applies has its chance."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sngi_mock.noise.substitution import PHONETIC, SCANNED, Rules, any_of, one_of

TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ -'", min_size=1, max_size=20)


def outcomes(rules: Rules, text: str, draws: int = 40) -> set[str]:
    rows = pl.DataFrame({"name": [text] * draws, "u1": [rank / draws for rank in range(draws)]})
    return set(rows.select(one_of(rules, "name")).to_series())


@pytest.mark.parametrize("rules", [PHONETIC, SCANNED], ids=["phonetic", "scanned"])
@given(text=TEXT)
def test_a_rule_that_applies_changes_the_text(rules: Rules, text: str) -> None:
    applies = pl.DataFrame({"name": [text]}).select(any_of(rules, "name")).item()
    assert (text not in outcomes(rules, text)) if applies else outcomes(rules, text) == {None}


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("MOREAU", {"MORO", "MORAU", "MORREAU"}),
        ("PHILIPPE", {"FILIPPE", "PHILIPE"}),
        ("BOUDJEMAA", {"BUDJEMAA", "BOUJEMAA"}),
        ("CHERIF", {"SHERIF"}),
        ("DUPONT", {"DUPON"}),
        ("MAYER", {"MAIER", "MAYE"}),
        ("LEFAIT", {"LEFET", "LEFEIT"}),
        ("JACQUES", {"JACKES"}),
    ],
)
def test_names_are_written_as_they_sound(name: str, heard: set[str]) -> None:
    assert heard <= outcomes(PHONETIC, name)
