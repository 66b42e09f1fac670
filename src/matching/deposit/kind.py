"""What a file of any name is: a deposit, a receipt, or neither.

Example:
    >>> kind_of(Path("janvier.xml")), kind_of(Path("Accusé de traitement_janvier.xml_20260302.xml"))
    ('deposit', 'receipt')
"""

from contextlib import suppress
from pathlib import Path
from typing import Literal
from xml.parsers import expat

Kind = Literal["deposit", "receipt"]

_ROOTS: dict[str, Kind] = {"flux": "deposit", "rapport": "receipt"}
_HEAD_BYTES = 1 << 16  # the root starts before, or it is no file of ours


def kind_of(path: Path) -> Kind | None:
    """By the name of its first element; None for what is no XML, or another one.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name)
    with suppress(expat.ExpatError, LookupError):  # LookupError: an encoding that nobody knows
        parser.Parse(head)
    return _ROOTS.get(names[0].rpartition(":")[2].lower()) if names else None
