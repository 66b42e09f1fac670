"""What is right, what is somebody else's, and the threshold that keeps a promise."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import judge
from benchmarks.contestants import by_posterior, by_weight
from benchmarks.draws import drawn
from benchmarks.judge import Threshold
from benchmarks.strata import STRATA, strata


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
    judged = judge.judge(answers, draw.truth)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(10.0)))
    strangers = draw.truth["person"].null_count()
    assert (figures["right_share"], figures["wrong"]) == (1.0, strangers)
    assert figures["right"] == figures["right_france"] + figures["right_abroad"] == figures["present"]
    assert figures["wrong_share"] < figures["wrong_upper"]
    assert judge.blocking_recall(answers, draw.truth) == 1.0


def test_a_passage_without_answer_is_missed_and_nobody_else_s(draw):
    half = weighed(draw, 30.0).filter(pl.col("passage") % 2 == 0)
    judged = judge.judge(by_weight(half, 0.0), draw.truth)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(10.0)))
    assert judged.height == draw.truth.height
    assert 0.4 < figures["right_share"] < 0.6


def test_errors_that_the_deposit_file_holds_are_counted_under_each_type(draw):
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw.truth)
    rows = {row["error"]: row for row in judge.by_error(judged, judge.at_least(judged, Threshold(10.0)), draw)}
    assert rows["E01"]["right_share"] == 1.0
    assert rows["E01"]["low"] < 1.0
    assert rows["E13"]["passages"] > rows["none"]["passages"] > 0
    assert "E40" not in rows
    assert "E30" not in rows


def test_two_persons_alike_are_several(draw):
    one = weighed(draw, 50.0).filter(pl.col("person") > 0)
    pairs = pl.concat([one, one.with_columns(person=pl.lit(0, dtype=pl.UInt32))]).sort("passage")
    judged = judge.judge(by_posterior(pairs, draw.question, 0.0), draw.truth)
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
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw.truth)
    rows = {row["error"]: row for row in judge.by_error(judged, judge.at_least(judged, Threshold(10.0)), draw)}
    assert 0 < rows["two or more"]["passages"] < draw.errors["passage"].n_unique()
    assert 0 < rows["E13 abroad"]["passages"] < rows["E13"]["passages"]


def test_a_curve_gives_up_precision_for_recall_and_ends_at_everybody(draw):
    scored = weighed(draw, 0.0).with_columns(weight_bits=pl.col("passage").cast(pl.Float64) % 97)
    judged = judge.judge(by_weight(scored, 0.0), draw.truth)
    points = judge.curve(judged)
    assert [point["wrong"] for point in points] == sorted({point["wrong"] for point in points})
    assert [point["recall"] for point in points] == sorted(point["recall"] for point in points)
    assert points[-1]["ok"] == draw.passages.height
    threshold = Threshold(float(points[1]["threshold"]))
    assert judge.point(judge.figures(judged, judge.at_least(judged, threshold))).items() <= points[1].items()


def test_passages_that_are_not_ok_are_several_or_none_and_missed_when_in_the_register(draw):
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw.truth)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(99.0)))
    assert (figures["ok"], figures["several"]) == (0, 0)
    assert (figures["none"], figures["missed"]) == (figures["passages"], figures["present"])
    everybody = judge.figures(judged, judge.at_least(judged, Threshold(1.0)))
    assert everybody["wrong"] == everybody["wrong_strangers"] == draw.truth["person"].null_count()


def test_the_groups_of_a_stratum_hold_everybody_once(draw):
    judged = judge.judge(by_weight(weighed(draw, 30.0), 0.0), draw.truth)
    rows = judge.by_group(judged, judge.at_least(judged, Threshold(10.0)), strata(draw))
    for stratum, groups in STRATA.items():
        of_it = [row for row in rows if row["stratum"] == stratum]
        assert {row["group"] for row in of_it} <= set(groups)
        assert sum(row["present"] for row in of_it) == draw.truth["person"].count()
        assert all(row["right"] == row["present"] for row in of_it)
    abroad = {row["group"]: row["present"] for row in rows if row["stratum"] == "birth"}
    known = draw.truth.filter("is_abroad", pl.col("person").is_not_null()).height
    assert abroad["abroad"] + abroad.get("former département", 0) == known
