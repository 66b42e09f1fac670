"""One deposit, from the file received to its receipt: control 1, holders, admission, all settled in one transaction.

Example:
    >>> treat(deposit, Path("portal/files/5f0c.xml"), desk, progress=print)

Holders are looked for before the transaction; inside it, what other deposits had accepted meanwhile is refused
(message 5), the rest is accepted, and the receipt written: either all of it happened, or nothing.

Hypotheses, each a sentence ``portal.hypothesis_…`` of the catalogue: a SUPPRESSION (schema 1.1.5) looks for nobody,
removes what its issuer had accepted, and a passage that was never accepted is KO; one removed may be sent again.
"""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from matching.chain import Run, Step, match_deposit, readmitted
from matching.deposit.reader import Controlled, read_controlled
from matching.deposit.receipt import Receipt, receipt_file_name, write_receipt
from matching.portal.folder import PortalFolder
from matching.portal.ledger import Ledger, Settlement
from matching.portal.records import DepositRow, Status
from matching.portal.settings import PortalSettings
from matching.register.folder import Register
from matching.strategies.admission import Admission, newly_accepted

SUPPRESSION = "SUPPRESSION"

_NOT_THERE = (  # ours, built on message 5: the sentence of the Caisse des Dépôts, if there is one, is not public
    "Le passage certification avec le bcr émetteur {bcr} et l'id technique partenaire {id_technique} "
    "n'existe pas en base"
)


@dataclass(frozen=True)
class Desk:
    """What a treatment needs besides the deposit."""

    ledger: Ledger
    folder: PortalFolder
    register: Register
    settings: PortalSettings


def treat(deposit: DepositRow, file: Path, desk: Desk, progress: Step) -> None:
    """Treat a deposit and settle it; one that is settled already is left as it is.

    Args:
        deposit: As the ledger knows it.
        file: Where its file is.
        desk: What it needs besides.
        progress: Called as the work goes; what it raises ends the treatment, and nothing happened.

    Raises:
        DepositError: the file cannot be read any more.
        RegisterError: a shard of the register cannot be read.
    """
    if deposit.action == SUPPRESSION:
        read = read_controlled(file, progress=lambda done, total: progress("control", done, total))
        with desk.ledger.settlement(deposit.number) as settlement:
            if settlement is not None:
                receipt = _removed(read, deposit, settlement)
                _close(settlement, receipt, deposit, desk)
        return
    admission = Admission(known_codes=desk.settings.known_codes)
    run = match_deposit(file, desk.register, desk.settings.strategy, admission=admission, progress=progress)
    with desk.ledger.settlement(deposit.number) as settlement:
        if settlement is not None:
            _close(settlement, _accepted(run, settlement, admission), deposit, desk)


def _accepted(run: Run, settlement: Settlement, admission: Admission) -> Receipt:
    """The receipt of a CREATION, once what is OK is accepted."""
    if run.passages is None:
        return run.receipt
    issuer = str(run.passages["issuer"][0])
    known = settlement.accepted(issuer, run.passages["id_technique"])
    run = readmitted(run, replace(admission, accepted=known))
    if run.decisions is not None and run.passages is not None:
        columns = run.decisions.select("passage", "id_technique", pl.col("outcome").cast(pl.String), "message")
        settlement.outcomes(columns.iter_rows())
        settlement.accept(newly_accepted(run.decisions, run.passages).iter_rows())
    return run.receipt


def _removed(read: Controlled, deposit: DepositRow, settlement: Settlement) -> Receipt:
    """The receipt of a SUPPRESSION, once what it names is no longer accepted."""
    if read.deposit is None:
        return Receipt.of_control(read.report, str(deposit.number))
    passages, header = read.deposit.passages, read.deposit.header
    known = settlement.accepted(header.issuer, passages["id_technique"])
    is_first = pl.col("id_technique").is_first_distinct()
    told = passages.select(
        "passage",
        "id_technique",
        is_ok=pl.col("id_technique").is_in(known["id_technique"].implode()) & is_first,
    )
    ok = told.filter("is_ok")["id_technique"]
    settlement.remove((header.issuer, key) for key in ok)
    settlement.outcomes((rank, key, None, None if is_ok else 0) for rank, key, is_ok in told.iter_rows())
    missing = told.filter(~pl.col("is_ok"))["id_technique"]
    return Receipt.of_passages(
        deposit.file_name,
        str(deposit.number),
        header.id_flux,
        ko=((key, _NOT_THERE.format(bcr=header.issuer, id_technique=key)) for key in missing),
        ok=ok,
    )


def _close(settlement: Settlement, receipt: Receipt, deposit: DepositRow, desk: Desk) -> None:
    """Write the receipt under the names that the client knows, and settle."""
    receipt = replace(receipt, file_name=deposit.file_name, treatment_id=str(deposit.number))
    status = Status.STRUCTURE_REFUSED
    if receipt.form == "B":
        status = Status.KO if receipt.ko else Status.OK
    day = desk.settings.day or dt.datetime.now().astimezone().date()
    settlement.close(status, receipt_file_name(deposit.file_name, day), _as_bytes(receipt, desk.folder.new_file()))


def _as_bytes(receipt: Receipt, place: Path) -> bytes:
    """The receipt as it is written; a file left at ``place`` by a kill goes when the portal starts again."""
    try:
        return write_receipt(receipt, place).read_bytes()
    finally:
        place.unlink(missing_ok=True)
