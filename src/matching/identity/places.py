"""Birth places as the register codes them: a commune of the time, an overseas commune, or a country.

Example:
    >>> place = BirthPlace("99352")
    >>> place.kind, place.country
    (<PlaceKind.ABROAD: 'abroad'>, '352')
    >>> BirthPlace("2A004").departement, BirthPlace("97105").departement, BirthPlace("1053").kind
    ('2A', '971', <PlaceKind.UNREADABLE: 'unreadable'>)

What a code meant on a date, and which codes are the same place, is asked of ``matching.reference.communes``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_SHAPE = re.compile(r"(?:\d{2}|2[AB])\d{3}")


class PlaceKind(StrEnum):
    """What a code of five characters designates."""

    COMMUNE = "commune"
    """Metropolitan France; also the former départements of Algeria, 91–94, and protectorates, 95 and 96: the
    date of birth tells them from Essonne to Val-d'Oise."""
    OVERSEAS = "overseas"
    """97x and 98x: three characters of territory, two of commune."""
    ABROAD = "abroad"
    """99 and three digits of country, as coded at birth."""
    UNREADABLE = "unreadable"
    """Anything else, for instance a leading zero lost."""


@dataclass(frozen=True)
class BirthPlace:
    """A code of five characters, as written. A wrong one is a value, not an exception."""

    code: str

    @property
    def kind(self) -> PlaceKind:
        """What the shape of the code says; whether it exists is asked of ``reference``."""
        if not _SHAPE.fullmatch(self.code) or self.code[:2] == "00":
            return PlaceKind.UNREADABLE
        match self.code[:2]:
            case "99":
                return PlaceKind.ABROAD
            case "97" | "98":
                return PlaceKind.OVERSEAS
            case _:
                return PlaceKind.COMMUNE

    @property
    def departement(self) -> str | None:
        """Two characters, three overseas, "99" abroad; None when the code is unreadable."""
        match self.kind:
            case PlaceKind.UNREADABLE:
                return None
            case PlaceKind.OVERSEAS:
                return self.code[:3]
            case _:
                return self.code[:2]

    @property
    def country(self) -> str | None:
        """Last three digits of 99xxx; None when born in France or unreadable."""
        return self.code[2:] if self.kind is PlaceKind.ABROAD else None


def abroad(country: str) -> BirthPlace | None:
    """The place of a country given by three digits (``352``) or five (``99352``); None when it is neither."""
    code = country if len(country) == 5 else f"99{country}"  # noqa: PLR2004 - the length of a COG code
    place = BirthPlace(code)
    return place if place.kind is PlaceKind.ABROAD else None
