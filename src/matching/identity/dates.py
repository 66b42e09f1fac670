"""Birth dates that may lack their day, or their month and day.

Example:
    >>> parse_iso("1967-03"), PartialDate(1967, 3, 12).compare(PartialDate(1967, 3))
    (PartialDate(year=1967, month=3, day=None), <Agreement.MISSING: 'missing'>)

Reading a date as people type it (dd/mm/yyyy, serial numbers …) is the work of ``normalize``.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from matching.identity.outcomes import Agreement

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, order=False)
class PartialDate:
    """A date of which the day, or the month and the day, may be unknown (None).

    A day without its month is allowed: files do carry one. A day that its month does not have (31 February) is
    refused by ``is_possible``, not by the constructor: such dates exist in files and must be kept to be shown.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_complete(self) -> bool:
        """True when year, month and day are known."""
        return self.month is not None and self.day is not None

    @property
    def is_possible(self) -> bool:
        """False for month 13, 31 February and the like; an unknown part is possible."""
        if self.month is not None and self.month not in range(1, 13):
            return False
        if self.day is None:
            return True
        if self.month is None:
            return self.day in range(1, 32)
        return self.day in range(1, calendar.monthrange(self.year, self.month)[1] + 1)

    @property
    def start(self) -> dt.date | None:
        """First day the date can be; None when it is impossible."""
        return dt.date(self.year, self.month or 1, self.day or 1) if self.is_possible else None

    @property
    def end(self) -> dt.date | None:
        """Last day the date can be; None when it is impossible."""
        if not self.is_possible:
            return None
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def compare(self, other: "PartialDate") -> Agreement:
        """Differ when a part known on both sides differs; missing when one side lacks a part; else agree."""
        parts = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        if any(mine is not None and theirs is not None and mine != theirs for mine, theirs in parts):
            return Agreement.DIFFER
        if any((mine is None) != (theirs is None) for mine, theirs in parts) or not self.is_complete:
            return Agreement.MISSING
        return Agreement.AGREE

    def __str__(self) -> str:
        """ISO with the known parts: 1967, 1967-03, 1967-03-12; a day without its month as 1967-??-12."""
        if self.month is None:
            return f"{self.year:04d}" if self.day is None else f"{self.year:04d}-??-{self.day:02d}"
        return f"{self.year:04d}-{self.month:02d}" + (f"-{self.day:02d}" if self.day is not None else "")


def parse_iso(text: str) -> PartialDate | None:
    """The date of ``1967``, ``1967-03`` or ``1967-03-12``; None for anything else or an impossible date."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year:
        return None
    date = PartialDate(year, month, day)
    return date if date.is_possible else None
