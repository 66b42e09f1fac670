"""How surprising a count is: a bound on the chance of so many, without tables and at any size.

Example:
    >>> rare_bits(30, 1000, 0.01) > 20
    True

Findings about a share of a file need one answer for 20 rows and for 200 000: a count is said to be suspicious when
chance gives as many less than once in 2 to the power of some bits.
"""

from math import log2

import polars as pl


def rare_bits(count: int, size: int, share: float) -> float:
    """Bits of surprise of at least ``count`` among ``size`` when each is one with probability ``share``.

    Returns:
        A lower bound (Chernoff) of minus log2 of that chance: 0 for a count that is no more than expected.
    """
    if size == 0 or count <= share * size:
        return 0.0
    seen = count / size
    absent = 0.0 if count == size else (1 - seen) * log2((1 - seen) / (1 - share))
    return size * (seen * log2(seen / share) + absent)


def rare_bits_of(count: pl.Expr, expected: pl.Expr) -> pl.Expr:
    """The same for counts of rare events (Poisson): bits of surprise of ``count`` where ``expected`` are."""
    nats = expected - count + count * (count / expected).log()
    return pl.when(count > expected).then(nats / pl.lit(2.0).log()).otherwise(0.0)
