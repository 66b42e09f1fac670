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
from sngi_mock.noise.degrade import CONTEXT, TRAITS, degrade, parse_profile
from sngi_mock.noise.households import COPIED

SCHEMA = {
    "passage": pl.UInt32,
    **{trait: PASSAGES.columns[trait] for trait in TRAITS},
    **{f"relative_{trait}": PASSAGES.columns[trait] for trait in COPIED},
    "former_name": pl.String,
}
SURNAMES = ["MARTIN", "LE GALL", "SAINT-MARTIN", "D'ANGELO", "DURAND--PETIT", "O", "CHARPENTIER"]
GIVEN_NAMES = ["Jean", "Chloé", "Jean-Pierre", "Marie Ange", "Œdipe", "Mickaël", "Catherine", "Danielle"]
PLACES = [("75044", None), ("75107", None), ("59350", None), ("99352", "352"), ("92352", None), ("93066", None)]


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
        "given_name_3": [GIVEN_NAMES[i // 5 % 5] if i // 5 % 5 and i // 7 % len(GIVEN_NAMES) else None for i in rank],
        "sex": [("M", "F")[i] for i in rank % 2],
        "birth_year": 1940 + rank % 60,
        "birth_month": [None if i == 0 else i for i in rank % 13],
        "birth_day": [None if i % 13 == 0 else 1 + i % 28 for i in rank],
        "place_kind": ["insee"] * size,
        "place_code": [code for code, _ in place],
        "place_label": ["PARIS 7E ARRONDISSEMENT"] * size,
        "country_code": [country for _, country in place],
        "country_label": [country and "ALGERIE" for _, country in place],
        "relative_given_name_1": [None if i % 4 else "Paul" for i in rank],
        "relative_birth_year": [None if i % 4 else 1940 + i % 50 for i in rank],
        "relative_birth_month": [None if i % 8 else 3 for i in rank],
        "relative_birth_day": [None if i % 8 else 12 for i in rank],
        "former_name": [None if i % 50 else "DUPONT" for i in rank],
    }
    return pl.DataFrame(columns, schema=SCHEMA, strict=False)


def replay(clean: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """The clean records as text, with each logged change made in order; each must find what it says it found."""
    rows = clean.select("passage", pl.col(list(TRAITS)).cast(pl.String)).to_dicts()
    for passage, _, trait, before, after, _ in log.iter_rows():
        assert rows[passage][trait] == before
        rows[passage][trait] = after
    return pl.DataFrame(rows, schema={"passage": pl.UInt32, **dict.fromkeys(TRAITS, pl.String)})


def test_profile_none_changes_nothing() -> None:
    found = degrade(records(500), parse_profile("none"), seed=1)
    clean = records(500).drop(CONTEXT)
    assert found.records.equals(clean)
    assert found.table.equals(clean.with_columns(pl.col(TRAITS).cast(pl.String)))
    assert found.log.is_empty()
    assert found.tallies == {}


@given(seed=st.integers(0, 2**63), profile=st.sampled_from([*PROFILES, *(f"single:{e.id}" for e in CATALOGUE)]))
@settings(max_examples=30, deadline=None)
def test_log_replayed_on_the_clean_record_gives_the_damaged_one(seed: int, profile: str) -> None:
    clean = records(300)
    found = degrade(clean, parse_profile(profile), seed)
    assert found.records.schema == clean.drop(CONTEXT).schema
    damaged = found.records.select("passage", pl.col(list(TRAITS)).cast(pl.String))
    assert replay(clean, found.log.filter(~pl.col("only_in_table"))).equals(damaged)
    assert replay(clean, found.log).equals(found.table)


@given(seed=st.integers(0, 2**63), error=st.sampled_from(CATALOGUE))
@settings(max_examples=60, deadline=None)
def test_eligible_means_that_the_error_changes_the_record(seed: int, error: engine.RecordError) -> None:
    clean = records(420)
    found = degrade(clean, parse_profile(f"single:{error.id}"), seed)
    tally = found.tallies[error.id]
    assert tally.applied == tally.eligible > 0
    assert found.log["passage"].n_unique() == tally.eligible


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
    for error, tally in found.tallies.items():
        rate = tally.expected / max(tally.eligible, 1)
        spread = 3.29 * (tally.eligible * rate * (1 - rate)) ** 0.5 + 1  # 99.9 %
        assert abs(tally.applied - tally.expected) <= spread, error


def test_mean_rate_over_careless_and_careful_records_is_the_declared_one() -> None:
    found = degrade(records(200_000), parse_profile("typical"), seed=3)
    for error in CATALOGUE:
        here, there = error.rates("typical")
        if here:
            tally = found.tallies[error.id]
            mean = tally.expected / tally.eligible
            assert min(here, there) * 0.95 <= mean <= max(here, there) * 1.05, error.id


def test_careless_records_take_several_errors_more_often_than_chance_gives() -> None:
    found = degrade(records(40_000), parse_profile("typical"), seed=11)
    harmless = [error.id for error in CATALOGUE if error.harmless]
    errors = found.log.filter(~pl.col("error").is_in(harmless)).group_by("passage").agg(pl.col("error").n_unique())
    touched, twice = errors.height, (errors["error"] > 1).sum()
    assert twice > 2 * touched * touched / 40_000 / 2


def test_scanner_errors_come_with_scanned_files_only() -> None:
    for profile in PROFILES:
        applied = degrade(records(2000), parse_profile(profile), seed=2).log["error"].is_in(["E10"]).any()
        assert applied == (profile == "ocr")


def test_a_passage_sent_twice_has_the_same_errors() -> None:
    clean = records(400)
    same_as = np.where(np.arange(400) % 2, np.arange(400) - 1, np.arange(400))
    clean = clean[same_as].with_columns(clean["passage"])
    found = degrade(clean, parse_profile("poor"), 7, same_as).table.drop("passage")
    assert found[::2].equals(found[1::2])


def test_what_the_schema_refuses_goes_to_the_table_alone() -> None:
    found = degrade(records(400), parse_profile("single:E23,E30"), seed=7)
    assert found.records.equals(records(400).drop(CONTEXT))
    assert found.log["only_in_table"].all()
    assert (found.table["sex"].is_null() | ~found.table["sex"].is_in(["M", "F"])).all()
    assert not found.table["birth_year"].str.contains(r"^(19|20)\d\d$").any()


@pytest.mark.parametrize("text", ["single:", "single:E99", "single:E42", "single:E43", "Typical", ""])
def test_unknown_profile_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_profile(text)
