"""What a column of a table can be: every field that is read, and the headers that people give it.

Example:
    >>> FIELDS["birth_name"].column, FIELDS["birth_name"].spellings
    ('raw_birth_name', ('nomTitulaire', 'nomNaissance'))

The headers stand in ``fields.toml``; the dictionary's own names and numbers are added to them. A header is compared
without case, accents, punctuation and small words (``tokens``).
"""

import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from unidecode import unidecode

from matching.deposit.dictionary import FIELDS as DICTIONARY
from matching.identity.rules import ELEMENTS, PERSONAL


@dataclass(frozen=True)
class TableField:
    """One field.

    Attributes:
        key: Its name in a mapping; that of ``matching.identity.rules.ELEMENTS`` where there is one.
        column: Column of the passages.
        spellings: Names of its element in the data dictionary.
        numbers: Numbers of its element in the data dictionary.
        usual: Headers that can be nothing else.
        bare: Headers that are this field when no clearer column is.
    """

    key: str
    column: str
    spellings: tuple[str, ...]
    numbers: tuple[str, ...]
    usual: tuple[str, ...]
    bare: tuple[str, ...]


_SEVERAL = {
    "birth_date": ELEMENTS["birth_date"],
    "exam_date": "dateDebutExamen/dateFinExamen",
    "place_code": "codeInsee/codePostal",
    "current_name": "nomNaissance/nomUsage",
}  # fields that become one element or another, or several
_GENERIC = frozenset({"code", "type", "codePostal"})  # spelled otherwise (« Code postal »), they may be something else
_SMALL_WORDS = frozenset({"DE", "DU", "DES", "D", "LA", "LES", "L", "EN", "ET", "OF", "THE", "AND"})
_ALIKE = {
    **dict.fromkeys(("NUMERO", "NUM", "NO", "NUMBER", "NR"), "N"),
    **dict.fromkeys(("1ER", "1ERE", "PREMIER", "FIRST", "1ST"), "1"),
    **dict.fromkeys(("2E", "2EME", "2ND", "2NDE", "DEUXIEME", "SECOND"), "2"),
    **dict.fromkeys(("3E", "3EME", "TROISIEME", "THIRD", "3RD"), "3"),
    "PRENOMS": "PRENOM",
}
_SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")


def tokens(header: str) -> tuple[str, ...]:
    """The words of a header that tell it from another: ``Date de début (examen)`` is DATE, DEBUT, EXAMEN."""
    plain = unidecode(header.replace("°", " ").replace("º", " "))
    words = re.findall("[A-Z0-9]+", _SEAMS.sub(" ", plain).upper())
    return tuple(_ALIKE.get(word, word) for word in words if word not in _SMALL_WORDS)


def _field(key: str, record: dict[str, list[str]], column: str) -> TableField:
    held = [] if key in _SEVERAL else [field for field in DICTIONARY.values() if field.column == column]
    spellings = tuple(dict.fromkeys(field.name for field in held))
    usual = (*(name for name in spellings if name not in _GENERIC), *record.get("usual", ()))
    numbers = tuple(field.id for field in held if field.id)
    return TableField(key, column, spellings, numbers, usual, tuple(record.get("bare", ())))


_READ = tomllib.loads(resources.files(__package__).joinpath("fields.toml").read_text(encoding="utf-8"))

FIELDS = {key: _field(key, record, record["column"]) for key, record in _READ["fields"].items()}
"""Every field by its key, in the order of the dictionary."""

WHOLE_NAMES: tuple[str, ...] = tuple(_READ["words"]["whole_name"])
"""Headers of a surname and a given name in one column."""

ADDRESS_WORDS = frozenset(_READ["words"]["address"])
"""Words of a table that also tells where people live."""

OTHERS = frozenset(_READ["words"]["others"])
"""Words of a header about somebody else than the holder."""

IDLE_WORDS = frozenset(_READ["words"]["idle"])
"""Words that add nothing to a header."""

MAYBE_ADDRESS = frozenset({"postal_code", "place_label", "country_label", "country_code"})
"""Fields whose bare headers may tell where people live."""

NUMBERS = frozenset(
    {"birth_year", "birth_month", "birth_day", "insee_code", "postal_code", "place_code", "country_code"}
)
"""Fields made of digits, to which a spreadsheet adds ``.0``."""

DATES = frozenset({"exam_date", "exam_start", "exam_end", "validity_start", "validity_end", "registered_on"})
"""Dates other than that of the birth."""

OF_ONE_HOLDER = frozenset(FIELDS) & (
    PERSONAL | {"sex", "id_technique", "place_code", "current_name", "country_code", "country_label"}
)
"""Fields that no two rows have in common: a mapping gives no constant for them."""

MANDATORY = ("id_technique", "certification_code", "validity_start", "birth_name", "given_name_1", "sex", "birth_year")
"""What no passage can do without; ``birth_date`` stands for the year, and a code that says RS or RNCP for the type."""


def element(key: str) -> str:
    """The element of the deposit file that the field becomes; elements, when it may become several."""
    return _SEVERAL.get(key) or ELEMENTS.get(key) or "/".join(FIELDS[key].spellings)
