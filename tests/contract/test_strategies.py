"""The laws of every strategy of the table, on a few people among whom homonyms are many, and a crowd around them.

The crowd is what makes a name rare: a strategy that weighs by frequency has nothing to go by among six people.
The suite takes the strategies from the table and knows nothing else of them. ``stages`` is each strategy's own: how
many there are, and what each leaves, is tested beside it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import DECISIONS
from matching.identity.outcomes import TRAITS, Message, Outcome
from matching.register.folder import Register
from matching.strategies.table import STRATEGIES
from tests.builders import crowd, holder, passages_of, person, register_of

every_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
few = settings(max_examples=8)

SURNAMES = ["ROUVIERE", "PERRIN", "D'ARTEMARE", "DE LA TOUR"]
GIVEN_NAMES = ["CAMILLE", "JEANNE", "MARIE-LINE"]
PLACES = ["29019", "13208", "75044", "99352"]
MANDATORY = ("birth_name", "given_name_1", "sex", "birth_year")
BLANKS = {  # the trait that is compared → what a passage says of it
    "birth_name": ["birth_name"],
    "given_names": ["given_name_1", "given_name_2", "given_name_3"],
    "sex": ["sex"],
    "birth_date": ["birth_month", "birth_day"],
    "birth_place": ["insee_code"],
}
STRANGER = person(
    99, birth_name="QUELQU'UN", given_names=["ZOE"], sex="M", birth_year=1931, birth_month=9, birth_day=27,
    birth_place="2A004",
)  # fmt: skip
CROWD = crowd()


@st.composite
def identities(draw, number: int):
    """The rows of one person: an official identity, perhaps a usage name and a former name."""
    month = draw(st.sampled_from([None, 3, 3, 7]))
    traits = {
        "birth_name": draw(st.sampled_from(SURNAMES)),
        "given_names": draw(st.lists(st.sampled_from(GIVEN_NAMES), min_size=1, max_size=3, unique=True)),
        "sex": draw(st.sampled_from("FFM")),
        "birth_year": draw(st.sampled_from([1967, 1968])),
        "birth_month": month,
        "birth_day": draw(st.sampled_from([3, 12])) if month else None,
        "birth_place": draw(st.sampled_from(PLACES)),
    }
    others = draw(st.lists(st.sampled_from(["usage", "former"]), max_size=2, unique=True))
    names = draw(st.lists(st.sampled_from([*SURNAMES, "MONTGAILLARD"]), min_size=2, max_size=2))
    rows = [person(number, **traits)]
    return rows + [
        person(number, **(traits | {"kind": kind, "birth_name": name}))
        for kind, name in zip(others, names, strict=False)
    ]


@st.composite
def registers(draw):
    """The rows of one to six persons."""
    return [row for number in range(draw(st.integers(1, 6))) for row in draw(identities(number))]


@st.composite
def holders(draw):
    """Somebody who may be one of them, or nearly, or lack a trait."""
    told = holder(
        birth_name=draw(st.sampled_from([*SURNAMES, "Perrin ", "d’Artemare", "Delatour", "MONTGAILLARD", "PERSONNE"])),
        usage_name=draw(st.sampled_from([None, None, *SURNAMES, "MONTGAILLARD"])),
        given_name_1=draw(st.sampled_from([*GIVEN_NAMES, "Marie", "Marie Line", "Rouvière"])),
        given_name_2=draw(st.sampled_from([None, None, "Jeanne"])),
        sex=draw(st.sampled_from("FM")),
        birth_year=draw(st.sampled_from(["1967", "1968"])),
        birth_month=draw(st.sampled_from([None, "3", "7", "12"])),
        birth_day=draw(st.sampled_from([None, "3", "12"])),
        insee_code=draw(st.sampled_from([None, *PLACES, "92044", "13055"])),
    )
    lacking = draw(st.sampled_from([None] * 6 + list(MANDATORY)))
    return told | ({lacking: None} if lacking else {})


deposits = st.lists(holders(), min_size=1, max_size=6)


def as_sent(row: dict[str, object]) -> dict[str, str | None]:
    """A register's row, sent as it is."""
    ranks = dict(zip(("given_name_1", "given_name_2", "given_name_3"), row["given_names"], strict=False))
    date = {part: str(row[part]) if row[part] else None for part in ("birth_year", "birth_month", "birth_day")}
    return holder(birth_name=row["birth_name"], sex=row["sex"], insee_code=row["birth_place"], **ranks, **date)


@contextmanager
def folder_of(*rows: dict[str, object], shards: int = 1) -> Iterator[Register]:
    with tempfile.TemporaryDirectory() as folder:
        yield register_of(Path(folder), *rows, *CROWD, shards=shards)


def run(strategy, passages: pl.DataFrame, *rows: dict[str, object], shards: int = 1) -> pl.DataFrame:
    with folder_of(*rows, shards=shards) as register:
        return strategy.run(passages, register)


@every_strategy
@given(everybody=registers(), told=deposits)
@few
def test_every_answer_is_of_the_contract_and_of_the_closed_sets(strategy, everybody, told):
    passages = passages_of(*told)
    with folder_of(*everybody) as register:
        decisions = strategy.run(passages, register)
        numbers = dict(pl.concat(register.shards(["person", "nir"])).iter_rows())
    assert DECISIONS.check(decisions).columns == list(DECISIONS.columns)
    assert decisions["passage"].to_list() == list(range(len(told)))
    for row in decisions.iter_rows(named=True):
        is_ok = Outcome(row["outcome"]).is_ok
        assert (row["message"] is None) is is_ok
        assert (row["person"] is not None) is is_ok
        assert row["nir"] == numbers.get(row["person"])
        assert all((row[f"agree_{trait}"] is not None) is is_ok for trait in TRAITS)
        differs = [trait for trait in TRAITS if row[f"agree_{trait}"] == "differ"]
        assert (row["outcome"] == Outcome.FOUND_RECTIFIED) is bool(differs)
        assert row["flagged"] is bool({"birth_date", "birth_place"} & set(differs))
        assert row["message"] in {None, *range(Message.NOBODY, Message.SEVERAL + 1)}  # 5 to 7 are not a strategy's
        assert row["probability"] is None or 0 <= row["probability"] <= 1
        assert row["stages"] is None or row["stages"]
        assert row["ask_for"] is None or (row["ask_for"] in TRAITS and not is_ok)


@every_strategy
@given(everybody=registers(), told=deposits, alone=st.integers(0, 5))
@few
def test_an_answer_depends_on_the_passage_and_the_register_and_on_nothing_else(strategy, everybody, told, alone):
    passages = passages_of(*told)
    decisions = run(strategy, passages, *everybody)
    one = pl.col("passage") == alone % len(told)
    with folder_of(*reversed(everybody), shards=2) as register:
        assert strategy.run(passages.reverse(), register).sort("passage").equals(decisions)
        assert strategy.run(passages.filter(one), register).equals(decisions.filter(one))


@every_strategy
@given(everybody=registers(), told=deposits)
@few
def test_an_unrelated_person_changes_nothing(strategy, everybody, told):
    passages = passages_of(*told)
    # One more person makes every probability a hair different, and every decision the same.
    decided = pl.exclude("probability", "runner_up_bits")
    before = run(strategy, passages, *everybody).select(decided)
    assert run(strategy, passages, *everybody, STRANGER).select(decided).equals(before)


@every_strategy
@given(everybody=registers())
@few
def test_an_identical_record_is_found_or_has_a_homonym_and_is_nobody_else_s(strategy, everybody):
    official = [row for row in everybody if row["kind"] == "official"]
    decisions = run(strategy, passages_of(*map(as_sent, official)), *everybody).to_dicts()
    for row, found in zip(official, decisions, strict=True):
        others = {other["birth_name"] for other in everybody if other["person"] != row["person"]}
        assert found["person"] in {row["person"], None}
        if row["birth_name"] not in others:
            assert found["outcome"] == Outcome.FOUND
            unknown = "agree" if row["birth_month"] else "missing"
            assert [found[f"agree_{trait}"] for trait in TRAITS] == ["agree", "agree", "agree", unknown, "agree"]


@every_strategy
@given(everybody=registers())
@few
def test_what_was_not_sent_is_missing_and_never_differs(strategy, everybody):
    official = [row for row in everybody if row["kind"] == "official"]
    blanked = [(trait, as_sent(row) | dict.fromkeys(sent)) for row in official for trait, sent in BLANKS.items()]
    decisions = run(strategy, passages_of(*(told for _, told in blanked)), *everybody).to_dicts()
    for (trait, _), found in zip(blanked, decisions, strict=True):
        assert found[f"agree_{trait}"] in {"missing", None}


@every_strategy
def test_twice_is_the_same(strategy, tmp_path):
    everybody = person(0), person(1, birth_month=7), person(2, birth_name="PERRIN")
    register = register_of(tmp_path, *everybody, *CROWD, shards=2)
    passages = passages_of(holder(), holder(birth_month=None, birth_day=None), holder(birth_name="PERRIN"))
    assert strategy.run(passages, register).equals(strategy.run(passages, register))


@every_strategy
def test_what_was_sent_otherwise_differs(strategy, tmp_path):
    register = register_of(tmp_path, person(0), *CROWD)
    decisions = strategy.run(passages_of(holder(), holder(insee_code="29019")), register)
    for found, expected in zip(decisions.to_dicts(), ("agree", "differ"), strict=True):
        assert found["agree_birth_place"] in {expected, None}


@every_strategy
def test_true_homonyms_are_several(strategy, tmp_path):
    register = register_of(tmp_path, person(0), person(1), *CROWD)
    decisions = strategy.run(passages_of(holder()), register)
    assert decisions.select("outcome", "message").row(0) == (Outcome.SEVERAL, Message.SEVERAL)


@every_strategy
def test_an_empty_deposit_is_an_empty_answer(strategy, tmp_path):
    assert strategy.run(passages_of(holder()).clear(), register_of(tmp_path, person(0))).equals(DECISIONS.empty())
