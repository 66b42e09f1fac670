"""The error types, in the order in which they are applied, with their rates: read it as a table.

Example:
    >>> by_id()["E24"].sentence, by_id()["E24"].typical
    ('day and month swapped', 0.007)

Rates are shares, 0..1, of *eligible* records (those that the error would change) in three profiles; ``ocr`` is
``typical`` for scanned files. No public source gives them for French certification files: they are declared
assumptions, to be replaced by measurement. ``basis`` says where each comes from: S a published number, D derived from
one or from a documented practice, J judgement. ``abroad`` multiplies the rate of people born abroad, or gives their
own. ``harmless`` types change the format only: a correct normaliser erases them. ``only_in_table`` types give values
that the schema refuses: they go to the tables beside the deposit file.

Who is eligible is told by each ``can_`` function; what is done, by the function beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import polars as pl

from sngi_mock.noise import dates, given_names, households, place_labels, places, sex, surnames, unreadable, variants

PROFILES = ("clean", "typical", "poor", "ocr")


@dataclass(frozen=True)
class ErrorType:
    """One way a deposit goes wrong.

    Attributes:
        id: E01 … E43, stable.
        sentence: What happened, for a reader.
        family: What it damages.
        clean: Rate in a careful file.
        typical: Rate in an ordinary file.
        poor: Rate in a careless file.
        basis: Where the rates come from.
        abroad: Multiplier of the rates for people born abroad, or their own (clean, typical, poor).
        harmless: True when a correct normaliser erases it.
        ocr: Rate in a scanned file, where it is not the typical one.
    """

    id: str
    sentence: str
    family: Literal["place", "date", "sex", "given_names", "surname", "household", "passage", "file", "population"]
    clean: float
    typical: float
    poor: float
    basis: Literal["S", "D", "J"]
    abroad: float | tuple[float, float, float] = field(default=1, kw_only=True)
    harmless: bool = field(default=False, kw_only=True)
    ocr: float | None = field(default=None, kw_only=True)

    def rates(self, profile: str) -> tuple[float, float]:
        """Rate of people born in France, then abroad."""
        if profile == "ocr":
            if self.ocr is not None:
                return self.ocr, self.ocr
            profile = "typical"
        here = float(getattr(self, profile))
        if isinstance(self.abroad, tuple):
            return here, self.abroad[PROFILES.index(profile)]
        return here, min(here * self.abroad, 1)


@dataclass(frozen=True)
class RecordError(ErrorType):
    """An error done to a record.

    Attributes:
        eligible: The expression that is true where the error would change the record.
        damage: Rows, with uniform numbers ``u1``, ``u2``, ``u3`` → the same rows damaged.
        only_in_table: True when a deposit file cannot carry the outcome; rows are text then.
    """

    eligible: Callable[[], pl.Expr]
    damage: Callable[[pl.DataFrame], pl.DataFrame]
    only_in_table: bool = field(default=False, kw_only=True)


# One line per type, columns in line: the table is the documentation.
# fmt: off
# ruff: noqa: E501 - a row of the table stays a row
CATALOGUE: tuple[RecordError, ...] = (
    #           id      sentence                                               family         clean   typical poor basis eligible                         damage
    RecordError("E39",  "trait copied from a relative",                        "household",   0.0002, 0.001,  0.005, "D", households.can_copied,           households.copied),
    RecordError("E34",  "place code of another date",                          "place",       0.10,   0.30,   0.60,  "D", places.can_later_code,           places.later_code,          harmless=True),
    RecordError("E31",  "residence or maternity town for the birth place",     "place",       0.001,  0.006,  0.04,  "J", places.can_other_town,           places.other_town),
    RecordError("E35",  "commune of the same name elsewhere",                  "place",       0.001,  0.005,  0.03,  "J", place_labels.can_namesake,       place_labels.namesake),
    RecordError("E32",  "city code for the arrondissement",                    "place",       0.05,   0.25,   0.60,  "D", places.can_city_code,            places.city_code,           harmless=True),
    RecordError("E33",  "postal code instead of INSEE code",                   "place",       0.0,    0.03,   0.20,  "D", places.can_postal_code,          places.postal_code,         harmless=True),
    RecordError("E36",  "ISO code, other name or town for the country",        "place",       0.10,   0.25,   0.50,  "D", place_labels.can_country,        place_labels.country,       harmless=True),
    RecordError("E38",  "place label slipped, shortened or of former times",   "place",       0.01,   0.05,   0.10,  "D", place_labels.can_label,          place_labels.label,         abroad=2, harmless=True),
    RecordError("E37",  "place missing",                                       "place",       0.0,    0.01,   0.08,  "D", places.can_missing,              places.missing,             abroad=(0.0, 0.05, 0.15)),
    RecordError("E26",  "year off by 1, 10 or 100",                            "date",        0.0003, 0.0015, 0.008, "J", dates.can_other_year,            dates.other_year,           abroad=2),
    RecordError("E25",  "one wrong digit in the date",                         "date",        0.0005, 0.003,  0.015, "D", dates.can_digit,                 dates.wrong_digit,          abroad=2),
    RecordError("E27",  "neighbouring digits of the date exchanged",           "date",        0.0002, 0.001,  0.005, "D", dates.can_exchanged,             dates.exchanged),
    RecordError("E24",  "day and month swapped",                               "date",        0.001,  0.007,  0.03,  "D", dates.can_swapped,               dates.swapped),
    RecordError("E28",  "default date",                                        "date",        0.0002, 0.001,  0.01,  "D", dates.can_default,               dates.default,              abroad=(0.005, 0.03, 0.08)),
    RecordError("E29",  "day or month unknown",                                "date",        0.005,  0.02,   0.05,  "D", dates.can_unknown,               dates.unknown),
    RecordError("E22",  "sex flipped",                                         "sex",         0.0005, 0.001,  0.005, "S", sex.can_flipped,                 sex.flipped),
    RecordError("E14",  "usual given name first, order changed",               "given_names", 0.003,  0.015,  0.05,  "D", given_names.can_reorder,         given_names.reorder),
    RecordError("E13",  "only the first given name sent",                      "given_names", 0.20,   0.45,   0.80,  "D", given_names.can_first_only,      given_names.first_only,     harmless=True),
    RecordError("E16",  "diminutive, usual or francised given name",           "given_names", 0.001,  0.005,  0.03,  "D", variants.can_usual,              variants.usual,             abroad=5),
    RecordError("E18",  "another spelling of the given name",                  "given_names", 0.005,  0.02,   0.06,  "J", variants.can_spelling,           variants.spelling,          abroad=2),
    RecordError("E20",  "the other sex's form of the given name",              "given_names", 0.001,  0.005,  0.01,  "D", variants.can_gender,             variants.gender),
    RecordError("E15h", "half of a compound given name",                       "given_names", 0.005,  0.03,   0.08,  "D", given_names.can_compound,        given_names.half_compound),
    RecordError("E15",  "compound given name parted or glued",                 "given_names", 0.05,   0.25,   0.40,  "D", given_names.can_compound,        given_names.compound,       harmless=True),
    RecordError("E17",  "one typing slip in the given name",                   "given_names", 0.002,  0.008,  0.04,  "D", given_names.can_one_edit,        given_names.slip,           abroad=2),
    RecordError("E19",  "initial or first letters of the given name",          "given_names", 0.0,    0.003,  0.03,  "J", given_names.can_truncated,       given_names.truncated),
    RecordError("E21",  "placeholder for the given name",                      "given_names", 0.0002, 0.0015, 0.01,  "D", given_names.can_placeholder,     given_names.placeholder,    abroad=4),
    RecordError("E12",  "half of a double surname, its order, a former surname","surname",     0.02,   0.05,   0.15,  "J", surnames.can_half,               surnames.half),
    RecordError("E02",  "both names in the birth name's field",                "surname",     0.002,  0.016,  0.09,  "J", surnames.can_both_names,         surnames.both_names),
    RecordError("E01",  "usage name in place of the birth name",               "surname",     0.01,   0.08,   0.35,  "D", surnames.can_usage_name,         surnames.usage_name),
    RecordError("E06",  "SAINT and ST for each other",                         "surname",     0.05,   0.30,   0.50,  "D", surnames.can_abbreviation,       surnames.abbreviation,      harmless=True),
    RecordError("E03",  "particle glued, dropped or moved",                    "surname",     0.03,   0.15,   0.30,  "D", surnames.can_particle,           surnames.particle,          abroad=2, harmless=True),
    RecordError("E04",  "hyphen, apostrophe or blank changed in the surname",  "surname",     0.10,   0.30,   0.60,  "D", surnames.can_punctuation,        surnames.punctuation,       harmless=True),
    RecordError("E08",  "surname written as it sounds",                        "surname",     0.0005, 0.004,  0.02,  "D", surnames.can_phonetic,           surnames.phonetic,          abroad=3),
    RecordError("E07",  "one typing slip in the surname",                      "surname",     0.002,  0.01,   0.04,  "D", surnames.can_one_edit,           surnames.slip,              abroad=2),
    RecordError("E10",  "letter of the surname misread by a scanner",          "surname",     0.0,    0.0,    0.0,   "D", surnames.can_scanned,            surnames.scanned,           ocr=0.01),
    RecordError("E09",  "surname cut",                                         "surname",     0.0,    0.002,  0.03,  "D", surnames.can_truncated,          surnames.truncated),
    RecordError("E05",  "accents and ligatures lost",                          "surname",     0.90,   0.90,   0.90,  "J", given_names.can_accents,         given_names.accents,        harmless=True),
    RecordError("E11",  "surname and given name inverted",                     "surname",     0.0005, 0.003,  0.02,  "D", surnames.can_inversion,          surnames.inversion,         abroad=3),
    RecordError("E23",  "sex in another code set, or missing",                 "sex",         0.0,    0.005,  0.05,  "J", unreadable.can_sex_in_words,     unreadable.sex_in_words,    harmless=True, only_in_table=True),
    RecordError("E30",  "date missing, of two digits, a day number, unreadable","date",        0.0,    0.002,  0.02,  "D", unreadable.can_unreadable_date,  unreadable.unreadable_date, only_in_table=True),
)

# Not done to a record: a passage is another's (E40, E41), the whole file is wrong (E42), or nothing is (E43).
STRANGER = ErrorType("E40",  "person absent from the register",                         "passage",    0.002, 0.01, 0.05, "J", abroad=5)
LEFT_OUT = ErrorType("E40t", "of strangers: one whose twin, brother or sister is in it", "passage",    0.1,   0.1,  0.1,  "J")
DOUBLE   = ErrorType("E41",  "passage or person twice in the file",                     "passage",    0.001, 0.0075, 0.03, "S")
FILE     = ErrorType("E42",  "failure of the whole file, of files; asked for, not drawn", "file",     0.0,   0.02, 0.0,  "D")
HOMONYM  = ErrorType("E43",  "true homonyms and twins: measured, not set",              "population", 0.0,   0.0,  0.0,  "D")
# fmt: on

PASSAGE_ERRORS = (STRANGER, LEFT_OUT, DOUBLE)
EVERY_TYPE: tuple[ErrorType, ...] = (*CATALOGUE, *PASSAGE_ERRORS, FILE, HOMONYM)


@cache
def by_id() -> dict[str, ErrorType]:
    """Every type by its id."""
    return {error.id: error for error in EVERY_TYPE}
