"""Surnames and given names: spellings through time, rare names, names from elsewhere, what families share."""

import numpy as np
import polars as pl

from matching.reference import foreign
from matching.reference import names as tables
from sngi_mock.population.foreign_names import OTHER_SPELLING, ForeignNames
from sngi_mock.population.given_names import GivenNames, after_parents, told_apart
from sngi_mock.population.names import founders, surnames, with_double_names
from sngi_mock.population.rare_surnames import UNLISTED_SHARE
from sngi_mock.population.recombined import LONGEST, SHORTEST, Recombined


def test_a_double_name_is_spelled_as_on_the_day_it_was_given() -> None:
    days = ["2004-12-31", "2005-01-01", "2011-11-14", "2011-11-15", "2020-06-01"]
    born = np.array(days, dtype="datetime64[D]")
    names, second = pl.Series(["MARTIN"] * 5), pl.Series(["NGUYEN"] * 5)
    found = with_double_names(names, born, second, np.zeros(5), spelling=np.full(5, 0.5))
    both = ["MARTIN--NGUYEN", "MARTIN--NGUYEN", "MARTIN NGUYEN", "MARTIN NGUYEN"]
    assert found.to_list() == ["MARTIN", *both]
    hyphens = with_double_names(names, born, second, np.zeros(5), spelling=np.zeros(5))
    assert hyphens.to_list() == ["MARTIN"] + ["MARTIN-NGUYEN"] * 4
    assert with_double_names(names, born, second, np.ones(5), spelling=np.zeros(5)).equals(names)


def test_rare_surnames_are_the_share_that_insee_does_not_list_and_look_like_names() -> None:
    drawn = surnames()(np.full(50_000, 1960), np.random.default_rng(1).random(50_000))
    rare = drawn.filter(~drawn.is_in(tables.surnames()["name"].implode()))
    assert abs(len(rare) / 50_000 - UNLISTED_SHARE) < 0.005
    assert rare.str.contains("^[A-Z]+$").all()
    assert rare.n_unique() > 0.95 * len(rare)


def test_recombined_names_are_always_spelled_the_same_and_are_not_in_the_list() -> None:
    listed = tables.surnames()["name"]
    spell = Recombined(listed, "test")
    numbers = np.arange(5000)
    assert spell(numbers).equals(spell(numbers))
    assert spell(numbers[::-1])[::-1].equals(spell(numbers))
    made = spell(numbers)
    assert made.is_in(listed.implode()).mean() < 0.01  # type: ignore[operator]
    assert made.str.len_chars().is_between(SHORTEST, LONGEST).mean() > 0.99  # type: ignore[operator]


def test_names_handed_down_and_names_drawn_make_the_decade_s_frequencies() -> None:
    """GARCIA was six times rarer in 1935 than in 1965: founders of 1965 must bear it more than the decade does."""
    uniform = np.random.default_rng(2).random(400_000)
    now, then = (float((surnames()(np.full(uniform.size, year), uniform) == "GARCIA").mean()) for year in (1965, 1935))
    drawn = float((founders()(np.full(uniform.size, 1965), uniform) == "GARCIA").mean())
    assert then < now < drawn
    assert abs(0.79 * drawn + 0.21 * then - now) < 0.0003


def test_a_name_from_elsewhere_has_several_spellings_that_share_its_weight() -> None:
    algeria = ForeignNames(["99352"])
    given = algeria.names.gather(
        algeria.given_name_ranks(np.zeros(40_000, int), np.zeros(40_000, int), _uniform(40_000))
    )
    listed = dict(foreign.names("99352", "given_m").iter_rows())
    spellings = {"MOHAMED", "MOHAMMED", "MOHAMMAD", "MOUHAMED"}
    assert spellings <= set(given)
    kept = (1 - OTHER_SPELLING) * listed["MOHAMED"]
    assert abs(float((given == "MOHAMED").mean()) - kept) < 0.006
    portugal = ForeignNames(["99139"]).surnames(np.zeros(40_000, int), _uniform(40_000))
    assert {"DA SILVA", "SILVA", "DASILVA"} <= set(portugal)


def test_the_parent_s_name_comes_first_or_second_for_those_it_is_handed_to() -> None:
    codes = np.array([[1, 2], [3, 4], [5, 6], [7, 8]])
    parent = np.array([-1, 0, 0, 0])
    named = after_parents(codes, parent, np.array([0.0, 0.0, 0.1, 0.9]))
    assert named.tolist() == [[1, 2], [1, 4], [5, 1], [7, 8]]


def test_twins_never_share_their_first_name() -> None:
    codes = np.array([[1, 2, 3], [1, 1, 4], [1, 5, 6]])
    assert told_apart(codes, np.array([False, True, False])).tolist() == [[1, 2, 3], [4, 1, 4], [1, 5, 6]]


def test_a_list_names_nobody_twice() -> None:
    names = GivenNames(["99139"])
    codes = np.array([[5, 5, 7], [5, 6, 5], [8, 9, 10]])
    assert names.lists(codes, np.array([3, 3, 2])).list.len().to_list() == [2, 2, 2]


def test_recent_years_have_more_rare_given_names() -> None:
    names = GivenNames(["99139"])
    listed = tables.given_names()["name"].unique().implode()
    boys = np.zeros(20_000, dtype=np.int64)

    def rare(year: int) -> float:
        codes = names.french(np.full(boys.size, year), boys, _uniform(boys.size))
        drawn = names.lists(codes[:, None], np.ones(boys.size, dtype=np.int64)).list.first()
        return float((~drawn.str.replace_all(" ", "-").is_in(listed)).mean())

    assert rare(1950) < 0.012
    assert 0.08 < rare(2019) < 0.11


def _uniform(size: int) -> np.ndarray:
    return np.random.default_rng(3).random(size)
