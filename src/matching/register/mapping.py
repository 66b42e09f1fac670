"""The mapping of an extract: which of its columns is which column of the register, and how it writes values.

Example, of a file ``mapping.toml``::

    [columns]
    person = "identifiant"                                  # any text; without it, one NIR is one person
    nir = ["nir", "cle"]                                    # or one column of 13 or 15 characters
    birth_name = "nom"
    given_names = { column = "prenoms", separator = "," }   # or a list of columns; a blank separates by default
    sex = { column = "sexe", values = { "1" = "M", "2" = "F" } }
    birth_date = { column = "naissance", format = "%d/%m/%Y" }  # or birth_year, birth_month, birth_day
    birth_place = "lieu"                                    # code of the COG at birth, or 99xxx
    status = { column = "etat", values = { V = "alive", D = "dead", P = "provisional" } }
    kind = "type"                                           # official, usage or former; official without it

    [csv]
    separator = ";"
    encoding = "cp1252"

``status`` and ``person`` may be left out, like ``kind``: everybody is then alive. The other columns are mandatory. A
Parquet table needs no ``[csv]``, whose defaults are a comma, UTF-8 and ``quote = '"'`` (``""`` for none).
"""

import difflib
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from matching.identity.errors import InputError
from matching.identity.frames import IDENTITY_KIND, SEX, STATUS

CODED: Final = {"sex": SEX, "status": STATUS, "kind": IDENTITY_KIND}
"""Columns of few values, and the values that the register knows."""

_OPTIONS: Final = {
    "person": {"column"},
    "nir": {"column", "columns"},
    "birth_name": {"column"},
    "given_names": {"column", "columns", "separator"},
    "sex": {"column", "values"},
    "birth_date": {"column", "format"},
    "birth_year": {"column"},
    "birth_month": {"column"},
    "birth_day": {"column"},
    "birth_place": {"column"},
    "status": {"column", "values"},
    "kind": {"column", "values"},
}
SOURCES: Final = tuple(_OPTIONS)
"""What a mapping may name: columns of the register, and ``birth_date`` for its three parts."""

_MANDATORY: Final = ("nir", "birth_name", "given_names", "sex", "birth_place")
DATE_PARTS: Final = ("birth_year", "birth_month", "birth_day")
_DIRECTIVES: Final = ("%Y", "%m", "%d")


@dataclass(frozen=True)
class Source:
    """Where a column of the register comes from.

    Attributes:
        columns: Columns of the extract; several only for a NIR and its key, and for given names.
        values: For a coded column, value of the extract → value of the register.
        separator: Between given names that share a column.
        format: Of a birth date in one column: ``%Y``, ``%m`` and ``%d``, once each.
    """

    columns: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    separator: str = " "
    format: str = "%Y-%m-%d"


@dataclass(frozen=True)
class CsvFormat:
    """How a CSV is written. ``quote`` is one character, or nothing."""

    separator: str = ","
    encoding: str = "utf-8"
    quote: str = '"'


@dataclass(frozen=True)
class RegisterMapping:
    """What a mapping file says.

    Attributes:
        file: Where it was read.
        sources: Column of the register, or ``birth_date``, → where it comes from.
        csv: How a CSV is written.
    """

    file: Path
    sources: Mapping[str, Source]
    csv: CsvFormat

    @property
    def columns(self) -> list[str]:
        """Every column of the extract that is read, once."""
        return list(dict.fromkeys(column for source in self.sources.values() for column in source.columns))


def read_mapping(file: str | Path) -> RegisterMapping:
    """Read and check a mapping file.

    Raises:
        InputError: no such file, no TOML, an unknown or missing key, a value that its key does not take.
    """
    file = Path(file)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("conversion.no_mapping", file=str(file)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("conversion.bad_mapping", file=str(file), reason=str(error)) from error
    for section in document:
        if section not in {"columns", "csv"}:
            raise InputError("conversion.unknown_section", file=str(file), section=section)
    columns = _table(file, "columns", document.get("columns", {}))
    _check_keys(file, "[columns]", columns, _OPTIONS)
    sources = {name: _source(file, name, columns[name]) for name in _OPTIONS if name in columns}
    _check_mandatory(file, sources)
    return RegisterMapping(file, sources, _csv_format(file, _table(file, "csv", document.get("csv", {}))))


def closest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that look like this one, the nearest first; case does not count."""
    by_folded = {other.casefold(): other for other in known}
    return [by_folded[match] for match in difflib.get_close_matches(name.casefold(), by_folded)]


def _source(file: Path, name: str, entry: object) -> Source:
    """What ``name = entry`` says: a column, a list of columns, or a table of options."""
    given: dict[str, Any] = (
        entry if isinstance(entry, dict) else {"columns" if isinstance(entry, list) else "column": entry}
    )
    _check_keys(file, f"columns.{name}", given, _OPTIONS[name])
    columns = given["columns"] if "columns" in given else [given.get("column")]
    if not isinstance(columns, list) or not columns or not all(isinstance(c, str) and c for c in columns):
        raise InputError("conversion.bad_column", file=str(file), name=name)
    source = Source(
        columns=tuple(columns),
        values=_values(file, name, given.get("values")),
        separator=_text(file, f"columns.{name}.separator", given.get("separator", " ")),
        format=_text(file, f"columns.{name}.format", given.get("format", "%Y-%m-%d")),
    )
    if any(source.format.count(directive) != 1 for directive in _DIRECTIVES) or source.format.count("%") != len(
        _DIRECTIVES
    ):
        raise InputError("conversion.bad_format", file=str(file), format=source.format)
    return source


def _values(file: Path, name: str, given: object) -> dict[str, str]:
    """Value of the extract → value of the register; the register's own values when nothing is given."""
    if name not in CODED:
        return {}
    known = CODED[name].categories.to_list()
    if given is None:
        return {value: value for value in known}
    if not isinstance(given, dict) or not given or not set(map(str, given.values())) <= set(known):
        raise InputError("conversion.bad_values", file=str(file), name=name, known=", ".join(known), first=known[0])
    return {value.strip(): str(meant) for value, meant in given.items()}


def _csv_format(file: Path, given: dict[str, Any]) -> CsvFormat:
    _check_keys(file, "[csv]", given, set(CsvFormat.__dataclass_fields__))
    default = CsvFormat()
    csv = CsvFormat(
        separator=_text(file, "csv.separator", given.get("separator", default.separator)),
        encoding=_text(file, "csv.encoding", given.get("encoding", default.encoding)),
        quote="" if given.get("quote") == "" else _text(file, "csv.quote", given.get("quote", default.quote)),
    )
    if len(csv.separator) != 1 or len(csv.quote) > 1 or csv.separator == csv.quote:
        raise InputError("conversion.bad_csv", file=str(file))
    try:
        "".encode(csv.encoding)
    except LookupError as error:
        raise InputError("conversion.unknown_encoding", file=str(file), encoding=csv.encoding) from error
    return csv


def _check_mandatory(file: Path, sources: Collection[str]) -> None:
    for name in _MANDATORY:
        if name not in sources:
            raise InputError("conversion.no_column", file=str(file), name=name)
    parts = [part for part in DATE_PARTS if part in sources]
    if "birth_date" in sources and parts:
        raise InputError("conversion.two_dates", file=str(file), name=parts[0])
    if "birth_date" not in sources and "birth_year" not in sources:
        raise InputError("conversion.no_date", file=str(file))


def _check_keys(file: Path, section: str, given: Iterable[str], known: Collection[str]) -> None:
    for key in given:
        if key not in known:
            choices = ", ".join(closest(key, known) or sorted(known))
            raise InputError("conversion.unknown_key", file=str(file), section=section, key=key, choices=choices)


def _table(file: Path, name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError("conversion.no_table_of_keys", file=str(file), name=name)
    return given


def _text(file: Path, key: str, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise InputError("conversion.bad_text", file=str(file), key=key)
    return given
