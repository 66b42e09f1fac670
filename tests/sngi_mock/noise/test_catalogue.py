"""The catalogue is the published table: every type, its three rates, where they come from."""

import pytest

from sngi_mock.noise.catalogue import EVERY_TYPE, ErrorType, by_id
from tests.golden_rows import golden

ROWS = golden("noise_rates.csv")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["error"])
def test_a_type_has_the_rates_of_the_table(row: dict[str, str]) -> None:
    error = by_id()[row["error"]]
    assert [error.clean, error.typical, error.poor] == [float(row[name]) for name in ("clean", "typical", "poor")]
    assert (error.basis, error.harmless) == (row["basis"], row["harmless"] == "F")
    abroad = [float(each) for each in row["abroad"].split()]
    assert error.abroad == (tuple(abroad) if len(abroad) > 1 else abroad[0])


def test_the_43_types_are_there_once() -> None:
    ids = [error.id for error in EVERY_TYPE]
    assert sorted(ids) == sorted(row["error"] for row in ROWS)
    assert {id_[:3] for id_ in ids} == {f"E{number:02d}" for number in range(1, 44)}
    assert all(error.sentence for error in EVERY_TYPE)


def test_rates_of_people_born_abroad_are_multiplied_or_their_own() -> None:
    assert by_id()["E08"].rates("typical") == (0.004, 0.012)
    assert by_id()["E28"].rates("poor") == (0.01, 0.08)
    assert by_id()["E28"].rates("ocr") == (0.001, 0.03)
    assert by_id()["E10"].rates("ocr") == (0.01, 0.01)
    assert ErrorType("E99", "", "file", 0, 0.6, 0, "J", abroad=2).rates("typical") == (0.6, 1)
