"""One generated register and a careless deposit drawn from it, for every test that only reads."""

from typing import NamedTuple

import polars as pl
import pytest

from matching.deposit.reader import read_deposit
from matching.register.folder import Register, open_register
from matching.strategies.probabilistic import Searched, search_passages
from matching.strategies.settings import ProbabilisticSettings
from sngi_mock.population.generate import generate
from sngi_mock.scenario import draw

PERSONS, PASSAGES, SEED = 6_000, 300, 3


class Drawn(NamedTuple):
    """A register, the passages of a deposit, and what the search makes of them."""

    register: Register
    passages: pl.DataFrame
    searched: Searched


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """A register of 6,000 persons, and a poor deposit with one stranger in five."""
    folder = tmp_path_factory.mktemp("drawn")
    generate(folder / "register", PERSONS, SEED, shard_size=2_500)
    draw(folder / "register", folder, PASSAGES, "poor", SEED, strangers=0.2, xlsx=False)
    register = open_register(folder / "register")
    passages = read_deposit(folder / "deposit.xml").passages
    return Drawn(register, passages, search_passages(passages, register, ProbabilisticSettings()))
