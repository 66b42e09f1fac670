"""Every number is unique, of the mock rule, and true to sex, year and département, overflow included."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identity.errors import UsageError
from sngi_mock.population.nir_allocation import NirAllocator

PLACES = ["75044", "75101", "2A004", "97105", "99352"]
births = st.lists(
    st.tuples(st.sampled_from([1926, 1927, 2026]), st.integers(0, 12), st.integers(0, len(PLACES) - 1)),
    min_size=1,
    max_size=60,
)


def allocate(allocator: NirAllocator, rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    year, month, place = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    code, rank = allocator.allocate(year, month, place)
    month_code = np.where(month == 0, 19, 13 + (month - 1) // 2)
    born = [PLACES[rank] for rank in place]
    return pl.DataFrame({"yy": year % 100, "month": month_code, "born": born, "place": code.tolist(), "rank": rank})


@given(shards=st.lists(births, min_size=1, max_size=4))
def test_numbers_are_unique_across_shards_and_centuries_even_when_groups_overflow(
    shards: list[list[tuple[int, int, int]]],
) -> None:
    allocator = NirAllocator(PLACES, highest_rank=3)
    frame = pl.concat(allocate(allocator, rows) for rows in shards)
    assert frame.select("yy", "month", "place", "rank").is_unique().all()
    assert frame["rank"].is_between(1, 3).all()
    assert (frame["place"].str.head(2) == frame["born"].str.head(2)).all()
    moved = frame.filter(pl.col("place") != pl.col("born"))
    assert not moved["place"].is_in(PLACES).any()


def test_ranks_follow_each_other_in_the_month_pair_and_go_on_in_the_next_shard() -> None:
    allocator = NirAllocator(PLACES)
    first = allocate(allocator, [(1926, 3, 0), (1926, 4, 0), (1926, 5, 0)])
    second = allocate(allocator, [(2026, 4, 0)])
    assert first["rank"].to_list() == [1, 2, 1]
    assert second["rank"].to_list() == [3]


def test_overflow_takes_the_highest_spare_codes_of_the_departement() -> None:
    allocator = NirAllocator([*PLACES, "75999"], highest_rank=1)
    frame = allocate(allocator, [(1960, 1, 0)] * 3 + [(1960, 1, 3)] * 2 + [(1960, 1, 4)] * 2)
    assert frame["place"].to_list() == ["75044", "75998", "75997", "97105", "97199", "99352", "99999"]
    assert frame["rank"].to_list() == [1] * 7


def test_a_departement_without_any_number_left_is_a_usage_error() -> None:
    allocator = NirAllocator(["97105"], highest_rank=1)
    with pytest.raises(UsageError, match="971"):
        allocate(allocator, [(1960, 1, 0)] * 100)
