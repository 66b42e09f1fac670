"""What a search finds depends on the passages and the register, not on chunks, threads or order; nothing is lost."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.identity.frames import PASSAGES
from matching.identity.outcomes import Agreement
from matching.linkage import candidates, score
from matching.linkage.candidates import expand, look_up
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.score import trait_bits
from matching.linkage.search import search
from matching.linkage.values import bits
from matching.linkage.weights import load_weights
from matching.strategies.probabilistic import decide, decisions_of, search_passages
from matching.strategies.settings import ProbabilisticSettings
from tests.linkage.conftest import PASSAGES as HOW_MANY

SETTINGS = ProbabilisticSettings()
BLANKS = {
    "birth_name": ["birth_name"],
    "usage_name": ["usage_name", "birth_name"],  # it may stand in either
    "given_names": ["given_name_1", "given_name_2", "given_name_3"],
    "other_names": ["given_name_2", "given_name_3"],
    "sex": ["sex"],
    "birth_date": ["birth_year", "birth_month", "birth_day"],
    "birth_place": ["insee_code", "postal_code", "place_label", "country_code", "country_label"],
}


def again(drawn, threads=2, most=SETTINGS.most_per_bucket, progress=None):
    of = drawn.searched
    return search(of.queries, of.index, load_weights(), most_per_bucket=most, threads=threads, progress=progress)


def blanked(passages: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The passages without these."""
    columns = [column for name in names for column in (name, f"raw_{name}") if column in passages.columns]
    columns += ["place_code"] * ("insee_code" in names)
    return passages.with_columns(pl.lit(None, PASSAGES.columns[column]).alias(column) for column in columns)


@pytest.mark.parametrize(("pairs", "threads"), [(1, 1), (50, 2), (1_000, 4), (10**9, 1)])
def test_chunks_and_threads_change_nothing(drawn, monkeypatch, pairs, threads):
    monkeypatch.setattr(score, "chunks", lambda lookups, n: candidates.chunks(lookups, n, pairs))
    found, expected = again(drawn, threads), drawn.searched.found
    for name in ("query", "row", "person", "levels", "weight"):
        np.testing.assert_array_equal(getattr(found.candidates, name), getattr(expected.candidates, name))
    for name in ("best", "second", "probability", "runner_up", "nobody"):
        np.testing.assert_array_equal(getattr(found.posterior, name), getattr(expected.posterior, name))
    np.testing.assert_array_equal(found.bits, expected.bits)
    np.testing.assert_array_equal(found.compared, expected.compared)


@pytest.mark.parametrize("pairs", [1, 50, 10**9])
def test_chunks_part_the_passages(drawn, pairs):
    lookups = look_up(drawn.searched.queries, drawn.searched.index, SETTINGS.most_per_bucket)
    spans = list(candidates.chunks(lookups, HOW_MANY, pairs))
    assert [row for span in spans for row in range(*span)] == list(range(HOW_MANY))


def test_the_order_of_passages_changes_nothing(drawn):
    shuffled = drawn.passages.sample(fraction=1, shuffle=True, seed=1)
    found = decide(shuffled, drawn.register, SETTINGS).sort("passage")
    assert_frame_equal(found, decisions_of(drawn.passages, drawn.searched), abs_tol=1e-12)


def test_the_bits_of_the_traits_are_the_weight(drawn):
    found, of = drawn.searched.found, drawn.searched
    np.testing.assert_array_equal(found.bits.sum(axis=1), found.candidates.weight)
    abroad, values = of.queries.places.is_abroad, bits(of.queries, of.index)
    again_ = trait_bits(found.candidates.levels, found.candidates.query, abroad, values, load_weights())
    np.testing.assert_array_equal(again_, found.bits)


def test_a_person_is_a_candidate_once_and_the_best_come_first(drawn):
    found = drawn.searched.found.candidates
    pairs = list(zip(found.query.tolist(), found.person.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    order = list(zip(found.query.tolist(), (-found.weight).tolist(), strict=True))
    assert order == sorted(order)


def test_pairs_compared_are_counted(drawn):
    of = drawn.searched
    query, row = expand(look_up(of.queries, of.index, SETTINGS.most_per_bucket), (0, HOW_MANY), of.queries, of.index)
    assert len(set(zip(query.tolist(), row.tolist(), strict=True))) == query.size
    np.testing.assert_array_equal(of.found.compared, np.bincount(query, minlength=HOW_MANY))
    assert decisions_of(drawn.passages, of)["stages"].list.first().to_list() == of.found.compared.tolist()


def test_a_bucket_that_is_too_large_is_not_read_and_counted(drawn):
    none, some = again(drawn, most=0), again(drawn, most=2)
    assert not none.compared.any()
    assert none.candidates.query.size == 0
    assert (none.posterior.best == -1).all()
    assert 0 < some.compared.sum() < drawn.searched.found.compared.sum()
    assert sum(none.lookups.dropped.values()) > sum(some.lookups.dropped.values()) > 0
    assert sum(drawn.searched.found.lookups.dropped.values()) == 0


def test_progress_ends_at_all_and_never_goes_back(drawn):
    told = []
    again(drawn, progress=lambda *done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == (HOW_MANY, HOW_MANY)


@pytest.mark.parametrize("trait", BLANKS)
def test_what_was_not_sent_never_differs_and_counts_for_nothing(drawn, trait):
    found = search_passages(blanked(drawn.passages, *BLANKS[trait]), drawn.register, SETTINGS).found
    rank = TRAITS.index(trait)
    levels, its_bits = found.candidates.levels[:, rank], found.bits[:, rank]
    assert {LEVELS[trait][level].agreement for level in np.unique(levels)} <= {Agreement.MISSING}
    assert its_bits == pytest.approx(0, abs=0.1)
    assert trait == "birth_date" or levels.size


def test_a_trait_less_never_makes_two_of_one(drawn):
    """Whoever is found without the given names beyond the first is the one found with them."""
    with_all = decisions_of(drawn.passages, drawn.searched)
    with_less = decide(blanked(drawn.passages, *BLANKS["other_names"]), drawn.register, SETTINGS)
    both = with_all["person"].is_not_null() & with_less["person"].is_not_null()
    assert both.sum() > HOW_MANY // 3
    assert with_all["person"].filter(both).equals(with_less["person"].filter(both))


def reformatted(passages: pl.DataFrame) -> pl.DataFrame:
    """The same names in capitals, without hyphens, with other apostrophes, and blanks around."""
    names = [f"raw_{name}" for name in ("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3")]
    hyphens, apostrophes = (("-", " "), ("'", "’"))
    written = pl.col(names).str.to_uppercase().str.replace_all(*hyphens, literal=True)
    passages = passages.with_columns(written.str.replace_all(*apostrophes, literal=True))
    return passages.with_columns(pl.format("  {} ", pl.col(name)).alias(name) for name in names)


def test_how_a_name_is_written_changes_nothing(drawn):
    found = decide(reformatted(drawn.passages), drawn.register, SETTINGS)
    assert_frame_equal(found, decisions_of(drawn.passages, drawn.searched), abs_tol=1e-12)


def test_presence_is_learnt_from_the_file_where_there_are_many_passages(drawn):
    """One passage in five is a stranger's, and the table expects hardly any."""
    of = drawn.searched
    found = search(of.queries, of.index, load_weights(), most_per_bucket=400, learn_presence=True)
    assert of.found.presence == load_weights().presence
    assert 0.75 < found.presence[0] < 0.9
    assert (found.posterior.nobody >= of.found.posterior.nobody - 1e-12).all()


def test_an_empty_file_finds_nobody(drawn):
    found = search_passages(drawn.passages.clear(), drawn.register, SETTINGS).found
    assert (found.candidates.query.size, found.compared.size, found.posterior.best.size) == (0, 0, 0)
