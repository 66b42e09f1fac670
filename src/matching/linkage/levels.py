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
from matching.linkage import questions as is_
from matching.linkage.arrays import Flags
from matching.linkage.pairs import At, Pairs

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


# fmt: off
LEVELS: Mapping[str, tuple[Level, ...]] = {
    "birth_date": (
        Level("missing",          is_.date_missing,          "none",       MISSING, "E30"),
        Level("exact",            is_.date_exact,            "date",       AGREE),
        Level("day_unknown",      is_.day_unknown,           "year_month", MISSING, "E29"),
        Level("only_year_known",  is_.only_year_known,       "year",       MISSING, "E29"),
        Level("swapped",          is_.day_month_swapped,     "date",       DIFFER,  "E24"),
        Level("default",          is_.default_date,          "date",       DIFFER,  "E28"),
        Level("digit_of_day",     is_.one_digit_of_day,      "date",       DIFFER,  "E25"),
        Level("digit_of_month",   is_.one_digit_of_month,    "date",       DIFFER,  "E25"),
        Level("digits_exchanged", is_.digits_exchanged,      "date",       DIFFER,  "E27"),
        Level("year_off",         is_.year_off,              "date",       DIFFER,  "E25 E26"),
        Level("day_differs",      is_.only_day_differs,      "year_month", DIFFER,  "E39"),
        Level("same_year",        is_.same_year,             "year",       DIFFER,  "E39"),
        Level("different",        is_.rest,                  "none",       DIFFER,  "E39"),
    ),
    "given_names": (
        Level("missing",          is_.given_missing,         "none",       MISSING, "E21"),
        Level("exact",            is_.given_exact,           "given_name", AGREE),
        Level("compound_exact",   is_.given_compound_exact,  "given_name", AGREE),
        Level("regrouped",        is_.given_regrouped,       "given_name", AGREE,   "E15"),
        Level("half",             is_.given_half,            "given_name", DIFFER,  "E15h"),
        Level("reordered",        is_.given_reordered,       "given_name", DIFFER,  "E14"),
        Level("another",          is_.given_another,         "given_name", DIFFER,  "E14"),
        Level("inverted",         is_.names_inverted,        "given_name", DIFFER,  "E11"),
        Level("spelling",         is_.given_spelling,        "given_name", DIFFER,  "E18"),
        Level("usual",            is_.given_usual,           "given_name", DIFFER,  "E16"),
        Level("other_sex",        is_.given_other_sex,       "given_name", DIFFER,  "E20"),
        Level("sound",            is_.given_sound,           "given_name", DIFFER,  "E18"),
        Level("one_edit",         is_.given_one_edit,        "given_name", DIFFER,  "E17"),
        Level("initial",          is_.given_initial,         "none",       DIFFER,  "E19"),
        Level("cut",              is_.given_cut,             "given_name", DIFFER,  "E19"),
        Level("two_edits",        is_.given_two_edits,       "given_name", DIFFER,  "E17 E18"),
        Level("same_initial",     is_.given_same_initial,    "none",       DIFFER,  "E16"),
        Level("different",        is_.rest,                  "none",       DIFFER,  "E16 E39"),
    ),
    "other_names": (
        Level("missing",          is_.other_names_missing,   "none",       MISSING, "E13"),
        Level("agree",            is_.other_names_agree,     "second_name", AGREE),
        Level("some_agree",       is_.other_names_some,      "none",       AGREE,   "E14"),
        Level("differ",           is_.rest,                  "none",       DIFFER,  "E39"),
    ),
    # Of a person's usage identity alone; the person keeps it beside the level of the identity that fits best.
    "usage_name": (
        Level("missing",          is_.usage_name_missing,    "none",       MISSING),
        Level("agree",            is_.rest,                  "usage_name", AGREE),
    ),
    "sex": (
        Level("missing",          is_.sex_missing,           "none",       MISSING, "E23"),
        Level("agree",            is_.sex_agrees,            "none",       AGREE),
        Level("differ",           is_.rest,                  "none",       DIFFER,  "E22"),
    ),
    "birth_place": (
        Level("missing",          is_.place_missing,         "none",       MISSING, "E37"),
        Level("exact",            is_.place_exact,           "place",      AGREE,   "E33 E34"),
        Level("same_place",       is_.place_same_group,      "group",      AGREE,   "E32 E34 E36"),
        Level("same_department",  is_.place_same_department, "department", DIFFER,  "E31"),
        Level("both_in_france",   is_.place_both_in_france,  "none",       DIFFER,  "E31 E35"),
        Level("different",        is_.rest,                  "none",       DIFFER),
    ),
    "birth_name": (
        Level("missing",          is_.surname_missing,       "none",       MISSING),
        Level("exact",            is_.surname_exact,         "surname",    AGREE,   "E04 E05 E06"),
        Level("usage_exact",      is_.surname_known_usage,   "surname",    DIFFER,  "E01"),
        Level("former_exact",     is_.surname_former,        "surname",    DIFFER,  "E12"),
        Level("particle",         is_.surname_particle,      "surname",    AGREE,   "E03"),
        Level("inverted",         is_.names_inverted,        "surname",    DIFFER,  "E11"),
        Level("half",             is_.surname_half,          "surname",    DIFFER,  "E02 E12"),
        Level("sent_as_usage",    is_.surname_sent_as_usage, "usage_name", DIFFER,  "E01"),
        Level("sound",            is_.surname_sound,         "surname",    DIFFER,  "E08"),
        Level("one_edit",         is_.surname_one_edit,      "surname",    DIFFER,  "E07 E10"),
        Level("cut",              is_.surname_cut,           "surname",    DIFFER,  "E09"),
        Level("two_edits",        is_.surname_two_edits,     "surname",    DIFFER,  "E07 E08"),
        Level("usage_twice",      is_.surname_sent_twice,    "none",       DIFFER,  "E01"),
        Level("woman_no_usage",   is_.surname_of_a_woman,    "none",       DIFFER,  "E01"),
        Level("different",        is_.rest,                  "none",       DIFFER,  "E01 E39"),
    ),
}
# fmt: on
TRAITS = tuple(LEVELS)


def compare(pairs: Pairs, trait: str) -> NDArray[np.uint8]:
    """Rank of the level that each pair meets for a trait."""
    found = np.full(pairs.size, len(LEVELS[trait]) - 1, np.uint8)
    rest = np.arange(pairs.size)
    for rank, level in enumerate(LEVELS[trait][:-1]):
        hit = level.test(pairs, rest)
        found[rest[hit]] = rank
        rest = rest[~hit]
        if not rest.size:
            break
    return found


def rank_of(trait: str, name: str) -> int:
    """Rank of a level by its name."""
    return [level.name for level in LEVELS[trait]].index(name)
