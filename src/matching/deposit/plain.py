r"""Passages written plainly, told by one regular expression that only valid passages match.

Example:
    >>> [match and match[1] for match in plain_passages(part, "1.1.2", frozenset({"raw_sex"}))]
    [b'F', b'M', None]

A program writes its elements in the order of the dictionary, without attributes but nil, comments nor entities. Such
passages are a regular language: the expression is written from the dictionary like the schema, and its groups are the
columns of the frame. It answers "surely valid" or nothing: what it does not match is for libxml2 to judge.

It reads bytes that are known to be UTF-8. Lengths are bounds on characters, so bytes may be counted for the longest (a
text has no fewer bytes than characters), and where a length is exact only ASCII is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import repeat

from lxml import etree

from matching.deposit.dictionary import (
    NAMESPACE,
    PASSAGE,
    PASSAGES_LIST,
    XSI,
    Block,
    Facets,
    Field,
    Version,
    children,
)
from matching.deposit.parsing import hardened_parser
from matching.deposit.stream import Slice

# Possessive wherever something is repeated: there is never a second way to match, and nothing is tried again.
_BLANK = r"[ \t\r\n]"
_GAP = _BLANK + "*+"
# In a text: no markup, no carriage return (it reads as a line feed), no character that XML bans (the first byte \xEF
# begins U+FFFE and U+FFFF, among letters that no name has).
_BYTE = r"[^<>&\x00-\x08\x0b-\x1f\xef]"
_ASCII = r"[^<>&\x00-\x08\x0b-\x1f\x7f-\xff]"
_DATE = (
    "(?:19|20)[0-9]{2}-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13578]|1[02])-31)"
)  # the 29th of February is left to libxml2


@dataclass(frozen=True)
class Spelling:
    """How the passages of a list are written.

    Attributes:
        version: Schema version they are held to.
        prefix: Before the names of the elements, colon included; "" in a default namespace.
        xsi: The same before ``nil``; None where the namespace is not declared.
        captured: Frame columns whose texts are wanted.
    """

    version: Version
    prefix: str
    xsi: str | None
    captured: frozenset[str] = frozenset()


def plain_passages(
    part: Slice, version: Version, captured: frozenset[str] = frozenset()
) -> list[re.Match[bytes] | None]:
    """For each passage of a slice, its match when it is surely valid in this version, None when nothing is sure.

    Args:
        part: The slice.
        version: Schema version it is held to.
        captured: Frame columns whose texts the matches hold, one group for each of ``groups(version, captured)``.
    """
    spelling = _spelling(part, version, captured)
    data, starts = part.piece.data, part.starts
    if spelling is None or data[: starts[0]].strip(b" \t\r\n"):
        return [None] * len(starts)
    return list(map(pattern(spelling).fullmatch, repeat(data), starts, (*starts[1:], len(data))))


def _spelling(part: Slice, version: Version, captured: frozenset[str]) -> Spelling | None:
    """As the list's own start tag is written, and what libxml2 says is in scope there; None when it is not ours."""
    try:
        empty = etree.fromstring(part.passage_list.opening + part.passage_list.closing, hardened_parser())
    except etree.XMLSyntaxError:
        return None
    if empty.tag != f"{{{NAMESPACE}}}{PASSAGES_LIST.name}":
        return None
    xsi = next((f"{prefix}:" for prefix, uri in empty.nsmap.items() if uri == XSI and prefix), None)
    return Spelling(version, f"{empty.prefix}:" if empty.prefix else "", xsi, captured)


@lru_cache(maxsize=64)  # a file chooses its prefixes
def pattern(spelling: Spelling) -> re.Pattern[bytes]:
    """The expression; its groups are those of ``groups()``, in order."""
    return re.compile(_element(PASSAGE, spelling).encode())


@cache
def groups(version: Version, captured: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What each group of the expression holds: the element's parent, and the frame column that it fills."""
    return tuple(_groups(PASSAGE, version, captured))


def _groups(block: Block, version: Version, captured: frozenset[str]) -> Iterator[tuple[str, str]]:
    for child in children(block, version):
        if isinstance(child, Block):
            yield from _groups(child, version, captured)
        elif child.column in captured:
            yield block.name, child.column


def _element(item: Field | Block, spelling: Spelling) -> str:
    name = re.escape(spelling.prefix + item.name)
    if isinstance(item, Field):
        text = _field(item, name, spelling)
    else:
        inside = [_element(child, spelling) for child in children(item, spelling.version)]
        content = {"all": "".join(inside), "choice": f"(?:{'|'.join(inside)})", "list": f"(?:{inside[0]})++"}
        text = f"<{name}>{_GAP}{content[item.kind]}</{name}>{_GAP}"
    return f"(?:{text})?+" if item.obligation == "F" else text


def _field(field: Field, name: str, spelling: Spelling) -> str:
    mark = "" if field.column in spelling.captured else "?:"
    filled = f">({mark}{_value(field.facets)})</{name}>"
    if field.obligation != "N" or spelling.xsi is None:
        return f"<{name}{filled}{_GAP}"
    nil = f'{_BLANK}++{re.escape(spelling.xsi)}nil="(?:true|1)"{_GAP}(?:/>|></{name}>)'
    return f"<{name}(?:{filled}|{nil}){_GAP}"


def _value(facets: Facets) -> str:
    """Texts that the type surely takes."""
    if facets.values:
        return "|".join(map(re.escape, facets.values))
    match facets.base:
        case "date":
            return _DATE
        case "boolean":
            return "true|false|[01]"
        case "int":
            return "0?(?:" + "|".join(_integers(facets.minimum or 0, facets.maximum or 0)) + ")"
    if facets.pattern is not None:
        return facets.pattern.replace("(", "(?:")
    shortest, longest = facets.min_length, facets.max_length
    return f"{_ASCII}{{{shortest}}}" if shortest == longest else f"{_BYTE}{{{shortest},{longest}}}+"


def _integers(minimum: int, maximum: int) -> Iterator[str]:
    """Expressions of the integers from one bound to the other: by hundreds, tens and ones."""
    number = minimum
    while number <= maximum:
        digits = next(n for n in (2, 1, 0) if not number % 10**n and number + 10**n - 1 <= maximum)
        yield f"{number // 10**digits or ''}{'[0-9]' * digits}"
        number += 10**digits
