"""An explained receipt, written: the page, the tables, the workbook with its letters, the file to send again.

Example:
    >>> written = write_explained(explain_file(receipt, file), Path("out"), Again.now())
    >>> [path.name for path in written.paths]
    ['report.html', 'to_fix.xlsx', 'resend.xml', 'causes.csv', 'run.json']

The workbook is the only one to hold identities whole, and the file to send again, the only one to hold a key that could
be a real person's number.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

import matching
from matching.deposit.header import new_id_flux, timestamp_now
from matching.deposit.passage_edits import TARGETS
from matching.deposit.resend import Resent, write_resend
from matching.explain.corrections.letters import letters
from matching.explain.returned import Returned
from matching.explain.structure import OwnError
from matching.explaining import Explained
from matching.identity.catalogue import Lang, sentence
from matching.identity.digest import digest_of
from matching.identity.frames import PASSAGES
from matching.identity.nir import mask, without_real_numbers, without_real_numbers_inside
from matching.identity.rules import ELEMENTS
from matching.report.explain_model import ExplainReport, FaultShown, ResendShown
from matching.report.explain_page import page
from matching.report.explain_tables import write_causes, write_run, write_unmatched
from matching.report.explain_workbook import to_fill, write_workbook

_CERTIFICATION = ("type", "code")


@dataclass(frozen=True)
class Again:
    """What the new deposit is called.

    Attributes:
        id_flux: Another than that of the file.
        timestamp: ``YYYY-MM-DDThh:mm:ss±hh:mm``.
    """

    id_flux: str
    timestamp: str

    @classmethod
    def now(cls, id_flux: str | None = None, timestamp: str | None = None) -> "Again":
        """A new identifier, and the time it is, for what is not given."""
        return cls(id_flux or new_id_flux(), timestamp or timestamp_now())


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        paths: The files, the page first.
        report: What they say.
    """

    paths: list[Path]
    report: ExplainReport


def write_explained(
    explained: Explained, folder: Path, again: Again, *, lang: Lang = "fr", show_names: bool = False
) -> Written:
    """Write the page, the tables, the workbook and the file to send again into a folder, made when it is missing.

    A structure that is refused has neither workbook nor new file: the whole file is to be corrected.

    Raises:
        UsageError: the new deposit would have the idFlux of the old one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    html, book, again_xml, table, lonely, run = (folder / name for name in (
        "report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "unmatched.csv", "run.json"))  # fmt: skip
    resent = write_again(explained, again_xml, again)
    report = explain_report(explained, lang, show_names=show_names, resent=resent)
    html.write_text(page(report), encoding="utf-8")
    paths = [html]
    if resent is not None:
        write_workbook(report, _to_fill(explained), _letters(explained, again, lang), book)
        paths += [book, again_xml]
    if explained.passages.height:
        write_causes(report, table)
        paths.append(table)
    if report.unmatched.height:
        write_unmatched(report, lonely)
        paths.append(lonely)
    write_run(report, run)
    return Written([*paths, run], report)


def write_again(explained: Explained, target: Path, again: Again) -> Resent | None:
    """Write the file to send again, safe corrections made, and control it; None when nothing is to be sent again.

    Raises:
        UsageError: the new deposit would have the idFlux of the old one.
    """
    kept = explained.returned.to_resend["passage"].to_list()
    if not kept:
        return None
    return write_resend(explained.file, kept, explained.changes, target, **asdict(again))


def explain_report(
    explained: Explained, lang: Lang = "fr", *, show_names: bool = False, resent: Resent | None = None
) -> ExplainReport:
    """What is to be said of a receipt.

    Args:
        explained: What is thought of it.
        lang: Of the renderings.
        show_names: Show the facts as submitted; a number that could be a real person's stays masked.
        resent: The file to send again, once it is written.
    """
    back = explained.returned
    counts = {answer: back.count(answer) for answer in ("ok", "ko", "absent")}
    counts |= {"passages": back.rows.height, "to_resend": back.to_resend.height}
    columns = ["passage", "id_technique", "line", "message", "text", "is_acquired"]
    told = back.rows.filter(pl.col("answer") == "ko").select(columns)
    return ExplainReport(
        file=explained.names[0],
        receipt=explained.names[1],
        digest={"file": digest_of(explained.file), "receipt": digest_of(explained.receipt)},
        version=matching.__version__,
        lang=lang,
        shows_names=show_names,
        form=back.form,
        counts=counts,
        notes=tuple(note.sentence(lang) for note in back.notes),
        faults=tuple(_faults(back, lang)),
        unmatched=_without_numbers(_unmatched(back)),
        tried=explained.tried,
        refused=_without_numbers(told),
        causes=explained.causes,
        corrections=explained.told,
        resent=None if resent is None else _resent(explained, resent, lang),
    )


def _to_fill(explained: Explained) -> pl.DataFrame:
    """What the workbook asks; a declared number is the only datum that it does not show whole."""
    editable = [field for field, element in ELEMENTS.items() if element in {*TARGETS, *_CERTIFICATION}]
    columns = {
        field: column for field in editable for column in (field, f"raw_{field}") if column in PASSAGES.columns
    }  # of two, what was submitted counts
    sent = explained.passages.select("passage", **{field: pl.col(c).cast(pl.String) for field, c in columns.items()})
    numbers = sent["declared_nir"].unique().drop_nulls()
    sent = sent.with_columns(pl.col("declared_nir").replace(numbers, [mask(number) for number in numbers]))
    asked = to_fill(explained.told, explained.causes, explained.returned.to_resend.select("passage"), sent)
    return asked.with_columns(without_real_numbers(asked["before"]))


def _letters(explained: Explained, again: Again, lang: Lang) -> pl.DataFrame:
    """The letters to the holders of the passages to send again, as of the day of the new deposit."""
    told = explained.told.join(explained.returned.to_resend, on="passage", how="semi")
    return letters(told, explained.passages, date.fromisoformat(again.timestamp[:10]), lang)


def _resent(explained: Explained, resent: Resent, lang: Lang) -> ResendShown:
    keys = without_real_numbers(explained.returned.rows["id_technique"])
    not_applied = tuple(
        sentence("causes.not_applied_to", lang, id_technique=keys[passage],
                 reason=sentence(f"explain.resend_{reason}", lang, element=element))
        for passage, element, _, reason in resent.not_applied.iter_rows()
    )  # fmt: skip
    return ResendShown(
        passages=resent.passages,
        corrected=explained.changes["passage"].n_unique(),
        not_applied=not_applied,
        errors=resent.report.n_errors,
        refused=tuple(error.sentence(lang) for error in resent.report.errors),
    )


def _without_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, numbers that could be a real person's masked: used as keys, they are repeated by sentences 5 to 7."""
    texts = rows["text"].unique().drop_nulls()
    masked = {text: shown for text in texts if (shown := without_real_numbers_inside(text)) != text}
    return rows.with_columns(without_real_numbers(rows["id_technique"]), pl.col("text").replace(masked))


def _faults(back: Returned, lang: Lang) -> list[FaultShown]:
    """The errors of structure, those that the receipt does not tell after the others."""
    keys = without_real_numbers(back.rows["id_technique"]).to_list()
    told = [(fault.line, fault.element, fault.passage, fault.own, True) for fault in back.faults]
    told += [(one.line, one.element, one.passage, one, False) for one in back.not_told]
    return [
        FaultShown(line, element, _at(keys, passage), _said(own, lang), is_told)
        for line, element, passage, own, is_told in told
    ]


def _unmatched(back: Returned) -> pl.DataFrame:
    """Answers without a passage, then passages without an answer; those of a refused structure were not looked at."""
    columns = ["side", "id_technique", "line", "answer", "message", "text"]
    absent = back.rows.filter((pl.col("answer") == "absent") & (back.form == "B")).with_columns(side=pl.lit("file"))
    unknown = back.unknown.with_columns(side=pl.lit("receipt"), line=pl.lit(None, pl.UInt32))
    return pl.concat([unknown.select(columns), absent.select(columns)])


def _at(keys: Sequence[str], passage: int | None) -> str | None:
    return keys[passage] if passage is not None and passage < len(keys) else None


def _said(own: OwnError | None, lang: Lang) -> str:
    """Our own sentence, which shows no identity as the receipt's may, without the place it is at."""
    if own is None:
        return sentence("causes.fault_unknown", lang)
    return own.sentence(lang).removeprefix(sentence("control.at", lang, line=own.line, column=own.column)).lstrip()
