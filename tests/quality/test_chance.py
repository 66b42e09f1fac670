import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from matching.quality.chance import rare_bits, rare_bits_of


@given(st.integers(1, 60), st.floats(0.01, 0.99), st.data())
def test_surprise_is_never_overrated(size, share, data):
    count = data.draw(st.integers(0, size))
    tail = sum(math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(count, size + 1))
    assert 0 <= rare_bits(count, size, share) <= -math.log2(min(tail, 1)) + 1e-6


@given(st.integers(1, 40), st.floats(0.01, 20))
def test_surprise_of_rare_events_is_never_overrated(count, expected):
    tail = 1 - sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(count))
    bits = pl.select(rare_bits_of(pl.lit(count), pl.lit(expected))).item()
    assert bits >= 0
    assert bits <= -math.log2(tail) + 1e-6 if tail > 1e-9 else bits > 0
