from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from benchmarks import fit_forecast
from benchmarks.fit_forecast import fitted, is_asked, width, with_effects
from benchmarks.forecast_pools import NO_MODEL, Pool, compose, sampled
from matching.identity.rules import rules
from matching.quality.forecasting.funnel import Namesakes
from matching.quality.forecasting.model import INTERCEPT, model_toml

TRUE = {INTERCEPT: -2.0, "woman": 1.0}
NAME = next(rule.code for rule in rules().values() if (rule.family, rule.severity) == ("names", "likely_ko"))


def pool(size, seed, profile="typical", effect=0.0):
    """Passages, half of them women, whose holders are absent by ``TRUE``, and by what the file has of its own."""
    generator = np.random.default_rng(seed)
    is_woman = generator.random(size) < 0.5
    log_odds = TRUE[INTERCEPT] + TRUE["woman"] * is_woman + effect
    is_absent = generator.random(size) < 1 / (1 + np.exp(-log_odds))
    never = pl.Series(np.zeros(size, np.bool_))
    women = np.flatnonzero(is_woman).astype(np.uint32)
    return Pool(
        profile,
        pl.DataFrame({"row": women, "feature": ["woman"] * women.size, "value": np.ones(women.size)}),
        pl.DataFrame(schema={"row": pl.UInt32, "code": pl.String, "field": pl.String, "group": pl.String}),
        {},
        Namesakes(*np.zeros((3, size))),
        np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
        generator.random(size) < 0.15,
        pl.DataFrame({"passage": np.arange(size), "absent": is_absent, "date": never, "place": never}),
        ~is_absent,
    )


def files(count, effect):
    """As many files of pools of their own, which differ by an effect of that standard deviation."""
    generator = np.random.default_rng(7)
    pools = [[pool(3_000, seed, effect=generator.normal(0, effect))] * 6 for seed in range(count)]
    return [compose([each], 3_000, generator) for each in pools]


def test_the_fit_finds_what_made_the_data():
    found = fitted(files(40, effect=0.0))["absent"]
    assert found[INTERCEPT] + found.get("care", 0) * -4 == pytest.approx(TRUE[INTERCEPT], abs=0.5)
    assert found["woman"] + found.get("woman*care", 0) * -4 == pytest.approx(TRUE["woman"], abs=0.2)


@pytest.mark.parametrize("effect", [0.1, 0.4])
def test_what_files_differ_by_is_found_again(effect):
    made = files(120, effect)
    model = replace(NO_MODEL, coefficients=fitted(made))
    model = with_effects(made, model)
    assert model.file_effect + model.floor / 0.15 == pytest.approx(effect, rel=0.35)
    assert 1.2 < width(made, model) < 2.6


def test_the_same_files_make_the_same_model():
    one, other = (model_toml(replace(NO_MODEL, coefficients=fitted(files(10, effect=0.1)))) for _ in range(2))
    assert one == other


def test_a_file_has_the_strangers_of_its_profile():
    of = pool(20_000, seed=1)
    generator = np.random.default_rng(3)
    shares = np.array([of.is_stranger[sampled(of, 2_000, generator)].mean() for _ in range(100)])
    assert np.median(shares) == pytest.approx(0.015, rel=0.2)
    assert (shares < 0.007).sum() + (shares > 0.025).sum() > 5  # of their own
    clean = pool(20_000, seed=1, profile="none")
    strangers = [clean.is_stranger[sampled(clean, 2_000, generator)].sum() for _ in range(100)]
    assert 50 < strangers.count(0) < 100


def test_a_file_of_two_pools_holds_passages_of_both():
    generator = np.random.default_rng(5)
    pools = [
        [pool(1_000, seed, profile) for seed, profile in enumerate(("none", "clean", "typical", "poor", "ocr", "x"))]
    ]
    sizes = [compose(pools, 2_000, generator).events.height for _ in range(30)]
    assert min(sizes) >= 499
    assert max(sizes) <= 2_000


@pytest.mark.parametrize(
    ("event", "feature", "asked"),
    [
        ("absent", f"code.{NAME}", True),
        ("date", f"code.{NAME}", False),
        ("date", "group.likely_ko.dates", True),
        ("date", "born_abroad*care", True),
        ("date", "woman", False),
        ("place", "care", True),
        ("place", "care.names", False),
    ],
)
def test_events_are_asked_what_may_bear_on_them(event, feature, asked):
    assert is_asked(event, feature) is asked


def test_a_fit_that_does_not_settle_is_refused(monkeypatch):
    monkeypatch.setattr(fit_forecast, "_ROUNDS", 2)
    with pytest.raises(SystemExit, match="does not settle"):
        fitted(files(3, effect=0.1))
