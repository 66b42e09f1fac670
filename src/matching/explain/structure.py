"""What a receipt of form A says of the structure, tied to what our own control 1 says of the same file.

Example:
    >>> fault = faults(receipt.errors, deposit.passages, report.errors)[0]
    >>> fault.line, fault.element, fault.cvc
    (65, 'sexe', ('cvc-enumeration-valid', 'cvc-type.3.1.3'))
    >>> fault.own.sentence("fr")
    'Ligne 65, colonne 21 : sexe (n° 8.9) vaut « H » ; ...'

The portal gives Xerces' entries as they are: a value that a facet refuses has two entries at one place, and places
are where an element *ends* (where it starts, when it should not be there). Ours are where it starts, one per element.
So an entry is tied to the nearest of our errors before it, of the same passage and element.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from matching.identity.catalogue import Lang

_CVC = re.compile(r"\s*(cvc-[\w.-]*\w)")
_ELEMENT = re.compile(
    r"(?:[ée]l[ée]ment|element)\s+['\"«‘“]?\s*(?:\{[^}]*:|[\w.-]+:)?([A-Za-z]\w*)\s*\}?['\"»’”]", re.IGNORECASE
)


class Entry(Protocol):
    """An entry of form A, as ``deposit.receipt.StructureError`` is one."""

    @property
    def message(self) -> str: ...  # noqa: D102 - see deposit.receipt
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> int: ...  # noqa: D102


class OwnError(Protocol):
    """An error of our own control 1, as ``deposit.violations.SchemaError`` is one."""

    @property
    def code(self) -> str: ...  # noqa: D102 - see deposit.violations
    @property
    def cvc(self) -> str: ...  # noqa: D102
    @property
    def element(self) -> str: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> int: ...  # noqa: D102
    @property
    def passage(self) -> int | None: ...  # noqa: D102
    @property
    def is_fatal(self) -> bool: ...  # noqa: D102
    def sentence(self, lang: Lang = ...) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Fault:
    """One place where the portal refuses the structure.

    Attributes:
        line: As the receipt gives it, 0 when it gives none.
        column: The same.
        element: Named by the entry, or by our own error; "" when nobody names it.
        cvc: The rules broken, as the receipt spells them, in its order.
        texts: The entries at this place, as written.
        passage: Rank in the file of the passage, None outside the passages or when lines do not tell.
        id_technique: Key of that passage.
        own: Our own error about the same thing; None when there is none.
    """

    line: int
    column: int
    element: str
    cvc: tuple[str, ...]
    texts: tuple[str, ...]
    passage: int | None
    id_technique: str | None = None
    own: OwnError | None = None


def faults(entries: Sequence[Entry], passages: pl.DataFrame, errors: Sequence[OwnError]) -> tuple[Fault, ...]:
    """The entries of a receipt, those of one place together, each tied to our own error if there is one.

    Args:
        entries: Of form A, 100 at most.
        passages: Contract PASSAGES; empty when the file cannot be read.
        errors: What our control 1 finds in the same file; each is tied once.
    """
    lines, keys = passages["line"].to_list(), passages["id_technique"].to_list()
    places: dict[tuple[int, int], list[str]] = {}
    for entry in entries:
        places.setdefault((entry.line, entry.column), []).append(entry.message)
    left = list(errors)
    found = []
    for (line, column), texts in places.items():
        fault = _read(line, column, texts, _passage_at(line, lines))
        own = _nearest(fault, left)
        if own is not None:
            left.remove(own)
            fault = replace(fault, element=fault.element or own.element, passage=own.passage, own=own)
        if fault.passage is not None and fault.passage < len(keys):
            fault = replace(fault, id_technique=keys[fault.passage])
        found.append(fault)
    return tuple(found)


def _read(line: int, column: int, texts: Sequence[str], passage: int | None) -> Fault:
    rules = tuple(rule[1] for text in texts if (rule := _CVC.match(text)))
    named = [name[1] for text in texts if (name := _ELEMENT.search(text))]
    return Fault(line, column, named[0] if named else "", rules, tuple(texts), passage)


def _passage_at(line: int, lines: Sequence[int]) -> int | None:
    """The passage whose lines hold this one; None before the first, or when several start on one line."""
    rank = bisect_right(lines, line) - 1
    is_told = rank >= 0 and lines.count(lines[rank]) == 1
    return rank if line and is_told else None


def _nearest(fault: Fault, errors: Sequence[OwnError]) -> OwnError | None:
    """Our error about the same thing: of those before the fault, one of the same rule if possible, then the last."""
    if not fault.cvc:  # no rule of a schema: the file is no XML, and there is one place where it ceases to be
        return next((error for error in errors if error.is_fatal), None)
    rules = {rule.lower() for rule in fault.cvc}
    near = [error for error in errors if _may_be(error, fault, rules)]
    return max(near, key=lambda error: (error.cvc.lower() in rules, error.line, error.column), default=None)


def _may_be(error: OwnError, fault: Fault, rules: set[str]) -> bool:
    is_before = (0, 0) < (error.line, error.column) <= (fault.line, fault.column)
    if not is_before or (fault.passage is not None and error.passage not in {fault.passage, None}):
        return False
    if fault.element:
        return error.element == fault.element
    return error.line == fault.line or (error.passage == fault.passage and error.cvc.lower() in rules)
