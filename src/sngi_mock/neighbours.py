"""Who stands beside the chosen people in the register: their relatives, and those who bear their name.

Example:
    >>> neighbours(register, identities, seed=7).homonyms
    {'name_and_year': 1310, 'name_and_date': 12, 'twins': 74}

Counted, not set (E43): homonyms follow from how frequent names are, twins from how many are born.
"""

from dataclasses import dataclass

import polars as pl

from matching.register.folder import Register
from sngi_mock.noise.households import COPIED
from sngi_mock.population.relatives import KIN_FOLDER, RELATION, relatives
from sngi_mock.randomness import hash_of

_COLUMNS = ("person", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_month", "birth_day")
_NAMES = ("birth_name", "given_name_1", "sex", "birth_year")
_DATE = ("birth_month", "birth_day")


@dataclass(frozen=True)
class Neighbours:
    """The surroundings of people.

    Attributes:
        relatives: ``person`` and ``relative_<trait>`` for what may be copied, of one relative drawn at random for each
            of the people who have one in the register.
        homonyms: People with a namesake: by birth name, first given name, sex and year; by the date too; and people
            who have a twin.
    """

    relatives: pl.DataFrame
    homonyms: dict[str, int]


def neighbours(register: Register, identities: pl.DataFrame, seed: int) -> Neighbours:
    """Search the register, one shard in memory at a time.

    Args:
        register: Where to search; one that says nothing of families gives no relative.
        identities: Rows of the REGISTER contract of the people.
        seed: Of the draw of relatives.
    """
    people = _comparable(identities)
    pairs = _pairs(register, people)
    drawn = pairs.with_columns(pl.Series("order", hash_of(pairs["relative"].to_numpy(), seed, "relative")))
    drawn = drawn.sort("person", "order").unique("person", keep="first", maintain_order=True)
    found, counts = [], []
    for shard in register.shards(_COLUMNS):
        everybody = _comparable(shard)
        found.append(everybody.join(drawn, left_on="person", right_on="relative", how="semi"))
        namesakes = everybody.join(people, on=_NAMES, how="semi", nulls_equal=True)
        counts.append(namesakes.group_by(_NAMES + _DATE).len())
    traits = pl.concat(found).select(
        pl.col("given_name_1").str.to_titlecase().alias("relative_given_name_1"),
        *(pl.col(trait).alias(f"relative_{trait}") for trait in COPIED[1:]),
        relative="person",
    )
    twins = pairs.filter(pl.col("relation") == "twin").height
    known = drawn.select("person", "relative").join(traits, on="relative").drop("relative")
    return Neighbours(known, {**_homonyms(people, pl.concat(counts)), "twins": twins})


def _pairs(register: Register, people: pl.DataFrame) -> pl.DataFrame:
    """``person``, ``relation``, ``relative``."""
    if not (register.folder / KIN_FOLDER).is_dir():
        return pl.DataFrame(schema={"person": pl.UInt32, "relation": RELATION, "relative": pl.UInt32})
    return relatives(register.folder, people["person"].to_numpy())


def _comparable(identities: pl.DataFrame) -> pl.DataFrame:
    """The official identity of each person, with the first given name."""
    official = identities.filter(pl.col("kind") == "official")
    return official.select(_COLUMNS).with_columns(given_name_1=pl.col("given_names").list.first())


def _homonyms(people: pl.DataFrame, counts: pl.DataFrame) -> dict[str, int]:
    """How many of the people have a namesake."""
    found = {}
    for name, key in (("name_and_year", _NAMES), ("name_and_date", _NAMES + _DATE)):
        bearers = counts.group_by(key).agg(pl.col("len").sum())
        each = people.select(key).join(bearers, on=key, nulls_equal=True)
        found[name] = int((each["len"] > 1).sum())
    return found
