import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalize.text import funnel_text
from matching.quality.names import inversion, usage
from matching.quality.names.lexicon import given_names, lexicon, shares, spelled_bits, surnames
from matching.quality.names.lost import restored
from matching.quality.names.slips import slips
from matching.quality.names.texts import decoded_again, tidy
from matching.quality.names.usual import usual
from tests.builders import holder, passages_of
from tests.hypothesis_strategies import any_text, names

ACCENTED = "ÀÇÉÈÊËÎÏÔÖÙÛÜŸŒÆàâäçéèêëîïôöùûüÿœæßłđøñãõ"
GARBLED = set("ÂÃÄÅÆËÏâãäåæëï")  # what garbled text starts with: any two letters may be a garbled one
written = st.text(alphabet="ABCDEFMN" + ACCENTED, min_size=1, max_size=12)
LEAST = -5  # MATTHIAS could be a rare name as well as MATHIAS mistyped
common = st.sampled_from(surnames().filter(pl.col("key").str.contains("^[A-Z]{6,}$"))["key"].head(2000).to_list())


@given(st.lists((any_text | names).filter(lambda text: not set(text) & GARBLED), max_size=20))
@settings(max_examples=40)
def test_a_tidy_text_stays_what_it_is(texts):
    once = tidy(pl.Series(texts, dtype=pl.String))
    assert tidy(once).to_list() == once.to_list()


@given(st.lists(names.filter(lambda text: not set(text) & GARBLED), max_size=20))
@settings(max_examples=40)
def test_tidying_changes_no_letter(texts):
    before = pl.Series(texts, dtype=pl.String)
    letters = [
        funnel_text(each).fill_null("").str.replace_all("[^A-Z]", "").to_list() for each in (before, tidy(before))
    ]
    assert letters[0] == letters[1]


@given(st.lists(written, min_size=1, max_size=20), st.sampled_from(["latin-1", "cp1252"]), st.integers(1, 2))
def test_a_wrong_decoding_is_read_back(texts, encoding, times):
    garbled = texts
    for _ in range(times):
        garbled = [text.encode().decode(encoding, errors="replace") for text in garbled]
    for text, again in zip(texts, decoded_again(pl.Series(garbled)), strict=True):
        assert "\ufffd" in again or again.upper() == text.upper()


@given(written)
def test_what_was_decoded_well_is_left_alone(text):
    assert decoded_again(pl.Series([text])).to_list() == [text]


@given(common, st.data())
@settings(max_examples=30)
def test_a_letter_too_many_leads_back_to_the_name(name, data):
    at = data.draw(st.integers(1, len(name) - 1))
    typed = name[:at] + name[at] + name[at:]
    meant = slips(pl.Series([typed]), "surname")
    if shares(pl.Series([typed]), "surname").item() == 0:
        assert meant["key"].to_list() == [typed]
        assert meant["bits"].item() > LEAST or meant["name"].item() != name


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("MARTIBEAU", "surname", "MARTINEAU"),
        ("BERTRRAND", "surname", "BERTRAND"),
        ("BERTARND", "surname", "BERTRAND"),
        ("BETRAND", "surname", "BERTRAND"),
        ("VERONIQIE", "given", "VERONIQUE"),
    ],
)
def test_slips_of_each_kind(typed, kind, name):
    assert slips(pl.Series([typed]), kind).select("key", "name").rows() == [(typed, name)]


@pytest.mark.parametrize("name", ["MARTIN", "LE GALL", "AB", "D'ANDREA", None])
def test_a_frequent_name_or_one_of_signs_is_no_slip(name):
    assert slips(pl.Series([name], dtype=pl.String), "surname").is_empty()


def test_shares_are_of_everybody():
    assert 0.8 < surnames()["share"].sum() < 1
    assert 0.8 < given_names()["share"].sum() < 1
    assert shares(pl.Series(["XQZRT", None]), "surname").to_list() == [0, 0]


@pytest.mark.parametrize("kind", ["surname", "given"])
def test_listed_spellings_are_likelier_than_keyboards(kind):
    listed = lexicon(kind).filter(pl.col("key").str.contains("^[A-Z]{7}$"))["key"].head(200)
    noise = pl.Series([name[::-1].replace("A", "Q").replace("E", "X") for name in listed])
    assert spelled_bits(listed, kind).median() > spelled_bits(noise, kind).median() + 10
    assert spelled_bits(pl.Series([None, "B" * 200]), kind).to_list() == [None, -200]


@given(st.lists(common, min_size=1, max_size=10))
@settings(max_examples=20)
def test_another_spelling_is_more_frequent(keys):
    told = usual(pl.Series(keys).unique())
    assert (told["odds"] > 1).all()
    assert (told["usual"] != told["key"]).all()
    assert told["key"].is_unique().all()


@pytest.mark.parametrize(
    ("key", "other", "kind"),
    [
        ("LEGUENNEC", "LE GUENNEC", "particle"),
        ("GUENNEC LE", "LE GUENNEC", "particle"),
        ("DE-LA-FONTAINE", "DE LA FONTAINE", "particle"),
        ("JEAN BAPTISTE", "JEAN-BAPTISTE", "punctuation"),
    ],
)
def test_other_spellings_of_each_kind(key, other, kind):
    assert usual(pl.Series([key])).select("usual", "kind").rows() == [(other, kind)]


def test_a_lost_letter_is_found_in_one_word():
    texts = pl.Series(["FRAN?OIS", "JEAN-FRAN\ufffdOIS", "H?L?NE", "hélÃ\ufffdne", "?", "MARTIN", None])
    assert restored(texts, "given").to_list() == ["FRANCOIS", "JEAN-FRANCOIS", None, "HELENE", None, None, None]


def test_the_habit_of_letters_tells_a_row_that_goes_against_it():
    usual_rows = [holder(birth_name="ZELLAGUI", given_name_1="Camille")] * 30
    row = holder(birth_name="Ouarzia", given_name_1="MONTBRUSSON")
    alone = passages_of(row, *[holder(birth_name="Zellagui", given_name_1="Camille")] * 30)
    among = passages_of(row, *usual_rows)
    assert inversion.find(alone).is_empty()
    assert inversion.find(among).select("passage", "field", "proposal").rows() == [
        (0, "birth_name", "MONTBRUSSON"),
        (0, "given_name_1", "Ouarzia"),
    ]


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([{"sex": "M"}] * 9, "birth_name_may_be_usage_name"),
        ([{"sex": "M", "usage_name": "ROUVIERE"}] * 9, "usage_name_repeats_birth_name"),
        ([{"sex": "F", "usage_name": "ROUVIERE"}] * 9, "usage_name_repeats_birth_name"),
        ([{"sex": "F"}] * 9, "birth_name_may_be_usage_name"),
    ],
)
def test_a_field_that_is_filled_by_rule_says_nothing_of_one_woman(others, code):
    rows = [holder(usage_name="ROUVIERE"), *(holder(**changes) for changes in others)]
    assert usage.find(passages_of(*rows)).filter(pl.col("passage") == 0)["code"].to_list() == [code]
