"""The mapping of a table: what its headers do not say, or say wrongly.

Example, of a file ``mapping.toml``::

    sheet = "Session de mars"        # of a workbook; the first that looks like a table otherwise
    separator = ";"                  # of a CSV, like the encoding; both are detected otherwise
    encoding = "cp1252"
    date_order = "day_first"         # or month_first: 03/12/1967 is 12 March

    [columns]
    "Nom de jeune fille" = "birth_name"
    "Nom" = "current_name"           # the birth name where that is empty, else the usage name
    "Ville" = ""                     # not read

    [constants]
    certification_code = "RS6042"    # for every row whose cell is empty

Headers that the mapping does not name are guessed as ever.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from rapidfuzz import process

from matching.identity.errors import InputError
from matching.tables.fields import FIELDS, OF_ONE_HOLDER

DateOrder = Literal["day_first", "month_first"]
DATE_ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first")
_TEXTS = ("sheet", "separator", "encoding", "date_order")
_SECTIONS = ("columns", "constants")


@dataclass(frozen=True)
class TableMapping:
    """What a mapping file says; what it does not say is None or empty.

    Attributes:
        file: Its name, for messages.
        sheet: Of a workbook.
        separator: Of a CSV, one character.
        encoding: Of a CSV, a codec that Python knows.
        date_order: Of dates in digits.
        columns: Header → field, "" for a column that is not to be read.
        constants: Field → value.
    """

    file: str = ""
    sheet: str | None = None
    separator: str | None = None
    encoding: str | None = None
    date_order: DateOrder | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


def read_mapping(path: str | Path) -> TableMapping:
    """Read and check a mapping file.

    Raises:
        InputError: no such file, no TOML, an unknown key or field, a value that its key does not take.
    """
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError("tables.no_mapping", file=str(path)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("tables.bad_mapping", file=str(path), reason=str(error)) from None
    _check_known(path.name, document, (*_TEXTS, *_SECTIONS), "tables.unknown_key")
    texts = {key: _text(path.name, key, document[key]) for key in _TEXTS if key in document}
    _check_texts(path.name, texts)
    given = _section(path.name, document, "columns").items()
    columns = {header: _text(path.name, header, named, empty=True) for header, named in given}
    constants = _section(path.name, document, "constants")
    _check_known(path.name, filter(None, columns.values()), FIELDS, "tables.unknown_field")
    common = [key for key in FIELDS if key not in OF_ONE_HOLDER]
    _check_known(path.name, constants, common, "tables.unknown_constant")
    _check_once(path.name, columns)
    filled = {key: _text(path.name, key, _plain(value)) for key, value in constants.items()}
    return TableMapping(file=path.name, columns=columns, constants=filled, **texts)


def toml_text(value: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def closest(name: str, known: Iterable[str]) -> str:
    """Up to three known names that look like this one; all of them when none does."""
    names = list(known)
    found = process.extract(name.casefold(), names, processor=str.casefold, score_cutoff=60, limit=3)
    return ", ".join([match for match, *_ in found] or names)


def _check_known(file: str, given: Iterable[str], known: Iterable[str], code: str) -> None:
    names = list(known)
    for key in given:
        if key not in names:
            raise InputError(code, file=file, key=key, choices=closest(key, names))


def _check_texts(file: str, texts: Mapping[str, Any]) -> None:
    if len(texts.get("separator", ";")) != 1:
        raise InputError("tables.bad_separator", file=file)
    try:
        "".encode(texts.get("encoding", "utf-8"))
    except LookupError:
        raise InputError("tables.unknown_encoding", file=file, encoding=texts["encoding"]) from None
    if texts.get("date_order", DATE_ORDERS[0]) not in DATE_ORDERS:
        raise InputError("tables.bad_date_order", file=file, choices=", ".join(DATE_ORDERS))


def _check_once(file: str, columns: Mapping[str, Any]) -> None:
    taken: dict[str, str] = {}
    for header, named in columns.items():
        if named and named in taken:
            raise InputError("tables.field_twice", file=file, field=named, first=taken[named], second=header)
        taken[named] = header


def _section(file: str, document: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise InputError("tables.no_section", file=file, name=name)
    return section


def _plain(value: object) -> object:
    """Numbers, dates and booleans as the text that a cell would hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, date)) else value


def _text(file: str, key: str, given: object, *, empty: bool = False) -> Any:  # noqa: ANN401 - one of a few literals
    if not isinstance(given, str) or not (given or empty):
        raise InputError("tables.bad_text", file=file, key=key)
    return given
