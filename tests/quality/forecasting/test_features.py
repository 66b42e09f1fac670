import polars as pl
import pytest

from matching.quality.forecasting.features import by_passage, care, composed, facts, whole_file
from matching.quality.submitted import Submitted
from tests.builders import holder, passages_of
from tests.quality.forecasting.forecast_builders import GIVEN_NAME, NAME, PLACE, code_of, findings_of

ADVICE = code_of("names", "advice")


def facts_of(frequency=5e-11, **values):
    told = facts(Submitted.of(passages_of(holder(**values))), pl.Series([frequency]))
    assert set(told["value"]) <= {1.0}
    return set(told["feature"])


def found_of(size, *pairs):
    holders = pl.DataFrame(
        {"row": range(size), "passage": range(size)}, schema={"row": pl.UInt32, "passage": pl.UInt32}
    )
    return by_passage(findings_of(*((code, at, None) for code, at in pairs)), holders)


@pytest.mark.parametrize(
    ("values", "fact", "holds"),
    [
        ({"sex": "F"}, "woman", True),
        ({"sex": "M", "usage_name": "PERRIN"}, "woman_with_usage_name", False),
        ({"sex": "F", "usage_name": "PERRIN"}, "woman_with_usage_name", True),
        ({"insee_code": "99352"}, "born_abroad", True),
        ({"insee_code": None, "country_code": "352"}, "born_abroad", True),
        ({"country_code": "100"}, "born_abroad", False),
        ({"birth_day": None}, "no_day", True),
        ({"birth_day": "12"}, "day_can_be_month", True),
        ({"birth_day": "13"}, "day_can_be_month", False),
        ({"birth_name": "SAINT-XANDRE"}, "compound_surname", True),
        ({"birth_name": "MARTIN"}, "surname_unlisted", False),
        ({"birth_name": "Martin-Lefèvre"}, "surname_unlisted", False),
        ({"birth_name": "DE LA MARTIN"}, "surname_unlisted", False),
        ({"birth_name": "MARTIIN"}, "surname_unlisted", True),
        ({"given_name_1": "Élodie"}, "given_name_unlisted", False),
        ({"given_name_1": "Élodje"}, "given_name_unlisted", True),
        ({"birth_name": None}, "surname_unlisted", False),
        ({"frequency": 1e-12}, "key_rare", True),
        ({}, "key_rare", False),
        ({}, "key_frequent", False),
        ({"frequency": 1e-8}, "key_frequent", True),
        ({"frequency": None}, "key_rare", False),
        ({"insee_code": None}, "no_place", True),
        ({"insee_code": None, "place_label": "QUIMPER"}, "no_place_code", True),
    ],
)
def test_facts(values, fact, holds):
    assert (fact in facts_of(**values)) is holds


def test_more_findings_are_less_care():
    one, three = (care(found_of(100, *((NAME, at) for at in range(count))), 100) for count in (1, 3))
    assert one["care"] < three["care"]
    assert one["care.names"] < three["care.names"]
    assert one["care.places"] == three["care.places"]


def test_a_passage_counts_once_and_advice_not_at_all():
    twice = found_of(100, (NAME, 1), (GIVEN_NAME, 1), (ADVICE, 2))
    assert care(twice, 100)["care"] == care(found_of(100, (NAME, 1)), 100)["care"]


def test_what_most_of_a_file_has_is_no_lack_of_care():
    everywhere = found_of(100, *((PLACE, at) for at in range(60)), (NAME, 1))
    assert care(everywhere, 100) == care(found_of(100, (NAME, 1)), 100)


def test_a_group_counts_once_a_passage():
    other = code_of("names", rank=1)
    told = pl.DataFrame(schema={"row": pl.UInt32, "feature": pl.String, "value": pl.Float64})
    features = composed(told, found_of(3, (NAME, 1), (other, 1)), 3, {})
    assert features.names == sorted(["group.likely_ko.names", f"code.{NAME}", f"code.{other}"])
    assert features.row.tolist() == [1, 1, 1]


def test_a_fact_is_weighed_by_care():
    told = pl.DataFrame({"row": [0], "feature": ["woman"], "value": [1.0]}, schema_overrides={"row": pl.UInt32})
    features = composed(told, found_of(2), 2, {})
    values = dict(zip((features.names[at] for at in features.name), features.value, strict=True))
    assert values == {"woman": 1.0, "woman*care": features.file["care"]}


def test_a_finding_about_the_file_is_a_feature_of_all():
    code = code_of("file")
    assert whole_file(findings_of((code, None, None), (NAME, 1, None))) == {
        f"file.{code}": 1.0,
        "file.group.likely_ko.file": 1.0,
    }
