"""What a deposit file says once, before and around its passages.

Example:
    >>> DepositHeader("0001", "2026-03-02T09:15:00+01:00", "41QRT905", "41QRT905", "MCFCER009041").action is None
    True
"""

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class DepositHeader:
    """The header of a deposit file, as submitted; a value that a file lacks is the empty string.

    Attributes:
        id_flux: Identifier of the file, unique per file, a UUID by advice (1 to 50 characters).
        timestamp: ``YYYY-MM-DDThh:mm:ss±hh:mm``.
        issuer: Body that deposits (8 characters).
        certifier: Body that owns the certifications (8 characters).
        contract: Contract of the certifier (1 to 20 characters).
        action: ``CREATION`` or ``SUPPRESSION``, since 1.1.5; None when absent.
    """

    id_flux: str
    timestamp: str
    issuer: str
    certifier: str
    contract: str
    action: str | None = None


def new_id_flux() -> str:
    """An identifier that no other file bears: a random UUID."""
    return str(uuid.uuid4())


def timestamp_now() -> str:
    """The time it is here, to the second, as a header writes it."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")
