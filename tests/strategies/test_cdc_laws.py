"""The funnel on frames gives what the obvious one gives, whatever the people; and its counts never grow."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.strategies import cdc
from matching.strategies.settings import CdcSettings
from tests.builders import holder, passages_of, person, register_of
from tests.strategies.oracle import funnel

# Few values, so that homonyms are many.
birth_names = st.sampled_from(["ROUVIERE", "PERRIN", "D'ARTEMARE"])
given_names = st.lists(st.sampled_from(["CAMILLE", "JEANNE", "JEAN-PIERRE"]), min_size=1, max_size=3)
places = st.sampled_from(["29019", "99352", "13208"])
months = st.one_of(st.none(), st.integers(1, 2))


@st.composite
def people(draw):
    return [
        person(
            number,
            birth_name=draw(birth_names),
            given_names=draw(given_names),
            sex=draw(st.sampled_from("MF")),
            birth_year=draw(st.sampled_from([1967, 1968])),
            birth_month=(month := draw(months)),
            birth_day=draw(st.integers(1, 2)) if month else None,
            birth_place=draw(places),
        )
        for number in range(draw(st.integers(1, 12)))
    ]


@st.composite
def holders(draw):
    month = draw(months)
    return holder(
        birth_name=draw(st.sampled_from(["Rouvière", "PERRIN ", "d’Artemare", "D ARTEMARE"])),
        given_name_1=draw(st.sampled_from(["Camille", "jeanne", "Jean-Pierre", "Jean Pierre"])),
        given_name_2=draw(st.sampled_from([None, "Jeanne", "Camille"])),
        sex=draw(st.sampled_from("MF")),
        birth_year=draw(st.sampled_from(["1967", "1968"])),
        birth_month=month and str(month),
        birth_day=draw(st.sampled_from([None, "1", "2"])),
        insee_code=draw(st.one_of(st.none(), places)),
    )


@given(people(), st.lists(holders(), min_size=1, max_size=6), st.integers(1, 3))
@settings(deadline=None, max_examples=60)
def test_frames_give_what_the_obvious_funnel_gives(everybody, told, shards):
    with tempfile.TemporaryDirectory() as folder:
        register = register_of(Path(folder), *everybody, shards=shards)
        found = cdc.decide(passages_of(*told), register, CdcSettings())
    columns = ("message", "person", "stages")
    assert list(found.select(columns).iter_rows()) == [funnel(passage, everybody) for passage in told]


@given(people(), st.lists(holders(), min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_counts_never_grow(everybody, told):
    with tempfile.TemporaryDirectory() as folder:
        found = cdc.decide(passages_of(*told), register_of(Path(folder), *everybody), CdcSettings())
    for row in found.iter_rows(named=True):
        assert row["stages"] == sorted(row["stages"], reverse=True)
