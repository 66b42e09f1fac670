"""Settings in TOML: what ``nirisation strategies --settings NAME`` prints and ``match --settings FILE`` reads.

Example:
    >>> print(settings_to_toml(strategy("cdc+date"), "en"))
    strategy = "cdc+date"
    <BLANKLINE>
    # A holder given by a training file number is accepted without being searched.
    accept_file_number = true
    ...
    >>> settings_from_toml(Path("mine.toml")).settings.refuse_contradiction
    ('birth_date',)

A file names its strategy and may leave out any setting, which then keeps that strategy's own value. A setting is a
bool, an int, a float, a text, one of a ``Literal``'s words, a tuple of such words, or a table: a dataclass of these.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import InputError, UsageError
from matching.strategies.table import DEFAULT, STRATEGIES, Strategy, strategy


@dataclass(frozen=True)
class Setting:
    """One line of a settings file.

    Attributes:
        name: With its table: ``ignore_case``, ``places.history``.
        value: What it is.
        expected: What it may be, as TOML writes it.
    """

    name: str
    value: Any
    expected: str

    @property
    def code(self) -> str:
        """Code of the sentence that says what it means."""
        return "hypotheses." + self.name.replace(".", "_")


def settings_of(of: Strategy) -> Iterator[Setting]:
    """Every setting of a strategy; those of a table after the others."""
    yield from sorted(_walk(of.settings, ""), key=lambda setting: "." in setting.name)


def hypotheses() -> dict[str, Setting]:
    """Every setting of the table of strategies by name, with the value of the first strategy that has it."""
    found: dict[str, Setting] = {}
    for row in STRATEGIES.values():
        for setting in settings_of(row):
            found.setdefault(setting.name, setting)
    return found


def settings_to_toml(of: Strategy, lang: Lang = "fr") -> str:
    """A settings file: each setting after a comment that says what it means and what it may be."""
    lines = [f"strategy = {_toml(of.name)}"]
    table = ""
    for setting in settings_of(of):
        parent, _, name = setting.name.rpartition(".")
        if parent != table:
            lines += ["", f"# {sentence(f'hypotheses.{parent}', lang)}", f"[{parent}]"]
            table = parent
        lines += ["", f"# {sentence(setting.code, lang)}", f"# {setting.expected}", f"{name} = {_toml(setting.value)}"]
    return "\n".join(lines) + "\n"


def settings_from_toml(file: Path, name: str | None = None) -> Strategy:
    """The strategy that a settings file describes.

    Args:
        file: The TOML.
        name: The strategy, when the caller names it; else the file's own, else the default one.

    Raises:
        InputError: the file cannot be read, or is no TOML.
        UsageError: an unknown setting or strategy, a value of another type, another strategy than ``name``.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise InputError("strategies.settings_unreadable", file=str(file), reason=reason) from error
    own = told.pop("strategy", name or DEFAULT)
    if name is not None and own != name:
        raise UsageError("strategies.settings_other", file=str(file), found=own, name=name)
    of = strategy(str(own))
    return replace(of, settings=_read(of.settings, told, file, ""))


def _walk(settings: object, table: str) -> Iterator[Setting]:
    hints = get_type_hints(type(settings))
    for item in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, item.name)
        if is_dataclass(value):
            yield from _walk(value, f"{table}{item.name}.")
        else:
            yield Setting(table + item.name, value, _expected(hints[item.name]))


def _read(settings: Any, told: Mapping[str, Any], file: Path, table: str) -> Any:  # noqa: ANN401 - any dataclass
    """The settings with the values told."""
    hints = get_type_hints(type(settings))
    known = [item.name for item in fields(settings)]
    changed: dict[str, Any] = {}
    for name, value in told.items():
        where = {"file": str(file), "name": table + name}
        if name not in known:
            raise UsageError("strategies.settings_unknown", **where, known=", ".join(known))
        current = getattr(settings, name)
        if is_dataclass(current) and isinstance(value, Mapping):
            changed[name] = _read(current, value, file, f"{table}{name}.")
        elif not is_dataclass(current) and _fits(value, hints[name]):
            changed[name] = _as(value, hints[name])
        else:
            expected = f"[{table}{name}]" if is_dataclass(current) else _expected(hints[name])
            raise UsageError("strategies.settings_type", **where, expected=expected, found=_toml(value))
    return replace(settings, **changed)


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401 - a type hint
    """Whether a TOML value is one of the type; an integer is a float too, a boolean is neither."""
    if get_origin(hint) is tuple:
        return isinstance(value, list) and all(_fits(item, get_args(hint)[0]) for item in value)
    if hint in {int, float}:
        return isinstance(value, int | hint) and not isinstance(value, bool)
    return isinstance(value, hint) if hint in {bool, str} else isinstance(value, str) and value in get_args(hint)


def _as(value: Any, hint: Any) -> Any:  # noqa: ANN401 - a TOML value, a type hint
    if get_origin(hint) is tuple:
        return tuple(value)
    return float(value) if hint is float else value


def _expected(hint: Any) -> str:  # noqa: ANN401 - a type hint
    """What a setting of the type may be, as TOML writes it."""
    if hint is bool:
        return "true | false"
    if hint is int:
        return "0, 1, 2 …"
    if hint is float:
        return "0.02, 1.0, 1000.0 …"
    if hint is str:
        return '"…"'
    if get_origin(hint) is tuple:
        return f"[{_expected(get_args(hint)[0])}, …]"
    return " | ".join(_toml(word) for word in get_args(hint))


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return repr(value)
    # The one character that JSON leaves as it is and TOML refuses.
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")
