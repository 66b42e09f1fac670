"""Which column of a table is which field, guessed from the headers.

Example:
    >>> columns = guessed(["Nom de naissance", "Prénom", "Date de naisance", "Remarques"], {})
    >>> [(column.header, column.field, column.how) for column in columns.mapped]
    [('Nom de naissance', 'birth_name', 'synonym'), ('Prénom', 'given_name_1', 'synonym'),
     ('Date de naisance', 'birth_date', 'fuzzy')]
    >>> [(column.header, column.reason) for column in columns.unmapped]
    [('Remarques', 'unknown')]

The clearest headers choose first: those that a mapping gives, then the dictionary's own spelling or number, then
headers that can be nothing else, then bare ones, then those that only look like one. A field is given once; where two
columns claim it with the same right, neither has it, and the mapping decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from matching.tables.fields import (
    ADDRESS_WORDS,
    FIELDS,
    IDLE_WORDS,
    MANDATORY,
    MAYBE_ADDRESS,
    OTHERS,
    WHOLE_NAMES,
    tokens,
)

How = Literal["given", "exact", "synonym", "fuzzy"]
Reason = Literal["unknown", "ignored", "ambiguous", "taken", "whole_name", "address"]

_SHORTEST = 6  # letters of a header that may hold a slip
_LEAST_ALIKE = 88  # of 100: one letter in eight
_LEAST_AHEAD = 3  # of the next field
_NUMBER = re.compile(r"^\W*(\d{1,2}\.\d{1,2})\b|\b(\d{1,2}\.\d{1,2})\W*$")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Mapped:
    """A column that is read.

    Attributes:
        rank: Of the column in the table, 0-based.
        header: As written.
        field: Key of ``FIELDS``.
        how: Why: a mapping gives it, the dictionary spells or numbers it so, it is a usual header, it looks like one.
    """

    rank: int
    header: str
    field: str
    how: How


@dataclass(frozen=True)
class Unmapped:
    """A column that is not read.

    Attributes:
        rank: Of the column in the table, 0-based.
        header: As written.
        reason: ``unknown``; ``ignored``, a mapping says so; ``ambiguous``, another column claims the field as well;
            ``taken``, by a clearer column; ``whole_name``, several fields in one; ``address``, maybe where people live.
        field: What it could be, None when nobody knows.
    """

    rank: int
    header: str
    reason: Reason
    field: str | None = None


@dataclass(frozen=True)
class Columns:
    """How the columns of a table were understood.

    Attributes:
        mapped: In the order of the table.
        unmapped: In the order of the table.
        constants: Field → value of every row whose cell is empty, or of every row when no column holds it.
    """

    mapped: tuple[Mapped, ...]
    unmapped: tuple[Unmapped, ...]
    constants: Mapping[str, str]

    @property
    def fields(self) -> dict[str, Mapped]:
        """Field → its column."""
        return {column.field: column for column in self.mapped}

    @property
    def missing(self) -> tuple[str, ...]:
        """Mandatory fields that neither a column nor a constant gives, by their keys."""
        given = {*self.fields, *self.constants}
        stand_ins = {
            "current_name": {"birth_name"},
            "birth_date": {"birth_year"},
            "file_number": {"sex", "birth_year"},
            "declared_nir": {"sex", "birth_year", "given_name_1"},
        }
        given |= {field for stand_in in given & set(stand_ins) for field in stand_ins[stand_in]}
        return tuple(field for field in MANDATORY if field not in given)


def guessed(headers: Sequence[str], given: Mapping[str, str], constants: Mapping[str, str] | None = None) -> Columns:
    """The columns of a table.

    Args:
        headers: In order, each once.
        given: Header → field that a mapping says; "" for a column that is not to be read.
        constants: Field → value.
    """
    guess = _Guess(headers, given)
    for tier in _TIERS:
        guess.ask(tier)
    mapped, unmapped = _one_date(guess.mapped, [*guess.unmapped, *guess.unknown()])
    return Columns(
        tuple(sorted(mapped, key=lambda column: column.rank)),
        tuple(sorted(unmapped, key=lambda column: column.rank)),
        dict(constants or {}),
    )


class _Guess:
    """Columns as they find their fields, the clearest headers first."""

    def __init__(self, headers: Sequence[str], given: Mapping[str, str]) -> None:
        self._ranks = {header: rank for rank, header in enumerate(headers)}
        self._left = [header for header in headers if header not in given]
        self._disputed: set[str] = set()
        self._is_address = any(ADDRESS_WORDS & set(tokens(header)) for header in headers)
        told = [(self._ranks[header], header, field) for header, field in given.items()]
        self.mapped = [Mapped(rank, header, field, "given") for rank, header, field in told if field]
        self.unmapped = [Unmapped(rank, header, "ignored") for rank, header, field in told if not field]

    def ask(self, tier: str) -> None:
        """Let the headers that are this clear have their fields."""
        claims: dict[str, list[str]] = {}
        for header in self._left:
            if (field := _tiers(header).get(tier)) is not None:
                claims.setdefault(field, []).append(header)
        for field, claimants in claims.items():
            reason = self._refusal(tier, field, claimants)
            ranks = [(self._ranks[header], header) for header in claimants]
            if reason is None:
                self.mapped += [Mapped(rank, header, field, _TIERS[tier]) for rank, header in ranks]
            else:
                self.unmapped += [Unmapped(rank, header, reason, field) for rank, header in ranks]
            self._left = [header for header in self._left if header not in claimants]

    def unknown(self) -> list[Unmapped]:
        """The columns that named no field."""
        reasons: dict[bool, Reason] = {True: "whole_name", False: "unknown"}
        return [Unmapped(self._ranks[header], header, reasons[_key(header) in _whole_names()]) for header in self._left]

    def _refusal(self, tier: str, field: str, claimants: Sequence[str]) -> Reason | None:
        if any(column.field == field for column in self.mapped):
            return "taken"
        if field in self._disputed or len(claimants) > 1:
            self._disputed.add(field)
            return "ambiguous"
        return "address" if tier == "bare" and self._is_address and field in MAYBE_ADDRESS else None


_TIERS: dict[str, How] = {"exact": "exact", "usual": "synonym", "bare": "synonym", "fuzzy": "fuzzy"}
_ONE_DATE = {"birth_date": ("birth_year", "birth_month", "birth_day"), "exam_date": ("exam_start", "exam_end")}


def _one_date(mapped: list[Mapped], unmapped: list[Unmapped]) -> tuple[list[Mapped], list[Unmapped]]:
    """A date told whole and in parts is read once: from the parts when all are there."""
    fields = {column.field for column in mapped}
    for whole, parts in _ONE_DATE.items():
        if whole in fields and not fields.isdisjoint(parts):
            dropped = {whole} if fields.issuperset(parts) else set(parts)
            unmapped += [Unmapped(c.rank, c.header, "taken", c.field) for c in mapped if c.field in dropped]
            mapped = [column for column in mapped if column.field not in dropped]
    return mapped, unmapped


def understood(headers: Sequence[str]) -> int:
    """How many cells of a row are headers that somebody knows: what tells the row of headers, and the separator."""
    return sum(1 for header in headers if _is_known(header))


@lru_cache(maxsize=4096)  # cells of tables are not kept for ever
def _is_known(header: str) -> bool:
    return bool(header.strip()) and (bool(_tiers(header)) or _key(header) in _whole_names())


@lru_cache(maxsize=4096)
def _tiers(header: str) -> dict[str, str]:
    """The field that the header names, by how clearly it does; at most one, and none when it is unknown."""
    exact = _exactly(header)
    if exact is not None:
        return {"exact": exact}
    if _key(header) in _whole_names():
        return {}
    for words in _readings(header):
        for tier, known in _known().items():
            if (field := known.get(_sorted(words))) is not None:
                return {tier: field}
    fuzzy = None if OTHERS & set(tokens(header)) else _nearest(header)
    return {} if fuzzy is None else {"fuzzy": fuzzy}


def _exactly(header: str) -> str | None:
    """The field that the dictionary spells so; or, of any other words, the one whose number stands beside them."""
    by_name, by_number = _dictionary()
    number = _NUMBER.search(header)
    name = header[: number.start()] + header[number.end() :] if number else header
    name = name.strip(" \t-:()[]#")
    if name in by_name:
        return by_name[name]
    return by_number.get(number[1] or number[2]) if number else None


@cache
def _dictionary() -> tuple[dict[str, str], dict[str, str]]:
    fields = FIELDS.values()
    by_name = {name: field.key for field in fields for name in field.spellings}
    return by_name, {number: field.key for field in fields for number in field.numbers}


def _readings(header: str) -> list[tuple[str, ...]]:
    """The words of the header; those outside brackets; those without whom it speaks of."""
    whole, outside = tokens(header), tokens(_ASIDE.sub("", header))
    short = [tuple(word for word in words if word not in IDLE_WORDS) for words in (whole, outside)]
    return [words for words in dict.fromkeys((whole, outside, *short)) if words]


def _sorted(words: Sequence[str]) -> str:
    return " ".join(sorted(words))


def _key(header: str) -> str:
    return _sorted(tokens(header))


@cache
def _known() -> dict[str, dict[str, str]]:
    """Usual and bare headers, as sorted words → field."""
    return {
        "usual": {_key(header): field.key for field in FIELDS.values() for header in field.usual},
        "bare": {_key(header): field.key for field in FIELDS.values() for header in field.bare},
    }


@cache
def _whole_names() -> frozenset[str]:
    return frozenset(_key(header) for header in WHOLE_NAMES)


@cache
def _squeezed() -> dict[str, str]:
    """Headers that may be recognised with a slip: letters in a row → field."""
    every = {"".join(tokens(header)): field.key for field in FIELDS.values() for header in (*field.usual, *field.bare)}
    return {letters: field for letters, field in every.items() if len(letters) >= _SHORTEST}


def _nearest(header: str) -> str | None:
    """The field whose header is this one but for a slip, past the first letter; None when two are as near."""
    outside = _readings(header)
    letters = "".join(outside[-1]) if outside else ""
    if len(letters) < _SHORTEST:
        return None
    known = _squeezed()
    digits = re.sub(r"\D", "", letters)
    found = process.extract(letters, known.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE, limit=20)
    scores: dict[str, float] = {}
    for name, score, _ in found:
        if name[0] == letters[0] and re.sub(r"\D", "", name) == digits:
            scores[known[name]] = max(score, scores.get(known[name], 0))
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _LEAST_AHEAD):
        return None
    return ranked[0][0]
