"""The whole chain on one deposit file: control 1, holders, decisions, NIRs, receipt; and the files of a run.

Example:
    >>> run = match_deposit("janvier.xml", open_register("register"), strategy("cdc"))
    >>> run.summary.ok, run.receipt.form
    (1812, 'B')
    >>> write_run(run, Path("out"), day=date(2026, 3, 2))

With the command line and the portal, this is where stages meet: no stage imports another.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

import matching
from matching.deposit.control import ControlReport
from matching.deposit.dictionary import Version
from matching.deposit.messages import message_text
from matching.deposit.reader import read_controlled
from matching.deposit.receipt import Receipt, receipt_file_name, write_receipt
from matching.identity.digest import digest_of
from matching.identity.outcomes import Message
from matching.register.folder import Register
from matching.report.summary import Summary, summarize
from matching.report.tables import write_decisions
from matching.strategies.admission import Admission, admit, newly_accepted
from matching.strategies.table import Strategy

Step = Callable[[str, int, int], None]
"""Progress: called with (step: "control" or "match", done, in all)."""


@dataclass(frozen=True)
class Run:
    """What the chain made of one deposit.

    Attributes:
        file: The deposit.
        digest: Of its bytes.
        control: Control 1.
        receipt: Form A when the structure is refused, else form B.
        strategy: Which strategy decided.
        register: In which register.
        passages: Contract PASSAGES; None when the structure is refused.
        decisions: Contract DECISIONS; None when the structure is refused.
    """

    file: Path
    digest: str
    control: ControlReport
    receipt: Receipt
    strategy: Strategy
    register: Register
    passages: pl.DataFrame | None = None
    decisions: pl.DataFrame | None = None

    @property
    def summary(self) -> Summary | None:
        """Counts; None when the structure is refused."""
        return None if self.decisions is None else summarize(self.decisions)


def match_deposit(
    file: str | Path,
    register: Register,
    strategy: Strategy,
    *,
    admission: Admission | None = None,
    version: Version | None = None,
    progress: Step | None = None,
) -> Run:
    """Control 1, then the nirisation of every passage, then the receipt.

    Args:
        file: The deposit file.
        register: Where the holders are looked for.
        strategy: How.
        admission: What the portal remembers: passages already accepted, known certification codes.
        version: Schema version; found in the file by default.
        progress: Called as the work goes.

    Raises:
        DepositError: the file cannot be read at all.
        RegisterError: a shard of the register cannot be read.
    """
    file = Path(file)
    with ThreadPoolExecutor(1) as pool:  # the hash is taken on another core meanwhile
        hashed = pool.submit(_digest, file)
        read = read_controlled(file, version, progress=_step(progress, "control"))
        digest = hashed.result()
    treatment = str(int(digest[-8:], 16))  # a portal counts; without one, the same file keeps the same number
    report, deposit = read.report, read.deposit
    if deposit is None:
        return Run(file, digest, report, Receipt.of_control(report, treatment), strategy, register)
    found = strategy.run(deposit.passages, register, _step(progress, "match"))
    decisions = admit(found, deposit.passages, admission or Admission())
    receipt = _form_b(decisions, deposit.passages, deposit.header.id_flux, file.name, treatment)
    return Run(file, digest, report, receipt, strategy, register, deposit.passages, decisions)


def readmitted(run: Run, admission: Admission) -> Run:
    """The same run once more is known of what is accepted already: decisions and receipt follow, nobody is looked for.

    Args:
        run: Of a deposit whose structure is right; any other is given back.
        admission: What is known now, of what the run already knew too.
    """
    if run.decisions is None or run.passages is None:
        return run
    decisions = admit(run.decisions, run.passages, admission)
    told = run.receipt
    receipt = _form_b(decisions, run.passages, told.id_flux, told.file_name, told.treatment_id)
    return replace(run, decisions=decisions, receipt=receipt)


def write_run(run: Run, folder: Path, day: dt.date) -> list[Path]:
    """Write the files of a run under their fixed names; the receipt also under its official one.

    Args:
        run: What the chain made.
        folder: Created when missing; files of an earlier run are replaced.
        day: Day of the treatment, in the official name of the receipt.

    Returns:
        The paths, in the order a reader wants them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / receipt_file_name(run.file.name, day), folder / "receipt.xml"]
    write_receipt(run.receipt, paths[0])
    shutil.copyfile(*paths)
    if run.decisions is not None and run.passages is not None:
        paths += write_decisions(run.decisions, folder, simulated=run.register.simulated)
        accepted = folder / "accepted.csv"
        newly_accepted(run.decisions, run.passages).write_csv(accepted)
        paths.append(accepted)
    description = folder / "run.json"
    description.write_text(json.dumps(describe(run), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [*paths, description]


def _form_b(decisions: pl.DataFrame, passages: pl.DataFrame, id_flux: str, file_name: str, treatment: str) -> Receipt:
    told = decisions.select("id_technique", "message").with_columns(
        index=passages["certification_index"], issuer=passages["issuer"]
    )
    ko = told.filter(pl.col("message").is_not_null())
    return Receipt.of_passages(
        file_name,
        treatment,
        id_flux,
        ko=(
            (key, message_text(Message(number), bcr=issuer, id_technique=key, index=index))
            for key, number, index, issuer in ko.iter_rows()
        ),
        ok=told.filter(pl.col("message").is_null())["id_technique"],
    )


def describe(run: Run) -> dict[str, Any]:
    """Everything that decides the result, so that the same values give the same files."""
    summary = run.summary
    return {
        "nirisation": matching.__version__,
        "file": {"name": run.file.name, "digest": run.digest, "schema": run.control.version},
        "register": {
            "simulated": run.register.simulated,
            "persons": run.register.persons,
            "digest": run.register.digest,
        },
        "strategy": {"name": run.strategy.name, "settings": asdict(run.strategy.settings)},
        "control": {"ok": run.control.is_ok, "errors": run.control.n_errors},
        "counts": None
        if summary is None
        else {
            "passages": summary.passages,
            "ok": summary.ok,
            "flagged": summary.flagged,
            "assumed": summary.assumed,
            "ko": {str(int(message)): n for message, n in summary.ko.items()},
        },
        "outcomes": None if summary is None else {str(outcome): n for outcome, n in summary.outcomes.items()},
    }


def _step(progress: Step | None, name: str) -> Callable[[int, int], None] | None:
    """The progress of one step, for a stage that does not know its name."""
    return None if progress is None else partial(progress, name)


def _digest(file: Path) -> str:
    """Of the file's bytes; empty when it cannot be opened, which ``control`` says better."""
    try:
        return digest_of(file)
    except OSError:
        return ""
