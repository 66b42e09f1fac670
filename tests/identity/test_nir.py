import polars as pl
import pytest
from hypothesis import given
from stdnum.fr import nir as second_opinion

from matching.identity import nir
from tests.golden_rows import golden
from tests.hypothesis_strategies import any_text, nir_bodies

GOLDEN = golden("nir.csv")


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["why"])
def test_golden_numbers(row):
    known = nir.parse(row["body"] + row["key"])
    assert known is not None
    assert known.key == int(row["key"])
    assert known.declared_sex == row["sex"]
    assert known.birth_month == (int(row["month"]) if row["month"] else None)
    assert (known.place, known.departement) == (row["place"], row["departement"])
    assert known.is_mock is (row["is_mock"] == "true")


@given(nir_bodies())
def test_key_agrees_with_python_stdnum(body):
    assert f"{nir.key(body):02d}" == second_opinion.calc_check_digits(body)


@given(nir_bodies())
def test_parse_of_format_is_identity(body):
    known = nir.parse(body)
    assert nir.parse(str(known)) == known == nir.parse(known.digits)
    assert known.body == body


@given(nir_bodies())
def test_a_wrong_key_is_refused(body):
    right = nir.key(body)
    wrong = right % 97 + 1
    assert nir.parse(f"{body}{wrong:02d}") is None


@given(any_text)
def test_no_text_raises(text):
    known = nir.parse(text)
    assert known is None or known.digits.startswith(known.body)


@given(nir_bodies())
def test_masks_and_reprs_never_show_commune_rank_or_key(body):
    known = nir.parse(body)
    month = known.month if known.is_mock else "**"
    assert nir.mask(known) == f"{known.sex} {known.year} {month} {known.place[:2]} *** *** **"
    assert repr(known) == f"Nir({nir.mask(known)!r})"


def test_what_is_no_nir_is_masked_whole():
    assert nir.mask("185057800608") == "*" * 12


def test_key_of_something_else_says_what_a_body_is_and_not_what_came():
    with pytest.raises(ValueError, match="13 characters") as caught:
        nir.key("1850578006")
    assert "1850578006" not in str(caught.value)


def test_columns_have_the_key_of_values():
    bodies = [row["body"] for row in GOLDEN]
    assert pl.DataFrame({"body": bodies}).select(nir.key_of(pl.col("body"))).to_series().to_list() == [
        nir.key(body) for body in bodies
    ]


@pytest.mark.parametrize("text", ["2671475044000", "0671475044123", "9671475044123", "26714750441", ""])
def test_shapes_nobody_has(text):
    assert nir.parse(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2670375044001", "2 67 ** 75 *** *** **"),
        ("2 67 03 75 044 001", "2 67 ** 75 *** *** **"),
        ("2671475044001", "2671475044001"),  # a mock one
        ("1709372645123", "1709372645123"),  # a counter: no month
        ("A-2670375044001", "A-2670375044001"),  # holds more
        ("MARTIN", "MARTIN"),
        (None, None),
    ],
)
def test_a_number_that_could_be_real_is_masked_among_others(text, shown):
    assert nir.without_real_numbers(pl.Series([text], dtype=pl.String)).to_list() == [shown]


@given(nir_bodies())
def test_with_its_key_a_number_is_masked_unless_it_is_a_mock_one(body):
    known = nir.parse(body)
    (shown,) = nir.without_real_numbers(pl.Series([known.digits]))
    assert (shown == known.digits) == known.is_mock


@given(nir_bodies())
def test_inside_a_sentence_a_number_is_masked_as_alone(body):
    known = nir.parse(body)
    sentence = "l'id technique partenaire {} existe déjà en base"
    for text in (str(known), known.digits, known.body):
        (alone,) = nir.without_real_numbers(pl.Series([text]))
        assert nir.without_real_numbers_inside(sentence.format(text)) == sentence.format(alone)


@pytest.mark.parametrize(
    "text", ["6f0c1f2e-7a54-4a0b-9d57-2d3c0b8e4a11", "RS6042, index 0", "A2670375044123", "20260302" * 3]
)
def test_what_is_no_number_stays_inside_a_sentence(text):
    assert nir.without_real_numbers_inside(f"Le passage {text}.") == f"Le passage {text}."
