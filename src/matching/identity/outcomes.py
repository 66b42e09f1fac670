"""Outcomes, agreements and the numbers of the official messages: closed sets, the same for every strategy.

Example:
    >>> Outcome.FOUND.is_ok, Outcome.SEVERAL.insi_code
    (True, '02')
"""

from enum import IntEnum, StrEnum


class Outcome(StrEnum):
    """What a strategy answers for one passage."""

    FOUND = "FOUND"
    """One person, every trait agrees."""
    FOUND_RECTIFIED = "FOUND_RECTIFIED"
    """One person, the register differs on some trait; which ones is part of the answer."""
    SEVERAL = "SEVERAL"
    """At least two people remain plausible."""
    USAGE_NAME_ONLY = "USAGE_NAME_ONLY"
    """One person, reached only through the usage name, and not sure enough to accept."""
    WEAK_ECHO = "WEAK_ECHO"
    """One person resembles, not close enough."""
    NONE = "NONE"
    """Nobody."""
    INVALID = "INVALID"
    """The passage cannot be searched: a mandatory trait is missing or unreadable."""

    @property
    def is_ok(self) -> bool:
        """True for the two outcomes that attribute the passage to a person."""
        return self in {Outcome.FOUND, Outcome.FOUND_RECTIFIED}

    @property
    def insi_code(self) -> str | None:
        """The code that the INSi teleservice gives to the same situation; None when it has none."""
        return _INSI_CODES.get(self)


_INSI_CODES = {
    Outcome.FOUND: "00",
    Outcome.FOUND_RECTIFIED: "00",
    Outcome.SEVERAL: "02",
    Outcome.USAGE_NAME_ONLY: "01",
    Outcome.WEAK_ECHO: "01",
    Outcome.NONE: "01",
}


class Agreement(StrEnum):
    """How one trait of the passage compares with the register. Missing and different are never the same value."""

    AGREE = "agree"
    DIFFER = "differ"
    MISSING = "missing"
    """At least one side does not know the trait."""


TRAITS = ("birth_name", "given_names", "sex", "birth_date", "birth_place")


class Message(IntEnum):
    """The seven sentences a receipt can give a KO passage, by their number in spec order.

    The texts are written and read in ``matching.deposit.receipt``.
    """

    NOBODY = 1
    """Stage 1 (birth name, first given name, sex, birth year) is empty."""
    NOBODY_WITH_DATE = 2
    """Stage 1 several, stage 2 (with month and day) empty."""
    NOBODY_WITH_PLACE = 3
    """Stages 1 and 2 several, stage 3 (with birth place and every other datum) empty."""
    SEVERAL = 4
    """Still several at the end."""
    ALREADY_ACCEPTED = 5
    """The passage was accepted in an earlier deposit."""
    CERTIFICATION = 6
    """The certification code is unknown, misspelt or not of the declared type."""
    VALIDITY_DATES = 7
    """The validity ends before it starts."""
