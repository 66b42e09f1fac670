"""No number that can be emitted can be a real person's: shown over the whole rule, not on a sample."""

import ast
from pathlib import Path

import polars as pl
import pytest

from matching.identity import mock_nir, nir

REAL_MONTHS = {*range(1, 13), *range(20, 100)}
SRC = Path(mock_nir.__file__).parents[2]


def test_the_rule_over_all_its_inputs_never_gives_a_real_month():
    emitted = {mock_nir.month_code(month) for month in (*range(1, 13), None)}
    assert emitted == mock_nir.EMITTABLE_MONTHS == set(nir.MOCK_MONTHS)
    assert emitted.isdisjoint(REAL_MONTHS)


@pytest.mark.parametrize("month", [0, 13, -1, 99])
def test_no_other_month_is_turned_into_a_number(month):
    with pytest.raises(ValueError, match="1 to 12"):
        mock_nir.month_code(month)


def test_columns_never_give_a_real_month_whatever_they_hold():
    months = pl.DataFrame({"month": pl.Series([*range(-128, 128), None], dtype=pl.Int8)})
    codes = months.select(code=mock_nir.month_code_of(pl.col("month")))["code"].to_list()
    assert set(codes) == mock_nir.EMITTABLE_MONTHS
    known = range(1, 13)
    assert [codes[128 + month] for month in known] == [mock_nir.month_code(month) for month in known]


def test_the_month_stands_at_its_place_for_every_sex_year_and_month():
    """Sexes × all years of the rule × all months: the four leading fields of every number that can be emitted."""
    frame = (
        pl.DataFrame({"sex": ["M", "F"]})
        .join(pl.DataFrame({"year": range(1900, 2100)}), how="cross")
        .join(pl.DataFrame({"month": [*range(1, 13), None]}), how="cross")
        .join(pl.DataFrame({"place": ["01053", "2A004", "2B033", "97105", "99352"]}), how="cross")
    )
    numbers = frame.select(
        mock_nir.mock_nir_of(
            sex=pl.col("sex"), year=pl.col("year"), month=pl.col("month"), place=pl.col("place"), rank=pl.lit(7)
        )
    ).to_series()
    assert numbers.str.len_chars().unique().to_list() == [15]
    assert set(numbers.str.slice(3, 2).cast(pl.Int64)) == mock_nir.EMITTABLE_MONTHS
    assert all(mock_nir.is_mock_nir(number) for number in numbers)


def test_only_the_rule_makes_numbers():
    """Nothing else in the sources computes a key: a number cannot be emitted around the rule.

    Readers do, of numbers they were given: the coherence check, the conversion of a user's own extract, and the
    rules that look for a wrong key or for a NIR where none belongs.
    """
    callers = {
        path.relative_to(SRC).as_posix()
        for path in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in {"key_of", "month_code_of"}
    }
    readers = {"matching/strategies/nir_check.py", "matching/register/rows.py"}
    readers |= {"matching/quality/passages/keys.py", "matching/quality/nirs.py"}
    assert callers <= {"matching/identity/mock_nir.py"} | readers


@pytest.mark.parametrize("text", ["285057800608436", "2671475044123 66", "267147504412365", "2671475044000", ""])
def test_what_is_not_a_mock_number(text):
    assert not mock_nir.is_mock_nir(text)
