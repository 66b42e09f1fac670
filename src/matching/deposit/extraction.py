"""From slices of passages to text columns, matched or walked: both give the same frame.

Example:
    >>> columns_of([texts_of(checked)])["raw_birth_name"][0]
    'ROUSSEL'

A passage written plainly was matched, and its texts are the groups of its match. One that had to be parsed is walked,
element by element: slower, and right whatever the file looks like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.deposit.dictionary import BRANCHES, NAMESPACE, PASSAGE, VERSIONS, XSI, Field, Version, walk
from matching.deposit.plain import groups
from matching.deposit.validation import CheckedSlice
from matching.identity.frames import PASSAGES

_NIL = f"{{{XSI}}}nil"
_COLUMNS = {
    item.name: item.column for _, item in walk(PASSAGE) if isinstance(item, Field) and item.column is not None
}  # element → column; several elements may fill one column, each in its own branch
CAPTURED = frozenset(_COLUMNS.values()) & frozenset(PASSAGES.columns)
"""The columns that elements fill and every frame of passages has."""

OPTIONAL = frozenset(_COLUMNS.values()) - CAPTURED
"""The columns that elements fill and a reader may ask for besides."""

_IN_EVERY_BRANCH = "raw_birth_name"  # filled in whatever way the holder is told
_COLUMN_TAGS = {f"{{{NAMESPACE}}}{element}": column for element, column in _COLUMNS.items()}
_BRANCH_TAGS = {f"{{{NAMESPACE}}}{element}": branch for element, branch in BRANCHES.items()}
_BRANCH = PASSAGES.columns["branch"]
_WALKED = len(VERSIONS)
_BETWEEN = b"\x1f"  # no text holds it, XML bans it


@dataclass(frozen=True, slots=True)
class Texts:
    """What the passages of a slice say, before it is cut into columns.

    Attributes:
        kinds: How each passage was read: the rank of the version it matched in ``VERSIONS``, or ``_WALKED``.
        joined: The texts of each passage that matched, in the order of ``groups``, empty when absent or nil: none is
            empty in a plain passage.
        walked: The passages that were parsed, as columns; None when all matched.
        captured: The columns wanted.
    """

    captured: frozenset[str]
    kinds: npt.NDArray[np.uint8]
    joined: list[bytes]
    walked: pl.DataFrame | None


def texts_of(checked: CheckedSlice, captured: frozenset[str] = CAPTURED) -> Texts:
    """The texts of a slice, which these columns were captured from."""
    matched = VERSIONS.index(checked.version)
    kinds = np.array([_WALKED if match is None else matched for match in checked.matches], np.uint8)
    joined = [_BETWEEN.join(match.groups(b"")) for match in checked.matches if match is not None]
    return Texts(captured, kinds, joined, None if checked.tree is None else by_element(checked.tree, captured))


def columns_of(slices: Sequence[Texts]) -> pl.DataFrame:
    """One row per passage of the slices: the text columns of the contract and the branch, null when absent or nil.

    Columns are made of many slices at once: a hundred small frames cost more than what is in them.
    """
    kinds = np.concatenate([one.kinds for one in slices])
    matched = [[one for one in slices if kind in one.kinds] for kind in range(_WALKED)]
    frames = [by_group(some, version) for some, version in zip(matched, VERSIONS, strict=True) if some]
    frames += [one.walked for one in slices if one.walked is not None]
    passages = np.argsort(kinds, kind="stable")  # on each row of the frames, put one under the other
    return pl.concat(frames)[np.argsort(passages)] if len(frames) > 1 else frames[0]


def by_group(slices: Sequence[Texts], version: Version) -> pl.DataFrame:
    """The passages that matched, in a version which is that of all the slices."""
    names, columns = _layout(version, slices[0].captured)
    rows = pl.Series([text for one in slices for text in one.joined], dtype=pl.Binary)
    texts = rows.cast(pl.String).str.split_exact(_BETWEEN.decode(), len(names) - 1)
    return texts.struct.rename_fields(names).struct.unnest().select(columns)


@cache
def _layout(version: Version, captured: frozenset[str]) -> tuple[list[str], list[pl.Expr]]:
    """A name for each group, and the columns as expressions over them."""
    held = [(f"{block} {column}", block, column) for block, column in groups(version, captured)]

    def filled(column: str) -> pl.Expr:
        texts = [pl.when(pl.col(name) != "").then(name) for name, _, one in held if one == column]
        return pl.coalesce(texts or pl.lit(None, pl.String)).alias(column)

    branch = pl.coalesce(
        pl.when(pl.col(name) != "").then(pl.lit(BRANCHES[block]))
        for name, block, column in held
        if column == _IN_EVERY_BRANCH
    )
    columns = [filled(column) for column in _in_order(captured)]
    return [name for name, _, _ in held], [*columns, branch.cast(_BRANCH).alias("branch")]


def _in_order(captured: frozenset[str]) -> list[str]:
    return [column for column in dict.fromkeys(_COLUMNS.values()) if column in captured]


def by_element(root: Any, captured: frozenset[str] = CAPTURED) -> pl.DataFrame:  # noqa: ANN401 - lxml ships no types
    """Walk the elements; of an element written twice, the first counts. A passage may stand in what is none."""
    tag = f"{{*}}{PASSAGE.name}"
    passages = (passage for passage in root.iter(tag) if next(passage.iterancestors(tag), None) is None)
    rows = [_row(passage) for passage in passages]
    schema = dict.fromkeys(_in_order(captured), pl.String) | {"branch": _BRANCH}
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)


def _row(passage: Any) -> dict[str, str | None]:  # noqa: ANN401 - lxml ships no types
    row: dict[str, str | None] = {"branch": "titulaire"}
    for element in passage.iter(*_COLUMN_TAGS, *_BRANCH_TAGS):
        column = _COLUMN_TAGS.get(element.tag)
        if column is None:
            row["branch"] = _BRANCH_TAGS[element.tag]
        elif column not in row:
            row[column] = element.text or (None if element.get(_NIL, "").strip() in {"true", "1"} else "")
    return row
