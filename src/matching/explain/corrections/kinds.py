"""The kinds of correction: what may have gone wrong with a refused passage, and whom to ask.

Example:
    >>> kind("day_and_month_exchanged").document
    'birth_certificate'

How likely each kind is stands in the fitted weights: ``explain.weights``.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

Document = Literal["birth_certificate", "identity_document", "family_book", "rights_certificate"]
DOCUMENTS: tuple[Document, ...] = ("birth_certificate", "identity_document", "family_book", "rights_certificate")
"""What to ask the holder for; a code of the catalogue, ``letters.document_…``."""

Family = Literal["text", "surname", "given_name", "sex", "date", "place", "lacking", "whole"]
FAMILIES: tuple[Family, ...] = ("text", "surname", "given_name", "sex", "date", "place", "lacking", "whole")


@dataclass(frozen=True)
class Kind:
    """One kind of correction.

    Attributes:
        code: Stable key; its texts are ``corrections.title_<code>``, ``remedy_<code>`` (what to do) and, unless
            safe, ``question_<code>`` (asked of the holder).
        family: Kinds whose odds are as trustworthy: ``explain.weights`` has one exponent for each.
        document: What settles it; None = safe: format or coding of a place only, nobody has to be asked.
        messages: Of the receipt, that it can explain.
        fields: Keys of ``ELEMENTS`` that are asked of the holder; empty when the correction says what to write.
    """

    code: str
    family: Family
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
    #    code                           family        document              messages
    # Texts, whatever the field.
    Kind("signs_in_name",                 "text",       None,                 _WRONG),   # mojibake, invisible signs, blanks
    Kind("empty_name_left_out",           "text",       None,                 _WRONG),   # blanks, or « nil » typed as a word
    Kind("letters_in_name",               "text",       "birth_certificate",  _WRONG),   # digits, loose signs, titles
    Kind("other_row_of_same_person",      "text",       "birth_certificate",  _ANY),
    # Surnames.
    Kind("usage_name_as_birth_name",      "surname",    "birth_certificate",  _WRONG, ("birth_name",)),
    Kind("birth_and_usage_exchanged",     "surname",    "identity_document",  _WRONG),
    Kind("both_names_in_birth_name",      "surname",    "identity_document",  _WRONG),
    Kind("half_of_double_name",           "surname",    "birth_certificate",  _WRONG),
    Kind("halves_in_other_order",         "surname",    "birth_certificate",  _WRONG),
    Kind("names_inverted",                "surname",    "identity_document",  _WRONG),
    Kind("birth_name_unsure",             "surname",    "birth_certificate",  _WRONG, ("birth_name",)),
    Kind("surname_signs",                 "surname",    "birth_certificate",  _WRONG),   # hyphen, apostrophe, blank, SAINT
    Kind("surname_particle",              "surname",    "birth_certificate",  _WRONG),
    Kind("surname_letter",                "surname",    "birth_certificate",  _WRONG),   # one typing slip
    Kind("surname_sound",                 "surname",    "birth_certificate",  _WRONG),
    Kind("surname_cut",                   "surname",    "birth_certificate",  _WRONG),
    # Given names.
    Kind("first_of_several",              "given_name", "birth_certificate",  _WRONG),
    Kind("other_given_name_first",        "given_name", "birth_certificate",  _WRONG),
    Kind("compound_hyphen",               "given_name", "birth_certificate",  _WRONG),
    Kind("compound_without_hyphen",       "given_name", "birth_certificate",  _WRONG),
    Kind("half_of_compound",              "given_name", "birth_certificate",  _WRONG),
    Kind("compound_completed",            "given_name", "birth_certificate",  _WRONG),
    Kind("usual_form",                    "given_name", "birth_certificate",  _WRONG),   # diminutive, francised
    Kind("given_name_spelling",           "given_name", "birth_certificate",  _WRONG),   # MICKAEL, MICHAEL
    Kind("form_of_other_sex",             "given_name", "identity_document",  _WRONG),   # DANIEL, DANIELE
    Kind("given_name_letter",             "given_name", "birth_certificate",  _WRONG),
    Kind("given_name_cut",                "given_name", "identity_document",  _WRONG),
    Kind("given_name_unsaid",             "given_name", "identity_document",  _WRONG, ("given_name_1",)),
    Kind("given_name_unsure",             "given_name", "birth_certificate",  _WRONG, ("given_name_1",)),
    # Sex and dates.
    Kind("sex",                           "sex",        "identity_document",  _WRONG),
    Kind("year",                          "date",       "birth_certificate",  _WRONG),
    Kind("year_unsure",                   "date",       "birth_certificate",  _WRONG, ("birth_year",)),
    Kind("day_and_month_exchanged",       "date",       "birth_certificate",  _DATE),
    Kind("date_digit",                    "date",       "birth_certificate",  _DATE),
    Kind("day_left_out",                  "date",       "birth_certificate",  _DATE),
    Kind("month_and_day_left_out",        "date",       "birth_certificate",  _DATE),
    Kind("birth_date_unsure",             "date",       "birth_certificate",  _DATE, ("birth_month", "birth_day")),
    # Place and other data.
    Kind("place_coded_otherwise",         "place",      None,                 _CODED),   # postal code, zero lost
    Kind("arrondissement",                "place",      None,                 _CODED),
    Kind("place_code_of_the_time",        "place",      None,                 _CODED),
    Kind("country_code",                  "place",      None,                 _CODED),
    Kind("place_by_its_label",            "place",      "birth_certificate",  _CODED),
    Kind("place_unsure",                  "place",      "birth_certificate",  _OTHER, ("insee_code",)),   # residence, maternity
    Kind("place_left_out",                "place",      "birth_certificate",  _OTHER),
    Kind("country_left_out",              "place",      "birth_certificate",  _OTHER),
    Kind("further_given_names_left_out",  "place",      "family_book",        _OTHER),
    Kind("usage_name_left_out",           "place",      "identity_document",  _OTHER),
    # What would tell several people apart.
    Kind("birth_date_lacking",            "lacking",    "birth_certificate",  _LACK, ("birth_month", "birth_day")),
    Kind("place_lacking",                 "lacking",    "birth_certificate",  _LACK, ("insee_code",)),
    Kind("further_given_names_lacking",   "lacking",    "family_book",        _LACK, ("given_name_2", "given_name_3")),
    Kind("usage_name_lacking",            "lacking",    "identity_document",  _LACK, ("usage_name",)),
    Kind("whole_identity_unsure",         "whole",      "rights_certificate", _ANY, ("birth_name", "given_name_1", "birth_year", "birth_month", "birth_day")),
)
# fmt: on

BY_THE_YEAR = "place_code_of_the_time"
"""The safe kind that trusts the birth year: it is none where the message says that the year may be wrong."""

WHOLE = "whole_identity_unsure"
"""The kind that asks for everything: what to do where nothing shows which datum is wrong."""

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
