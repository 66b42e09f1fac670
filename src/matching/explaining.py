"""After the receipt: why passages were refused, what to correct, and the file to send again.

Example:
    >>> explained = explain_file(Path("receipt.xml"), Path("janvier.xml"))
    >>> explained.causes.select("kind", "probability").row(0)
    ('usage_name_as_birth_name', 0.52)
    >>> write_explained(explained, Path("out"), Again.now())

With ``chain`` and ``checking``, this is where stages meet. A register, if one is given, is asked in ``trying``.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

import matching
from matching.deposit.control import ControlReport, control
from matching.deposit.passage_edits import TARGETS
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, read_receipt
from matching.deposit.resend import write_resend
from matching.explain.cause_table import LEAST
from matching.explain.causes import weighed
from matching.explain.corrections import propose
from matching.explain.corrections.letters import letter
from matching.explain.returned import Returned, Sent, returned
from matching.explain.structure import Fault
from matching.identity.catalogue import Lang, sentence
from matching.identity.digest import digest_of
from matching.identity.errors import DepositError
from matching.identity.frames import FINDINGS, PASSAGES
from matching.identity.rules import ELEMENTS
from matching.quality.check import check
from matching.quality.forecasting.exposure import NATIONAL, exposure
from matching.quality.submitted import Submitted
from matching.report.explain_model import ExplainReport, FaultShown
from matching.report.explain_page import page
from matching.report.explain_tables import write_causes, write_run, write_unmatched
from matching.report.explain_workbook import to_fill, write_workbook
from matching.trying import Searched, tried

TOLD = 3
"""Corrections told of one passage, beside the safe ones."""

_TRIED = 12  # corrections tried on a register, by passage
_MOST_ERRORS = 5_000  # of control 1: a receipt tells a hundred, all are looked for
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
        time = timestamp or dt.datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(id_flux or str(uuid.uuid4()), time)


@dataclass(frozen=True)
class Explained:
    """What is thought of a receipt.

    Attributes:
        file: The deposit.
        receipt: Its receipt.
        returned: Both laid side by side.
        passages: Contract PASSAGES with ``message``: the KO.
        findings: Contract FINDINGS of the KO.
        causes: Columns ``explain.causes.CAUSES``.
        corrections: Columns of ``explain.causes.Explanation``, and ``is_applied``: safe, and contradicted by no other.
        tried: Corrections were tried on a register.
    """

    file: Path
    receipt: Path
    returned: Returned
    passages: pl.DataFrame
    findings: pl.DataFrame
    causes: pl.DataFrame
    corrections: pl.DataFrame
    tried: bool

    @property
    def told(self) -> pl.DataFrame:
        """The corrections that are told: the first ones of each passage that are worth it, and the safe ones."""
        rank, is_worth = pl.col("rank"), pl.col("probability") >= LEAST
        return self.corrections.filter((rank == 1) | ((rank <= TOLD) & is_worth) | pl.col("is_applied"))

    @property
    def changes(self) -> pl.DataFrame:
        """What can be changed without asking anybody, in the passages to send again: columns ``CHANGES``."""
        kept = self.corrections.join(self.returned.to_resend, on="passage", how="semi").filter("is_applied")
        once = kept.unique(["passage", "field"], keep="first", maintain_order=True)
        return once.select("passage", element=pl.col("field").replace_strict(ELEMENTS), value="after")


def explain_file(receipt: Path, file: Path, *, searched: Searched | None = None, persons: int = NATIONAL) -> Explained:
    """Everything that can be said of a receipt.

    Args:
        receipt: As downloaded from the portal.
        file: The deposit it answers.
        searched: A register to try the corrections on; simulated, or the user's own lawful extract.
        persons: In the register that the portal looks in; those of ``searched`` when it is given.

    Raises:
        ReceiptError: the receipt cannot be read, or is of another file.
        DepositError: the file cannot be read.
    """
    answer = read_receipt(receipt)
    submitted, report = _read(file, answer)
    sent = Sent(file.name, submitted.header.get("id_flux", ""))
    back = returned(answer, submitted.passages, sent, report.errors if report else ())
    answers = back.rows.filter(pl.col("answer") == "ko").select("passage", "message")
    refused = submitted.passages.join(answers, on="passage", how="inner", maintain_order="left")
    found = check(submitted) if refused.height else FINDINGS.empty()  # rows are compared with the accepted ones too
    findings = found.join(refused, on="passage", how="semi")
    corrections = propose(refused, findings, _TRIED)
    met = exposure(Submitted(refused), searched.register.persons if searched else persons)
    tested = None if searched is None else tried(refused, corrections, searched)
    known = weighed(refused, corrections, findings, met, tested)
    marked = _with_applied(known.corrections)
    return Explained(file, receipt, back, refused, findings, known.causes, marked, searched is not None)


def write_explained(
    explained: Explained, folder: Path, again: Again, *, lang: Lang = "fr", show_names: bool = False
) -> list[Path]:
    """Write the page, the tables, the workbook and the file to send again into a folder, made when it is missing.

    A structure that is refused has neither workbook nor new file: the whole file is to be corrected.

    Returns:
        Their paths, the page first.

    Raises:
        UsageError: the new deposit would have the idFlux of the old one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = explain_report(explained, lang, show_names=show_names)
    names = ("report.html", "to_fix.xlsx", "resend.xml", "causes.csv", "run.json")
    html, book, again_xml, table, run = (folder / name for name in names)
    html.write_text(page(report), encoding="utf-8")
    paths = [html]
    kept = explained.returned.to_resend["passage"].to_list()
    if kept:
        write_workbook(report, _to_fill(explained), book)
        write_resend(explained.file, kept, explained.changes, again_xml, **asdict(again))
        paths += [book, again_xml]
    if explained.passages.height:
        write_causes(report, table)
        paths.append(table)
    if report.unmatched.height:
        write_unmatched(report, folder / "unmatched.csv")
        paths.append(folder / "unmatched.csv")
    write_run(report, run)
    return [*paths, run]


def explain_report(explained: Explained, lang: Lang = "fr", *, show_names: bool = False) -> ExplainReport:
    """What is to be said of a receipt."""
    back = explained.returned
    counts = {answer: back.count(answer) for answer in ("ok", "ko", "absent")}
    counts |= {"passages": back.rows.height, "to_resend": back.to_resend.height}
    told = back.rows.filter(pl.col("answer") == "ko").select("passage", "id_technique", "line", "message", "text")
    return ExplainReport(
        file=explained.file.name,
        receipt=explained.receipt.name,
        digest={"file": digest_of(explained.file), "receipt": digest_of(explained.receipt)},
        version=matching.__version__,
        lang=lang,
        shows_names=show_names,
        form=back.form,
        counts=counts,
        notes=tuple(note.sentence(lang) for note in back.notes),
        faults=tuple(_faults(back, lang)),
        unmatched=_unmatched(back),
        tried=explained.tried,
        refused=told,
        causes=explained.causes,
        corrections=explained.told,
        letters=_letters(explained, lang),
    )


def _read(file: Path, answer: Receipt) -> tuple[Submitted, ControlReport | None]:
    """The passages; and control 1, only where the receipt speaks of the structure: the file may be no XML at all."""
    report = control(file, max_shown=_MOST_ERRORS) if answer.form == "A" else None
    try:
        deposit = read_deposit(file)
    except DepositError:
        if report is None:
            raise
        return Submitted.of(PASSAGES.empty()), report
    header = {name: text for name, text in asdict(deposit.header).items() if text is not None}
    return Submitted.of(deposit.passages, header), report


def _with_applied(corrections: pl.DataFrame) -> pl.DataFrame:
    """With ``is_applied``: of safe corrections that want different values of one field, none is."""
    safe = corrections.filter("is_safe")
    differs = safe.group_by("passage", "field").agg(pl.col("after").n_unique()).filter(pl.col("after") > 1)
    unclear = safe.join(differs, on=["passage", "field"], how="semi").select("passage", "rank", is_unclear=True)
    told = corrections.join(unclear.unique(), on=["passage", "rank"], how="left", maintain_order="left")
    is_applied = pl.col("is_safe") & pl.col("is_unclear").is_null()
    return told.with_columns(is_applied=is_applied).drop("is_unclear")


def _to_fill(explained: Explained) -> pl.DataFrame:
    editable = [field for field, element in ELEMENTS.items() if element in {*TARGETS, *_CERTIFICATION}]
    columns = {
        field: column for field in editable for column in (field, f"raw_{field}") if column in PASSAGES.columns
    }  # of two, what was submitted counts
    sent = explained.passages.select("passage", **{field: pl.col(c).cast(pl.String) for field, c in columns.items()})
    return to_fill(explained.told, explained.causes, explained.returned.to_resend.select("passage"), sent)


def _letters(explained: Explained, lang: Lang) -> pl.DataFrame:
    """The letter about the likeliest correction that asks something, of each passage to send again."""
    told = explained.told.join(explained.returned.to_resend, on="passage", how="semi").filter(~pl.col("is_safe"))
    first = told.filter(pl.col("rank") == pl.col("rank").min().over("passage"))
    parts = first.partition_by("passage", maintain_order=True)
    schema = {"passage": pl.UInt32, "letter": pl.String}
    return pl.DataFrame([(part["passage"][0], letter(part, lang)) for part in parts], schema=schema, orient="row")


def _faults(back: Returned, lang: Lang) -> Sequence[FaultShown]:
    """The errors of structure, those that the receipt does not tell after the others."""
    said: list[FaultShown] = [
        FaultShown(fault.line, fault.element, fault.id_technique, _said(fault, lang)) for fault in back.faults
    ]
    keys = back.rows["id_technique"].to_list()
    said += [FaultShown(one.line, one.element, _at(keys, one.passage), one.sentence(lang)) for one in back.not_told]
    return said


def _unmatched(back: Returned) -> pl.DataFrame:
    """Answers without a passage, then passages without an answer; those of a refused structure were not looked at."""
    columns = ["side", "id_technique", "line", "answer", "message", "text"]
    absent = back.rows.filter((pl.col("answer") == "absent") & (back.form == "B")).with_columns(side=pl.lit("file"))
    unknown = back.unknown.with_columns(side=pl.lit("receipt"), line=pl.lit(None, pl.UInt32))
    return pl.concat([unknown.select(columns), absent.select(columns)])


def _at(keys: Sequence[str], passage: int | None) -> str | None:
    return keys[passage] if passage is not None and passage < len(keys) else None


def _said(fault: Fault, lang: Lang) -> str:
    """Our own sentence, which shows no identity; the receipt's may."""
    if fault.own is not None:
        return fault.own.sentence(lang)
    return sentence("causes.fault_unknown", lang, rules=", ".join(fault.cvc) or "XML")
