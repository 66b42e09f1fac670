"""Laws of the noise: nothing at rate 0, the log replayed gives the damaged record, streams are independent."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.errors import UsageError
from matching.identity.frames import PASSAGES
from sngi_mock.noise import degrade as engine
from sngi_mock.noise.catalogue import CATALOGUE, PROFILES
from sngi_mock.noise.degrade import TRAITS, degrade, parse_profile

SCHEMA = {"passage": pl.UInt32, **{trait: PASSAGES.columns[trait] for trait in TRAITS}}
SURNAMES = ["MARTIN", "LE GALL", "SAINT-MARTIN", "D'ANGELO", "DURAND--PETIT", "O"]
GIVEN_NAMES = ["Jean", "Chloé", "Jean-Pierre", "Marie Ange", "Œdipe"]
PLACES = [("75044", None), ("75107", None), ("59350", None), ("99352", "352"), ("92352", None)]


def records(size: int) -> pl.DataFrame:
    """True records of every kind that some error looks for, the same at each call."""
    rank = np.arange(size)
    place = [PLACES[i] for i in rank % len(PLACES)]
    columns = {
        "passage": rank,
        "birth_name": [SURNAMES[i] for i in rank % len(SURNAMES)],
        "usage_name": [SURNAMES[i] if i else None for i in rank // 3 % len(SURNAMES)],
        "given_name_1": [GIVEN_NAMES[i] for i in rank // 2 % len(GIVEN_NAMES)],
        "given_name_2": [GIVEN_NAMES[i] if i else None for i in rank // 7 % len(GIVEN_NAMES)],
        "given_name_3": [GIVEN_NAMES[i // 5 % 5] if i // 5 % 5 and i // 7 % 5 else None for i in rank],
        "sex": [("M", "F")[i] for i in rank % 2],
        "birth_year": 1940 + rank % 60,
        "birth_month": [None if i == 0 else i for i in rank % 13],
        "birth_day": [None if i % 13 == 0 else 1 + i % 28 for i in rank],
        "place_kind": ["insee"] * size,
        "place_code": [code for code, _ in place],
        "place_label": ["PARIS 7E ARRONDISSEMENT"] * size,
        "country_code": [country for _, country in place],
        "country_label": [country and "ALGERIE" for _, country in place],
    }
    return pl.DataFrame(columns, schema=SCHEMA, strict=False)


def replay(clean: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """The clean records as text, with each logged change made in order; each must find what it says it found."""
    rows = clean.select("passage", pl.col(list(TRAITS)).cast(pl.String)).to_dicts()
    for passage, _, trait, before, after in log.iter_rows():
        assert rows[passage][trait] == before
        rows[passage][trait] = after
    return pl.DataFrame(rows, schema={"passage": pl.UInt32, **dict.fromkeys(TRAITS, pl.String)})


def test_profile_none_changes_nothing() -> None:
    found = degrade(records(500), parse_profile("none"), seed=1)
    assert found.records.equals(records(500))
    assert found.log.is_empty()
    assert found.tallies == {}


@given(seed=st.integers(0, 2**63), profile=st.sampled_from([*PROFILES, *(f"single:{e.id}" for e in CATALOGUE)]))
@settings(max_examples=30, deadline=None)
def test_log_replayed_on_the_clean_record_gives_the_damaged_one(seed: int, profile: str) -> None:
    clean = records(300)
    found = degrade(clean, parse_profile(profile), seed)
    assert found.records.columns == clean.columns
    assert found.records.schema == clean.schema
    damaged = found.records.select("passage", pl.col(list(TRAITS)).cast(pl.String))
    assert replay(clean, found.log).equals(damaged)


@given(seed=st.integers(0, 2**63), error=st.sampled_from(CATALOGUE))
@settings(max_examples=60, deadline=None)
def test_eligible_means_that_the_error_changes_the_record(seed: int, error: engine.ErrorType) -> None:
    clean = records(420)
    found = degrade(clean, parse_profile(f"single:{error.id}"), seed)
    eligible, _, applied = found.tallies[error.id]
    assert applied == eligible > 0
    assert found.log["passage"].n_unique() == eligible


def test_same_seed_same_damage_and_another_seed_another() -> None:
    clean, profile = records(2000), parse_profile("typical")
    assert degrade(clean, profile, 7).records.equals(degrade(clean, profile, 7).records)
    assert not degrade(clean, profile, 7).records.equals(degrade(clean, profile, 8).records)


@pytest.mark.parametrize("removed", ["E24", "E01", "E34"])
def test_removing_a_type_leaves_the_draws_of_the_others(removed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clean, profile = records(3000), parse_profile("poor")
    before = degrade(clean, profile, 7).log
    monkeypatch.setattr(engine, "CATALOGUE", tuple(error for error in CATALOGUE if error.id != removed))
    after = degrade(clean, profile, 7).log
    touched = before.filter(pl.col("error") == removed)["passage"].implode()
    untouched = ~pl.col("passage").is_in(touched)
    assert not touched.explode().is_empty()
    assert before.filter(untouched).equals(after.filter(untouched))


@pytest.mark.parametrize("profile", PROFILES)
def test_realised_rates_lie_in_their_binomial_interval(profile: str) -> None:
    found = degrade(records(40_000), parse_profile(profile), seed=11)
    for error, (eligible, expected, applied) in found.tallies.items():
        rate = expected / max(eligible, 1)
        spread = 4.5 * (eligible * rate * (1 - rate)) ** 0.5 + 1  # 4.5 sigma: all 70 hold together
        assert abs(applied - expected) <= spread, error


def test_mean_rate_over_careless_and_careful_records_is_the_declared_one() -> None:
    found = degrade(records(200_000), parse_profile("typical"), seed=3)
    for error in CATALOGUE:
        here, there = error.rates("typical")
        eligible, expected, _ = found.tallies[error.id]
        assert min(here, there) * 0.95 <= expected / eligible <= max(here, there) * 1.05, error.id


@pytest.mark.parametrize("text", ["ocr", "single:", "single:E99", "Typical", ""])
def test_unknown_profile_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_profile(text)
