"""Each reading of a passage meets whom the plain one does not; whoever shares too little is not compared."""

import pytest

from matching.linkage.candidates import expand, look_up
from matching.strategies.index import open_index
from matching.strategies.queries import queries_of
from tests.builders import holder, passages_of, person, register_of


def meets(folder, told, *known) -> bool:
    """Whether the holder is compared with a person."""
    index = open_index(register_of(folder, *known))
    queries = queries_of(passages_of(told), index)
    query, _ = expand(look_up(queries, index, 400), (0, 1), queries, index)
    return query.size > 0


ANOTHER = {"birth_name": "Zellagui", "given_name_1": "Hortense", "insee_code": "29019"}
NO_PLACE = {"insee_code": None}


@pytest.mark.parametrize(
    ("told", "known"),
    [
        # One trait is another, whichever.
        ({"birth_name": "Zellagui"}, {}),
        ({"given_name_1": "Hortense"}, {}),
        ({"birth_year": "1931"}, {}),
        ({"birth_month": "9", "birth_day": "27"}, {}),
        ({"insee_code": "29019"}, {}),
        # So is the place, and one more.
        (NO_PLACE | {"birth_name": "Zellagui"}, {}),
        (NO_PLACE | {"given_name_1": "Hortense"}, {}),
        (NO_PLACE | {"birth_year": "1931"}, {}),
        (NO_PLACE | {"birth_month": "9", "birth_day": "27"}, {}),
        # Day and month are swapped, and the surname or the given name is another.
        (NO_PLACE | {"birth_month": "12", "birth_day": "3", "birth_name": "Zellagui"}, {}),
        (NO_PLACE | {"birth_month": "12", "birth_day": "3", "given_name_1": "Hortense"}, {}),
        ({"birth_month": "12", "birth_day": "3", "birth_name": "Zellagui", "given_name_1": "Hortense"}, {}),
        # The birth name stands in the usage name's field, and the date is partial or the given name another.
        (NO_PLACE | {"birth_name": "Zellagui", "usage_name": "Rouvière", "birth_month": None, "birth_day": None}, {}),
        (NO_PLACE | {"birth_name": "Zellagui", "usage_name": "Rouvière", "given_name_1": "Hortense"}, {}),
        # The surname and the given name are inverted.
        (NO_PLACE | {"birth_name": "Camille", "given_name_1": "Rouvière"}, {}),
        (NO_PLACE | {"birth_name": "Camille", "given_name_1": "Rouvière", "birth_month": None, "birth_day": None}, {}),
        # A half of the surname.
        (NO_PLACE | {"birth_name": "Perrin-Rouvière", "given_name_1": "Hortense"}, {}),
        (NO_PLACE | {"birth_name": "Rouvière-Perrin", "birth_month": None, "birth_day": None}, {}),
        # The first given name stands behind another.
        (NO_PLACE | {"given_name_1": "Hortense", "given_name_2": "Camille", "birth_name": "Zellagui"}, {}),
        (
            NO_PLACE | {"given_name_1": "Hortense", "given_name_2": "Camille", "birth_month": None, "birth_day": None},
            {},
        ),
        # Neither name is right but for how it starts, or at all where the place is.
        (NO_PLACE | {"birth_name": "Rouzbek", "given_name_1": "Cunégonde"}, {}),
        ({"birth_name": "Zellagui", "given_name_1": "Hortense"}, {}),
        # A name as it sounds, a place of another time.
        ({"birth_name": "Rouvyer", "given_name_1": "Kamil", "insee_code": "92044", "birth_month": None}, {}),
        # The usage name that the register knows.
        (
            NO_PLACE | {"birth_name": "Montgaillard", "given_name_1": "Hortense"},
            {"kind": "usage", "birth_name": "MONTGAILLARD"},
        ),
    ],
)
def test_a_person_is_met_in_spite_of_errors(told, known, tmp_path):
    assert meets(tmp_path, holder(**told), person(0, **known))


@pytest.mark.parametrize(
    "told",
    [
        ANOTHER,
        NO_PLACE | {"birth_name": "Zellagui", "birth_month": "9"},
        {"given_name_1": "Hortense", "birth_year": "1931", "birth_month": "9", "birth_day": "27"},  # name and place
        {"birth_name": "Zellagui", "birth_month": "9", "birth_day": "27"},  # given name, place and year
        dict.fromkeys(holder()),
    ],
)
def test_whoever_shares_too_little_is_not_compared(told, tmp_path):
    assert not meets(tmp_path, holder(**told), person(0))
