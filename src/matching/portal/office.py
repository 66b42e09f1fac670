"""The portal itself, whatever carries it: deposits come in, are treated one after the other, and are remembered.

Example:
    >>> with Office.open(PortalSettings(Path("portal"))) as office:
    ...     number = office.receive(office.folder.new_file(), "janvier.xml")
    ...     office.deposit(number).status.text
    'traitement en cours'

One thread treats, in the order of arrival, so that the same deposits give the same receipts. What was in progress when
the process ended, however it ended, is treated when it starts again.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matching.chain import Step
from matching.deposit.header import DepositHeader
from matching.deposit.reader import read_header
from matching.identity.digest import digest_of
from matching.identity.errors import DepositError, NirisationError
from matching.portal import registers
from matching.portal.folder import PortalFolder
from matching.portal.ledger import Ledger
from matching.portal.log import log, log_failure
from matching.portal.problems import RefusedError
from matching.portal.records import Arrival, DepositRow, Status
from matching.portal.settings import PortalSettings
from matching.portal.treatment import Desk, treat
from matching.register.folder import Register, open_register

_PURGE_SECONDS = 3600.0
_RETRY_SECONDS = 5.0
_POLL_SECONDS = 0.1
_MALFORMED = "deposit.not_readable"  # XML up to a point: control 1 says where, in a receipt


class _StoppedError(Exception):
    """The process ends: the deposit stays in progress."""


class _TooLongError(Exception):
    """The treatment passed its time limit."""


@dataclass(frozen=True)
class Progress:
    """What is being done.

    Attributes:
        number: Of the deposit; None = the register is being prepared.
        step: "generate", "index", "control" or "match".
        done: Of ``total``, in the step's own unit.
        total: In all.
    """

    number: int | None
    step: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """Done of this step, 0..1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


@dataclass
class Office:
    """A portal at work.

    Attributes:
        settings: What it was told.
        folder: Where it keeps things.
        ledger: What it remembers.
        register: Where holders are looked for; None until it is ready.
        progress: What is being done; None when nothing is.
        failure: Why the register cannot be used; None when it can, or is not tried yet.
    """

    settings: PortalSettings
    folder: PortalFolder
    ledger: Ledger
    register: Register | None = None
    progress: Progress | None = None
    failure: NirisationError | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _news: threading.Event = field(default_factory=threading.Event)
    _is_wanted: bool = False
    _is_prepared: bool = False

    @classmethod
    @contextmanager
    def open(cls, settings: PortalSettings) -> Iterator["Office"]:
        """A portal that treats deposits until the block ends.

        Raises:
            UsageError: the folder cannot be used, or another portal uses it.
            RegisterError: the register that was given cannot be opened.
        """
        folder = PortalFolder.made(settings.folder)
        held = folder.lock()
        try:
            register = None if settings.register is None else open_register(settings.register)
            ledger = Ledger(folder.ledger_file, settings.first_number)
            office = cls(settings, folder, ledger, register)
            office._is_wanted = register is not None  # the index of one that is given; one that is made can wait
            folder.delete_all_but(ledger.stored())
            worker = threading.Thread(target=office._work, name="treatment", daemon=True)
            worker.start()
            try:
                yield office
            finally:
                office.stop()
                worker.join()
                ledger.close()
        finally:
            held.close()

    def receive(self, file: Path, file_name: str) -> int:
        """Receive a file that stands under a name of ``folder.new_file``; it is deleted if it is refused.

        Args:
            file: Where it is; its bytes are safe on disk.
            file_name: What the client calls it.

        Returns:
            The number of the deposit.

        Raises:
            DepositError: it is no XML at all.
            RefusedError: the accounts do not let it in, or too many wait.
        """
        try:
            self._check_room()
            header = _header(file, file_name)
            if header is not None and header.issuer and header.certifier:  # else control 1 says what is missing
                self.settings.accounts.admit(header)
            arrival = Arrival(file_name, file.name, digest_of(file), file.stat().st_size)
            number = self.ledger.add(arrival, header)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        log("portal.log_received", number=number, bytes=arrival.size)
        self._news.set()
        return number

    def _check_room(self) -> None:
        if self.ledger.n_waiting() >= self.settings.most_waiting:
            raise RefusedError("portal.too_many", 503, most=self.settings.most_waiting)

    def deposit(self, number: int) -> DepositRow | None:
        """One deposit; None when there is none of that number."""
        return self.ledger.deposit(number)

    @property
    def is_ready(self) -> bool:
        """Whether the register can be looked in."""
        return self._is_prepared

    def want_register(self) -> None:
        """Prepare the register now rather than for the first deposit."""
        self._is_wanted = True
        self._news.set()

    def ready_register(self, step: Step) -> Register:
        """The register, once it is ready; it is prepared if nobody wanted it before.

        Args:
            step: Called as that goes; what it raises ends the wait, and not the work.

        Raises:
            RegisterError: it cannot be had.
        """
        self.want_register()
        while self.register is None or not self.is_ready:
            if self.failure is not None:
                raise self.failure
            now = self.progress
            step(*((now.step, now.done, now.total) if now is not None else ("generate", 0, 0)))
            time.sleep(_POLL_SECONDS)
        return self.register

    def stop(self) -> None:
        """End the treatment under way without settling it, and take no other."""
        self._stopping.set()
        self._news.set()

    def purge(self) -> int:
        """Delete the files, hence the identities, of deposits older than the days to keep; how many there were."""
        return self.folder.delete(self.ledger.forget_files(self.settings.keep_days))

    def _work(self) -> None:
        """What the thread does: the register, then one deposit after the other."""
        purged = -_PURGE_SECONDS
        while True:
            self._news.clear()  # before looking: what comes afterwards ends the next wait at once
            if self._stopping.is_set():
                return
            try:
                if time.monotonic() - purged >= _PURGE_SECONDS:
                    self.purge()
                    purged = time.monotonic()
                if not (self._is_wanted or self.ledger.waiting()):
                    self._news.wait(_PURGE_SECONDS)
                elif self.failure is None and self._prepares():
                    self._wait_or_treat()
                else:
                    self._news.wait(_RETRY_SECONDS)
            except _StoppedError:
                return
            except Exception as error:  # noqa: BLE001 - a full disk, say: the thread lives on and tries again
                log_failure(error)
                self._stopping.wait(_RETRY_SECONDS)
            finally:
                self.progress = None

    def _prepares(self) -> bool:
        """Prepare the register once; False when it cannot be had."""
        if not self._is_prepared:
            try:
                self.register = registers.prepare(self.settings, self._step(None))
            except NirisationError as error:
                self.failure = error
                log("portal.log_no_register", reason=error)
                return False
            self._is_prepared = True
        return True

    def _wait_or_treat(self) -> None:
        deposit = self.ledger.waiting()
        if deposit is None:
            self._news.wait(_PURGE_SECONDS)
            return
        early = deposit.received + timedelta(seconds=self.settings.delay) - datetime.now(UTC)
        if early > timedelta(0):
            self._news.wait(early.total_seconds())
            return
        self._treat(deposit)

    def _treat(self, deposit: DepositRow) -> None:
        """Treat a deposit; what fails settles it too, with nothing accepted."""
        assert self.register is not None  # noqa: S101 - for the type checker: it is ready
        desk = Desk(self.ledger, self.folder, self.register, self.settings)
        try:
            treat(deposit, self.folder.file(deposit.stored or ""), desk, self._step(deposit.number))
        except _StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the next deposit must be treated
            log_failure(error)
            with self.ledger.settlement(deposit.number) as settlement:
                if settlement is not None:
                    settlement.close(Status.INTERRUPTED)
        settled = self.ledger.deposit(deposit.number)
        if settled is not None:
            log("portal.log_settled", number=settled.number, status=settled.status.text, passages=settled.passages or 0)
        if self.settings.keep_days == 0:
            self.purge()

    def _step(self, number: int | None) -> "_Step":
        return _Step(self, number, time.monotonic() + self.settings.time_limit)


@dataclass(frozen=True)
class _Step:
    """Tells how far the work is, and ends it when it must."""

    office: Office
    number: int | None
    deadline: float

    def __call__(self, step: str, done: int, total: int) -> None:
        if self.office._stopping.is_set():  # noqa: SLF001 - of the same module
            raise _StoppedError
        if self.number is not None and time.monotonic() > self.deadline:
            raise _TooLongError
        self.office.progress = Progress(self.number, step, done, total)


def _header(file: Path, file_name: str) -> DepositHeader | None:
    """What a file says once; None when it is malformed further on, which control 1 says better."""
    try:
        return read_header(file)
    except DepositError as error:
        if error.code == _MALFORMED:
            return None
        raise error.about(file_name) from None
