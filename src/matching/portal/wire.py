"""What the API says: the names of its JSON are French, as its readers' software; each has the code of a sentence.

Example:
    >>> DepositOut.of(row, progress=None).model_dump(by_alias=True)["statut"]
    'traitement en cours'
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from matching.portal.accounts import Organisation
from matching.portal.records import DepositRow, Status


def told(alias: str, name: str) -> Any:  # noqa: ANN401 - signature of pydantic
    """A field of the JSON: its name there, and the code of the sentence that describes it."""
    return Field(serialization_alias=alias, description=f"portal.field_{name}")


class Out(BaseModel):
    """What every answer has."""

    model_config = ConfigDict(frozen=True)


class DepositOut(Out):
    """A deposit: accusé de réception first, then where it stands."""

    number: int = told("numero", "number")
    file_name: str = told("fichier", "file_name")
    size: int = told("octets", "size")
    digest: str = told("empreinte", "digest")
    received: datetime = told("recu_le", "received")
    issuer: str | None = told("emetteur", "issuer")
    certifier: str | None = told("certificateur", "certifier")
    contract: str | None = told("contrat", "contract")
    action: str | None = told("action", "action")
    status: str = told("statut", "status")
    code: Status = told("code", "code")
    share: float | None = told("avancement", "share")
    settled: datetime | None = told("traite_le", "settled")
    passages: int | None = told("passages", "passages")
    ok: int | None = told("ok", "ok")
    ko: int | None = told("ko", "ko")
    receipt: str | None = told("accuse_de_traitement", "receipt")

    @classmethod
    def of(cls, row: DepositRow, share: float | None) -> "DepositOut":
        """A row of the ledger as the API says it."""
        return cls(
            number=row.number,
            file_name=row.file_name,
            size=row.bytes,
            digest=row.digest,
            received=row.received,
            issuer=row.issuer,
            certifier=row.certifier,
            contract=row.contract,
            action=row.action,
            status=row.status.text,
            code=row.status,
            share=share,
            settled=row.settled,
            passages=row.passages,
            ok=row.ok,
            ko=None if row.passages is None or row.ok is None else row.passages - row.ok,
            receipt=f"/depots/{row.number}/accuse" if row.receipt_name is not None else None,
        )


class DepositsOut(Out):
    """The latest deposits."""

    deposits: list[DepositOut] = told("depots", "deposits")
    following: str | None = told("suivants", "following")


class OrganisationOut(Out):
    """An organisation and who deposits for it."""

    matricule: str = told("matricule", "matricule")
    name: str = told("nom", "name")
    situation: int = told("situation", "situation")
    contracts: tuple[str, ...] = told("contrats", "contracts")
    depositors: tuple[str, ...] = told("deposants", "depositors")

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationOut":
        """An organisation as the API says it."""
        return cls.model_validate(organisation, from_attributes=True)


class PortalOut(Out):
    """What the portal is told, and what it takes for granted."""

    version: str = told("version", "version")
    strategy: str = told("strategie", "strategy")
    persons: int | None = told("personnes", "persons")
    is_simulated: bool | None = told("registre_simule", "is_simulated")
    state: str = told("registre", "register")
    seed: int = told("graine", "seed")
    delay: float = told("delai_secondes", "delay")
    keep_days: float = told("jours_de_conservation", "keep_days")
    hypotheses: dict[str, str] = told("hypotheses", "hypotheses")


class ProblemOut(Out):
    """What is refused (RFC 9457)."""

    type: str = told("type", "problem_type")
    title: str = told("title", "problem_title")
    status: int = told("status", "problem_status")
    code: str = told("code", "problem_code")
    detail: str = told("detail", "problem_detail")
