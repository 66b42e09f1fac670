"""The fit of the causes' weights: its slope is right, it finds weights that made the data, and its file is read."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the fit is of the extra bench")

from scipy import sparse

from benchmarks.fit_causes import Choices, _loss, _names, _toml, fitted
from matching.explain.corrections.kinds import kinds
from matching.explain.weights import weights_of

NAMES = _names()


def chosen(passages=4_000, seed=3):
    """Passages with three possibilities of known weights each, one of which happened."""
    generator = np.random.default_rng(seed)
    columns = [NAMES.index(name) for name in (("kinds", "sex"), ("kinds", "year"), ("nothing", "1"))]
    logs = np.log([0.02, 0.005, 0.01])
    is_right = np.zeros((passages, 3), bool)
    is_right[np.arange(passages), generator.choice(3, passages, p=np.exp(logs) / np.exp(logs).sum())] = True
    rows = np.arange(3 * passages)
    shape = (3 * passages, len(NAMES))
    design = sparse.csr_matrix((np.ones(3 * passages), (rows, np.tile(columns, passages))), shape=shape)
    return Choices(design, is_right.ravel(), np.arange(0, 3 * passages, 3), 1.0)


def test_the_slope_is_that_of_the_loss():
    part, theta = chosen(50), np.random.default_rng(5).normal(size=len(NAMES))
    _, slope = _loss(theta, part)
    for at in (NAMES.index(("kinds", "sex")), NAMES.index(("nothing", "1"))):
        step = np.zeros(len(NAMES))
        step[at] = 1e-6
        seen = (_loss(theta + step, part)[0] - _loss(theta - step, part)[0]) / 2e-6
        assert slope[at] == pytest.approx(seen, abs=1e-4)


def test_weights_that_made_the_data_are_found():
    weights = fitted([chosen()])
    assert weights["kinds", "sex"] / weights["kinds", "year"] == pytest.approx(4.0, rel=0.15)
    assert weights["kinds", "sex"] / weights["nothing", "1"] == pytest.approx(2.0, rel=0.15)


def test_the_file_is_read_as_it_was_meant():
    weights = {name: float(f"{0.001 * (at + 1):.3g}") for at, name in enumerate(NAMES)}
    read = weights_of(_toml(weights, {"seed": 3, "registers": ["simulated"]}))
    assert set(read.kinds) == set(kinds())
    assert read.kinds["sex"] == weights["kinds", "sex"]
    assert read.stages[2, 1] == weights["stages", "2.1"]
    assert read.stages[2, 2] == 1.0
    assert read.absent_abroad == weights["absent_abroad", ""]
    assert read.provenance["seed"] == 3
