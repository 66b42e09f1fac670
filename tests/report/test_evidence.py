import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.report.evidence import in_tenths, probability_text


@given(st.lists(st.floats(-60, 60), max_size=20))
def test_parts_as_shown_sum_to_their_sum_as_shown(parts):
    shown = in_tenths(parts)
    assert sum(round(10 * part) for part in shown) == round(10 * math.fsum(parts))
    assert all(abs(told - part) < 0.1 + 1e-9 for told, part in zip(shown, parts, strict=True))


@given(st.floats(0, 1))
def test_a_probability_is_never_a_false_zero_or_a_false_hundred(share):
    text = probability_text(share, "en")
    assert (text == "100%") == (share == 1)
    assert (text == "0%") == (share == 0)


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (0.5, "50,0\u202f%", "50.0%"),
        (0.99996, "99,996\u202f%", "99.996%"),
        (1 - 1e-9, "> 99,9999\u202f%", "> 99.9999%"),
        (1e-12, "< 0,0001\u202f%", "< 0.0001%"),
        (0, "0\u202f%", "0%"),
    ],
)
def test_a_probability_has_the_decimals_it_needs(share, french, english):
    assert (probability_text(share, "fr"), probability_text(share, "en")) == (french, english)
