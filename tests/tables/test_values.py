"""What people write in cells, and what it becomes: golden rows, and laws."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.dictionary import FIELDS as DICTIONARY
from matching.reference import communes
from matching.tables.fields import FIELDS
from matching.tables.places import country_numbers, placed, with_lost_zeros
from matching.tables.values import RECODED, iso_dates, month_first, read_sexes, recoded
from tests.golden_rows import golden

GOLDEN = golden("tables/values.csv")


def read(field, *cells):
    texts = pl.Series(cells, dtype=pl.String)
    if field == "sex":
        return read_sexes(texts).to_list()
    return (recoded(texts, field) if field in RECODED else iso_dates(texts, "day_first")).to_list()


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['field']}-{row['cell']}")
def test_a_cell(row):
    assert read(row["field"], row["cell"]) == [row["value"] or None]


def test_every_field_of_words_has_golden_cells():
    assert {row["field"] for row in GOLDEN} == {*RECODED, "sex", "validity_start"}


@settings(max_examples=30)
@given(
    st.sampled_from(sorted(RECODED)).flatmap(
        lambda f: st.tuples(st.just(f), st.lists(st.none() | st.text(max_size=12)))
    )
)
def test_an_unknown_word_is_left_alone_and_a_known_one_is_a_value(drawn):
    field, cells = drawn
    (facets,) = {item.facets for item in DICTIONARY.values() if item.name == FIELDS[field].spellings[0]}
    values = set(facets.values or ("true", "false"))
    for cell, became in zip(cells, read(field, *cells), strict=True):
        assert became == cell or became in values
    assert read(field, *read(field, *cells)) == read(field, *cells)


@settings(max_examples=20)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2098, 12, 31)))
def test_a_date_of_this_time_is_read_from_any_form(date):
    forms = (f"{date:%d/%m/%Y}", f"{date:%d/%m/%y}", f"{date:%Y-%m-%d}", f"{date:%d.%m.%Y}", f"{date:%Y/%m/%d} 10:30")
    assert read("validity_start", *forms) == [f"{date:%Y-%m-%d}"] * len(forms)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_the_other_order_of_dates(date):
    texts = pl.Series([f"{date:%m/%d/%Y}", f" {date:%m-%d-%y}", f"{date:%Y-%m-%d}", None])
    expected = [f"{date:%d/%m/%Y}", f" {date:%d-%m-%y}", f"{date:%Y-%m-%d}", None]
    assert month_first(texts).to_list() == expected


def test_a_zero_is_restored_where_a_code_needs_it():
    known = communes.table()["code"].unique()
    lost = known.filter(known.str.starts_with("0")).str.slice(1)
    restored = with_lost_zeros(lost)
    assert restored.is_in(known.implode()).mean() == lost.str.contains(r"^\d{4}$").mean()
    others = pl.Series(["9999", "123", "75056", "2A004", "A123", None, ""])
    assert with_lost_zeros(others).equals(others)
    assert with_lost_zeros(known.filter(known.str.len_chars() == 5)).equals(known.filter(known.str.len_chars() == 5))


@pytest.mark.parametrize(("typed", "number"), [
    *(("352", "352"), ("99352", "352"), ("DZ", "352"), ("dza", "352"), ("Algérie", "352"), ("ALGERIE", "352")),
    *(("France", None), ("FR", None), ("FRA", None), ("99100", None), ("100", None), ("000", None)),
    *(("Atlantide", "Atlantide"), ("99", "99"), ("???", "???"), (None, None)),
])  # fmt: skip
def test_a_country_is_three_digits(typed, number):
    assert country_numbers(pl.Series([typed], dtype=pl.String)).to_list() == [number]


def test_a_code_known_to_both_is_what_the_others_are():
    both = "13001"  # Aix-en-Provence to INSEE, Marseille to the post
    nothing = pl.Series([None] * 3, dtype=pl.String)
    for others, column in ((["75056", "69123"], 0), (["75014", "69003"], 1)):
        columns = placed(pl.Series([both, *others]), nothing, nothing)
        assert columns[column].to_list() == [both, *others]


def test_a_column_of_its_kind_outweighs_the_one_of_either_kind():
    one = pl.Series(["75044"])
    insee, postal = placed(pl.Series(["69123"]), one, pl.Series([None], dtype=pl.String))
    assert (insee.to_list(), postal.to_list()) == (["75044"], [None])
