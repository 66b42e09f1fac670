"""From a filled ``to_fix.xlsx`` to the deposit that sends its passages again.

Example:
    >>> done = resend_filled(Path("janvier.xml"), Path("out/to_fix.xlsx"), Path("resend.xml"), Again.now())
    >>> done.passages, done.report.is_ok
    (14, True)

The workbook says which passages: those that have a row. A value in the column to fill is written; an empty one leaves
the datum as it was sent; the word for *empty* of either language erases it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from matching.deposit.passage_edits import TARGETS
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import read_receipt
from matching.deposit.resend import CHANGES, Resent, write_resend
from matching.explain.returned import Sent, returned
from matching.identity.catalogue import LANGS, Lang, sentence
from matching.identity.errors import InputError, UsageError
from matching.identity.nir import without_real_numbers
from matching.tables.mapping import TableMapping
from matching.tables.workbook import workbook

_READ = ("passage", "id_technique", "element", "correct")
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r])")
_EDITABLE = {*TARGETS, "type", "code"}


@dataclass(frozen=True)
class Filled:
    """What a workbook asks for.

    Attributes:
        file: Its name.
        passages: Rank → idTechnique, in the order of the workbook.
        changes: Columns ``CHANGES``.
        lines: (Rank, element) → line of the workbook that asks to change it.
    """

    file: str
    passages: dict[int, str]
    changes: pl.DataFrame
    lines: Mapping[tuple[int, str], int] = field(default_factory=dict)


def read_filled(path: Path) -> Filled:
    """Read a workbook that ``explain`` wrote.

    Raises:
        InputError: it cannot be read, lacks a column, or a row of it says nothing that can be done.
    """
    cells = _cells(path)
    emptied = {_said("emptied", lang) for lang in LANGS}
    passages: dict[int, str] = {}
    asked: dict[tuple[int, str], str] = {}
    lines: dict[tuple[int, str], int] = {}
    for line, rank, key, element, value in cells.iter_rows():
        at = {"file": path.name, "line": line}
        if not (rank or "").isdigit():
            raise InputError("causes.workbook_passage", value=rank or "", **at)
        passages.setdefault(int(rank), _plain(key).strip())
        if value is None or element is None:
            continue
        if element not in _EDITABLE:
            raise InputError("causes.workbook_element", element=element, **at)
        written = "" if value.strip() in emptied else _plain(value).strip()
        if asked.setdefault((int(rank), element), written) != written:
            raise InputError("causes.workbook_twice", passage=rank, element=element, **at)
        lines.setdefault((int(rank), element), line)
    changes = [(rank, element, value) for (rank, element), value in asked.items()]
    return Filled(path.name, passages, pl.DataFrame(changes, schema=CHANGES, orient="row"), lines)


def resend_filled(  # noqa: PLR0913 - as its command has options
    file: Path,
    filled: Filled,
    target: Path,
    *,
    id_flux: str,
    timestamp: str,
    receipt: Path | None = None,
    name: str | None = None,
) -> Resent:
    """Write the new deposit.

    Args:
        file: The deposit that the workbook comes from.
        filled: What the workbook asks for.
        target: The file to write.
        id_flux: Another than the file's.
        timestamp: ``YYYY-MM-DDThh:mm:ss±hh:mm``.
        receipt: Its receipt, to be sure that nothing accepted is sent again.
        name: What the owner of the deposit calls it, where it stands under another name.

    Raises:
        InputError: the workbook and the file do not go together.
        UsageError: nothing is to be sent, or something accepted is.
    """
    if not filled.passages:
        raise UsageError("causes.workbook_nothing", file=filled.file)
    name = name or file.name
    deposit = read_deposit(file)
    keys = without_real_numbers(deposit.passages["id_technique"].str.strip_chars())  # as the workbook shows them
    for rank, told in filled.passages.items():
        ours = keys[rank] if rank < len(keys) else ""
        if told != ours:
            raise InputError(
                "causes.workbook_other_file", workbook=filled.file, file=name, passage=rank, told=told, ours=ours
            )
    if receipt is not None:
        back = returned(read_receipt(receipt), deposit.passages, Sent(name, deposit.header.id_flux))
        accepted = back.rows.filter(pl.col("passage").is_in(list(filled.passages)) & pl.col("is_acquired"))
        for key in without_real_numbers(accepted["id_technique"]):
            raise UsageError("causes.workbook_acquired", id_technique=key, receipt=receipt.name, file=filled.file)
    return write_resend(file, filled.passages, filled.changes, target, id_flux=id_flux, timestamp=timestamp)


def refusals(done: Resent, filled: Filled, lang: Lang) -> list[str]:
    """What could not be done, and what control 1 refuses in the new deposit, by line of the workbook where it is there.

    No value is told that says who somebody is.
    """
    told = [
        _at(filled, passage, element, lang, sentence(f"explain.resend_{reason}", lang, element=element))
        for passage, element, _, reason in done.not_applied.iter_rows()
    ]
    ranks = sorted(filled.passages)  # as they stand in the new deposit
    for error in done.report.errors:
        place = sentence("control.at", lang, line=error.line, column=error.column)
        said = error.sentence(lang)
        rank = None if error.passage is None else ranks[error.passage]
        if (rank, error.element) in filled.lines:
            said = said.removeprefix(place).lstrip()
        told.append(_at(filled, rank, error.element, lang, said))
    return told


def _at(filled: Filled, rank: int | None, element: str, lang: Lang, said: str) -> str:
    line = None if rank is None else filled.lines.get((rank, element))
    return said if line is None else sentence("causes.workbook_line", lang, line=line, file=filled.file, said=said)


def _cells(path: Path) -> pl.DataFrame:
    """``line`` and the columns that are read, by name, whatever the language of the heads."""
    heads = {name: [_said(f"book_{name}", lang) for lang in LANGS] for name in _READ}
    known = {head: "" for both in heads.values() for head in both}
    grid = workbook(path, TableMapping(columns=known)).grid
    columns = {}
    for name, both in heads.items():
        rank = next((at for at, head in enumerate(grid.headers) if head in both), None)
        if rank is None:
            raise InputError("causes.workbook_heads", file=path.name, head=both[0])
        columns[name] = pl.col(str(rank))
    return grid.cells.select("line", **columns)


def _said(name: str, lang: Lang) -> str:
    return sentence(f"causes.{name}", lang)


def _plain(text: str | None) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from computing it."""
    return _ESCAPED.sub("", text or "")
