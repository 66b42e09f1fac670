import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import PLACE_KIND
from matching.normalize.place_tables import in_force, reached
from matching.normalize.places import PLACE, PLACE_READING, read_places
from matching.reference import communes
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text
from tests.hypothesis_strategies import communes as codes

SCHEMA = {"place_kind": PLACE_KIND} | dict.fromkeys(PLACE[1:], pl.String) | {"birth_year": pl.Int16}

years = st.none() | st.integers(1900, 2026)
texts = st.none() | any_text | codes | st.sampled_from(["PARIS", "ST DENIS (93)", "ALGER", "FRANCE", "352", "DZA", "x"])
submitted = st.tuples(st.sampled_from(["insee", "postal", "none"]), texts, texts, texts, texts, years)
present = communes.table().filter(pl.col("end").is_null(), pl.col("kind") == "COM")


def places(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@pytest.mark.parametrize("row", golden("places.csv"), ids=lambda row: row["why"])
def test_golden_rows(row):
    texts = [row[column] or None for column in PLACE]
    seen = read_places(places((*texts, int(row["birth_year"])))).row(0, named=True)
    assert seen["codes"] == (row["codes"].split("|") if row["codes"] else None)
    assert seen["place_reading"] == row["reading"]


@settings(max_examples=20)
@given(st.lists(submitted, max_size=20))
def test_anything_is_read_once_in_order_of_appearance(rows):
    frame = places(*rows)
    seen = read_places(frame)
    assert seen.schema["place_reading"] == PLACE_READING
    assert seen.select(list(SCHEMA)).rows() == list(dict.fromkeys(frame.rows()))
    for found, reading in seen.select("codes", "place_reading").iter_rows():
        assert (found is None) == (reading in {"missing", "unreadable"})
        if found is not None:
            assert found == sorted(set(found)) != []


@settings(max_examples=15)
@given(st.lists(submitted, max_size=20), st.lists(submitted, max_size=20))
def test_what_else_stands_in_the_file_changes_nothing(rows, others):
    together, alone = read_places(places(*rows, *others)), read_places(places(*rows))
    assert together.head(alone.height).rows() == alone.rows()


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(present["code"].to_list()), years), min_size=1))
def test_a_code_stands_at_least_for_itself(rows):
    seen = read_places(places(*(("insee", code, None, None, None, year) for code, year in rows)))
    assert seen["codes"].list.contains(seen["place_code"]).all()


@settings(max_examples=10)
@given(st.sampled_from(present.select("code", "label").rows()), years)
def test_a_commune_is_found_by_its_code_its_postal_code_and_its_name(commune, year):
    code, label = commune
    postal = communes.postal_codes().filter(pl.col("code") == code)["postal_code"].to_list()
    rows = [("insee", code, label), ("none", None, f"{label} ({communes.departement_of(code)})")]
    rows += [(kind, number, label) for kind in ("postal", "insee") for number in postal]
    seen = read_places(places(*((*row, None, None, year) for row in rows)))
    assert seen["codes"].list.contains(code).all()
    assert not (seen["place_reading"] == "contradiction").any()


def test_every_code_reaches_itself_and_only_known_codes():
    known = set(in_force()["code"])
    assert set(reached().filter(pl.col("code") == pl.col("other"))["code"]) == known
    assert set(reached()["other"]) <= known


def test_no_place_at_all():
    assert read_places(places()).height == 0
