import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity.frames import PLACE_KIND
from matching.identity.rules import rules
from matching.normalize.place_tables import in_force
from matching.quality.places import find
from matching.quality.places.slips import one_slip_away
from matching.quality.places.table import FINDERS
from matching.quality.submitted import Submitted
from matching.reference import communes, countries
from sngi_mock.noise import place_labels
from sngi_mock.noise import places as noise
from tests.builders import holder, passages_of
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text

FIELDS = ("place_label", "country_code", "country_label")
FAMILY = {code: rule for code, rule in rules().items() if rule.family == "places"}
IN_FORCE = (pl.col("start").is_null() | (pl.col("start").dt.year() < 1980)) & (
    pl.col("end").is_null() | (pl.col("end").dt.year() > 1980)
)
COMMUNES = communes.table().filter(IN_FORCE)
CITIES = communes.arrondissements()["city_code"]

years = st.integers(1900, 2026).map(str)
codes = st.sampled_from(["75107", "92044", "1053", "75007", "35360", "99352", "00000", "97110", "2A004", "49000"])
texts = st.none() | any_text | codes
names = st.none() | any_text | st.sampled_from(["PARIS", "SAINT-DENIS", "ORAN", "FRANCE", "ALGERIE", "GRENADE", "DZA"])
places = st.tuples(st.sampled_from(["insee", "postal", ""]), texts, names, texts | names, names, years)


def born(kind, code, label, country_code, country_label, year):
    given_codes = {"insee_code": code if kind == "insee" else None, "postal_code": code if kind == "postal" else None}
    told = dict(zip(FIELDS, (label or None, country_code or None, country_label or None), strict=True))
    return holder(**given_codes, **told, birth_year=year)


def asked(*rows):
    return find(Submitted.of(passages_of(*(born(*row) for row in rows))))


def told(found):
    columns = found.select("code", "field", "proposal").rows()
    return " + ".join(" ".join(filter(None, row)) for row in columns)


@pytest.fixture(scope="module")
def golden_findings():
    columns = ("kind", "code", "label", "country_code", "country_label", "birth_year")
    return asked(*(tuple(row[column] for column in columns) for row in golden("quality_places.csv")))


@pytest.mark.parametrize(("rank", "row"), list(enumerate(golden("quality_places.csv"))), ids=str)
def test_golden_rows(golden_findings, rank, row):
    assert told(golden_findings.filter(pl.col("passage") == rank)) == row["found"]


def test_each_rule_of_the_family_is_found_in_a_golden_row(golden_findings):
    assert set(golden_findings["code"]) == set(FAMILY)


def test_each_line_of_the_table_has_a_golden_row_and_its_rule_names_its_field(golden_findings):
    lines = {(finder.code, finder.field) for finder in FINDERS}
    assert lines == set(golden_findings.select("code", "field").iter_rows())
    assert all(field in FAMILY[code].fields for code, field in lines)


def test_facts_that_a_sentence_names_are_there(golden_findings):
    for code, rule in FAMILY.items():
        facts = golden_findings.filter(pl.col("code") == code)
        for fact in ("value", "proposal", "detail"):
            if f"{{{fact}}}" in rule.texts["fr"]["message"]:
                assert facts[fact].null_count() == 0, (code, fact)


@settings(max_examples=8)
@given(st.lists(places, max_size=30), st.lists(places, max_size=30))
def test_a_place_is_told_the_same_whatever_stands_beside_it(rows, others):
    together, alone = asked(*rows, *others), asked(*rows)
    columns = ["passage", "code", "field", "value", "proposal", "detail"]
    assert together.filter(pl.col("passage") < len(rows)).select(columns).sort(columns).rows() == (
        alone.select(columns).sort(columns).rows()
    )


def test_communes_under_their_code_and_name_of_the_time_are_silent():
    is_bracketed = pl.col("label").str.contains("(", literal=True)
    sample = COMMUNES.filter(is_bracketed | (pl.int_range(pl.len()) % 5 == 0))
    quiet = sample.filter(~pl.col("code").is_in(CITIES.implode()))
    rows = [("insee", code, label, None, None, "1980") for code, label in quiet.select("code", "label").iter_rows()]
    assert asked(*rows).is_empty()


def test_every_country_under_its_code_and_name_of_the_time_is_silent_or_was_no_country():
    table = countries.table().filter(IN_FORCE)
    rows = [("insee", code, None, code[2:], label, "1980") for code, label in table.select("code", "label").iter_rows()]
    assert asked(*rows).is_empty()


@settings(max_examples=8)
@given(st.lists(places, max_size=30))
def test_a_proposed_code_was_in_force_at_birth_and_is_not_found_wanting(rows):
    found = asked(*rows).filter(pl.col("field") == "insee_code").drop_nulls("proposal")
    born_in = [int(rows[rank][-1]) for rank in found["passage"]]
    then = found.with_columns(birth_year=pl.Series(born_in, dtype=pl.Int16)).join(
        in_force(), left_on="proposal", right_on="code"
    )
    then = then.filter(pl.col("birth_year").is_between("since", "until"))
    assert set(found["passage"]) == set(then["passage"])
    again = asked(
        *(("insee", code, None, None, None, str(year)) for code, year in zip(found["proposal"], born_in, strict=True))
    )
    # Without a name a code overseas may still read two ways, and a country stands in the code alone.
    assert set(again["code"]) <= {"overseas_code_two_readings", "country_missing", "born_before_independence"}


@pytest.mark.parametrize(
    ("damage", "codes_found"),
    [
        (noise.city_code, {"arrondissement_missing"}),
        (noise.postal_code, {"postal_code_alone"}),
        (noise.missing, {"place_missing"}),
        (noise.later_code, {"insee_code_of_another_time"}),
    ],
)
def test_places_damaged_by_the_generator_are_found(damage, codes_found):
    rows = {
        noise.city_code: ("75107", "PARIS 7E ARRONDISSEMENT"),
        noise.later_code: ("75044", "LEVALLOIS-PERRET"),
    }
    code, label = rows.get(damage, ("33063", "BORDEAUX"))
    frame = passages_of(born("insee", code, label, None, None, "1960")).with_columns(u1=0.4, u2=0.4, u3=0.4)
    assert set(find(Submitted.of(damage(frame)))["code"]) == codes_found


@pytest.mark.parametrize(
    ("drawn", "code"), [(0.1, "country_code_iso"), (0.5, "country_label_inexact"), (0.9, "town_as_country")]
)
def test_countries_damaged_by_the_generator_are_found(drawn, code):
    frame = passages_of(born("insee", "99404", "CHICAGO", "404", "ETATS-UNIS", "1980")).with_columns(u1=drawn)
    assert find(Submitted.of(place_labels.country(frame)))["code"].to_list() == [code]


def test_a_file_that_names_its_places_without_codes_is_read_by_the_names():
    frame = passages_of(*(born("insee", "33063", "BORDEAUX", None, None, "1980") for _ in range(3)))
    emptied = frame.with_columns(place_kind=pl.lit("none").cast(PLACE_KIND), place_code=pl.lit(None, pl.String))
    assert find(Submitted.of(emptied))["proposal"].to_list() == ["33063"] * 3


def test_passages_without_a_holder_have_no_place_to_look_at():
    other = passages_of({"branch": "dossier_formation", "file_number": "1"})
    assert find(Submitted.of(other)).is_empty()


@pytest.mark.parametrize("written", ["BORDEAX", "BORDEAXU", "BBORDEAUX", "BORDEAUS"])
def test_one_slip_of_any_kind_leads_to_the_name(written):
    assert one_slip_away(pl.Series([None, written])).rows() == [(written, "Bordeaux")]


@pytest.mark.parametrize("written", ["MASY", "LASAY", "QSDFGH", None])
def test_names_that_no_single_commune_resembles_are_left_alone(written):
    assert one_slip_away(pl.Series([written], dtype=pl.String)).is_empty()
