"""Every documented query finds somebody, and its page is the table of the code."""

from pathlib import Path

import polars as pl
import pytest

from sngi_mock.population.queries import QUERIES

PAGE = Path(__file__).parents[3] / "docs/queries.md"


@pytest.mark.parametrize("key", QUERIES)
def test_the_query_finds_its_people(key: str, large: pl.DataFrame) -> None:
    found = large.filter(QUERIES[key].people)
    assert 0 < found.height < large.height / 10


def test_twins_come_in_pairs_with_consecutive_ranks(large: pl.DataFrame) -> None:
    found = large.filter(QUERIES["twins"].people).sort("person")
    gaps = found["person"].diff().drop_nulls()
    assert (gaps == 1).mean() > 0.45  # type: ignore[operator]
    assert 0.02 < found.height / large.height < 0.03


def test_the_page_lists_them_all() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for key, query in QUERIES.items():
        assert f"| `{key}` | {query.who} | {query.why} |" in page
