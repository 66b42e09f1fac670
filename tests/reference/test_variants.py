"""Variants of given names: facts that anyone can check, and laws of the table."""

import polars as pl
import pytest

from data.build_variants import edits, sound
from matching.reference.variants import variants


@pytest.mark.parametrize(
    ("kind", "sex", "name", "variant"),
    [
        ("spelling", "M", "MICKAËL", "MICHAËL"),
        ("spelling", "M", "MOHAMED", "MOHAMMED"),
        ("spelling", "F", "KATHERINE", "CATHERINE"),
        ("spelling", "F", "MERIEM", "MARYAM"),
        ("gender", "M", "DANIEL", "DANIELLE"),
        ("gender", "F", "FRÉDÉRIQUE", "FRÉDÉRIC"),
        ("diminutive", "F", "VÉRONIQUE", "VÉRO"),
        ("francised", "M", "GIUSEPPE", "JOSEPH"),
    ],
)
def test_a_name_has_the_form_that_everybody_knows(kind: str, sex: str, name: str, variant: str):
    assert variants().filter(sex=sex, name=name, kind=kind, variant=variant).height == 1


def test_no_name_is_a_form_of_itself_and_no_pair_stands_twice():
    table = variants()
    assert (table["name"] != table["variant"]).all()
    assert table.select("sex", "name", "kind", "variant").is_unique().all()
    assert table["births"].min() >= 1


def test_spellings_go_both_ways_within_a_sex():
    table = variants("spelling")
    back = table.select("sex", name="variant", variant="name")
    assert table.join(back, on=["sex", "name", "variant"], how="anti").is_empty()


def test_gender_goes_both_ways_between_the_sexes():
    table = variants("gender").with_columns(pl.col("sex").cast(pl.String))
    back = table.select(sex=pl.when(pl.col("sex") == "M").then(pl.lit("F")).otherwise(pl.lit("M")), name="variant")
    assert table.join(back, on=["sex", "name"], how="anti").is_empty()


@pytest.mark.parametrize(
    ("one", "other"),
    [("MICKAËL", "MICHAEL"), ("PHILIPPE", "FILIPE"), ("MATHIEU", "MATTHIEU"), ("THIBAUT", "THIBAULT"[:6] + "D")],
)
def test_names_that_sound_alike_have_one_sound(one: str, other: str):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other", "number"), [("", "AB", 2), ("MICHEL", "MICKEL", 1), ("A", "A", 0)])
def test_edits_are_counted(one: str, other: str, number: int):
    assert edits(one, other) == edits(other, one) == number
