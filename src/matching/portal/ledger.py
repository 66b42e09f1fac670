"""What the portal remembers, in SQLite: deposits, outcomes of passages, passages accepted for good.

Example:
    >>> ledger = Ledger(Path("portal/ledger.sqlite"), first=100_001)
    >>> number = ledger.add(Arrival("janvier.xml", "5f0c.xml", "9f3c11ab…", 48_213), header)
    >>> with ledger.settlement(number) as settlement:
    ...     known = settlement.accepted("41QRT905", ["A-1", "A-2"])
    ...     settlement.accept([("41QRT905", "A-2")])
    ...     settlement.close(Status.OK, receipt_name, receipt)

A deposit is received in one transaction and settled in one other, which first looks at what is accepted already: killed
at any moment, a deposit is either still in progress and treated again, or settled with its receipt and its passages.
Two deposits of the same passage are settled one after the other, so that exactly one is OK.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from matching.deposit.header import DepositHeader
from matching.identity.errors import InputError
from matching.portal.records import Arrival, DepositRow, Status

_VERSION = 1
_PATIENCE_SECONDS = 60.0  # for another transaction to end
_TO_READ = timedelta(hours=1)
_COLUMNS = ", ".join(DepositRow.__dataclass_fields__)


class Settlement:
    """The transaction that settles one deposit; what it does counts only once it ends without error."""

    def __init__(self, db: sqlite3.Connection, number: int) -> None:
        self._db = db
        self._number = number

    def accepted(self, issuer: str, keys: Iterable[str]) -> pl.DataFrame:
        """Which keys of an issuer are accepted already: columns ``issuer, id_technique``."""
        rows = self._db.execute(
            "SELECT id_technique FROM accepted WHERE issuer = ? AND id_technique IN (SELECT value FROM json_each(?))",
            (issuer, json.dumps(list(keys))),
        )
        found = pl.DataFrame({"id_technique": [key for (key,) in rows]}, schema={"id_technique": pl.String})
        return found.select(pl.lit(issuer).alias("issuer"), "id_technique")

    def accept(self, keys: Iterable[tuple[str, str]]) -> None:
        """Accept passages (issuer, idTechnique) for good.

        Raises:
            sqlite3.IntegrityError: one is accepted already: a fault of the program.
        """
        rows = ((issuer, key, self._number) for issuer, key in keys)
        self._db.executemany("INSERT INTO accepted VALUES (?, ?, ?)", rows)

    def remove(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget that passages were accepted."""
        self._db.executemany("DELETE FROM accepted WHERE issuer = ? AND id_technique = ?", keys)

    def outcomes(self, rows: Iterable[tuple[int, str, str | None, int | None]]) -> None:
        """Keep (passage, idTechnique, outcome, message) of each passage."""
        told = ((self._number, *row) for row in rows)
        self._db.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", told)

    def close(self, status: Status, receipt_name: str | None = None, receipt: bytes | None = None) -> None:
        """Settle the deposit; its counts are those of ``outcomes``."""
        counts = "SELECT nullif(count(*), 0), sum(message IS NULL) FROM passage WHERE deposit = ?"
        packed = None if receipt is None else zlib.compress(receipt)
        columns = "status = ?, settled = ?, receipt_name = ?, receipt = ?"
        self._db.execute(
            f"UPDATE deposit SET {columns}, (passages, ok) = ({counts}) WHERE number = ?",  # noqa: S608 - our own words
            (status, _now(), receipt_name, packed, self._number, self._number),
        )


class Ledger:
    """The ledger of a portal.

    Args:
        file: The SQLite file; made when it is missing.
        first: Number of the first deposit of a new ledger.

    Raises:
        InputError: the file cannot be used, or is of another version.
    """

    def __init__(self, file: Path, first: int = 1) -> None:
        self._file = file
        try:
            self._make(first)
            self._kept_open = self._connection()  # the last connection to close would write the log back, at a cost
        except sqlite3.DatabaseError as error:
            raise InputError("portal.ledger_unreadable", file=str(file), reason=str(error)) from error

    def close(self) -> None:
        """Close the file; the ledger is not used any more."""
        self._kept_open.close()

    def add(self, arrival: Arrival, header: DepositHeader | None) -> int:
        """Receive a deposit; it is in progress from now on.

        Returns:
            Its number.
        """
        said = (None,) * 4 if header is None else (header.issuer, header.certifier, header.contract, header.action)
        columns = "file_name, stored, digest, bytes, received, issuer, certifier, contract, action"
        with self._transaction() as db:
            made = db.execute(
                f"INSERT INTO deposit ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
                (arrival.file_name, arrival.stored, arrival.digest, arrival.size, _now(), *said),
            )
            return int(made.lastrowid or 0)

    @contextmanager
    def settlement(self, number: int) -> Iterator[Settlement | None]:
        """The transaction that settles a deposit; None when it is settled already."""
        with self._transaction() as db:
            row = db.execute("SELECT status FROM deposit WHERE number = ?", (number,)).fetchone()
            yield Settlement(db, number) if row == (Status.IN_PROGRESS,) else None

    def deposit(self, number: int) -> DepositRow | None:
        """One deposit; None when there is none of that number."""
        return next(iter(self._rows("WHERE number = ?", (number,))), None)

    def deposits(self, most: int, before: int | None = None) -> list[DepositRow]:
        """The latest deposits, the last first; only those received before one of them, if asked."""
        where = "" if before is None else "WHERE number < ? "
        return self._rows(f"{where}ORDER BY number DESC LIMIT ?", (*(() if before is None else (before,)), most))

    def waiting(self) -> DepositRow | None:
        """The deposit in progress that came first."""
        return next(iter(self._rows("WHERE status = 'in_progress' ORDER BY number LIMIT 1", ())), None)

    def n_waiting(self) -> int:
        """How many deposits are in progress."""
        return int(self._read("SELECT count(*) FROM deposit WHERE status = 'in_progress'", ())[0][0])

    def receipt(self, number: int) -> tuple[str, bytes] | None:
        """Official name and XML of a receipt; None when there is none, or none yet."""
        row = self._read("SELECT receipt_name, receipt FROM deposit WHERE number = ? AND receipt NOT NULL", (number,))
        return (row[0][0], zlib.decompress(row[0][1])) if row else None

    def stored(self) -> set[str]:
        """Names of the files that the portal keeps."""
        return {name for (name,) in self._read("SELECT stored FROM deposit WHERE stored NOT NULL", ())}

    def forget_files(self, days: float) -> list[str]:
        """Forget the files of deposits settled that were received more than so many days ago.

        The receipt of one that control 1 refused quotes what it refuses, names and NIR too: it is forgotten as well,
        though not within the hour, so that its client can read it.

        Returns:
            Their names: whoever asks deletes them.
        """
        limit = _written(datetime.now(UTC) - timedelta(days=days))
        where = "WHERE stored NOT NULL AND status <> 'in_progress' AND received <= ?"
        with self._transaction() as db:
            names = [name for (name,) in db.execute(f"SELECT stored FROM deposit {where}", (limit,))]  # noqa: S608
            db.execute(f"UPDATE deposit SET stored = NULL {where}", (limit,))  # noqa: S608 - our own words, as above
            db.execute(
                "UPDATE deposit SET receipt_name = NULL, receipt = NULL WHERE status = ? AND received <= ?",
                (Status.STRUCTURE_REFUSED, min(limit, _written(datetime.now(UTC) - _TO_READ))),
            )
        return names

    def counts(self) -> dict[str, int]:
        """How many deposits, passages treated, passages accepted, files kept: what an invariant is checked on."""
        asked = {
            "deposits": "SELECT count(*) FROM deposit",
            "passages": "SELECT count(*) FROM passage",
            "accepted": "SELECT count(*) FROM accepted",
            "files": "SELECT count(*) FROM deposit WHERE stored NOT NULL",
        }
        counts = {name: int(self._read(query, ())[0][0]) for name, query in asked.items()}
        return {**counts, "in_progress": self.n_waiting()}

    def _make(self, first: int) -> None:
        with self._transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == _VERSION:
                return
            if version:
                raise InputError("portal.ledger_version", file=str(self._file), found=version, expected=_VERSION)
            for statement in _statements():
                db.execute(statement)
            db.execute("INSERT INTO sqlite_sequence VALUES ('deposit', ?)", (first - 1,))

    def _connection(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, _PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # what is answered to a client survives a power cut
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        return db

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._connection()
        try:
            db.execute("BEGIN IMMEDIATE")  # now, not at the first write: what is read stays true until the end
            yield db
            db.execute("COMMIT")
        finally:
            db.close()  # which undoes what was not committed

    def _read(self, query: str, facts: Sequence[object]) -> list[Any]:
        db = self._connection()
        try:
            return db.execute(query, facts).fetchall()
        finally:
            db.close()

    def _rows(self, where: str, facts: Sequence[object]) -> list[DepositRow]:
        rows = self._read(f"SELECT {_COLUMNS} FROM deposit {where}", facts)  # noqa: S608 - our own words
        return [_deposit_row(dict(zip(DepositRow.__dataclass_fields__, row, strict=True))) for row in rows]


def _deposit_row(values: dict[str, Any]) -> DepositRow:
    settled = values["settled"] and datetime.fromisoformat(values["settled"])
    received = datetime.fromisoformat(values["received"])
    return DepositRow(**{**values, "received": received, "settled": settled, "status": Status(values["status"])})


def _statements() -> list[str]:
    text = resources.files(__package__).joinpath("ledger.sql").read_text(encoding="utf-8")
    return [statement for statement in text.split(";\n") if statement.strip()]


def _now() -> str:
    return _written(datetime.now(UTC))


def _written(moment: datetime) -> str:
    """As the ledger writes it: earlier comes first among texts too."""
    return moment.isoformat(timespec="milliseconds")
