"""A passage becomes numbers that compare with a register's, whatever stands beside it; 0 is what is missing."""

import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.linkage.queries import UNSEEN, Queries
from matching.linkage.variants import is_variant, paired
from matching.register.hashing import hash_of
from matching.strategies.index import open_index
from matching.strategies.queries import known_variants, queries_of
from tests.builders import holder, passages_of, person, register_of
from tests.hypothesis_strategies import any_text, deposits, registers

NOTHING = dict.fromkeys(holder())
PEOPLE = [
    person(0),
    person(1, birth_name="DE XANTHOUR", given_names=["JEAN-PIERRE", "PAUL"], birth_place="99352"),
    person(2, birth_name="PERRIN-LE GALL", given_names=["MICKAËL"], birth_place="75112"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return open_index(register_of(tmp_path_factory.mktemp("queries") / "register", *PEOPLE))


def arrays_of(queries: Queries) -> dict[str, np.ndarray]:
    """Every array of the queries, by its name; the codes that a place can stand for as sets of each passage."""
    found = {}
    for of in fields(queries):
        part = getattr(queries, of.name)
        if isinstance(part, np.ndarray):
            found[of.name] = part
        elif is_dataclass(part):
            for inner in fields(part):
                value = getattr(part, inner.name)
                found[f"{of.name}.{inner.name}"] = value.to_numpy() if isinstance(value, pl.Series) else value
    accepted = found.pop("places.accepted")
    of_passage = [accepted[accepted >> np.uint64(16) == row] & np.uint64(0xFFFF) for row in range(queries.size)]
    return found | {"places.accepted": np.array([str(codes.tolist()) for codes in of_passage])}


def assert_equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], name)


@given(everybody=registers(4), told=deposits, data=st.data())
@settings(max_examples=8)
def test_a_passage_is_read_alone_as_it_is_among_others(everybody, told, data):
    kept = sorted(data.draw(st.sets(st.integers(0, len(told) - 1))))
    passages = passages_of(*told)
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(register_of(Path(folder), *everybody))
        together = queries_of(passages, index)
        among_others = {name: array[np.array(kept, np.intp)] for name, array in arrays_of(together).items()}
        assert_equal(arrays_of(queries_of(passages[kept], index)), among_others)


@given(
    st.lists(
        st.fixed_dictionaries({name: st.none() | any_text for name in ("birth_name", "usage_name", "given_name_1")})
    )
)
@settings(max_examples=20)
def test_any_text_is_read(index, told):
    queries = queries_of(passages_of(*(NOTHING | names for names in told)), index)
    assert queries.size == len(told)
    for names in (queries.surnames, queries.usage_names, queries.given_names):
        missing = names.text.is_null().to_numpy()
        assert (missing == (names.length == 0)).all()
        for feature in (names.hash, names.core, names.sound, names.letters):
            assert (feature[missing] == 0).all()


def test_nothing_sent_is_zero_everywhere(index):
    queries = queries_of(passages_of(NOTHING), index)
    found = arrays_of(queries)
    assert found.pop("sex") == [2]
    assert found.pop("places.accepted") == ["[]"]
    for name in ("surnames.text", "usage_names.text", "given_names.text"):
        assert found.pop(name).tolist() == [None]
    for name, array in found.items():
        assert not array.any(), name


def test_a_name_has_the_code_of_the_register_or_none_that_it_has(index):
    queries = queries_of(passages_of(holder(), holder(birth_name="QUXARBO", given_name_1="Zyx"), NOTHING), index)
    known = index.records[0]
    assert queries.surnames.code.tolist() == [known["surname"], UNSEEN, 0]
    assert queries.given_names.tokens[:, 0].tolist() == [known["given"][0], UNSEEN, 0]
    assert UNSEEN not in index.records["surname"]


def test_either_spelling_comes_with_the_core_of_the_register(index):
    queries = queries_of(passages_of(*(holder(birth_name=name) for name in ("DEXANTHOUR", "de Xanthour"))), index)
    core = index.surnames.core[index.records["surname"][1]]
    assert queries.surnames.core.tolist() == [core, core]


def test_words_of_all_given_names_stand_in_order(index):
    told = holder(given_name_1="Jean-Pierre", given_name_2="Paul"), holder(given_name_1="X", given_name_2="Paul")
    queries = queries_of(passages_of(*told), index)
    of_register = index.records["given"][1].tolist()
    assert queries.given_names.tokens[0].tolist()[:4] == of_register
    assert queries.given_names.first_words.tolist() == [2, 0]
    assert queries.given_names.text.to_list() == ["JEANPIERRE", None]


def test_a_usage_name_beside_the_birth_name_is_one(index):
    written = ("Rouvière épouse Montgaillard", None), ("Rouvière", "Montgaillard"), ("Montgaillard née Rouvière", " ")
    queries = queries_of(passages_of(*(holder(birth_name=a, usage_name=b) for a, b in written)), index)
    assert queries.surnames.text.to_list() == ["ROUVIERE"] * 3
    assert queries.usage_names.text.to_list() == ["MONTGAILLARD"] * 3


def test_a_place_is_all_that_it_can_stand_for(index):
    places = {"insee_code": "75056"}, {"insee_code": None, "country_label": "Algérie"}, {"insee_code": "ZZZZZ"}
    queries = queries_of(passages_of(*(holder(**place) for place in places)), index)
    codes = index.records["place"].tolist()
    accepted = {(int(key) >> 16, int(key) & 0xFFFF) for key in queries.places.accepted}
    assert {(0, codes[2]), (1, codes[1])} <= accepted
    assert {row for row, _ in accepted} == {0, 1}
    assert queries.places.is_abroad.tolist() == [False, True, False]
    assert queries.places.code[2] == 0
    assert (np.sort(queries.places.accepted) == queries.places.accepted).all()


def test_a_date_is_packed_as_a_record_packs_it(index):
    queries = queries_of(passages_of(holder(), holder(birth_day=None), NOTHING), index)
    of_record = index.records.view(np.uint32).reshape(len(PEOPLE), -1)[0]
    assert queries.packed_date[0] in of_record
    assert queries.packed_date.tolist()[1:] == [queries.packed_date[0] & 0xFFFFFF, 0]


@pytest.mark.parametrize(
    ("kind", "sent", "registered", "known"),
    [
        ("spelling", "MICHAEL", "MICKAEL", True),
        ("spelling", "MICKAEL", "MICHAEL", True),
        ("usual", "KADER", "ABDELKADER", True),
        ("usual", "ABDELKADER", "KADER", False),
        ("gender", "FRANCOISE", "FRANCOIS", True),
        ("gender", "CAMILLE", "CAMILLE", False),
        ("spelling", "CAMILLE", "JEANNE", False),
    ],
)
def test_known_variants_have_a_direction(kind, sent, registered, known):
    ours, theirs = (hash_of(pl.Series([name])) for name in (sent, registered))
    assert is_variant(known_variants()[kind], ours, theirs).tolist() == [known]


def test_the_two_names_of_a_pair_are_no_equals():
    ours, theirs = hash_of(pl.Series(["MICHAEL", "MICKAEL"])).reshape(2, 1)
    assert paired(ours, theirs) != paired(theirs, ours)


def test_no_variant_is_known_of_an_empty_table():
    assert is_variant(np.empty(0, np.uint64), np.array([1], np.uint64), np.array([2], np.uint64)).tolist() == [False]
