"""Each level takes the pairs it was made for: golden rows, compared as files and registers are.

A row of ``golden/linkage_levels.csv`` gives a trait as sent and as registered (the parts of a list apart by ``|``, a
partial date as ISO writes it, a place as ``column=value``), what else differs from the woman of ``tests.builders``, the
level, and the type of the error catalogue that it shows.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from matching.identity.catalogue import LANGS, catalogue
from matching.linkage.levels import LEVELS
from matching.linkage.pairs import Pairs
from matching.linkage.score import levels_of
from matching.strategies.index import open_index
from matching.strategies.queries import queries_of
from sngi_mock.noise.catalogue import CATALOGUE
from tests.builders import holder, passages_of, person, register_of
from tests.golden_rows import golden

ROWS = golden("linkage_levels.csv")
EVERY_LEVEL = [(trait, level) for trait, levels in LEVELS.items() for level in levels]
every_level = pytest.mark.parametrize(("trait", "level"), EVERY_LEVEL, ids=lambda value: getattr(value, "name", value))


def assigned(text: str) -> dict[str, str | None]:
    """``a=1; b=`` → a is 1, b is nil."""
    return {name: value or None for name, _, value in (part.partition("=") for part in text.split("; ") if part)}


def sent(row: Mapping[str, str]) -> dict[str, str | None]:
    """The holder of a golden row."""
    value: str = row["submitted"]
    if row["trait"] == "birth_date":
        parts = [str(int(part)) if part else None for part in [*value.split("-"), "", ""]]
        own = dict(zip(("birth_year", "birth_month", "birth_day"), parts, strict=False))
    elif row["trait"] in {"given_names", "other_names"}:
        names = [name or None for name in value.split("|")]
        own = {f"given_name_{rank}": name for rank, name in enumerate(names, 1)}
    elif row["trait"] == "birth_place":
        own = {"insee_code": None} | assigned(value)
    else:
        own = {row["trait"]: value or None}
    return holder(**own | assigned(row["also_sent"]))


def registered(number: int, row: Mapping[str, str]) -> dict[str, object]:
    """The person of a golden row."""
    value: object = row["registered"]
    own: dict[str, object] = {"birth_name" if row["trait"] == "usage_name" else row["trait"]: value}
    if row["trait"] == "birth_date":
        parts = [int(part) if part else None for part in [*str(value).split("-"), "", ""]]
        own = dict(zip(("birth_year", "birth_month", "birth_day"), parts, strict=False))
    elif row["trait"] in {"given_names", "other_names"}:
        own = {"given_names": str(value).split("|")}
    also: dict[str, object] = dict(assigned(row["also_registered"]))
    if "given_names" in also:
        also["given_names"] = str(also["given_names"]).split("|")
    if "birth_year" in also:
        also["birth_year"] = int(str(also["birth_year"]))
    return person(number, **own | also)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Names of the levels of each golden row, by trait: each holder against the person of the same row."""
    folder = tmp_path_factory.mktemp("levels") / "register"
    index = open_index(register_of(folder, *(registered(number, row) for number, row in enumerate(ROWS))))
    queries = queries_of(passages_of(*map(sent, ROWS)), index)
    row_of = np.argsort(index.records["person"]).astype(np.uint32)
    levels = levels_of(Pairs(queries, index, np.arange(len(ROWS)), row_of))
    return [
        {trait: LEVELS[trait][rank].name for trait, rank in zip(LEVELS, of_row, strict=True)}
        for of_row in levels.tolist()
    ]


@pytest.mark.parametrize(
    "at", range(len(ROWS)), ids=lambda at: "{trait}: {submitted} / {registered}".format(**ROWS[at])
)
def test_each_pair_meets_its_level(at, compared):
    assert compared[at][ROWS[at]["trait"]] == ROWS[at]["level"]


@every_level
def test_every_level_has_a_golden_row_for_each_error_it_recognises(trait, level):
    shown = {row["error"] for row in ROWS if (row["trait"], row["level"]) == (trait, level.name)}
    assert shown
    assert set(level.errors.split()) <= shown


@every_level
def test_every_level_is_a_noun_phrase_of_the_catalogue(trait, level):
    texts = catalogue()[f"linkage.{trait}_{level.name}"]
    assert all(texts[lang] and not texts[lang].endswith(".") for lang in LANGS)


def test_every_damage_to_a_record_is_recognised_by_a_level():
    recognised = {error for _, level in EVERY_LEVEL for error in level.errors.split()}
    assert {error.id for error in CATALOGUE if error.family != "place"} <= recognised
    assert recognised <= {error.id for error in CATALOGUE}
