"""Headers: each golden one names its field, and no field is given twice."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.deposit.dictionary import FIELDS as DICTIONARY
from matching.identity.frames import PASSAGES
from matching.tables.fields import FIELDS, MANDATORY, tokens
from matching.tables.headers import guessed
from tests.golden_rows import golden

GOLDEN = golden("tables/headers.csv")


def fields(*headers, given=None):
    return {column.header: column.field for column in guessed(headers, given or {}).mapped}


def reasons(*headers, given=None):
    return {column.header: (column.reason, column.field) for column in guessed(headers, given or {}).unmapped}


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["header"])
def test_a_header_alone(row):
    columns = guessed([row["header"]], {})
    assert [(column.field, column.how) for column in columns.mapped] == (
        [(row["field"], row["how"])] if row["field"] else []
    )


def test_every_field_has_a_golden_header():
    assert {row["field"] for row in GOLDEN} - {""} == set(FIELDS) - {"current_name"}  # only a mapping tells that one


def test_every_field_fills_a_column_that_the_writer_knows():
    known = {field.column for field in DICTIONARY.values()} | set(PASSAGES.columns)
    assert {field.column for field in FIELDS.values()} <= known


def test_a_header_is_of_one_field_only():
    owners = {}
    for field in FIELDS.values():
        for header in (*field.usual, *field.bare):
            owners.setdefault(" ".join(sorted(tokens(header))), set()).add(field.key)
    assert [words for words, keys in owners.items() if len(keys) > 1] == []


@given(st.sampled_from([row["header"] for row in GOLDEN if row["how"] == "synonym"]), st.randoms(use_true_random=False))
def test_case_and_punctuation_do_not_count(header, random):
    changed = "".join(random.choice([letter.upper(), letter.lower()]) for letter in header)
    changed = changed.replace(" ", random.choice([" ", "_", "  ", " - "])) + random.choice(["", " *", " :"])
    if not any(low.islower() and up.isupper() for low, up in pairwise(changed)):  # a seam: aB
        assert list(fields(changed).values()) == list(fields(header).values())


@given(st.permutations([row["header"] for row in GOLDEN]))
def test_no_field_is_given_twice_and_no_column_is_lost(headers):
    columns = guessed(headers, {})
    given_fields = [column.field for column in columns.mapped]
    assert len(given_fields) == len(set(given_fields))
    assert sorted([c.rank for c in columns.mapped] + [c.rank for c in columns.unmapped]) == list(range(len(headers)))


@given(
    st.permutations(["Nom", "Nom de naissance", "nomUsage", "Nom marital", "Prénom", "Prénom 1", "DDN", "Remarques"])
)
def test_the_order_of_columns_does_not_count(headers):
    assert fields(*headers) == {
        "Nom de naissance": "birth_name",
        "nomUsage": "usage_name",
        "Prénom 1": "given_name_1",
        "DDN": "birth_date",
    }


def test_the_clearer_header_has_the_field():
    assert fields("Nom", "Nom de jeune fille") == {"Nom de jeune fille": "birth_name"}
    assert reasons("Nom", "Nom de jeune fille") == {"Nom": ("taken", "birth_name")}


def test_two_headers_with_the_same_right_have_nothing():
    assert fields("Nom de jeune fille", "Nom patronymique", "Prénom") == {"Prénom": "given_name_1"}
    assert set(reasons("Nom de jeune fille", "Nom patronymique").values()) == {("ambiguous", "birth_name")}


def test_what_is_disputed_is_not_left_to_a_weaker_header():
    assert fields("Nom de jeune fille", "Nom patronymique", "Nom", "Nom de naisance") == {}


def test_the_town_of_an_address_is_not_that_of_the_birth():
    assert fields("Ville", "CP", "Pays") == {"Ville": "place_label", "CP": "postal_code", "Pays": "country_label"}
    assert fields("Adresse", "Ville", "CP", "Pays") == {}
    assert reasons("Adresse", "Ville")["Ville"] == ("address", "place_label")
    assert fields("Adresse", "Ville de naissance", "Ville") == {"Ville de naissance": "place_label"}


def test_a_mapping_decides():
    assert fields("Nom", "Ville", "DDN", given={"Ville": "place_label", "Nom": "usage_name", "DDN": ""}) == {
        "Ville": "place_label",
        "Nom": "usage_name",
    }
    assert reasons("DDN", given={"DDN": ""}) == {"DDN": ("ignored", None)}


def test_a_date_is_read_whole_or_in_parts():
    parts = ("Jour de naissance", "Mois de naissance", "Année de naissance")
    assert "birth_date" not in fields("Date de naissance", *parts).values()
    assert set(fields("Date de naissance", *parts[:2]).values()) == {"birth_date"}
    assert reasons("Date de naissance", *parts)["Date de naissance"] == ("taken", "birth_date")
    assert set(fields("Date d'examen", "dateFinExamen").values()) == {"exam_date"}


def test_a_whole_name_is_said():
    assert reasons("NOM Prénom", "Nom complet") == {
        "NOM Prénom": ("whole_name", None),
        "Nom complet": ("whole_name", None),
    }


def test_what_lacks_is_named():
    assert guessed(["Nom", "Prénom"], {}).missing == tuple(set_without(MANDATORY, "birth_name", "given_name_1"))
    all_of_it = ["idTechnique", "code", "dateDebutValidite", "Nom", "Prénom", "Sexe", "Date de naissance"]
    assert guessed(all_of_it, {}).missing == ()
    assert (
        guessed(
            ["idTechnique", "dateDebutValidite", "Nom", "Prénom", "Dossier CPF"], {}, {"certification_code": "RS1"}
        ).missing
        == ()
    )


def set_without(names, *others):
    return [name for name in names if name not in others]
