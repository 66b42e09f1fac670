"""A rare value says more than a frequent one; rare is what few people of the same kind have."""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from matching.linkage.values import OTHERS, RAREST, VALUES, bits
from matching.strategies.index import open_index
from matching.strategies.queries import queries_of
from tests.builders import holder, passages_of, person, register_of


def bits_of(index, *told):
    """By value name, the bits of each holder."""
    return dict(zip(VALUES, bits(queries_of(passages_of(*told), index), index).T.tolist(), strict=True))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """200 persons of France and 200 born in Algeria, of few names; half of the latter on 1 January."""
    france = [
        person(number, birth_name=["ROUVIERE", "PERRIN", "PERRIN", "PERRIN"][number % 4], given_names=["CAMILLE"],
               birth_day=1 + number % 28, birth_month=1 + number % 12)
        for number in range(200)
    ]  # fmt: skip
    abroad = [
        person(200 + number, birth_name=["ZELLAGUI", "PERRIN"][number == 0], given_names=["NOUREDDINE"], sex="M",
               birth_place="99352", birth_day=1 if number % 2 else 1 + number % 28,
               birth_month=1 if number % 2 else 1 + number % 12)
        for number in range(200)
    ]  # fmt: skip
    return open_index(register_of(tmp_path_factory.mktemp("values") / "register", *france, *abroad))


def test_a_share_is_that_of_persons(index):
    found = bits_of(index, holder(birth_name="Rouvière"), holder(birth_name="PERRIN"))
    assert found["surname"] == pytest.approx([-np.log2(50 / (400 + OTHERS)), -np.log2(151 / (400 + OTHERS))])
    assert found["place"] == pytest.approx([-np.log2(200 / (400 + OTHERS))] * 2)
    assert found["none"] == [0, 0]


def test_a_name_that_nobody_bears_is_the_rarest(index):
    found = bits_of(index, holder(birth_name="QUXARBO", given_name_1="Zyxwv"))
    assert found["surname"] == [-np.log2(RAREST)]
    assert found["given_name"][0] > 3  # drawn towards those of the cohort, who bear none of it


def test_a_name_is_frequent_where_its_bearers_were_born(index):
    here, there = holder(birth_name="ZELLAGUI"), holder(birth_name="ZELLAGUI", insee_code="99352")
    found = bits_of(index, here, there)["surname"]
    assert found[0] > found[1]
    rare = bits_of(index, holder(birth_name="PERRIN"), holder(birth_name="PERRIN", insee_code="99352"))["surname"]
    assert rare[0] < rare[1]


def test_a_default_date_says_little_abroad(index):
    abroad = holder(insee_code="99352", birth_month="1", birth_day="1"), holder(insee_code="99352")
    france = holder(birth_month="1", birth_day="1"), holder()
    assert bits_of(index, *abroad)["date"][0] < bits_of(index, *abroad)["date"][1] - 1
    assert bits_of(index, *france)["date"][0] > bits_of(index, *abroad)["date"][0] + 1


def test_parts_of_a_date_say_less_than_the_date(index):
    found = bits_of(index, holder(), holder(insee_code="99352"))
    for query in (0, 1):
        assert found["year"][query] < found["year_month"][query] < found["date"][query]


def test_a_wider_place_says_less(index):
    found = bits_of(index, holder(insee_code="75044"), holder(insee_code="99352"))
    for query in (0, 1):
        assert found["department"][query] <= found["group"][query] <= found["place"][query]


def test_bits_are_finite_and_never_negative(index, drawn):
    for of, queries in (
        (drawn.searched.index, drawn.searched.queries),
        (index, queries_of(passages_of(NOTHING), index)),
    ):
        found = bits(queries, of)
        assert found.shape == (queries.size, len(VALUES))
        assert np.isfinite(found).all()
        assert (found >= 0).all()


NOTHING = dict.fromkeys(holder())


def test_the_share_of_a_surname_is_counted_on_official_rows(drawn):
    rows = pl.concat(drawn.register.shards()).filter(pl.col("kind") == "official")
    plain = pl.col("birth_name").str.contains("^[A-Z]+$")
    counts = Counter(rows.filter(plain)["birth_name"].to_list())
    (name, count), *_ = counts.most_common(1)
    found = bits_of(drawn.searched.index, holder(birth_name=name))["surname"][0]
    assert found == pytest.approx(-np.log2(count / (rows.height + OTHERS)))
