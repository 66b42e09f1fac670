"""The index finds every row by its own traits, holds nothing else, and says what the rows say."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.linkage import blocking
from matching.normalize.places import present_country
from matching.register.dictionary import UNSEEN
from matching.strategies.index import open_index
from tests.builders import person, register_frame, register_of

names = st.sampled_from(
    [
        "ROUVIERE",
        "DE LA TOUR",
        "DELATOUR",
        "D'ARTEMARE",
        "PERRIN-LE GALL",
        "PERR-INLEGALL",
        "PERRINLE-GALL",
        "Ø",
        "X",
        "LEGALL",
    ]
)
given_names = st.lists(
    st.sampled_from(["CAMILLE", "JEAN-PIERRE", "Jean Pierre Marie", "X", "JB", "ÉLODIE"]), max_size=5
)
places = st.sampled_from(["75044", "92044", "75056", "75101", "99352", "91352", "91228", "2A004", "76999"])


@st.composite
def identities(draw):
    month = draw(st.one_of(st.none(), st.integers(1, 12)))
    return {
        "kind": draw(st.sampled_from(["official", "official", "usage", "former"])),
        "birth_name": draw(names),
        "given_names": draw(given_names),
        "sex": draw(st.sampled_from("MF")),
        "birth_year": draw(st.sampled_from([1955, 1967, 1968, 2001, 1700])),
        "birth_month": month,
        "birth_day": draw(st.integers(1, 28)) if month else None,
        "birth_place": draw(places),
    }


registers = st.lists(identities(), max_size=12)


def index_of(rows, folder, shards=1):
    register = register_of(Path(folder), *(person(number, **row) for number, row in enumerate(rows)), shards=shards)
    return open_index(register)


def attributes_of(index):
    """Of every row, read off the records; the obvious way."""
    records, surnames, givens = index.records, index.surnames, index.givens
    first = records["given"][:, 0]
    abroad = records["shape"] >> 4 == 1
    return {
        "core": surnames.core[records["surname"]],
        "sound": surnames.sound[records["surname"]],
        "initials": surnames.initials[records["surname"]],
        "given": givens.hashes[first],
        "given_sound": givens.sound[first],
        "given_initial": givens.initial[first],
        "year": records["year"],
        "month": records["month"],
        "day": records["day"],
        "place": index.places.groups(records["place"], abroad),
    }


@given(registers, st.integers(1, 3))
@settings(max_examples=15)
def test_a_row_is_found_by_its_own_key_in_every_pass_it_has_the_traits_of(rows, shards):
    with tempfile.TemporaryDirectory() as folder:
        index = index_of(rows, folder, shards)
        attributes, official = attributes_of(index), index.records["sex_kind"] >> 1 == 0
        for name, pass_ in blocking.PASSES.items():
            keys = blocking.keys(pass_, attributes)
            starts, counts = index.lookup(name, keys)
            inside = (keys != 0) & (official | (not pass_.official_only))
            assert sorted(index.entries(name) & index.row_mask) == np.flatnonzero(inside).tolist()
            for row in range(len(rows)):
                found = index.entries(name)[starts[row] : starts[row] + counts[row]] & index.row_mask
                assert (row in found) == inside[row]


@given(registers)
@settings(max_examples=15)
def test_records_say_what_the_rows_say(rows):
    with tempfile.TemporaryDirectory() as folder:
        index = index_of(rows, folder)
        frame = register_frame(*(person(number, **row) for number, row in enumerate(rows)))
        abroad = frame.select(present_country(pl.col("birth_place"), pl.col("birth_year")).is_not_null()).to_series()
        places = index.places.texts(index.records["place"]).to_list()
        for number, (row, record) in enumerate(zip(rows, index.records, strict=True)):
            assert record["person"] == number
            assert record["year"] == (row["birth_year"] if row["birth_year"] >= 1800 else 0)
            assert (record["month"], record["day"]) == (row["birth_month"] or 0, row["birth_day"] or 0)
            assert record["sex_kind"] == (row["sex"] == "F") + 2 * ["official", "usage", "former"].index(row["kind"])
            assert places[number] == row["birth_place"]
            if row["birth_year"] >= 1800:
                assert record["shape"] >> 4 == abroad[number]


@given(registers)
@settings(max_examples=8)
def test_the_order_of_rows_changes_nothing_that_is_found(rows):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        here, there = index_of(rows, one), index_of(rows, other, shards=3)
        for owner in ("surnames", "givens", "places", "frequencies"):
            for name, array in here._of(owner).items():
                np.testing.assert_array_equal(array, there._of(owner)[name], f"{owner}.{name}")
        np.testing.assert_array_equal(here.nir, there.nir)
        for name, pass_ in blocking.PASSES.items():
            keys = np.unique(blocking.keys(pass_, attributes_of(here)))
            for key in keys.reshape(-1, 1):
                found = []
                for index in (here, there):
                    start, count = (values[0] for values in index.lookup(name, key))
                    found.append(
                        sorted(index.records[index.entries(name)[start : start + count] & index.row_mask]["person"])
                    )
                assert found[0] == found[1]


def test_words_of_given_names_are_in_order_and_the_first_two_names_are_told_apart(tmp_path):
    lists = [
        (["CAMILLE", "JEANNE"], ["CAMILLE", "JEANNE"], 1, 1),
        (["JEAN-PIERRE", "MARIE CLAUDE", "PAUL"], ["JEAN", "PIERRE", "MARIE", "CLAUDE"], 2, 2),
        (["X", "JB", "PAUL"], ["JEAN", "BAPTISTE", "PAUL"], 2, 1),
        (["X"], [], 1, 1),
        ([], [], 1, 1),
        (["A B C D E F", "G"], ["A", "B", "C", "D"], 4, 1),
        (["PAUL", "JEAN", "LUC", "MARC", "LEON"], ["PAUL", "JEAN", "LUC", "MARC"], 1, 1),
    ]
    index = index_of([{"given_names": names} for names, *_ in lists], tmp_path)
    for record, (names, words, first, second) in zip(index.records, lists, strict=True):
        assert index.givens.texts(record["given"]).drop_nulls().to_list() == words, names
        assert ((record["shape"] & 3) + 1, (record["shape"] >> 2 & 3) + 1) == (first, second), names


def test_spellings_of_one_name_have_one_code_and_one_core(tmp_path):
    index = index_of([{"birth_name": name} for name in ("DE XANTHOUR", "DEXANTHOUR", "De-Xanthour", "X")], tmp_path)
    codes = index.records["surname"]
    assert len(set(codes[:3])) == 1
    assert codes[3] == 0
    assert index.surnames.core[codes[0]] == index.surnames.core[index.surnames.codes(pl.Series(["DEXANTHOUR"]))].item()


def test_counts_are_of_persons(tmp_path):
    rows = [
        {"birth_name": "PERRIN", "given_names": ["MARIE", "JEANNE"], "birth_place": "99352", "birth_year": 1980},
        {"birth_name": "PERRIN", "given_names": ["JEANNE"], "birth_place": "91352", "birth_year": 1955},
        {"birth_name": "PERRIN", "given_names": ["MARIE"], "birth_place": "75056", "sex": "M", "birth_month": None},
        {"birth_name": "PERRIN", "kind": "usage"},
        {"birth_name": "ROUVIERE", "birth_place": "75101"},
    ]
    index = index_of(rows, tmp_path)
    frequencies, surname = index.frequencies, index.surnames.codes(pl.Series(["PERRIN", "ROUVIERE"]))
    marie, jeanne = index.givens.codes(pl.Series(["MARIE", "JEANNE"]))
    algeria = index.places.group[index.places.codes(pl.Series(["99352"]))].item()
    assert (frequencies.persons, frequencies.persons_abroad) == (4, 2)
    assert index.surnames.count[surname].tolist() == [3, 1]
    assert index.givens.count[[marie, jeanne]].tolist() == [2, 3]
    assert counts(frequencies.surname_country) == {int(surname[0]) << 16 | algeria: 2}
    assert counts(frequencies.given_country) == {int(word) << 16 | algeria: 1 for word in (marie, jeanne)}
    assert counts(frequencies.given_cohort)[int(marie) << 16 | 1 << 8 | 18] == 1
    assert frequencies.cohort.sum() == frequencies.dates.sum() == 4
    assert frequencies.cohort[0, 16] == 1
    assert frequencies.dates[1, 155, 3, 12] == frequencies.dates[0, 167, 0, 12] == 1
    assert index.group_counts[algeria] == index.department_counts[algeria] == 2
    paris = index.places.codes(pl.Series(["75056", "75101"]))
    assert index.places.count[paris].tolist() == [1, 1]
    assert index.group_counts[index.places.group[paris]].tolist() == [2, 2]


def counts(tally):
    return dict(zip(*(values.tolist() for values in tally), strict=True))


def test_places_are_grouped_by_history_city_and_country(tmp_path):
    places = index_of([{"birth_place": "91352", "birth_year": 1955}, {"birth_place": "91228"}], tmp_path).places
    codes = dict(zip(PLACES, places.codes(pl.Series(PLACES)).tolist(), strict=True))
    group, department = ({code: values[codes[code]] for code in PLACES} for values in (places.group, places.department))
    assert group["75044"] == group["92044"] != group["75056"] == group["75101"]
    assert group["99123"] == group["99155"] != group["99352"] == group["91352"] != group["91228"]
    assert department["91228"] == department["91001"] != department["92044"]
    assert department["97105"] != department["97201"]
    assert department["99352"] == department["91352"] == group["99352"]
    assert {code for code in PLACES if places.is_abroad[codes[code]]} == {"99352", "99123", "99155", "91352"}
    years = {1967: True, 1968: False, 0: True}
    for year, abroad in years.items():
        assert places.born_abroad(np.array([codes["91352"]]), np.array([year])).item() == abroad
    assert not places.born_abroad(np.array([codes["75056"]]), np.array([1900])).item()
    assert places.born_abroad(np.array([codes["99352"]]), np.array([2020])).item()


PLACES = ["75044", "92044", "75056", "75101", "99352", "99123", "99155", "91352", "91228", "91001", "97105", "97201"]


def test_a_missing_text_and_an_unseen_one_have_codes_of_their_own(tmp_path):
    index = index_of([{}], tmp_path)
    for dictionary, seen in ((index.surnames, "ROUVIERE"), (index.givens, "CAMILLE"), (index.places, "75044")):
        known, missing, unseen, long = dictionary.codes(pl.Series([seen, None, "QQQQQ", "QQQQQQQQQQQQQQQ"]))
        assert 0 < known < len(dictionary)
        assert (missing, unseen, long) == (0, UNSEEN, UNSEEN)


def test_a_nir_is_given_by_person_whatever_its_letters(tmp_path):
    places = ["75044", "2A004", "2B033", "99352"]
    index = index_of([{"birth_place": place} for place in places], tmp_path)
    expected = register_frame(*(person(number, birth_place=place) for number, place in enumerate(places)))["nir"]
    assert index.nirs(np.array([3, 1, 2, 0, 1])).to_list() == [expected[at] for at in (3, 1, 2, 0, 1)]


def test_a_number_of_no_row_or_another_form_is_none_and_so_is_such_a_place(tmp_path):
    """The contract promises neither: what another program wrote must not stop the others from being found."""
    numbers = ["12", "267147504412366", "2671X7504412366", "2X7142A04412366", "+26714750441236"]
    places = ["?", "1234567890", "75044", "", "75044"]
    people = [person(number) for number in (0, 3, 4, 5, 6)]
    register = register_of(tmp_path, *people)
    frame = register_frame(*people).with_columns(nir=pl.Series(numbers), birth_place=pl.Series(places))
    frame.write_parquet(register.files[0])
    index = open_index(register)
    assert index.nirs(np.arange(7)).to_list() == [None, None, None, "267147504412366", None, None, None]
    assert index.places.texts(index.records["place"]).to_list() == [None, None, "75044", None, "75044"]


def test_an_empty_register_has_an_index(tmp_path):
    index = index_of([], tmp_path)
    assert (index.records.size, index.frequencies.persons, len(index.surnames)) == (0, 0, 1)
    assert index.lookup("names_year", np.array([0, 7], np.uint64))[1].tolist() == [0, 0]


def test_progress_ends_at_all_and_never_goes_back(tmp_path):
    told = []
    open_index(
        register_of(tmp_path, *(person(number) for number in range(7)), shards=2), lambda *done: told.append(done)
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
