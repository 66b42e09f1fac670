"""The words of the explained receipt: causes, corrections, documents, sentences of the portal, how sure.

Example:
    >>> ExplainWords("fr").sure(0.957), ExplainWords("fr").document("family_book")
    ('96\u202f%', 'copie du livret de famille')
"""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from matching.identity.catalogue import catalogue, sentence
from matching.report.wording import Words

_HARDLY = 0.01
_plain = cache(sentence)


@dataclass(frozen=True)
class ExplainWords(Words):
    """What a rendering says, in one language: sentences ``causes.*``."""

    stage: ClassVar[str] = "causes"

    def __call__(self, name: str, /, **facts: object) -> str:
        """As in ``Words``; a sentence without facts is put in words once."""
        return super().__call__(name, **facts) if facts else _plain(f"{self.stage}.{name}", self.lang)

    def of_kind(self, text: str, kind: str) -> str:
        """Its ``title`` or ``remedy``: a cause is a kind of correction, or one of its own."""
        own = f"causes.{text}_{kind}"
        return _plain(own if own in catalogue() else f"corrections.{text}_{kind}", self.lang)

    def field(self, name: str | None) -> str:
        """A key of ``ELEMENTS`` in words."""
        return "" if name is None else _plain(f"fields.{name}", self.lang)

    def document(self, name: str | None) -> str:
        """What to ask for; "" when nothing."""
        return "" if name is None else self(f"document_{name}")

    def meaning(self, message: int | None, *, short: bool = False) -> str:
        """What a sentence of the receipt means; ``short``: in one line."""
        return self(f"message_short_{message or 'other'}" if short else f"message_{message or 'other'}")

    def sure(self, probability: float) -> str:
        """How sure, without decimals that nobody can hold; never a false hundred."""
        return self("sure", n=min(round(100 * probability), 99)) if probability >= _HARDLY else self("hardly")
