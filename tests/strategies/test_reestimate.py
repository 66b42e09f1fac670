"""Weights re-estimated on a file without labels: they follow its errors, and only as far as it tells."""

import numpy as np
import pytest

from matching.identity.errors import InputError
from matching.linkage.em import AS_SENT, shifts
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.weights import load_weights, names
from matching.strategies.probabilistic import decide
from matching.strategies.reestimate import reestimate
from matching.strategies.settings import ProbabilisticSettings
from tests.builders import holder, passages_of, person, register_of

SETTINGS = ProbabilisticSettings()
PEOPLE = 240
SEX = TRAITS.index("sex")
DIFFER = names("sex").index("differ")


def name_of(number):
    """Distinct surnames that neither look nor sound alike."""
    consonants = "BDGLMPRTVZ"
    return "A".join(consonants[int(digit)] for digit in f"{number:04}") + "A"


def traits(number):
    return {
        "birth_name": name_of(number * 37),
        "birth_year": 1950 + number % 50,
        "birth_month": number % 12 + 1,
        "birth_day": number % 28 + 1,
    }


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    people = [person(k, **traits(k)) for k in range(PEOPLE)]
    return register_of(tmp_path_factory.mktemp("weights") / "register", *people)


@pytest.fixture(scope="module")
def passages():
    """Two in three as registered, one in three with the other sex."""
    told = [{name: str(value) for name, value in traits(k).items()} for k in range(PEOPLE)]
    return passages_of(*(holder(**of, sex="M" if k % 3 == 0 else "F") for k, of in enumerate(told)))


def test_m_follows_the_errors_of_the_file(register, passages):
    done = reestimate(passages, register, SETTINGS, trust=1)
    stored = load_weights()
    assert 20 * stored.m[0, SEX, DIFFER] < done.weights.m[0, SEX, DIFFER] < 1 / 3
    assert done.found.true_pairs[0] == pytest.approx(PEOPLE, rel=0.02)
    first = done.moved.row(0, named=True)
    assert (first["trait"], first["level"], first["stratum"]) == ("sex", "differ", "france")
    moved = done.weights.offsets[0, SEX, DIFFER] - stored.offsets[0, SEX, DIFFER]
    assert moved == pytest.approx(first["bits"])


def test_a_stratum_without_passages_keeps_its_weights(register, passages):
    done = reestimate(passages, register, SETTINGS, trust=10)
    assert done.passages == (PEOPLE, 0)
    assert np.allclose(done.weights.offsets[1], load_weights().offsets[1], atol=1e-3)  # its shares are rounded
    assert done.found.presence[1] == load_weights().presence[1]
    assert done.weights.presence == load_weights().presence


def test_the_more_trust_the_less_it_moves(register, passages):
    little, much = (
        reestimate(passages, register, SETTINGS, trust=trust).moved["bits"].abs().sum() for trust in (5, 10**9)
    )
    assert much == 0 < little


def test_the_table_is_a_setting_of_the_strategy(register, passages, tmp_path):
    done = reestimate(passages, register, SETTINGS, trust=10, source={"date": "2026-03-02", "deposit": "blake2b:0"})
    table = tmp_path / "table.toml"
    table.write_text(done.toml(), encoding="utf-8")
    read = load_weights(str(table))
    assert read.name == "typical-1+file" == done.weights.name
    assert read.provenance["deposit"] == "blake2b:0"
    assert read.provenance["register"] == register.digest
    stored, own = (decide(passages, register, ProbabilisticSettings(weights=w)) for w in ("typical", str(table)))
    wrong_sex = passages["sex"] == "M"
    assert (own.filter(wrong_sex)["probability"] >= stored.filter(wrong_sex)["probability"]).all()


def test_levels_that_only_say_how_the_passage_was_sent_keep_their_offset():
    before = load_weights().m
    after = np.clip(before * 3, 0, 0.9)
    moved = shifts(before, after)
    for rank, trait in enumerate(TRAITS):
        for name in AS_SENT.get(trait, ("missing",)):
            assert not moved[:, rank, names(trait).index(name)].any()
        assert not moved[:, rank, len(LEVELS[trait]) :].any()


def test_the_same_file_gives_the_same_bytes(register, passages):
    first, again = (reestimate(passages, register, SETTINGS).toml() for _ in range(2))
    assert first == again


def test_a_file_that_gives_no_holder_by_traits(register):
    with pytest.raises(InputError) as refused:
        reestimate(passages_of(holder(branch="dossier_formation")), register, SETTINGS)
    assert refused.value.code == "linkage_report.nothing_to_learn"
