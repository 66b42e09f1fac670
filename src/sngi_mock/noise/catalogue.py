"""The error types, in the order in which they are applied, with their rates: read it as a table.

Example:
    >>> by_id()["E24"].sentence, by_id()["E24"].typical
    ('day and month swapped', 0.007)

Rates are shares, 0..1, of *eligible* records (those that the error would change) in three profiles. No public source
gives them for French certification files: they are declared assumptions, to be replaced by measurement. ``basis``
says where each comes from: S a published number, D derived from one or from a documented practice, J judgement.
``abroad`` multiplies the rate of people born abroad, or gives their own three rates. ``harmless`` types change the
format only: a correct normaliser erases them.

Left out for now: E02, E06, E08-E10, E12, E16, E18-E20, E35, E36, E38, E39, E41-E43; and E23 and E30, whose records
a deposit file cannot carry. E40, the stranger, is not a damage done to a record: ``scenario`` replaces the person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from sngi_mock.noise import dates, given_names, places, sex, surnames

PROFILES = ("clean", "typical", "poor")


@dataclass(frozen=True)
class ErrorType:
    """One way a record goes wrong.

    Attributes:
        id: E01 … E43, stable.
        sentence: What happened, for a reader.
        family: What it damages.
        eligible: The expression that is true where the error would change the record.
        damage: Rows, with uniform numbers ``u1``, ``u2``, ``u3`` → the same rows damaged.
        clean: Rate in a careful file.
        typical: Rate in an ordinary file.
        poor: Rate in a careless file.
        basis: Where the rates come from.
        abroad: Multiplier of the rates for people born abroad, or their own (clean, typical, poor).
        harmless: True when a correct normaliser erases it.
    """

    id: str
    sentence: str
    family: Literal["place", "date", "sex", "given_names", "surname"]
    eligible: Callable[[], pl.Expr]
    damage: Callable[[pl.DataFrame], pl.DataFrame]
    clean: float
    typical: float
    poor: float
    basis: Literal["S", "D", "J"]
    abroad: float | tuple[float, float, float] = 1
    harmless: bool = False

    def rates(self, profile: str) -> tuple[float, float]:
        """Rate of people born in France, then abroad."""
        here = float(getattr(self, profile))
        if isinstance(self.abroad, tuple):
            return here, self.abroad[PROFILES.index(profile)]
        return here, min(here * self.abroad, 1)


# One line per type, columns in line: the table is the documentation.
# fmt: off
# ruff: noqa: E501 - a row of the table stays a row
CATALOGUE: tuple[ErrorType, ...] = (
    #         id      sentence                                              family         eligible                       damage                        clean   typical poor   basis
    ErrorType("E34",  "place code of another date",                         "place",       places.can_later_code,         places.later_code,            0.10,   0.30,   0.60,  "D", harmless=True),
    ErrorType("E31",  "residence or maternity town for the birth place",    "place",       places.can_other_town,         places.other_town,            0.001,  0.006,  0.04,  "J"),
    ErrorType("E32",  "city code for the arrondissement",                   "place",       places.can_city_code,          places.city_code,             0.05,   0.25,   0.60,  "D", harmless=True),
    ErrorType("E33",  "postal code instead of INSEE code",                  "place",       places.can_postal_code,        places.postal_code,           0.0,    0.03,   0.20,  "D", harmless=True),
    ErrorType("E37",  "place missing",                                      "place",       places.can_missing,            places.missing,               0.0,    0.01,   0.08,  "D", abroad=(0.0, 0.05, 0.15)),
    ErrorType("E26",  "year off by 1, 10 or 100",                           "date",        dates.can_other_year,          dates.other_year,             0.0003, 0.0015, 0.008, "J", abroad=2),
    ErrorType("E25",  "one wrong digit in the date",                        "date",        dates.can_digit,               dates.wrong_digit,            0.0005, 0.003,  0.015, "D", abroad=2),
    ErrorType("E27",  "neighbouring digits of the date exchanged",          "date",        dates.can_exchanged,           dates.exchanged,              0.0002, 0.001,  0.005, "D"),
    ErrorType("E24",  "day and month swapped",                              "date",        dates.can_swapped,             dates.swapped,                0.001,  0.007,  0.03,  "D"),
    ErrorType("E28",  "default date",                                       "date",        dates.can_default,             dates.default,                0.0002, 0.001,  0.01,  "D", abroad=(0.005, 0.03, 0.08)),
    ErrorType("E29",  "day or month unknown",                               "date",        dates.can_unknown,             dates.unknown,                0.005,  0.02,   0.05,  "D"),
    ErrorType("E22",  "sex flipped",                                        "sex",         sex.can_flipped,               sex.flipped,                  0.0005, 0.001,  0.005, "S"),
    ErrorType("E14",  "usual given name first, order changed",              "given_names", given_names.can_reorder,       given_names.reorder,          0.003,  0.015,  0.05,  "D"),
    ErrorType("E13",  "only the first given name sent",                     "given_names", given_names.can_first_only,    given_names.first_only,       0.20,   0.45,   0.80,  "D", harmless=True),
    ErrorType("E15h", "half of a compound given name",                      "given_names", given_names.can_compound,      given_names.half_compound,    0.005,  0.03,   0.08,  "D"),
    ErrorType("E15",  "compound given name parted or glued",                "given_names", given_names.can_compound,      given_names.compound,         0.05,   0.25,   0.40,  "D", harmless=True),
    ErrorType("E21",  "placeholder for the given name",                     "given_names", given_names.can_placeholder,   given_names.placeholder,      0.0002, 0.0015, 0.01,  "D", abroad=4),
    ErrorType("E17",  "one typing slip in the given name",                  "given_names", given_names.can_one_edit,      given_names.slip,             0.002,  0.008,  0.04,  "D", abroad=2),
    ErrorType("E01",  "usage name in place of the birth name",              "surname",     surnames.can_usage_name,       surnames.usage_name,          0.01,   0.08,   0.35,  "D"),
    ErrorType("E03",  "particle glued, dropped or moved",                   "surname",     surnames.can_particle,         surnames.particle,            0.03,   0.15,   0.30,  "D", abroad=2, harmless=True),
    ErrorType("E04",  "hyphen, apostrophe or blank changed in the surname", "surname",     surnames.can_punctuation,      surnames.punctuation,         0.10,   0.30,   0.60,  "D", harmless=True),
    ErrorType("E07",  "one typing slip in the surname",                     "surname",     surnames.can_one_edit,         surnames.slip,                0.002,  0.01,   0.04,  "D", abroad=2),
    ErrorType("E05",  "accents and ligatures lost",                         "surname",     given_names.can_accents,       given_names.accents,          0.90,   0.90,   0.90,  "J", harmless=True),
    ErrorType("E11",  "surname and given name inverted",                    "surname",     surnames.can_inversion,        surnames.inversion,           0.0005, 0.003,  0.02,  "D", abroad=3),
)
# fmt: on

STRANGER = "E40"
STRANGER_RATES = {"clean": (0.002, 0.01), "typical": (0.01, 0.05), "poor": (0.05, 0.25)}
"""Share of passages whose person is absent from the register, born in France, then abroad (basis J)."""


@cache
def by_id() -> dict[str, ErrorType]:
    """Every type by its id."""
    return {error.id: error for error in CATALOGUE}
