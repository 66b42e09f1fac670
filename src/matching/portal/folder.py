"""The folder of a portal on disk: one process at a time, the ledger, and the files received under names of ours.

Example:
    >>> with PortalFolder.locked(Path("portal")) as folder:
    ...     folder.ledger_file, folder.new_file()

::

    portal/
      ledger.sqlite     deposits and outcomes
      lock.sqlite       held while a portal runs
      files/            what was received: identities, deleted after the days to keep
      register-…/       the register made at first use
"""

import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from matching.identity.errors import UsageError

_OWNER_ONLY = 0o700


@dataclass(frozen=True)
class PortalFolder:
    """Where everything of a portal stands."""

    path: Path

    @classmethod
    def made(cls, path: Path) -> "PortalFolder":
        """The folder, made when it is missing; nobody but its owner may look into it.

        Raises:
            UsageError: it cannot be made.
        """
        try:
            for folder in (path, path / "files"):
                folder.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError("portal.folder", folder=str(path), reason=error.strerror or str(error)) from error
        return cls(path)

    @property
    def ledger_file(self) -> Path:
        """The ledger."""
        return self.path / "ledger.sqlite"

    def lock(self) -> sqlite3.Connection:
        """Hold the folder until what is given back is closed, or the process ends in whatever way.

        Raises:
            UsageError: another portal holds it.
        """
        held = sqlite3.connect(self.path / "lock.sqlite", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            held.close()
            raise UsageError("portal.folder_in_use", folder=str(self.path)) from None
        return held

    def file(self, stored: str) -> Path:
        """A file received, by the name that the ledger keeps."""
        return self.path / "files" / stored

    def new_file(self) -> Path:
        """Where the next file goes: a name that nobody chose."""
        return self.file(f"{uuid.uuid4().hex}.xml")

    def delete(self, stored: Iterable[str]) -> int:
        """Delete files received; how many there were."""
        files = [file for name in stored if (file := self.file(name)).exists()]
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)

    def delete_all_but(self, known: set[str]) -> int:
        """Delete what a process that was killed left behind: files that no deposit names."""
        return self.delete(file.name for file in (self.path / "files").iterdir() if file.name not in known)
