"""A strategy asked about people that a test can see whole; two well-known women for whoever needs them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matching.strategies.settings import Settings
from matching.strategies.table import Decide
from tests.builders import holder, passages_of, person, register_of

TWO = (
    person(0),
    person(0, kind="usage", birth_name="MONTGAILLARD"),
    person(0, kind="former", birth_name="ROUVIER"),
    person(1, birth_name="D'ARTEMARE", given_names=["JEAN-BAPTISTE"], birth_year=1981, birth_month=7, birth_day=1,
           birth_place="13208"),
)  # fmt: skip
"""Rows of a register: one person under three names, and one of a composed name."""

_SENT = ("birth_name", "usage_name", "given_name_1", "given_name_2", "sex", "birth_year", "birth_month", "birth_day")


def answered(
    decide: Decide, settings: Settings, folder: Path, people: Sequence[dict[str, object]], *holders: dict[str, Any]
) -> list[dict[str, Any]]:
    """The decisions for these holders in a register of these people, row by row."""
    return decide(passages_of(*holders), register_of(folder / "register", *people), settings, None).to_dicts()


def holder_of(row: dict[str, str]) -> dict[str, object]:
    """The holder of a golden row: the traits that it has columns for, empty for a missing one."""
    return holder(**{name: row[name] or None for name in _SENT if name in row}, insee_code=row["place"] or None)
