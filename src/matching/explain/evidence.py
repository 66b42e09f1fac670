"""The evidence file of passages refused in spite of two corrected deposits: one ZIP, always the same bytes.

Example:
    >>> write_evidence("justificatifs.zip", history, [Piece("mars.xml", "accuse-mars.xml"), ...])
    PosixPath('justificatifs.zip')

It holds, for each sending, the passages concerned as they were sent and the receipt; a table of dates and messages;
a page that says what is in it. Names inside are made here: none comes from a file of the user.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl

from matching.explain.history import ENOUGH_CORRECTED, MONTHS, History
from matching.explain.returned import ANSWERS
from matching.identity.catalogue import Lang, sentence
from matching.identity.cells import safe_cells
from matching.identity.errors import UsageError
from matching.identity.rules import field_name

_TABLE, _README = "tableau.csv", "LISEZMOI.txt"
_EXTRACT, _RECEIPT = "passages.xml", "accuse.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP can tell: the same content gives the same bytes
_FILE_MODE = 0o100644 << 16
_COLUMNS = ("id_technique", "sending", "day", "file", "answer", "message", "text", "changed", "deadline")


@dataclass(frozen=True)
class Piece:
    """What is kept of one sending.

    Attributes:
        extract: A file that holds the passages concerned, as they were sent (``deposit.resend.write_extract`` of
            ``History.passages_for_evidence``); None when none of them was in that sending.
        receipt: The receipt as downloaded.
    """

    extract: str | Path | None
    receipt: str | Path


def write_evidence(target: str | Path, history: History, pieces: Sequence[Piece], *, lang: Lang = "fr") -> Path:
    """Write the ZIP.

    Args:
        target: The file; replaced when it exists.
        history: The follow-up.
        pieces: One for each sending of the history, in its order.
        lang: Of the page and the table; the Caisse des Dépôts reads French.

    Raises:
        UsageError: no passage was refused in spite of two corrected deposits.
        ValueError: not as many pieces as sendings: a fault of the program.
    """
    if not history.for_evidence:
        raise UsageError("history.no_evidence", n=ENOUGH_CORRECTED)
    target = Path(target)
    partial = target.with_name(f"{target.name}.partial")
    with ZipFile(partial, "w") as archive:
        _add(archive, _README, BytesIO(_readme(history, lang).encode()))
        _add(archive, _TABLE, BytesIO(_table(history, lang)))
        for number, (sending, piece) in enumerate(zip(history.sendings, pieces, strict=True), start=1):
            if piece.extract is None:
                continue
            for name, path in ((_EXTRACT, piece.extract), (_RECEIPT, piece.receipt)):
                with Path(path).open("rb") as content:
                    _add(archive, f"envoi_{number}_{sending.day:%Y-%m-%d}/{name}", content)
    return partial.replace(target)


def _add(archive: ZipFile, name: str, content: BinaryIO) -> None:
    info = ZipInfo(name, _EPOCH)
    info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, _FILE_MODE
    with archive.open(info, "w") as held:
        shutil.copyfileobj(content, held)


def _concerned(history: History) -> pl.DataFrame:
    """The steps of the passages concerned, with the deadline of each."""
    current = history.current.filter("needs_evidence").select("id_technique", "deadline")
    return history.steps.join(current, on="id_technique", how="inner", maintain_order="left")


def _table(history: History, lang: Lang) -> bytes:
    """Dates and messages, one row per passage and sending; fields by name, no value of theirs."""
    rows = _concerned(history)
    fields = sorted(set(rows["changed"].explode().drop_nulls()))
    names = {field: field_name(field, lang) for field in fields}
    answers = {answer: sentence(f"history.answer_{answer}", lang) for answer in (*ANSWERS, "structure")}
    files = {number: sending.file_name for number, sending in enumerate(history.sendings, start=1)}
    refused = [n for n, sending in enumerate(history.sendings, start=1) if sending.returned.form == "A"]
    answer = (
        pl.when(pl.col("sending").is_in(refused)).then(pl.lit("structure")).otherwise(pl.col("answer").cast(pl.String))
    )
    told = rows.with_columns(
        file=pl.col("sending").replace_strict(files, return_dtype=pl.String),
        answer=answer.replace_strict(answers),
        changed=pl.col("changed").list.eval(pl.element().replace_strict(names, return_dtype=pl.String)).list.join(", "),
    ).select(pl.col(name).alias(sentence(f"history.column_{name}", lang)) for name in _COLUMNS)
    written = BytesIO()
    safe_cells(told).write_csv(written, separator=";", include_bom=True, line_terminator="\r\n")
    return written.getvalue()


def _readme(history: History, lang: Lang) -> str:
    """What the ZIP holds, for whoever opens it."""
    rows = _concerned(history)
    lines = [
        sentence("history.readme_title", lang),
        "",
        sentence("history.readme_what", lang, n=rows["id_technique"].n_unique(), corrected=ENOUGH_CORRECTED),
        "",
        sentence("history.readme_sendings", lang),
    ]
    for number, sending in enumerate(history.sendings, start=1):
        facts = {
            "number": number,
            "day": sending.day.isoformat(),
            "file": sending.file_name,
            "treatment": sending.returned.treatment_id or "?",
            "n": rows.filter(pl.col("sending") == number).height,
        }
        lines.append(sentence("history.readme_sending", lang, **facts))
    lines += ["", sentence("history.readme_files", lang, table=_TABLE, extract=_EXTRACT, receipt=_RECEIPT)]
    lines += ["", sentence("history.readme_deadline", lang, months=MONTHS, today=history.today.isoformat())]
    lines += ["", sentence("history.readme_private", lang), ""]
    return "\r\n".join(lines)
