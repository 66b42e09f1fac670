import pytest
from hypothesis import given

from matching.identity.places import BirthPlace, PlaceKind, abroad
from tests.hypothesis_strategies import any_text, communes


@pytest.mark.parametrize(
    ("code", "kind", "departement", "country"),
    [
        ("75044", PlaceKind.COMMUNE, "75", None),
        ("2A004", PlaceKind.COMMUNE, "2A", None),
        ("20004", PlaceKind.COMMUNE, "20", None),
        ("01053", PlaceKind.COMMUNE, "01", None),
        ("91352", PlaceKind.COMMUNE, "91", None),
        ("97105", PlaceKind.OVERSEAS, "971", None),
        ("98818", PlaceKind.OVERSEAS, "988", None),
        ("99352", PlaceKind.ABROAD, "99", "352"),
        ("1053", PlaceKind.UNREADABLE, None, None),
        ("2a004", PlaceKind.UNREADABLE, None, None),
        ("00123", PlaceKind.UNREADABLE, None, None),
        ("abcde", PlaceKind.UNREADABLE, None, None),
    ],
)
def test_what_a_code_says(code, kind, departement, country):
    place = BirthPlace(code)
    assert (place.kind, place.departement, place.country) == (kind, departement, country)


@given(communes)
def test_a_readable_place_has_a_departement_it_starts_with(code):
    place = BirthPlace(code)
    assert place.departement is not None
    assert code.startswith(place.departement)
    assert (place.country is not None) == (place.kind is PlaceKind.ABROAD)


@given(any_text)
def test_no_text_raises(text):
    assert (BirthPlace(text).departement is None) == (BirthPlace(text).kind is PlaceKind.UNREADABLE)


@pytest.mark.parametrize(("country", "code"), [("352", "99352"), ("99352", "99352")])
def test_a_country_by_three_or_five_digits(country, code):
    assert abroad(country) == BirthPlace(code)


@pytest.mark.parametrize("country", ["FRA", "35", "75056", ""])
def test_what_is_no_country(country):
    assert abroad(country) is None
