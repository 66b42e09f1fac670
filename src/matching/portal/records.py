"""A deposit as the ledger knows it, and where it may stand.

Example:
    >>> Status.KO.text
    'Traité avec erreurs'
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a deposit stands; ``text`` is how the Caisse des Dépôts words it."""

    STRUCTURE_REFUSED = "structure_refused"
    IN_PROGRESS = "in_progress"
    OK = "ok"
    KO = "ko"
    INTERRUPTED = "interrupted"
    """Ours: the treatment failed or took too long; nothing was accepted."""

    @property
    def text(self) -> str:
        """The portal's own words, never translated. Source: general guide V5, read 2026-11-23; the last is ours."""
        return _TEXTS[self]


_TEXTS = {
    Status.STRUCTURE_REFUSED: "traitement avec erreurs",
    Status.IN_PROGRESS: "traitement en cours",
    Status.OK: "Traité avec succès",
    Status.KO: "Traité avec erreurs",
    Status.INTERRUPTED: "Traitement interrompu",
}


@dataclass(frozen=True)
class Arrival:
    """A file that was received.

    Attributes:
        file_name: What the client calls it.
        stored: Name of the file that the portal keeps.
        digest: Of its bytes.
        size: In bytes.
    """

    file_name: str
    stored: str
    digest: str
    size: int


@dataclass(frozen=True)
class DepositRow:
    """A deposit as the ledger knows it.

    Attributes:
        number: Of the accusé de réception, and of the treatment.
        file_name: As the client called it.
        stored: Name of the file kept, None once it is deleted.
        digest: Of its bytes.
        bytes: Its size.
        received: When.
        issuer: Who deposits; None when the file is no XML, as for the next three.
        certifier: For whom.
        contract: Under which contract.
        action: CREATION, SUPPRESSION or None.
        status: Where it stands.
        settled: When it was treated; None while in progress.
        passages: How many; None unless control 1 is OK.
        ok: How many of them are OK.
        receipt_name: Official name of its receipt; None when there is none.
    """

    number: int
    file_name: str
    stored: str | None
    digest: str
    bytes: int
    received: datetime
    issuer: str | None
    certifier: str | None
    contract: str | None
    action: str | None
    status: Status
    settled: datetime | None
    passages: int | None
    ok: int | None
    receipt_name: str | None
