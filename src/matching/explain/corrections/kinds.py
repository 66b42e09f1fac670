"""The kinds of correction: what may have gone wrong with a refused passage, how often, and whom to ask.

Example:
    >>> kind("day_and_month_exchanged").document
    'birth_certificate'

``rate`` is the share of passages, 0..1, that the mistake is thought to befall in an ordinary file and that this kind of
correction repairs: declared assumptions, first those of the ``typical`` profile of the noise catalogue where it has the
mistake, then rounded towards what was found on 10 968 simulated KO of a register of 10 million (2026-11-23). They rank
corrections against each other; they are no promise that one of them is right: in a careless file (profile ``poor``),
where mistakes come in twos, one correction in two is right whose prior is .77.

``FACTORS`` says what a message makes of a mistake, by the funnel's stage that compares the field. A wrong name is
nearly always message 1; it gives message 2 only where other people answer to the wrong name as well.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

Document = Literal["birth_certificate", "identity_document", "family_book", "rights_certificate"]
DOCUMENTS: tuple[Document, ...] = ("birth_certificate", "identity_document", "family_book", "rights_certificate")
"""What to ask the holder for; a code of the catalogue, ``corrections.document_…``."""


@dataclass(frozen=True)
class Kind:
    """One kind of correction.

    Attributes:
        code: Stable key; its texts are ``corrections.title_<code>``, ``remedy_<code>`` (what to do) and, unless
            safe, ``question_<code>`` (asked of the holder).
        fields: Keys of ``ELEMENTS`` that are asked of the holder; empty when the correction says what to write.
        rate: Share of passages with that mistake, 0..1.
        document: What settles it; None = safe: format or coding of a place only, nobody has to be asked.
        messages: Of the receipt, that it can explain.
    """

    code: str
    rate: float
    document: Document | None
    messages: frozenset[int]
    fields: tuple[str, ...] = ()

    @property
    def is_safe(self) -> bool:
        """True when it may be applied without asking the holder."""
        return self.document is None


_WRONG = frozenset({1, 2, 3})  # a wrong datum; several people remain in spite of it only by accident
_ANY = frozenset({1, 2, 3, 4})
_DATE, _OTHER, _LACK = frozenset({2}), frozenset({3}), frozenset({4})
_CODED = frozenset({3, 4})  # a place told better excludes more people, or fewer

# One line per kind: the table is the documentation.
# fmt: off
# ruff: noqa: E501 - a row of the table stays a row
KINDS: tuple[Kind, ...] = (
    #    code                              rate    document              messages
    # Texts, whatever the field.
    Kind("signs_in_name",                  0.002,  None,                 _WRONG),   # mojibake, invisible signs, blanks
    Kind("empty_name_left_out",            0.002,  None,                 _WRONG),   # blanks, or « nil » typed as a word
    Kind("letters_in_name",                0.002,  "birth_certificate",  _WRONG),   # digits, loose signs, titles
    Kind("other_row_of_same_person",       0.005,  "birth_certificate",  _ANY),
    # Surnames.
    Kind("usage_name_as_birth_name",       0.040,  "birth_certificate",  _WRONG, ("birth_name",)),
    Kind("birth_and_usage_exchanged",      0.002,  "identity_document",  _WRONG),
    Kind("both_names_in_birth_name",       0.008,  "identity_document",  _WRONG),
    Kind("half_of_double_name",            0.005,  "birth_certificate",  _WRONG),
    Kind("halves_in_other_order",          0.001,  "birth_certificate",  _WRONG),
    Kind("names_inverted",                 0.002,  "identity_document",  _WRONG),
    Kind("surname_signs",                  0.020,  "birth_certificate",  _WRONG),   # hyphen, apostrophe, blank, SAINT
    Kind("surname_particle",               0.010,  "birth_certificate",  _WRONG),
    Kind("surname_letter",                 0.007,  "birth_certificate",  _WRONG),   # one typing slip
    Kind("surname_sound",                  0.0025, "birth_certificate",  _WRONG),
    Kind("surname_cut",                    0.002,  "birth_certificate",  _WRONG),
    # Given names.
    Kind("first_of_several",               0.010,  "birth_certificate",  _WRONG),
    Kind("other_given_name_first",         0.012,  "birth_certificate",  _WRONG),
    Kind("compound_hyphen",                0.020,  "birth_certificate",  _WRONG),
    Kind("compound_without_hyphen",        0.015,  "birth_certificate",  _WRONG),
    Kind("half_of_compound",               0.003,  "birth_certificate",  _WRONG),
    Kind("compound_completed",             0.003,  "birth_certificate",  _WRONG),
    Kind("usual_form",                     0.005,  "birth_certificate",  _WRONG),   # diminutive, francised
    Kind("given_name_spelling",            0.020,  "birth_certificate",  _WRONG),   # MICKAEL, MICHAEL
    Kind("form_of_other_sex",              0.005,  "identity_document",  _WRONG),   # DANIEL, DANIELE
    Kind("given_name_letter",              0.008,  "birth_certificate",  _WRONG),
    Kind("given_name_cut",                 0.002,  "identity_document",  _WRONG),
    Kind("given_name_unsaid",              0.0015, "identity_document",  _WRONG, ("given_name_1",)),
    # Sex and dates.
    Kind("sex",                            0.001,  "identity_document",  _WRONG),
    Kind("year",                           0.004,  "birth_certificate",  _WRONG),
    Kind("year_unsure",                    0.002,  "birth_certificate",  _WRONG, ("birth_year",)),
    Kind("day_and_month_exchanged",        0.012,  "birth_certificate",  _DATE),
    Kind("date_digit",                     0.003,  "birth_certificate",  _DATE),
    Kind("day_left_out",                   0.001,  "birth_certificate",  _DATE),
    Kind("month_and_day_left_out",         0.002,  "birth_certificate",  _DATE),
    Kind("birth_date_unsure",              0.005,  "birth_certificate",  _DATE, ("birth_month", "birth_day")),
    # Place and other data.
    Kind("place_coded_otherwise",          0.030,  None,                 _CODED),   # postal code, zero lost
    Kind("arrondissement",                 0.010,  None,                 _CODED),
    Kind("place_code_of_the_time",         0.020,  None,                 _CODED),
    Kind("country_code",                   0.010,  None,                 _CODED),
    Kind("place_by_its_label",             0.006,  "birth_certificate",  _CODED),
    Kind("place_unsure",                   0.010,  "birth_certificate",  _OTHER, ("insee_code",)),   # residence, maternity
    Kind("place_left_out",                 0.006,  "birth_certificate",  _OTHER),
    Kind("country_left_out",               0.003,  "birth_certificate",  _OTHER),
    Kind("further_given_names_left_out",   0.004,  "family_book",        _OTHER),
    Kind("usage_name_left_out",            0.003,  "identity_document",  _OTHER),
    # What would tell several people apart.
    Kind("birth_date_lacking",             0.200,  "birth_certificate",  _LACK, ("birth_month", "birth_day")),
    Kind("place_lacking",                  0.200,  "birth_certificate",  _LACK, ("insee_code",)),
    Kind("further_given_names_lacking",    0.100,  "family_book",        _LACK, ("given_name_2", "given_name_3")),
    Kind("usage_name_lacking",             0.030,  "identity_document",  _LACK, ("usage_name",)),
    Kind("whole_identity_unsure",          0.010,  "rights_certificate", _ANY, ("birth_name", "given_name_1", "birth_year", "birth_month", "birth_day")),
)
# fmt: on

STAGES = {
    "birth_name": 1,
    "given_name_1": 1,
    "sex": 1,
    "birth_year": 1,
    "birth_month": 2,
    "birth_day": 2,
    "usage_name": 3,
    "given_name_2": 3,
    "given_name_3": 3,
    "insee_code": 3,
    "postal_code": 3,
    "country_code": 3,
}
"""Field → the first stage of the funnel that compares it: what a correction may change."""

FACTORS: dict[tuple[int, int], float] = {
    (1, 1): 1.0,
    (2, 1): 0.10,  # two people or more answer to the wrong key
    (2, 2): 1.0,
    (3, 1): 0.02,
    (3, 2): 0.05,
    (3, 3): 1.0,
    (4, 1): 0.02,
    (4, 2): 1.0,
    (4, 3): 1.0,
}
"""(message, stage of the corrected field) → how much of the rate is left; what is not said is nothing."""

UNEXPLAINED: dict[int, float] = {1: 0.010, 2: 0.003, 3: 0.003, 4: 0.010}
"""Message → rate of what no correction explains: absent from the register, two mistakes at once."""

ALONE = 0.85
"""Share of refused passages that one correction can repair, when one explains them: the others have two mistakes."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the order of the table."""
    return {one.code: one for one in KINDS}


def kind(code: str) -> Kind:
    """The kind of that code.

    Raises:
        KeyError: there is none: a fault of the program.
    """
    return kinds()[code]
