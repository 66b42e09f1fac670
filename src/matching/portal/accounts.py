"""Who may deposit for whom: organisations, their contracts and delegations, read from a TOML.

Example:
    >>> accounts = read_accounts()
    >>> [one.situation for one in accounts.organisations.values()]
    [1, 2, 3, 4]
    >>> accounts.admit(DepositHeader("0001", "", "74BCD436", "41QRT905", "MCFCER009041"))
    Traceback (most recent call last):
    matching.portal.problems.RefusedError: 74BCD436 was not declared by 41QRT905 ...

The four situations are those of the general guide V5 (read 2026-11-23). Hypothesis ``not_declared_at_reception``: what
the portal answers to a depositor who was not declared is not public; here nothing is received and no number given.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from matching.deposit.header import DepositHeader
from matching.identity.errors import InputError
from matching.portal.problems import RefusedError

EXAMPLE = resources.files(__package__).joinpath("accounts.toml")

_KEYS = {"matricule": str, "name": str, "contracts": list, "depositors": list}
_MATRICULE = 8  # characters
_FORBIDDEN = 403


@dataclass(frozen=True)
class Organisation:
    """A body known to the portal.

    Attributes:
        matricule: Its identifier (``idClient``), 8 characters.
        name: What it is called.
        contracts: Its contracts as a certifier; none when it certifies nothing.
        depositors: Matricules of those who deposit for it, its own included when it does so itself.
        situation: 1 to 4, as in the head of ``accounts.toml``.
    """

    matricule: str
    name: str
    contracts: tuple[str, ...]
    depositors: tuple[str, ...]
    situation: int


@dataclass(frozen=True)
class Accounts:
    """Who may deposit for whom.

    Attributes:
        organisations: By matricule.
        lets_others_in: A certifier that is not listed deposits with whomever it wants, under any contract.
    """

    organisations: Mapping[str, Organisation]
    lets_others_in: bool = False

    def admit(self, header: DepositHeader) -> None:
        """Let a deposit in, or say why not.

        Raises:
            RefusedError: the issuer or the certifier is unknown, the contract is not the certifier's, or the certifier
                did not declare the issuer.
        """
        issuer, certifier, contract = (text.strip() for text in (header.issuer, header.certifier, header.contract))
        facts = {"issuer": issuer, "certifier": certifier, "contract": contract}
        owner = self.organisations.get(certifier)
        if owner is None and self.lets_others_in:
            return
        if issuer not in self.organisations:
            raise RefusedError("portal.unknown_issuer", _FORBIDDEN, **facts)
        if owner is None:
            raise RefusedError("portal.unknown_certifier", _FORBIDDEN, **facts)
        if contract not in owner.contracts:
            raise RefusedError("portal.unknown_contract", _FORBIDDEN, **facts)
        if issuer not in owner.depositors:
            raise RefusedError("portal.not_declared", _FORBIDDEN, **facts)


def read_accounts(file: Path | None = None) -> Accounts:
    """The accounts of a TOML; of the ready example when none is given.

    Raises:
        InputError: the file cannot be read, or says something that no portal could hold.
    """
    name = "accounts.toml" if file is None else str(file)
    try:
        told = tomllib.loads((file or EXAMPLE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("portal.accounts_unreadable", file=name, reason=_reason(error)) from error
    rows = told.get("organisations")
    if not isinstance(rows, list) or not rows or set(told) != {"organisations"}:
        raise InputError("portal.accounts_empty", file=name)
    for rank, row in enumerate(rows, 1):
        _check(row, rank, name)
    matricules = [row["matricule"] for row in rows]
    for row in rows:
        if matricules.count(row["matricule"]) > 1:
            raise InputError("portal.accounts_twice", file=name, matricule=row["matricule"])
        for other in row.get("depositors", ()):
            if other not in matricules:
                raise InputError("portal.accounts_stranger", file=name, matricule=row["matricule"], other=other)
    helpers = {one for row in rows for one in row.get("depositors", ()) if one != row["matricule"]}
    return Accounts(
        {row["matricule"]: _organisation(row, deposits_for_others=row["matricule"] in helpers) for row in rows}
    )


def _organisation(row: Mapping[str, Any], *, deposits_for_others: bool) -> Organisation:
    matricule, depositors = row["matricule"], tuple(row.get("depositors", ()))
    by_itself, through_others = (2 if deposits_for_others else 1), (3 if row.get("contracts") else 4)
    situation = by_itself if matricule in depositors else through_others
    return Organisation(matricule, row.get("name", matricule), tuple(row.get("contracts", ())), depositors, situation)


def _check(row: object, rank: int, file: str) -> None:
    """Refuse a row whose keys or values are not those of an organisation."""
    if not isinstance(row, Mapping) or "matricule" not in row:
        raise InputError("portal.accounts_no_matricule", file=file, rank=rank)
    for key, value in row.items():
        expected = _KEYS.get(key)
        is_right = expected is not None and isinstance(value, expected)
        if not is_right or (expected is list and not all(isinstance(item, str) for item in value)):
            raise InputError("portal.accounts_key", file=file, rank=rank, key=key, known=", ".join(_KEYS))
    if len(row["matricule"]) != _MATRICULE:
        raise InputError("portal.accounts_matricule", file=file, matricule=row["matricule"])


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error).splitlines()[0]
