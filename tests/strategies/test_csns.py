"""The cascade: which step finds whom, row by row; and what its settings change."""

import pytest

from matching.identity.catalogue import catalogue
from matching.identity.outcomes import Outcome
from matching.strategies import csns
from matching.strategies.settings import CsnsSettings
from tests.builders import holder, person
from tests.golden_rows import golden
from tests.strategies.desk import TWO, answered, holder_of

ZELLAGUI = {"birth_name": "ZELLAGUI", "given_names": ["NOUREDDINE", "ALI"], "birth_year": 1970, "birth_place": "99352"}
PEOPLE = (
    *TWO,
    person(2, birth_month=None, birth_day=None, **ZELLAGUI),
    person(3, birth_name="BEN MESSAOUD", given_names=["AHMED"], birth_year=1954, birth_month=7, birth_day=18,
           birth_place="96351"),
)  # fmt: skip
TRAITS = ("birth_name", "given_names", "birth_date", "birth_place")


def decide(tmp_path, people, *holders, **settings):
    return answered(csns.decide, CsnsSettings(**settings), tmp_path, people, *holders)


def test_each_row_is_found_by_the_step_it_names(tmp_path):
    rows = golden("strategies/csns.csv")
    for row, found in zip(rows, decide(tmp_path, PEOPLE, *map(holder_of, rows)), strict=True):
        why = row["why"]
        person_found = "" if found["person"] is None else str(found["person"])
        assert (why, found["outcome"], person_found) == (why, row["outcome"], row["person"])
        step = row["step"] and f"csns.{row['step']}"
        assert (why, found["assumption"] or "") == (why, step)
        levels = " ".join(found[f"level_{trait}"] or "" for trait in TRAITS).strip()
        assert (why, levels) == (why, row["levels"])


def test_stages_count_who_is_left_at_each_step_that_ran(tmp_path):
    homonym = person(4, birth_place="13208")
    found = decide(
        tmp_path,
        [*PEOPLE, homonym],
        holder(),
        holder(given_name_1="Jeanne", insee_code="13208"),
        holder(insee_code=None),
        holder(birth_name="PERSONNE"),
        holder(birth_name=None),
    )
    assert [row["stages"] for row in found] == [[1], [0, 1], [0, 0, 0, 0, 2], [0] * 8, None]
    assert [row["person"] for row in found] == [0, 4, None, None, None]
    assert [row["ask_for"] for row in found] == [None, None, "birth_place", None, None]


def test_a_looser_step_never_tells_apart_whom_a_stricter_one_could_not(tmp_path):
    twins = [person(0), person(1, birth_place="75044", given_names=["CAMILLE", "LOUISE"])]
    (found,) = decide(tmp_path, twins, holder())
    assert (found["outcome"], found["stages"]) == (Outcome.SEVERAL, [2])


@pytest.mark.parametrize(
    ("setting", "sent", "person_found"),
    [
        ({}, {"birth_day": "13"}, 0),
        ({"steps": ("exact", "place", "date_swapped")}, {"birth_day": "13"}, None),
        ({"steps": ("exact",)}, {"given_name_1": "Jeanne"}, None),
        ({"steps": ()}, {}, None),
        ({"former_names": False}, {"birth_name": "ROUVIER"}, None),
    ],
)
def test_settings_choose_the_steps(tmp_path, setting, sent, person_found):
    (found,) = decide(tmp_path, PEOPLE, holder(**sent), **setting)
    assert found["person"] == person_found


def test_every_step_has_its_sentence_and_stands_in_the_table_of_the_module():
    table = csns.__doc__.split("===\n", 2)[2].partition("\n\n")[0]
    for step in csns.STEPS:
        assert f"csns.{step}" in catalogue()
        assert f"\n{step} " in "\n" + table
