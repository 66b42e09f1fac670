"""What a portal is told when it starts.

Example:
    >>> PortalSettings(Path("portal"), strategy("cdc"), register=Path("register"), delay=2.0)
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

from matching.identity.catalogue import Lang
from matching.portal.accounts import Accounts, read_accounts
from matching.strategies.table import DEFAULT, Strategy, strategy

DEFAULT_SIZE = 200_000


@dataclass(frozen=True)
class PortalSettings:
    """Everything that decides what the portal answers.

    Attributes:
        folder: Where the ledger, the files received and the register made stand; made when it is missing.
        strategy: How holders are looked for.
        register: Folder of a register; None = one of fictional people is made in ``folder`` at first use.
        accounts: Who may deposit for whom.
        known_codes: Certification codes that exist; None = only their shape is checked.
        seed: Of the register that is made, and of the first number given.
        size: Persons of the register that is made.
        day: In the names of receipts; None = the day of the treatment.
        delay: Seconds from the reception of a deposit to its treatment.
        time_limit: Seconds that a treatment, or the reception of a file, may take.
        most_bytes: Of one request.
        most_waiting: Deposits that may wait for their treatment.
        keep_days: Days that the files received, which hold identities, are kept.
        lang: Of the sentences, unless a request asks for another.
    """

    folder: Path
    strategy: Strategy = field(default_factory=lambda: strategy(DEFAULT))
    register: Path | None = None
    accounts: Accounts = field(default_factory=read_accounts)
    known_codes: frozenset[str] | None = None
    seed: int = 0
    size: int = DEFAULT_SIZE
    day: dt.date | None = None
    delay: float = 0.0
    time_limit: float = 600.0
    most_bytes: int = 200_000_000
    most_waiting: int = 1_000
    keep_days: float = 30.0
    lang: Lang = "fr"

    @property
    def first_number(self) -> int:
        """Number of the first deposit: six digits that follow from the seed."""
        return random.Random(self.seed).randrange(100_000, 900_000)  # noqa: S311 - nothing to keep secret
