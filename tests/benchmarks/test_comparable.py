"""The columns that peers compare: one normalisation for both sides."""

import polars as pl
import pytest

from benchmarks.comparable import COLUMNS, person_of, place_groups, prepared, registered, submitted
from benchmarks.draws import drawn
from matching.register.folder import open_register
from sngi_mock.population.generate import generate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("comparable")
    generate(folder / "register", 20_000, 7)
    return folder


def test_a_clean_passage_has_the_columns_of_its_register_row(folder):
    register = open_register(folder / "register")
    draw = drawn(register, folder, present=500, profile="none", strangers=0, seed=3)
    sent = submitted(draw.passages).with_columns(person=draw.truth["person"])
    known = pl.concat(registered(shard) for shard in register.shards())
    pairs = sent.join(known.with_columns(person=person_of(pl.col("unique_id"))), on="person", suffix="_known")
    first = pairs.filter(pl.col("unique_id_known") % 16 == 0)
    assert first.height == 500
    for column in ("surname", "core", "sound", "given", "given_first", "sex", "year", "month", "day", "date", "place"):
        assert first[column].equals(first[f"{column}_known"].alias(column), check_dtypes=True), column


def test_places_of_one_place_are_one():
    groups = dict(place_groups().iter_rows())
    assert groups["75056"] == groups["75101"] == groups["75120"]
    assert groups["75044"] == groups["92044"]
    assert groups["13055"] != groups["75056"]


def test_a_prepared_register_is_made_once_and_holds_every_identity(folder):
    register = open_register(folder / "register")
    ready = prepared(register, folder)
    assert tuple(pl.scan_parquet(ready / "*.parquet").collect_schema()) == COLUMNS
    rows = pl.read_parquet(ready / "*.parquet")
    assert rows.height == register.rows
    assert rows["unique_id"].is_unique().all()
    before = [file.stat().st_mtime_ns for file in sorted(ready.iterdir())]
    assert prepared(register, folder) == ready
    assert [file.stat().st_mtime_ns for file in sorted(ready.iterdir())] == before
