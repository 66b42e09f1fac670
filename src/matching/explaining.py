"""After the receipt: why passages were refused, and what to correct.

Example:
    >>> explained = explain_file(Path("receipt.xml"), Path("janvier.xml"))
    >>> explained.causes.select("kind", "probability").row(0)
    ('usage_name_as_birth_name', 0.52)

With ``chain`` and ``checking``, this is where stages meet. A register, if one is given, is asked in ``trying``; what is
found is written by ``explained_files``.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import polars as pl

from matching.deposit.control import ControlReport, control
from matching.deposit.reader import read_deposit
from matching.deposit.receipt import Receipt, read_receipt
from matching.explain.cause_table import LEAST
from matching.explain.causes import weighed
from matching.explain.corrections import CORRECTIONS, propose
from matching.explain.returned import Returned, Sent, returned
from matching.identity.errors import DepositError
from matching.identity.frames import FINDINGS, PASSAGES
from matching.identity.rules import ELEMENTS
from matching.quality.check import check
from matching.quality.forecasting.exposure import NATIONAL, exposure
from matching.quality.submitted import Submitted
from matching.trying import Searched, tried

Step = Callable[[str, int, int], None]
"""Progress: called with (step: "read", "check" or "explain", done, in all)."""

TOLD = 3
"""Corrections told of one passage, beside the safe ones."""

_TRIED = 12  # corrections tried on a register, by passage
_MOST_ERRORS = 5_000  # of control 1: a receipt tells a hundred, all are looked for


@dataclass(frozen=True)
class Explained:
    """What is thought of a receipt.

    Attributes:
        file: The deposit.
        receipt: Its receipt.
        names: What their owner calls them: the deposit, the receipt.
        returned: Both laid side by side.
        passages: Contract PASSAGES with ``message``: the KO.
        findings: Contract FINDINGS of the KO.
        causes: Columns ``explain.causes.CAUSES``.
        corrections: Columns of ``explain.causes.Explanation``, and ``is_applied``: safe, and contradicted by no other.
        tried: Corrections were tried on a register.
    """

    file: Path
    receipt: Path
    names: tuple[str, str]
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


def explain_file(
    receipt: Path,
    file: Path,
    *,
    searched: Searched | None = None,
    persons: int = NATIONAL,
    names: tuple[str, str] | None = None,
    progress: Step | None = None,
) -> Explained:
    """Everything that can be said of a receipt.

    Args:
        receipt: As downloaded from the portal.
        file: The deposit it answers.
        searched: A register to try the corrections on; simulated, or the user's own lawful extract.
        persons: In the register that the portal looks in; those of ``searched`` when it is given.
        names: What their owner calls the deposit and the receipt, where they stand under other names.
        progress: Called as the work goes.

    Raises:
        ReceiptError: the receipt cannot be read, or is of another file.
        DepositError: the file cannot be read.
    """
    names = names or (file.name, receipt.name)
    step = progress or _unseen
    step("read", 0, 1)
    answer = read_receipt(receipt)
    submitted, report = _read(file, answer)
    sent = Sent(names[0], submitted.header.get("id_flux", ""))
    back = returned(answer, submitted.passages, sent, report.errors if report else ())
    answers = back.rows.filter(pl.col("answer") == "ko").select("passage", "message")
    refused = submitted.passages.join(answers, on="passage", how="inner", maintain_order="left")
    findings, corrections = FINDINGS.empty(), pl.DataFrame(schema=CORRECTIONS)
    if refused.height:  # else there is nothing to explain, and no table to load
        findings = check(submitted, partial(step, "check"))  # whole: rows are compared with accepted ones too
        findings = findings.join(refused, on="passage", how="semi")
        met = exposure(Submitted(refused), searched.register.persons if searched else persons)
        step("explain", 0, 2)
        corrections = propose(refused, findings, met, _TRIED)
    step("explain", 1, 2)
    known = weighed(refused, corrections, findings, None if searched is None else tried(refused, corrections, searched))
    marked = _with_applied(known.corrections)
    return Explained(file, receipt, names, back, refused, findings, known.causes, marked, searched is not None)


def _unseen(step: str, done: int, total: int) -> None:
    """Progress that nobody follows."""


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
