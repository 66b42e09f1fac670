"""The blocking report counts what the search compares, and what each pass alone would find."""

import numpy as np
import pytest

from matching.linkage import blocking
from matching.strategies.blocking_report import BIT_OF, blocking_report, pairs_met
from matching.strategies.index import open_index
from matching.strategies.probabilistic import search_passages
from matching.strategies.queries import queries_of
from matching.strategies.settings import ProbabilisticSettings
from tests.builders import holder, passages_of, person, register_of

SETTINGS = ProbabilisticSettings()


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    people = [person(k, birth_name=f"NOM{chr(65 + k)}", birth_day=k % 28 + 1) for k in range(20)]
    usage = person(3, birth_name="MOREL", birth_day=4, kind="usage")
    return register_of(tmp_path_factory.mktemp("blocking") / "register", *people, usage)


@pytest.fixture(scope="module")
def passages():
    return passages_of(
        holder(birth_name="NOMA", birth_day="1"),
        holder(birth_name="NOMD", usage_name="MOREL", birth_day="4"),
        holder(birth_name="PERSONNE", given_name_1="Zoé", birth_year="2001", insee_code="33063"),
        holder(branch="dossier_formation"),
    )


def test_the_report_counts_what_the_search_compares(register, passages):
    report = blocking_report(passages, register, SETTINGS)
    told = passages.head(3)
    compared = search_passages(told, register, SETTINGS).found.compared
    assert (report.passages, report.persons, report.possible) == (3, 20, 60)
    assert 0 < report.pairs <= compared.sum()  # a person met under two names is one pair
    assert report.per_passage["max"] <= compared.max()
    assert report.reduction == 1 - report.pairs / 60


def test_a_pass_finds_no_more_than_it_looks_up(register, passages):
    passes = blocking_report(passages, register, SETTINGS).passes
    assert passes["pass"].to_list() == list(blocking.PASSES)
    for row in passes.iter_rows(named=True):
        assert row["only_here"] <= row["pairs"] <= row["rows"]
        assert row["dropped"] <= row["met"] <= row["lookups"]


def test_a_bucket_too_large_is_dropped_and_counted(register, passages):
    capped = ProbabilisticSettings(most_per_bucket=0)
    report = blocking_report(passages, register, capped)
    assert report.pairs == 0
    assert report.passes["dropped"].sum() == report.passes["met"].sum() > 0


def test_pairs_say_which_passes_find_them(register, passages):
    queries = queries_of(passages.head(1), open_index(register))
    (met,) = pairs_met(queries, open_index(register), SETTINGS.most_per_bucket)
    own = int(met.passes[met.person == 0][0])
    assert own == sum(map(int, BIT_OF.values()))  # the identical record shares every key
    assert np.unique(met.person).size == met.person.size


def test_a_file_of_nobody(register, passages):
    report = blocking_report(passages.clear(), register, SETTINGS)
    assert (report.pairs, report.possible, report.reduction) == (0, 0, 0)
    assert report.per_passage == {"p50": 0, "p90": 0, "p99": 0, "max": 0}
