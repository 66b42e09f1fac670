"""What is right, what is somebody else's, and the threshold that keeps a promise."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import judge
from benchmarks.contestants import by_posterior, by_weight
from benchmarks.draws import drawn
from benchmarks.judge import Threshold
from matching.register.folder import open_register
from sngi_mock.population.generate import generate


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")
    generate(folder / "register", 20_000, 7)
    return drawn(open_register(folder / "register"), folder, present=900, profile="poor", strangers=0.1, seed=3)


def weighed(draw, bits: float) -> pl.DataFrame:
    """Each passage with its true person, or with person 0 for a stranger, at that weight."""
    said = {"weight_bits": pl.lit(bits), "given_name_bits": pl.lit(5.0)}
    return draw.truth.select("passage", pl.col("person").fill_null(0), **said)


def test_a_draw_has_about_the_people_asked_for_and_is_not_drawn_twice(draw):
    assert draw.passages.height == 1000
    assert 860 < draw.truth["person"].count() < 940
    assert 0.05 < draw.truth["is_abroad"].mean() < 0.3
    before = (draw.folder / "deposit.xml").stat().st_mtime_ns
    again = drawn(draw.register, draw.folder.parents[1], 900, "poor", 0.1, 3)
    assert (again.folder / "deposit.xml").stat().st_mtime_ns == before


def test_who_knows_the_truth_is_right_but_for_strangers(draw):
    answers = by_weight(weighed(draw, 30.0), 0.0)
    judged = judge.judge(answers, draw)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(10.0)))
    strangers = draw.truth["person"].null_count()
    assert (figures["right_share"], figures["wrong"]) == (1.0, strangers)
    assert figures["right"] == figures["right_france"] + figures["right_abroad"] == figures["present"]
    assert figures["wrong_share"] < figures["wrong_upper"]
    assert judge.blocking_recall(answers, draw) == 1.0


def test_a_passage_without_answer_is_missed_and_nobody_else_s(draw):
    half = weighed(draw, 30.0).filter(pl.col("passage") % 2 == 0)
    judged = judge.judge(by_weight(half, 0.0), draw)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(10.0)))
    assert judged.height == draw.truth.height
    assert 0.4 < figures["right_share"] < 0.6


def test_errors_that_the_deposit_file_holds_are_counted_under_each_type(draw):
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw)
    rows = {row["error"]: row for row in judge.by_error(judged, judge.at_least(judged, Threshold(10.0)), draw)}
    assert rows["E01"]["right_share"] == 1.0
    assert rows["E01"]["low"] < 1.0
    assert rows["E13"]["passages"] > rows["none"]["passages"] > 0
    assert "E40" not in rows
    assert "E30" not in rows


def test_two_persons_alike_are_several(draw):
    one = weighed(draw, 50.0).filter(pl.col("person") > 0)
    pairs = pl.concat([one, one.with_columns(person=pl.lit(0, dtype=pl.UInt32))]).sort("passage")
    judged = judge.judge(by_posterior(pairs, draw, 0.0), draw)
    refused = judge.at_least(judged, Threshold(0.999))
    assert not refused.any()
    assert judge.figures(judged, refused)["several_share"] == pytest.approx(one.height / judged.height, abs=1e-5)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.sampled_from([1.0, 8.0, np.inf])), max_size=60),
    st.sampled_from([0.5, 0.1, 0.01]),
)
def test_a_tuned_threshold_keeps_its_promise_and_none_finds_more(rows, promise):
    schema = {"score": pl.Float64, "is_right": pl.Boolean, "margin_bits": pl.Float64}
    judged = pl.DataFrame(rows, schema=schema, orient="row").with_columns(person=pl.lit(1))

    def outcome(threshold: Threshold) -> tuple[bool, int]:
        accepted = judged.filter(judge.at_least(judged, threshold))
        right = int(accepted["is_right"].sum())
        return accepted.height - right <= promise * accepted.height, right

    keeps, found = outcome(judge.tuned(judged, promise, (0.0, 3.0)))
    assert keeps
    every = [outcome(Threshold(score, margin)) for score in judged["score"] for margin in (0.0, 3.0)]
    assert found >= max((right for is_kept, right in every if is_kept), default=0)


def test_figures_go_where_results_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draw):
    monkeypatch.setattr("benchmarks.machine.RESULTS", tmp_path)
    from benchmarks import linkage  # noqa: PLC0415 - after the folder is another one

    choices = linkage.Choices(900, [0.1], ["poor"], ["cdc"], has_peers=False, seed=3)
    linkage.run([draw.register.folder], choices, draw.folder.parents[1])
    grid = pl.read_csv(tmp_path / "linkage.csv")
    assert grid.select("contender", "rule", "persons").rows() == [("cdc", "own", 20_000)]
    assert 0.4 < grid["right_share"].item() < 0.9
    assert pl.read_csv(tmp_path / "linkage_errors.csv")["error"].is_in(["none"]).sum() == 1


def test_reliability_sets_what_is_said_beside_what_is_seen():
    rows = 4_000
    said = np.repeat([0.25, 0.95, 0.9999], rows)
    right = np.concatenate([np.arange(rows) % 4 == 0, np.arange(rows) % 20 > 0, np.ones(rows, np.bool_)])
    judged = pl.DataFrame({"person": 1, "probability": said, "is_right": right, "is_abroad": False})
    told = judge.reliability(judged)
    assert [(row["stratum"], row["from"], row["passages"], row["said"], row["seen"]) for row in told] == [
        ("france", 0.0, rows, 0.25, 0.25),
        ("france", 0.9, rows, 0.95, 0.95),
        ("france", 0.9999, rows, 0.9999, 1.0),
    ]
    assert all(row["low"] <= row["seen"] <= row["high"] for row in told)
    assert judge.reliability(judged.with_columns(probability=None)) == []


def test_passages_with_several_errors_and_those_born_abroad_are_counted_apart(draw):
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw)
    rows = {row["error"]: row for row in judge.by_error(judged, judge.at_least(judged, Threshold(10.0)), draw)}
    assert 0 < rows["two or more"]["passages"] < draw.errors["passage"].n_unique()
    assert 0 < rows["E13 abroad"]["passages"] < rows["E13"]["passages"]
