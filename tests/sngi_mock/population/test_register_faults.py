"""What the register itself has wrong, and only where it can be."""

import numpy as np
import polars as pl
import pytest

from sngi_mock.population.places import places
from sngi_mock.population.register_faults import GERMAN_FORMS, LateCodes, germanised, under_german_rule


@pytest.mark.parametrize(
    ("code", "date", "uniform", "registered"),
    [
        ("92044", "1968-01-01", 0.0, "75044"),
        ("92044", "1972-06-01", 0.019, "75044"),
        ("92044", "1972-06-01", 0.021, "92044"),
        ("92044", "1974-06-01", 0.0, "92044"),
        ("2A004", "1977-06-01", 0.0, "20004"),
        ("29019", "1968-06-01", 0.0, "29019"),
        ("75107", "1968-06-01", 0.0, "75107"),
    ],
)
def test_a_code_of_before_is_kept_for_five_years_at_most(code: str, date: str, uniform: float, registered: str) -> None:
    codes = places().codes
    place = np.array([codes.index(code)])
    found = LateCodes(codes).place(place, np.array([date], dtype="datetime64[D]"), np.array([uniform]))
    assert codes[found[0]] == registered


@pytest.mark.parametrize(
    ("departement", "date", "there"),
    [
        ("67", "1917-05-01", True),
        ("68", "1942-05-01", True),
        ("57", "1930-05-01", False),
        ("57", "1945-05-01", False),
        ("54", "1917-05-01", False),
    ],
)
def test_german_rule_has_its_places_and_its_dates(departement: str, date: str, there: bool) -> None:
    assert under_german_rule(pl.Series([departement]), np.array([date], dtype="datetime64[D]")).tolist() == [there]


def test_names_that_have_a_german_form_take_it_and_the_others_stay() -> None:
    names = pl.Series([["JEAN", "PIERRE"], ["JEAN"], ["ODILE", "MARIE"]])
    assert germanised(names, np.array([True, False, True])).to_list() == [
        ["JOHANN", "PETER"],
        ["JEAN"],
        ["ODILE", "MARIA"],
    ]
    nobody = germanised(names, np.array([False, False, False]))
    assert nobody.to_list() == names.to_list()


def test_german_forms_are_names_of_their_own() -> None:
    assert set(GERMAN_FORMS).isdisjoint(GERMAN_FORMS.values())
    assert len(set(GERMAN_FORMS.values())) == len(GERMAN_FORMS)


def test_some_of_those_concerned_are_in_german_in_the_register(large: pl.DataFrame) -> None:
    born = large.filter(pl.col("birth_place").str.slice(0, 2).is_in(["57", "67", "68"]))
    first = pl.col("given_names").list.first()
    in_german = born.filter(first.is_in(["JOHANN", "JOHANNA", "LUDWIG", "KATHARINA"]))
    assert in_german.height > 0
    assert in_german.filter(
        pl.col("birth_year").is_between(1900, 1918) | pl.col("birth_year").is_between(1940, 1944)
    ).height
    assert not in_german.filter(pl.col("birth_year").is_between(1920, 1939)).height
