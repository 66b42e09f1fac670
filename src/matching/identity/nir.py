"""The NIR (numéro d'inscription au répertoire): parts, key, formats, mask.

``S AA MM LLLLL OOO`` and a key ``KK``: sex, year, month, place (département and commune, overseas 3 + 2, abroad
99 + country), rank in the month and commune. The rank cannot be derived from traits: a NIR is looked up, never
computed. The century is not coded.

Example:
    >>> nir = parse("2 67 14 75 044 123")
    >>> nir.place, nir.key, str(nir), nir.is_mock
    ('75044', 66, '2 67 14 75 044 123 66', True)
    >>> mask(nir)
    '2 67 14 75 *** *** **'

Mock NIRs have month 13 to 19, which no real number has: see ``matching.identity.mock_nir``. A number that could be
a real person's is never printed whole by any report or log: ``mask`` it.

Sources: INSEE, composition of the NIR; BOFiP and python-stdnum's public descriptions; read 2026-11-23.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

MOCK_MONTHS: Final = range(13, 20)
"""Month codes of mock NIRs. Every public validator that looks at the month refuses them."""

_SHAPE = re.compile(
    r"(?P<sex>[1-8])(?P<year>\d{2})(?P<month>\d{2})(?P<place>\d{5}|2[AB]\d{3})(?P<rank>(?!000)\d{3})(?P<key>\d{2})?"
)
_LIKE_A_NUMBER = r"^[1-8][\s.\-_]*\d\d[\s.\-_]*\d\d[\s.\-_]*[\dAaBb\s.\-_]{8,}$"
_IN_A_TEXT = re.compile(
    r"(?<!\w)[1-8](?:[\s.\-_]?\d){4}(?:[\s.\-_]?[\dAaBb]){2}(?:[\s.\-_]?\d){6}(?:[\s.\-_]?\d{2})?(?!\w)"
)
_SEPARATORS = re.compile(r"[\s.\-_\u00a0\u202f]+")
_CORSICA = {"2A": "19", "2B": "18"}
_MODULUS = 97


@dataclass(frozen=True)
class Nir:
    """A well-formed NIR: its 13 characters, in parts. The key is always the right one.

    Attributes:
        sex: First digit. 1 man, 2 woman; 3 and 7 man, 4 and 8 woman, provisional; 5 and 6 migrants in transit.
        year: Two digits, century unknown.
        month: Two digits: 01–12; 20–30 and 50–99 month unknown; 31–42 month + 30, incomplete certificate;
            13–19 mock.
        place: Five characters, the place of birth as coded at registration.
        rank: Three digits, 001–999.
    """

    sex: str
    year: str
    month: str
    place: str
    rank: str

    @property
    def body(self) -> str:
        """The 13 characters without the key."""
        return self.sex + self.year + self.month + self.place + self.rank

    @property
    def key(self) -> int:
        """The control key, 1..97."""
        return key(self.body)

    @property
    def digits(self) -> str:
        """The 15 characters, key included, without blanks."""
        return f"{self.body}{self.key:02d}"

    @property
    def declared_sex(self) -> Literal["M", "F"]:
        """The sex that the first digit says."""
        return "M" if int(self.sex) % 2 else "F"

    @property
    def birth_month(self) -> int | None:
        """Month 1..12 when the code tells it; None when unknown, and for a mock number (it keeps half of it only)."""
        month = int(self.month)
        if month in range(1, 13):
            return month
        if month in range(31, 43):
            return month - 30
        return None

    @property
    def departement(self) -> str:
        """Two characters, three overseas (97x, 98x), "99" abroad."""
        return self.place[:3] if self.place[:2] in {"97", "98"} else self.place[:2]

    @property
    def is_mock(self) -> bool:
        """True when the month says that no real person has this number."""
        return int(self.month) in MOCK_MONTHS

    def __str__(self) -> str:
        """The usual grouping: ``2 67 14 75 044 123 31``. Only print a mock number so; ``mask`` the others."""
        return f"{self.sex} {self.year} {self.month} {self.place[:2]} {self.place[2:]} {self.rank} {self.key:02d}"

    def __repr__(self) -> str:
        """Masked: a repr ends up in logs and tracebacks."""
        return f"Nir({mask(self)!r})"


def key(body: str) -> int:
    """The control key of 13 characters: 97 − (number mod 97), 2A counting as 19 and 2B as 18.

    Raises:
        ValueError: not 13 characters of a NIR. The message does not repeat them.
    """
    if len(body) != 13 or not _SHAPE.fullmatch(body):  # noqa: PLR2004 - the length of a NIR
        raise ValueError("a NIR without its key has 13 characters: 1 digit, year, month, place, rank")
    department = body[5:7]
    number = int(body[:5] + _CORSICA.get(department, department) + body[7:])
    return _MODULUS - number % _MODULUS


def parse(text: str) -> Nir | None:
    """The NIR written in a text of 13 or 15 characters, blanks, dots and hyphens ignored.

    None when the text is no NIR or its key is wrong: bad data is not an exception.
    """
    found = _SHAPE.fullmatch(_SEPARATORS.sub("", text).upper())
    if found is None:
        return None
    parts = found.groupdict()
    written_key = parts.pop("key")
    nir = Nir(**parts)
    return nir if written_key is None or int(written_key) == nir.key else None


def mask(nir: Nir | str) -> str:
    """The number with commune, rank and key hidden, and, unless it is a mock one, the month too.

    A text that is no NIR is hidden whole: it may be one with a typing error.
    """
    known = parse(nir) if isinstance(nir, str) else nir
    if known is None:
        return "*" * len(str(nir))
    month = known.month if known.is_mock else "**"
    return f"{known.sex} {known.year} {month} {known.place[:2]} *** *** **"


def without_real_numbers(texts: pl.Series) -> pl.Series:
    """The texts, those that are as a whole a number that could be a real person's masked.

    With its key, such a number is told for certain; of 13 characters alone, only months 01 to 12 are taken for one:
    many an identifier is a counter of 13 digits, and the other months are rare.
    """
    distinct = texts.drop_nulls().unique()
    numbers = distinct.filter(distinct.str.contains(_LIKE_A_NUMBER))
    masked = {text: mask(nir) for text in numbers if (nir := parse(text)) is not None and _could_be_real(nir, text)}
    return texts.replace(masked) if masked else texts


def without_real_numbers_inside(text: str) -> str:
    """A sentence, the numbers in it that could be a real person's masked: same rule as ``without_real_numbers``."""

    def shown(found: re.Match[str]) -> str:
        nir = parse(found[0])
        return mask(nir) if nir is not None and _could_be_real(nir, found[0]) else found[0]

    return _IN_A_TEXT.sub(shown, text)


def _could_be_real(nir: Nir, text: str) -> bool:
    if len(_SEPARATORS.sub("", text)) > len(nir.body):
        return not nir.is_mock
    return int(nir.month) in range(1, 13)


def key_of(body: pl.Expr) -> pl.Expr:
    """``key`` for a column of 13-character bodies, as Int64 1..97; the bodies must be well formed."""
    department = body.str.slice(5, 2).replace(_CORSICA)
    number = pl.concat_str(body.str.slice(0, 5), department, body.str.slice(7)).cast(pl.Int64)
    return _MODULUS - number % _MODULUS
