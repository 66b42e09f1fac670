"""A contender is asked a question without its answer, and anybody's function is one."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from benchmarks import judge
from benchmarks.__main__ import main
from benchmarks.contestants import by_weight, theirs
from benchmarks.judge import Threshold
from benchmarks.question import LeakError, asked
from benchmarks.roster import BASELINE, OURS, Ring, contender, contenders
from matching.identity.frames import PASSAGES

DECIDES = """
import polars as pl

def run(passages, register):
    rows = pl.concat(register.shards(["person", "birth_name", "birth_year", "birth_month", "birth_day"]))
    key = ["birth_name", "birth_year", "birth_month", "birth_day"]
    one = rows.unique("person").filter(pl.len().over(key) == 1)
    found = passages.select("passage", *key).join(one, on=key)
    return found.select("passage", "person", outcome=pl.lit("FOUND"))
"""
WEIGHS = """
import polars as pl

def run(passages, register):
    rows = pl.concat(register.shards(["person", "birth_name", "given_names", "birth_year", "birth_month", "birth_day"]))
    found = passages.join(rows, on=["birth_year", "birth_month", "birth_day"])
    is_named = pl.col("given_names").list.contains(pl.col("given_name_1").str.to_uppercase())
    score = (pl.col("birth_name") == pl.col("birth_name_right")).cast(pl.Float64) + 0.5 * is_named
    return found.select("passage", "person", score=score)
"""


def leaks(draw, passages: pl.DataFrame) -> str:
    with pytest.raises(LeakError) as raised:
        asked(passages, draw.register, draw.profile, draw.truth)
    return str(raised.value)


def with_truth(draw) -> pl.DataFrame:
    return draw.passages.join(draw.truth, on="passage", how="left", maintain_order="left")


def test_a_question_has_the_columns_of_a_deposit_and_no_other(draw):
    question = draw.question
    assert question.passages.columns == list(PASSAGES.columns)
    assert {field.name for field in dataclasses.fields(question)} == {"passages", "register", "profile"}


def test_a_column_of_the_truth_is_a_leak(draw):
    assert "person" in leaks(draw, with_truth(draw).drop("is_abroad"))


@pytest.mark.parametrize("column", ["id_technique", "raw_place_label", "file_number"])
def test_the_number_of_the_person_under_another_name_is_a_leak(draw, column):
    number = pl.concat_str(pl.lit("T-"), pl.col("person"))
    told = with_truth(draw).with_columns(pl.coalesce(number, column).alias(column)).select(*PASSAGES.columns)
    assert column in leaks(draw, told)


def test_the_nir_of_one_single_person_is_a_leak(draw):
    person = draw.truth.drop_nulls("person").row(0, named=True)
    rows = pl.concat(draw.register.shards(["person", "kind", "nir"])).filter(pl.col("kind") == "official")
    nir = rows.filter(pl.col("person") == person["person"])["nir"].item()
    is_hers = pl.col("passage") == person["passage"]
    told = draw.passages.with_columns(declared_nir=pl.when(is_hers).then(pl.lit(nir[:13])))
    assert "declared_nir" in leaks(draw, told)


def test_passages_in_the_order_of_the_register_are_a_leak(draw):
    ordered = with_truth(draw).sort("person", nulls_last=True)
    ordered = ordered.with_columns(passage=pl.int_range(pl.len(), dtype=pl.UInt32))
    with pytest.raises(LeakError, match="order"):
        asked(ordered.select(*PASSAGES.columns), draw.register, "typical", ordered.select("passage", "person"))


def test_every_name_of_the_roster_answers_every_passage_or_says_nobody(draw):
    for name in (BASELINE, *OURS):
        (said,) = contender(name, Ring(draw.register, draw.folder))([draw.question])[name]
        judged = judge.judge(said, draw.truth)
        figures = judge.figures(judged, judge.own(judged))
        assert figures["ok"] + figures["several"] + figures["none"] == draw.passages.height
        assert figures["right"] > 100, name


def test_a_name_that_nobody_bears_is_said_with_those_that_are(draw):
    with pytest.raises(ValueError, match="probabilistic"):
        contender("nobody", Ring(draw.register, draw.folder))


def test_recordlinkage_is_not_given_a_register_that_does_not_fit(draw, monkeypatch):
    monkeypatch.setattr("benchmarks.roster.LARGEST_IN_PANDAS", 10_000)
    assert list(contenders(["recordlinkage"], Ring(draw.register, draw.folder))) == []


def test_a_user_s_file_that_decides_is_judged_by_its_decisions(draw, tmp_path: Path):
    (tmp_path / "mine.py").write_text(DECIDES, encoding="utf-8")
    name = f"{tmp_path / 'mine.py'}:run"
    judged = judge.judge(contender(name, Ring(draw.register, tmp_path))([draw.question])[name][0], draw.truth)
    assert 0.2 < judge.figures(judged, judge.own(judged))["right_share"] < 1.0
    assert [rule for rule, *_ in judge.operating(judged, judged)] == ["own"]


def test_a_user_s_module_that_weighs_is_judged_by_a_threshold(draw, tmp_path: Path, monkeypatch):
    (tmp_path / "weighs_for_a_test.py").write_text(WEIGHS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    answers = theirs("weighs_for_a_test:run", "toy")([draw.question])["toy"][0]
    judged = judge.judge(answers, draw.truth)
    (rule, promise, _, accepted), *others = judge.operating(judged, judged)
    assert (rule, promise, others) == ("tuned", 0.001, [])
    assert judge.figures(judged, accepted)["right_share"] > 0.1
    assert 0.8 < judge.blocking_recall(answers, draw.truth) < 1.0  # a wrong date is not looked at


@pytest.mark.parametrize("where", ["json", "no_such_module:run", "json:no_such_function", "no_such_file.py:run"])
def test_a_function_that_is_not_there_is_said(where):
    with pytest.raises(ValueError, match="expected module:function"):
        theirs(where)


def test_an_answer_of_another_shape_is_said(draw, tmp_path: Path):
    (tmp_path / "odd.py").write_text("def run(passages, register):\n    return passages", encoding="utf-8")
    with pytest.raises(ValueError, match="passage, person and outcome"):
        theirs(f"{tmp_path / 'odd.py'}:run")([draw.question])


def test_two_decisions_on_one_passage_are_said(draw, tmp_path: Path):
    text = DECIDES.replace("    return found", "    found = pl.concat([found, found])\n    return found")
    (tmp_path / "twice.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="at most one"):
        theirs(f"{tmp_path / 'twice.py'}:run")([draw.question])


def test_a_pair_lost_in_blocking_is_missed_and_nobody_is_found_in_its_place(draw):
    """The true person of every third passage is no candidate, whatever the threshold."""
    lost = draw.truth.filter(pl.col("person").is_not_null(), pl.col("passage") % 3 == 0)["passage"]
    pairs = draw.truth.drop_nulls("person").select("passage", "person", score=pl.lit(30.0))
    kept = pairs.filter(~pl.col("passage").is_in(lost.implode()))
    answers = by_weight(kept.rename({"score": "weight_bits"}), 0.0)
    judged = judge.judge(answers, draw.truth)
    figures = judge.figures(judged, judge.at_least(judged, Threshold(-np.inf)))
    assert figures["missed"] == lost.len()
    assert figures["right"] == figures["present"] - lost.len()
    assert judge.blocking_recall(answers, draw.truth) == pytest.approx(1 - lost.len() / figures["present"], abs=1e-5)
    assert judge.curve(judged)[-1]["recall"] == pytest.approx(1 - lost.len() / figures["present"], abs=1e-5)


@pytest.mark.parametrize("name", ["nobody", "no_such_module:run"])
def test_a_command_says_that_there_is_no_such_contender_before_it_measures(name):
    told = CliRunner().invoke(main, ["quality", "--size", "small", "--strategy", name])
    assert told.exit_code == 2
    assert name in told.output
