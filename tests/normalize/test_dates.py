import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import PASSAGES
from matching.normalize.dates import DATE_READING, EARLIEST, LATEST, read_dates
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text

COLUMNS = ("raw_birth_year", "raw_birth_month", "raw_birth_day", "exam_end")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

digits = st.text(alphabet="0123456789/-. ?X", max_size=12)
dates = st.dates(dt.date(1906, 1, 1), dt.date(2025, 12, 31))


def passages(*rows):
    typed = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return pl.concat([PASSAGES.empty(), typed], how="diagonal")


def read(year=None, month=None, day=None, exam=None):
    return read_dates(passages((year, month, day, exam))).row(0, named=True)


def parts(row, prefix):
    return tuple(row[f"{prefix}_{part}"] for part in ("year", "month", "day"))


def shown(date):
    return "" if date == (None,) * 3 else "-".join("" if part is None else str(part) for part in date)


@pytest.mark.parametrize("row", golden("birth_dates.csv"), ids=lambda row: row["why"])
def test_golden_rows(row):
    seen = read(*(row[part] or None for part in ("year", "month", "day", "exam")))
    assert shown(parts(seen, "birth")) == row["read"].removesuffix("--" if row["read"] == "--" else "")
    assert shown(parts(seen, "alt")) == row["other"]
    assert seen["date_reading"] == row["reading"]


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.none() | any_text | digits] * 4), max_size=20))
def test_anything_is_read_as_parts_that_a_date_can_have(rows):
    seen = read_dates(passages(*rows))
    assert seen.height == len(rows)
    assert seen.schema["date_reading"] == DATE_READING
    for row in seen.iter_rows(named=True):
        for prefix in ("birth", "alt"):
            year, month, day = parts(row, prefix)
            assert year is None or EARLIEST <= year <= LATEST
            assert month is None or 1 <= month <= 12
            assert day is None or 1 <= day <= 31
        assert row["date_reading"] not in {"missing", "unreadable"} or row["birth_year"] is None


@settings(max_examples=30)
@given(dates)
def test_a_date_is_found_however_it_is_written(date):
    serial = (date - dt.date(1899, 12, 30)).days
    month = MONTHS[date.month - 1]
    whole = [
        f"{date:%d/%m/%Y}",
        f"{date:%d.%m.%Y}",
        f"{date:%Y-%m-%d}",
        f"{date:%d%m%Y}",
        f"{date.day} {month} {date.year}",
        f"{date.day} {month.upper()[:4]}. {date.year}",
        str(serial),
    ]
    rows = [(text, None, None, None) for text in whole] + [
        (str(date.year), month, str(date.day), None),
        (f" {date.year} ", f"{date.month:02d}", f"{date.day}.0", None),
        (f"{date:%y}", str(date.month), str(date.day), f"{date.year + 20}-06-30"),
    ]
    seen = read_dates(passages(*rows))
    assert set(seen.select("birth_year", "birth_month", "birth_day").rows()) == {(date.year, date.month, date.day)}


@settings(max_examples=30)
@given(st.lists(dates, min_size=1), st.integers(0, 2**32))
def test_rows_keep_their_order_and_plain_dates_are_left_alone(known, seed):
    plain = [(str(d.year), str(d.month), str(d.day), None) for d in known]
    mixed = pl.Series([*plain, ("x", None, None, None), (None, "3", "12", None)], dtype=pl.Object).to_list()
    order = pl.int_range(len(mixed), eager=True).shuffle(seed=seed).to_list()
    straight, shuffled = read_dates(passages(*mixed)), read_dates(passages(*(mixed[at] for at in order)))
    assert [straight.row(at) for at in order] == shuffled.rows()
    assert set(straight["date_reading"].head(len(known))) == {"plain"}


def test_numbers_without_their_text_are_kept():
    numbers = PASSAGES.empty().select("birth_year", "birth_month", "birth_day")
    numbers = pl.concat([numbers, pl.DataFrame({"birth_year": [1985], "birth_month": [3]})], how="diagonal_relaxed")
    frame = pl.concat(
        [PASSAGES.empty(), numbers.cast(dict(PASSAGES.empty().select(numbers.columns).schema))], how="diagonal"
    )
    assert parts(read_dates(frame).row(0, named=True), "birth") == (1985, 3, None)


def test_no_passage_at_all():
    assert read_dates(PASSAGES.empty()).columns[-4:] == ["date_reading", "alt_year", "alt_month", "alt_day"]
