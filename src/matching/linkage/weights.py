"""Weight tables: the bits of each comparison level, stored, versioned, with where they come from.

Example:
    >>> weights = load_weights()
    >>> weights.name, round(weights.offset("birth_date", "swapped", abroad=False), 1)
    ('typical-1', -8.0)

A pair's weight is the sum over the traits of ``offset[level] + slope × bits of the agreed value``. An offset is log2 of
the level's m, corrected for how many other values meet the same level (one edit of MARTIN is one of some three hundred
names) and for traits that err together. What depends on the register, the frequency of values and the number of
persons, is no part of it: a table made on a small register serves on a large one.

Rows are by stratum, born in France or abroad. Beside each offset stands the level's ``m``, its share among true pairs:
re-estimating on a file (``em``) moves an offset by what ``m`` moves.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from matching.identity.errors import UsageError
from matching.linkage.arrays import Bits
from matching.linkage.levels import LEVELS, TRAITS
from matching.linkage.values import VALUES

STRATA: Final = ("france", "abroad")
DEFAULT: Final = "typical"
FORMAT: Final = 1
"""Of the TOML file; a table of another format is refused."""
MOST_LEVELS: Final = max(map(len, LEVELS.values()))
VALUE_OF: Final = np.array(
    [[VALUES.index(level.value) for level in levels] + [0] * (MOST_LEVELS - len(levels)) for levels in LEVELS.values()],
    np.uint8,
)
"""(traits, levels): column of ``values.bits`` of the value that a level agrees on."""


@dataclass(frozen=True)
class Weights:
    """A weight table.

    Attributes:
        name: Of the table, with its version.
        offsets: (strata, traits, levels) bits; 0 beyond a trait's last level.
        m: Same shape: share of the level among true pairs, 0..1.
        slopes: (traits, levels) what the frequency of the agreed value counts for; 1 = wholly.
        presence: By stratum, share of passages whose holder is in the register, before a file is seen.
        twin: Of holders who are not in it, the share who have a twin in it.
        provenance: How it was made: registers, seeds, profiles, passages, date, version.
    """

    name: str
    offsets: Bits
    m: Bits
    slopes: Bits
    presence: tuple[float, float]
    twin: float
    provenance: Mapping[str, Any]

    def offset(self, trait: str, level: str, *, abroad: bool) -> float:
        """The offset of a level by its names, in bits."""
        return float(self.offsets[int(abroad), TRAITS.index(trait), names(trait).index(level)])


def names(trait: str) -> list[str]:
    """Names of the levels of a trait, in order."""
    return [level.name for level in LEVELS[trait]]


@cache
def load_weights(name: str = DEFAULT) -> Weights:
    """A table that comes with the package, or that of a TOML file.

    Args:
        name: ``typical``, or the path of a file ending in ``.toml``.

    Raises:
        UsageError: there is none of that name, or the file is no table of this version.
    """
    packaged = resources.files("matching.linkage") / "weight_tables" / f"{name}.toml"
    try:
        text = Path(name).read_text("utf-8") if name.endswith(".toml") else packaged.read_text("utf-8")
    except OSError as error:
        raise UsageError("linkage.no_weights", name=name, reason=error.strerror or str(error)) from None
    except ValueError as error:  # no text
        raise UsageError("linkage.bad_weights", name=name, reason=f"{type(error).__name__}: {error}") from None
    try:
        return _parsed(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageError("linkage.bad_weights", name=name, reason=f"{type(error).__name__}: {error}") from None


def _parsed(table: dict[str, Any]) -> Weights:
    if table["format"] != FORMAT:
        raise ValueError(f"format {table['format']}, expected {FORMAT}")
    offsets, m = np.zeros((2, len(STRATA), len(TRAITS), MOST_LEVELS))
    slopes = np.ones((len(TRAITS), MOST_LEVELS))
    for rank, trait in enumerate(TRAITS):
        for level, name in enumerate(names(trait)):
            row = table["levels"][trait][name]
            for stratum, of in enumerate(STRATA):
                offsets[stratum, rank, level], m[stratum, rank, level] = row[of], row[f"m_{of}"]
            slopes[rank, level] = row.get("slope", 1)
    if not np.isfinite([offsets, m, np.broadcast_to(slopes, m.shape)]).all():
        raise ValueError("a number that is infinite, or none")
    prior = {name: table["prior"][name] for name in (*STRATA, "twin")}
    for name, share in prior.items():
        if not 0 < share < 1:
            raise ValueError(f"prior.{name} = {share}, expected a share between 0 and 1")
    presence = prior["france"], prior["abroad"]
    return Weights(str(table["name"]), offsets, m, slopes, presence, prior["twin"], table["provenance"])


def weights_toml(weights: Weights) -> str:
    """The table as a TOML document, levels in order, bits with two decimals, shares with four digits."""
    lines = [f"name = {_plain(weights.name)}", f"format = {FORMAT}", "", "[prior]"]
    lines += [f"{of} = {share:.4g}" for of, share in zip(STRATA, weights.presence, strict=True)]
    lines += [f"twin = {weights.twin:.4g}", "", "[provenance]"]
    lines += [f"{key} = {_plain(value)}" for key, value in weights.provenance.items()]
    for rank, trait in enumerate(TRAITS):
        lines += ["", f"[levels.{trait}]"]
        for level, name in enumerate(names(trait)):
            cells = [f"{of} = {weights.offsets[s, rank, level]:.2f}" for s, of in enumerate(STRATA)]
            cells += [f"m_{of} = {weights.m[s, rank, level]:.4g}" for s, of in enumerate(STRATA)]
            cells += [f"slope = {weights.slopes[rank, level]:.3f}"] if VALUE_OF[rank, level] else []
            lines.append(f"{name} = {{ {', '.join(cells)} }}")
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    """A value as TOML writes it: as JSON does, but for the one character that TOML refuses as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
