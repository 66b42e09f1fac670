import pytest
from hypothesis import given

from matching.identity.dates import PartialDate, parse_iso
from matching.identity.outcomes import Agreement
from tests.hypothesis_strategies import any_text, partial_dates


@given(partial_dates())
def test_parse_of_format_is_identity(date):
    assert parse_iso(str(date)) == date


@given(any_text)
def test_no_text_raises(text):
    date = parse_iso(text)
    assert date is None or str(date) == text


@given(partial_dates(), partial_dates())
def test_comparison_is_symmetric(mine, theirs):
    assert mine.compare(theirs) == theirs.compare(mine)


@given(partial_dates())
def test_a_date_agrees_with_itself_or_is_missing_when_partial(date):
    assert date.compare(date) == (Agreement.AGREE if date.is_complete else Agreement.MISSING)


@given(partial_dates())
def test_a_partial_date_spans_what_it_can_be(date):
    assert date.start <= date.end
    assert (date.start == date.end) is date.is_complete


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (PartialDate(1967, 3, 12), PartialDate(1967, 3, 12), Agreement.AGREE),
        (PartialDate(1967, 3, 12), PartialDate(1967, 12, 3), Agreement.DIFFER),
        (PartialDate(1967, 3), PartialDate(1967, 3, 12), Agreement.MISSING),
        (PartialDate(1967, 4), PartialDate(1967, 3, 12), Agreement.DIFFER),
        (PartialDate(1967, None, 12), PartialDate(1967, 3, 11), Agreement.DIFFER),
        (PartialDate(1967), PartialDate(1968), Agreement.DIFFER),
    ],
)
def test_missing_and_different_are_not_the_same(mine, theirs, expected):
    assert mine.compare(theirs) == expected


@pytest.mark.parametrize(
    "date", [PartialDate(2001, 2, 29), PartialDate(2001, 13), PartialDate(2001, None, 32), PartialDate(2001, 4, 31)]
)
def test_impossible_dates_are_values(date):
    assert not date.is_possible
    assert date.start is None
    assert date.end is None


@pytest.mark.parametrize("text", ["2001-02-29", "2001-13", "01/02/2001", "0000", "2001-2-3", " 2001"])
def test_other_writings_are_not_iso(text):
    assert parse_iso(text) is None
