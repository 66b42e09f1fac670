"""The sentences that users read, in French and English, keyed by stable code.

They live in ``sentences/<stage>.toml``; the code is ``<stage>.<name>``. Nothing is read before the first sentence
is asked for.

Example:
    >>> sentence("deposit.empty", "fr", file="janvier.xml")
    'janvier.xml est vide : ...'

A sentence names facts in braces. ``{n:count}`` groups thousands (12 480 / 12,480), ``{share:percent}`` prints a
share of 0..1 with one decimal (93,4 % / 93.4%). Plain ``{line}`` is left alone: a line number is typed in an editor.
"""

import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = ("fr", "en")

_NARROW_SPACE = "\u202f"  # French groups thousands, and sets off % and ;, with a narrow no-break space


def count(value: int, lang: Lang = "fr") -> str:
    """An integer with its thousands grouped as the language does."""
    grouped = f"{value:,}"
    return grouped.replace(",", _NARROW_SPACE) if lang == "fr" else grouped


def percent(share: float, lang: Lang = "fr") -> str:
    """A share of 0..1 as a percentage with one decimal; never a false zero or a false hundred."""
    smallest = 0.001
    french = lang == "fr"
    if 0 < share < smallest:
        return f"moins de 0,1{_NARROW_SPACE}%" if french else "less than 0.1%"
    if 1 - smallest < share < 1:
        return f"plus de 99,9{_NARROW_SPACE}%" if french else "more than 99.9%"
    text = f"{100 * share:.1f}"
    return text.replace(".", ",") + _NARROW_SPACE + "%" if french else text + "%"


class _Formatter(string.Formatter):
    """``str.format`` with the two number formats that depend on the language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - signature of string.Formatter
        if format_spec == "count":
            return count(value, self.lang)
        if format_spec == "percent":
            return percent(value, self.lang)
        return str(super().format_field(value, format_spec))

    def check_unused_args(self, used_args: set[int | str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Facts that a sentence does not name are allowed: they are there for programs."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every sentence: code → {"fr": ..., "en": ...}."""
    found: dict[str, dict[str, str]] = {}
    for entry in sorted(resources.files(__package__).joinpath("sentences").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            stage = entry.name.removesuffix(".toml")
            for name, texts in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                found[f"{stage}.{name}"] = texts
    return found


def sentence(code: str, lang: Lang = "fr", **facts: object) -> str:
    """The sentence of a code, with the facts it names.

    Raises:
        KeyError: the code is not in the catalogue, or a fact it names is missing: a fault of the program.
    """
    text = catalogue()[code][lang]
    return _Formatter(lang).format(french(text) if lang == "fr" else text, **facts)


def french(text: str) -> str:
    """French typography, so that files of sentences can be typed on any keyboard: no-break spaces, apostrophes."""
    text = _APOSTROPHE.sub("’", text)
    return _BEFORE.sub(_NARROW_SPACE, _AFTER.sub(_NARROW_SPACE, text))


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|«|\{)")
_AFTER = re.compile(r"(?<=«) ")
_BEFORE = re.compile(r" (?=[»;:?!])")
