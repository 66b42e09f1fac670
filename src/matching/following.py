"""What became of each passage through several deposits, and what to do now: the page, the table, the evidence.

Example:
    >>> followed = follow(gather(Path("envois")), today=date(2026, 5, 20))
    >>> followed.history.current.select("id_technique", "state", "days_left").row(0)
    ('2026-000001', 'refused', 1)
    >>> [path.name for path in write_followed(followed, Path("out"))]
    ['history.html', 'history.csv', 'justificatifs.zip', 'run.json']
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import matching
from matching.deposit.resend import write_extract
from matching.explain.evidence import Piece, write_evidence
from matching.explain.history import History, follow_up
from matching.gathering import Gathered, Source
from matching.identity.catalogue import Lang
from matching.identity.digest import digest_of
from matching.identity.errors import InputError
from matching.report.history_model import HistoryReport, Remark, SendingShown
from matching.report.history_page import page
from matching.report.history_table import write_history, write_run


@dataclass(frozen=True)
class Followed:
    """The follow-up of a folder.

    Attributes:
        gathered: What it holds.
        history: What became of each passage.
    """

    gathered: Gathered
    history: History


def follow(gathered: Gathered, today: dt.date) -> Followed:
    """What became of each passage.

    Raises:
        InputError: nothing of the folder can be followed.
        UsageError: its deposits are of several issuers.
    """
    if not gathered.sources:
        raise InputError("history.nothing", folder=str(gathered.folder))
    return Followed(gathered, follow_up([source.sending for source in gathered.sources], today))


def write_followed(followed: Followed, folder: Path, *, lang: Lang = "fr", show_names: bool = False) -> list[Path]:
    """Write the page, the table, and the evidence if there is any, into a folder, made when it is missing.

    Returns:
        Their paths, the page first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = history_report(followed, lang, show_names=show_names)
    html, table, evidence, run = (
        folder / name for name in ("history.html", "history.csv", "justificatifs.zip", "run.json")
    )
    html.write_text(page(report), encoding="utf-8")
    write_history(report, table)
    write_run(report, run)
    if not followed.history.for_evidence:
        return [html, table, run]
    _write_evidence(followed, evidence, lang)
    return [html, table, evidence, run]


def history_report(followed: Followed, lang: Lang = "fr", *, show_names: bool = False) -> HistoryReport:
    """What is to be said of a folder."""
    history, gathered = followed.history, followed.gathered
    return HistoryReport(
        folder=gathered.folder.resolve().name,
        today=history.today,
        version=matching.__version__,
        lang=lang,
        shows_names=show_names,
        sendings=tuple(map(_shown, gathered.sources)),
        remarks=remarks_shown(gathered, lang),
        steps=history.steps,
        changes=history.changes,
        current=history.current,
    )


def remarks_shown(gathered: Gathered, lang: Lang = "fr") -> tuple[Remark, ...]:
    """What is to be said of the files that were left aside, and of what does not fit."""
    return tuple(
        Remark(one.file, one.note.code, one.note.sentence(lang), is_trouble=not one.rank) for one in gathered.remarks
    )


def _shown(source: Source) -> SendingShown:
    sending, back = source.sending, source.sending.returned
    return SendingShown(
        day=sending.day,
        file=source.file.name,
        receipt=source.receipt.name,
        digest={"file": digest_of(source.file), "receipt": digest_of(source.receipt)},
        treatment=back.treatment_id,
        form=back.form,
        counts={answer: back.count(answer) for answer in ("ok", "ko", "absent")},
    )


def _write_evidence(followed: Followed, target: Path, lang: Lang) -> None:
    with TemporaryDirectory() as made:
        pieces = []
        for number, source in enumerate(followed.gathered.sources, start=1):
            kept = followed.history.passages_for_evidence(number)
            extract = write_extract(source.file, kept, Path(made) / f"{number}.xml").path if kept else None
            pieces.append(Piece(extract, source.receipt))
        write_evidence(target, followed.history, pieces, lang=lang)
