"""Birth name and given name probably in each other's place, by what each is in the tables.

Example:
    >>> find(passages).select("field", "proposal").rows()  # birth name THIERRY, given name DORMOIS
    [('birth_name', 'DORMOIS'), ('given_name_1', 'THIERRY')]

The bits are log2 of how much likelier the two names are the other way round:

    surname(given) × given name(birth) ÷ (surname(birth) × given name(given))

A name of no list counts as its letters go; one of both at least must be listed as what it would be, or the letters say
so: where a file has a habit (surnames in capitals, given names not), a row of the opposite habit is one more sign, of
``_CASE`` bits.
"""

from functools import cache

import polars as pl

from matching.quality.finders import Finder, found
from matching.quality.names.lexicon import UNLISTED, Kind, given_names, shares, spelled_bits
from matching.quality.names.placeholders import is_placeholder
from matching.quality.names.texts import tidy, tidy_key

THRESHOLD = 8.0
"""Bits above which the names are said to be inverted: two rows in a hundred are, in the worst of files."""

_CASE = 8.0
_TWO_WORDS = "^([A-Z]{2,})[ -]([A-Z]{2,})$"
_COMPOUND = 0.01  # share of a compound that no list holds, by that of its rarer half
_UNHEARD = 8.0  # bits that the letters of a text may tell, when no list holds it as either
_INITIAL = r"^[A-Z]\.?$"  # that and fillers are given names: surnames are seldom cut or unknown
_FREQUENT = 1e-4  # share of a name whose letters add nothing
_HABIT = 0.9  # share of rows that makes a habit


def find(passages: pl.DataFrame) -> pl.DataFrame:
    """What is found in both names of each passage: columns ``FOUND``, two findings a passage."""
    rows = passages.filter(pl.col("birth_name").is_not_null() & pl.col("given_name_1").is_not_null())
    rows = rows.select("passage", "raw_birth_name", "raw_given_name_1")
    inverted = rows.filter(bits(rows) > THRESHOLD)
    inverted = inverted.with_columns(birth=tidy(inverted["raw_birth_name"]), given=tidy(inverted["raw_given_name_1"]))
    is_inverted = pl.lit(value=True)
    return found(
        inverted,
        [
            Finder("names_inverted", "birth_name", is_inverted, proposal=pl.col("given")),
            Finder("names_inverted", "given_name_1", is_inverted, proposal=pl.col("birth")),
        ],
    )


def bits(rows: pl.DataFrame) -> pl.Series:
    """How much likelier the names of each row are the other way round, in bits."""
    birth, given = rows["raw_birth_name"], rows["raw_given_name_1"]
    as_birth, as_given = _read_as_both(birth), _read_as_both(given)
    is_listed = (as_birth["given"] > 0) | (as_given["surname"] > 0)
    habit = _habit(birth, given)
    return (as_birth["bits"] - as_given["bits"] + habit).set(~is_listed & (habit == 0), None)


def _read_as_both(texts: pl.Series) -> pl.DataFrame:
    """``given`` and ``surname``, the shares of each text as either; ``bits`` by which it is likelier a given name."""
    distinct = texts.unique(maintain_order=True)
    tidied = tidy(distinct)
    key = tidy_key(tidied)
    given, surname = _shares(key, "given"), _shares(key, "surname")
    rather = _bits(key, given, "given") - _bits(key, surname, "surname")
    rather = rather.clip(-_UNHEARD, _UNHEARD).zip_with((given == 0) & (surname == 0), rather)
    is_for_given = key.str.contains(_INITIAL).fill_null(value=False) | is_placeholder(tidied, "given_name_1")
    rather = rather.set(is_for_given, _UNHEARD)
    told = pl.DataFrame({"text": distinct, "given": given, "surname": surname, "bits": rather.set(key.is_null(), None)})
    return texts.to_frame("text").join(told, on="text", how="left", maintain_order="left")


def _bits(keys: pl.Series, listed: pl.Series, kind: Kind) -> pl.Series:
    """Log2 of the share of each key as a name of that kind; those of no list by their letters."""
    rare = (listed < _FREQUENT).arg_true()
    spelled = UNLISTED[kind] * (2.0 ** spelled_bits(keys.gather(rare).str.replace_all("[^A-Z]", ""), kind))
    return listed.clone().scatter(rare, listed.gather(rare) + spelled).log(2)  # scatter writes in place


def _shares(keys: pl.Series, kind: Kind) -> pl.Series:
    """The share of each key; that of JEAN BAPTISTE or JEANBAPTISTE is JEAN-BAPTISTE's, or a part of JEAN's."""
    if kind == "surname":
        return shares(keys, kind)
    letters = keys.str.replace_all("[ '-]", "").to_frame("letters")
    listed = letters.join(_by_letters(), on="letters", how="left", maintain_order="left")["share"].fill_null(0.0)
    apart = keys.str.contains(_TWO_WORDS).fill_null(value=False).arg_true()
    halves = [shares(keys.gather(apart).str.extract(_TWO_WORDS, half), kind) for half in (1, 2)]
    compound = _COMPOUND * halves[0].zip_with(halves[0] < halves[1], halves[1])
    return listed.scatter(apart, listed.gather(apart) + compound)


@cache
def _by_letters() -> pl.DataFrame:
    """``letters``, ``share`` of the listed given names, whatever the signs between the letters."""
    letters = pl.col("key").str.replace_all("[ '-]", "").alias("letters")
    return given_names().group_by(letters).agg(pl.col("share").sum())


def _habit(birth: pl.Series, given: pl.Series) -> pl.Series:
    """Bits for the rows whose letters go against the habit of the file, where it has one."""
    upper = [name == name.str.to_uppercase() for name in (birth, given)]
    has_habit = (upper[0] & ~upper[1]).sum() > _HABIT * len(birth)
    return (~upper[0] & upper[1] & has_habit).cast(pl.Float64) * _CASE
