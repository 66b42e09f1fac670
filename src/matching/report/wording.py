"""The words and figures of the quality report: sentences ``quality.*``, counts, shares, points, values as shown.

Example:
    >>> words = Words("fr")
    >>> words("lines", n=12480), words.points(0.016)
    ('12 480 lignes', '+ 1,6 pt')
    >>> visible("  MARTIN"), shortened("MONTGAILLARD", 6)
    ('␣␣MARTIN', 'MONTG…')
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from matching.identity.catalogue import Lang, catalogue, count, percent, sentence

_SMALLEST = 0.001  # a tenth of a point
_NARROW_SPACE = "\u202f"
_LOST_BLANKS = re.compile(r"^\s+|\s+$|\s{2,}")  # those that no page and no terminal shows
_OTHER_BLANKS = re.compile(r"[^\S ]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Words:
    """What a rendering says, in one language: sentences of one file of the catalogue, ``quality.*`` here."""

    stage: ClassVar[str] = "quality"

    lang: Lang

    def __call__(self, name: str, /, **facts: object) -> str:
        """The sentence ``<stage>.<name>``, or ``<stage>.<name>_one`` where there is one and ``n`` is singular."""
        singular = (0, 1) if self.lang == "fr" else (1,)
        one = f"{self.stage}.{name}_one"
        is_one = facts.get("n") in singular and one in catalogue()
        return sentence(one if is_one else f"{self.stage}.{name}", self.lang, **facts)

    def count(self, n: int) -> str:
        """An integer, thousands grouped."""
        return count(n, self.lang)

    def percent(self, share: float) -> str:
        """A share of 0..1 with one decimal; never a false zero or a false hundred."""
        return percent(share, self.lang)

    def points(self, gain: float, *, signed: bool = True) -> str:
        """A difference of shares of 0..1 in points; never a false zero."""
        if 0 < gain < _SMALLEST:
            return self("points_less")
        text = f"{abs(100 * gain):.1f}"
        sign = "" if text == "0.0" or not signed else "+" if gain > 0 else "−"
        if self.lang == "fr":
            return f"{sign}{_NARROW_SPACE if sign else ''}{text.replace('.', ',')}\u00a0pt"
        return f"{sign}{text}\u00a0pt"


def visible(text: str) -> str:
    """A value whose blanks can be seen where a page would lose them, and without characters that are obeyed."""
    seen = _LOST_BLANKS.sub(lambda blanks: "␣" * len(blanks[0]), text)
    return harmless(_OTHER_BLANKS.sub("␣", seen))


def harmless(text: str) -> str:
    """A sentence that may repeat a value, without characters that a page or a terminal would obey."""
    return _CONTROLS.sub("␣", text)


def shortened(text: str, most: int) -> str:
    """At most that many characters, the last one telling that it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
