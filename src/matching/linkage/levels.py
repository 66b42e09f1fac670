"""The comparison levels, trait by trait: read them as tables.

A level is a name, a test over pairs, the value whose frequency counts, and the error types it recognises. The tests of
a trait are asked in order, each only for the pairs that no earlier level took; the last level takes the rest. The
levels of a pair, one per trait, are its pattern: weights are looked up on it, and it is the evidence that is shown.

``values`` names what a pair that meets the level agrees on: agreeing on a rare value weighs more (``values.py``).
``none`` = nothing is agreed on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.identity.outcomes import Agreement
from matching.linkage.arrays import Flags
from matching.linkage.pairs import At, Pairs
from matching.linkage.questions import dates, given_names, places, sexes, surnames

Value = Literal[
    "none", "surname", "usage_name", "given_name", "second_name", "date", "year_month", "year", "place", "group",
    "department",
]  # fmt: skip
Test = Callable[[Pairs, At], Flags]
AGREE, DIFFER, MISSING = Agreement.AGREE, Agreement.DIFFER, Agreement.MISSING


@dataclass(frozen=True)
class Level:
    """One way in which a trait of the passage and of the register compare.

    Attributes:
        name: Stable; its sentence is ``linkage.<trait>_<name>`` of the catalogue.
        test: Which pairs meet it, among those given.
        value: Whose frequency counts.
        agreement: What it is for an answer's ``agree_…``.
        errors: Types of the error catalogue that it recognises.
    """

    name: str
    test: Test
    value: Value
    agreement: Agreement
    errors: str = ""


def rest(_: Pairs, at: At) -> Flags:
    """Everything that is left: the last level of each trait."""
    return np.ones(at.size, np.bool_)


# fmt: off
LEVELS: Mapping[str, tuple[Level, ...]] = {
    "birth_date": (
        Level("missing",          dates.missing,                 "none",        MISSING, "E30"),
        Level("exact",            dates.exact,                   "date",        AGREE),
        Level("day_unknown",      dates.day_unknown,             "year_month",  MISSING, "E29"),
        Level("only_year_known",  dates.only_year_known,         "year",        MISSING, "E29"),
        Level("swapped",          dates.swapped,                 "date",        DIFFER,  "E24"),
        Level("default",          dates.default,                 "date",        DIFFER,  "E28"),
        Level("digit_of_day",     dates.digit_of_day,            "date",        DIFFER,  "E25"),
        Level("digit_of_month",   dates.digit_of_month,          "date",        DIFFER,  "E25"),
        Level("digits_exchanged", dates.digits_exchanged,        "date",        DIFFER,  "E27"),
        Level("year_off",         dates.year_off,                "date",        DIFFER,  "E25 E26"),
        Level("day_differs",      dates.day_differs,             "year_month",  DIFFER,  "E39"),
        Level("same_year",        dates.same_year,               "year",        DIFFER,  "E39"),
        Level("different",        rest,                          "none",        DIFFER,  "E39"),
    ),
    "given_names": (
        Level("missing",          given_names.missing,           "none",        MISSING, "E21"),
        Level("exact",            given_names.exact,             "given_name",  AGREE),
        Level("compound_exact",   given_names.compound_exact,    "given_name",  AGREE),
        Level("regrouped",        given_names.regrouped,         "given_name",  AGREE,   "E15"),
        Level("half",             given_names.half,              "given_name",  DIFFER,  "E15h"),
        Level("reordered",        given_names.reordered,         "given_name",  DIFFER,  "E14"),
        Level("another",          given_names.another,           "given_name",  DIFFER,  "E14"),
        Level("inverted",         surnames.inverted,             "given_name",  DIFFER,  "E11"),
        Level("spelling",         given_names.spelling,          "given_name",  DIFFER,  "E18"),
        Level("usual",            given_names.usual,             "given_name",  DIFFER,  "E16"),
        Level("other_sex",        given_names.other_sex,         "given_name",  DIFFER,  "E20"),
        Level("sound",            given_names.sound,             "given_name",  DIFFER,  "E18"),
        Level("one_edit",         given_names.one_edit,          "given_name",  DIFFER,  "E17"),
        Level("initial",          given_names.initial,           "none",        DIFFER,  "E19"),
        Level("cut",              given_names.cut,               "given_name",  DIFFER,  "E19"),
        Level("two_edits",        given_names.two_edits,         "given_name",  DIFFER,  "E17 E18"),
        Level("same_initial",     given_names.same_initial,      "none",        DIFFER,  "E16"),
        Level("different",        rest,                          "none",        DIFFER,  "E16 E39"),
    ),
    "other_names": (
        Level("missing",          given_names.others_missing,    "none",        MISSING, "E13"),
        Level("agree",            given_names.others_agree,      "second_name", AGREE),
        Level("some_agree",       given_names.others_some_agree, "none",        AGREE,   "E14"),
        Level("differ",           rest,                          "none",        DIFFER,  "E39"),
    ),
    # Of a person's usage identity alone; the person keeps it beside the level of the identity that fits best.
    "usage_name": (
        Level("missing",          surnames.usage_name_missing,   "none",        MISSING),
        Level("agree",            rest,                          "usage_name",  AGREE),
    ),
    "sex": (
        Level("missing",          sexes.missing,                 "none",        MISSING, "E23"),
        Level("agree",            sexes.agree,                   "none",        AGREE),
        Level("differ",           rest,                          "none",        DIFFER,  "E22"),
    ),
    "birth_place": (
        Level("missing",          places.missing,                "none",        MISSING, "E37"),
        Level("exact",            places.exact,                  "place",       AGREE,   "E33 E34"),
        Level("same_place",       places.same_place,             "group",       AGREE,   "E32 E34 E36"),
        Level("same_department",  places.same_department,        "department",  DIFFER,  "E31"),
        Level("both_in_france",   places.both_in_france,         "none",        DIFFER,  "E31 E35"),
        Level("different",        rest,                          "none",        DIFFER),
    ),
    "birth_name": (
        Level("missing",          surnames.missing,              "none",        MISSING),
        Level("exact",            surnames.exact,                "surname",     AGREE,   "E04 E05 E06"),
        Level("usage_exact",      surnames.usage_exact,          "surname",     DIFFER,  "E01"),
        Level("former_exact",     surnames.former_exact,         "surname",     DIFFER,  "E12"),
        Level("particle",         surnames.particle,             "surname",     AGREE,   "E03"),
        Level("inverted",         surnames.inverted,             "surname",     DIFFER,  "E11"),
        Level("half",             surnames.half,                 "surname",     DIFFER,  "E02 E12"),
        Level("sent_as_usage",    surnames.sent_as_usage,        "usage_name",  DIFFER,  "E01"),
        Level("sound",            surnames.sound,                "surname",     DIFFER,  "E08"),
        Level("one_edit",         surnames.one_edit,             "surname",     DIFFER,  "E07 E10"),
        Level("cut",              surnames.cut,                  "surname",     DIFFER,  "E09"),
        Level("two_edits",        surnames.two_edits,            "surname",     DIFFER,  "E07 E08"),
        Level("usage_twice",      surnames.usage_twice,          "none",        DIFFER,  "E01"),
        Level("woman_no_usage",   surnames.woman_no_usage,       "none",        DIFFER,  "E01"),
        Level("different",        rest,                          "none",        DIFFER,  "E01 E39"),
    ),
}
# fmt: on
TRAITS = tuple(LEVELS)


def compare(pairs: Pairs, trait: str) -> NDArray[np.uint8]:
    """Rank of the level that each pair meets for a trait."""
    found = np.zeros(pairs.size, np.uint8)
    undecided = np.arange(pairs.size)
    for rank, level in enumerate(LEVELS[trait]):
        hit = level.test(pairs, undecided)
        found[undecided[hit]] = rank
        undecided = undecided[~hit]
        if not undecided.size:
            break
    return found


def rank_of(trait: str, name: str) -> int:
    """Rank of a level by its name."""
    return [level.name for level in LEVELS[trait]].index(name)
