"""Corrections of birth names: another name in the field, its signs, one letter of it.

Example:
    >>> find(prepared(refused)).select("kind", "birth_name").row(0)  # DURAND EPOUSE PETIT
    ('both_names_in_birth_name', 'DURAND')
"""

import polars as pl

from matching.explain.corrections.facts import values
from matching.explain.corrections.frequency import own
from matching.explain.corrections.neighbours import surname_neighbours
from matching.explain.corrections.ways import Way, built, together
from matching.normalize.surnames import PARTICLES
from matching.quality.names import inversion
from matching.quality.names.usual import usual

_MARRIED = "EPOUSE|EPSE|EPX|EP|VEUVE|VVE|DIVORCEE|MARIEE"
_BIRTH_FIRST = rf"^(.+?)[ -]+\(?(?:{_MARRIED})\.?[ -]+(.+?)\)?$"
_BIRTH_LAST = r"^(.+?)[ -]+\(?NEE[ -]+(.+?)\)?$"
_HALVES = r"^([A-Z']{3,})(--|-| )([A-Z']{3,})$"
_NO_HALF = rf"^(?:{'|'.join(sorted(PARTICLES))}|SAINTE?|STE?)[ -]"
_WORDED, _WOMAN, _MAN = 100.0, 1.0, 0.05  # odds: the text says so; a usage name, by sex
_SIGNS = 0.3  # odds of one way to part words, when no list tells
_MOST_ODDS = 1e4
_BITS = (-10.0, 14.0)  # of an inversion

_birth, _usage = pl.col("key_birth_name"), pl.col("key_usage_name")
_is_woman = (pl.col("sex") == "F").fill_null(value=False)
_by_sex = pl.when(_is_woman).then(_WOMAN).otherwise(_MAN)
_differ = _birth != _usage
_first, _second = _birth.str.extract(_HALVES, 1), _birth.str.extract(_HALVES, 3)
_is_double = ~_birth.str.contains(_NO_HALF) & (_first != _second)
_of_usage = [_usage.str.extract(_HALVES, half) for half in (1, 3)]

NAMES: tuple[Way, ...] = (
    Way("birth_name_unsure", {}),
    Way(
        "usage_name_as_birth_name", {}, odds=pl.when(_differ.fill_null(value=False)).then(0.1).otherwise(1.0) * _by_sex
    ),
    Way(
        "birth_and_usage_exchanged",
        {"birth_name": pl.col("text_usage_name"), "usage_name": pl.col("text_birth_name")},
        _differ,
        _by_sex,
    ),
    # BIRTH EPOUSE USAGE, USAGE NEE BIRTH
    Way(
        "both_names_in_birth_name",
        {"birth_name": _birth.str.extract(_BIRTH_FIRST, 1), "usage_name": _birth.str.extract(_BIRTH_FIRST, 2)},
        odds=_WORDED,
    ),
    Way(
        "both_names_in_birth_name",
        {"birth_name": _birth.str.extract(_BIRTH_LAST, 2), "usage_name": _birth.str.extract(_BIRTH_LAST, 1)},
        odds=_WORDED,
    ),
    # BIRTH-USAGE, with or without the usage name in its own field
    Way("both_names_in_birth_name", {"birth_name": _first}, _is_double & (_second == _usage), _WORDED),
    Way("both_names_in_birth_name", {"birth_name": _second}, _is_double & (_first == _usage), _WORDED),
    Way(
        "both_names_in_birth_name",
        {"birth_name": _first, "usage_name": _second},
        _is_double & _usage.is_null() & _is_woman,
    ),
    Way("half_of_double_name", {"birth_name": _first}, _is_double, 2.0),
    Way("half_of_double_name", {"birth_name": _second}, _is_double, 1.5),
    Way("half_of_double_name", {"birth_name": _of_usage[1]}, _of_usage[0] == _birth, 2.0),
    Way("half_of_double_name", {"birth_name": _of_usage[0]}, _of_usage[1] == _birth, 2.0),
    Way("half_of_double_name", {"birth_name": _usage}, _differ & _usage.str.contains(_HALVES) & ~_is_woman),
    Way(
        "halves_in_other_order",
        {"birth_name": pl.concat_str(_second, _birth.str.extract(_HALVES, 2), _first)},
        _is_double,
        2.0,
    ),
    Way(
        "names_inverted",
        {"birth_name": pl.col("text_given_name_1"), "given_name_1": pl.col("text_birth_name")},
        _birth != pl.col("key_given_name_1"),
        pl.lit(2.0).pow(pl.col("inversion_bits").fill_null(0.0).clip(*_BITS)),
    ),
)
"""Asked of each passage: another name stands in the field."""

_PARTICLE = r"^((?:DE LA|DE|DU|DES|LE|LA|LES|DA|DO|DOS|DI|DEL|EL|AL|BEN|AIT|OULD|VAN DEN|VAN DER|VAN DE|VAN|VON)) "
_SPELLINGS: tuple[tuple[str, str, str], ...] = (
    ("surname_signs", "-", " "),
    ("surname_signs", " ", "-"),
    ("surname_signs", "--", "-"),
    ("surname_signs", "--", " "),
    ("surname_signs", "([A-Z])[ -]([A-Z])", "${1}--${2}"),
    ("surname_signs", "[ '-]+", ""),
    ("surname_signs", "'", " "),
    ("surname_signs", "(^|[ -])([DLNMO])[ -]?([A-Z]{3,})", "${1}${2}'${3}"),
    ("surname_signs", r"\bSAINT(E?)\b", "ST${1}"),
    ("surname_signs", r"\bST(E?)\b", "SAINT${1}"),
    ("surname_signs", r"\bST(E?)[ -]", "SAINT${1}-"),
    ("surname_signs", r"\bST(E?)[ -]", "SAINT${1} "),
    ("surname_particle", f"{_PARTICLE}(.+)$", "${1}${2}"),
    ("surname_particle", f"{_PARTICLE}(.+)$", "${2}"),
    ("surname_particle", "^(LE|LA|DE|DU|DES|DA|DOS|VAN|BEN|EL|AIT|OULD)([A-Z]{4,})$", "${1} ${2}"),
    *(("surname_particle", "^([A-Z]{3,})$", f"{particle} ${{1}}") for particle in ("LE", "DE", "EL", "BEN")),
    ("surname_particle", "^([A-Z' ]+)[ -](DE LA|DE|DU|DES|LE|LA|DA|DOS|VAN|VON)$", "${2} ${1}"),
)
"""Kind, what is in the name, what it becomes: signs and particles as registers may have them."""


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """The corrections of birth names: columns ``BUILT``.

    Args:
        rows: As ``prepared`` gives them.
    """
    told = rows.with_columns(inversion_bits=inversion.bits(rows.select("raw_birth_name", "raw_given_name_1")))
    keys = values(rows, "key_birth_name")["key_birth_name"]
    by_value = pl.concat([_spellings(keys), _usual(keys), surname_neighbours(keys)])
    met = rows.select("passage", key="key_birth_name").join(by_value, on="key")
    kinds = met["kind"].unique().sort()
    spelled = [Way(kind, {"birth_name": pl.col("name")}, pl.col("kind") == kind, pl.col("odds")) for kind in kinds]
    return together([built(told, NAMES), built(met, spelled)])


def _spellings(keys: pl.Series) -> pl.DataFrame:
    """``key``, ``name``, ``kind``, ``odds``: each text under the other ``_SPELLINGS``."""
    frame = keys.to_frame("key")
    parts = [
        frame.filter(pl.col("key").str.contains(found)).select(
            "key", name=pl.col("key").str.replace_all(found, becomes), kind=pl.lit(kind)
        )
        for kind, found, becomes in _SPELLINGS
    ]
    met = pl.concat(parts).filter(pl.col("name") != pl.col("key"))
    odds = (_SIGNS * own(met["name"], "surname") / own(met["key"], "surname")).clip(1e-3, _MOST_ODDS)
    return met.with_columns(odds=odds)


def _usual(keys: pl.Series) -> pl.DataFrame:
    """The same for the more frequent spelling of the same letters."""
    kind = pl.when(pl.col("kind") == "particle").then(pl.lit("surname_particle")).otherwise(pl.lit("surname_signs"))
    return usual(keys).select("key", name="usual", kind=kind, odds=pl.col("odds").clip(0.0, _MOST_ODDS))
