"""One small simulated register and one draw from it, for every test of the benchmarks about linkage."""

import pytest

from benchmarks.draws import drawn
from matching.register.folder import open_register
from sngi_mock.population.generate import generate


@pytest.fixture(scope="session")
def small_register(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmarks") / "register"
    generate(folder, 20_000, 7)
    return open_register(folder)


@pytest.fixture(scope="session")
def draw(small_register):
    return drawn(small_register, small_register.folder.parent, present=900, profile="poor", strangers=0.1, seed=3)
