"""Write a deposit file from a frame of passages.

Example:
    >>> header = DepositHeader("0001", "2026-03-02T09:15:00+01:00", "41QRT905", "41QRT905", "MCFCER009041")
    >>> write_deposit("janvier.xml", passages, header)

The ``raw_*`` columns are what is written: the identity as submitted, mistakes included. A frame whose raw values are
valid gives a file that control 1 accepts; the same frame always gives the same bytes.
"""

from pathlib import Path

import polars as pl

from matching.deposit.dictionary import BRANCHES, NAMESPACE, PASSAGE, XSI, Block, Field, Version, children
from matching.deposit.header import DepositHeader
from matching.identity.errors import UsageError
from matching.identity.frames import PASSAGES

_CHUNK = 20_000  # passages turned into text at once: about 20 MB

# What XML cannot hold at all is left out; a carriage return would come back as a line feed if it were not escaped.
_ILLEGAL = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)]
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"} | dict.fromkeys(_ILLEGAL, "")

_CLOSING = "</cpf:certifications>\n</cpf:certificateur>\n</cpf:certificateurs>\n</cpf:emetteur>\n</cpf:flux>\n"


def write_deposit(
    path: str | Path, passages: pl.DataFrame, header: DepositHeader, *, version: Version = "1.1.2"
) -> Path:
    """Write the passages as a deposit file, UTF-8, one element per line.

    Args:
        path: The file to write; replaced when it exists.
        passages: A frame of the PASSAGES contract; ``certification_index`` groups the passages into certifications,
            in the order of the index, and passages keep their order within one. Null is written nil where the
            dictionary allows it, else left out. The optional columns that the dictionary names (``score``,
            ``exam_mode``, …) are written when present. The issuer is the header's, not the frame's.
        header: What the file says once.
        version: Schema version to write.

    Returns:
        The path.

    Raises:
        ContractError: the frame is not of the PASSAGES contract.
        UsageError: there is no passage, which no version allows; or the frame identifies people by NIR, or the
            header has an action, which 1.1.2 cannot carry.
    """
    passages = PASSAGES.check(passages).sort("certification_index", maintain_order=True)
    _refuse_what_no_file_can_hold(passages, header, version)
    path = Path(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_opening(header))
        for block in passages.partition_by("certification_index", maintain_order=True):
            file.write(_certification_opening(block, header))
            for start in range(0, block.height, _CHUNK):
                chunk = block[start : start + _CHUNK]
                file.writelines(chunk.select(_element(PASSAGE, version, chunk.columns)).to_series())
            file.write("</cpf:passageCertifications>\n</cpf:certification>\n")
        file.write(_CLOSING)
    return path


def _refuse_what_no_file_can_hold(passages: pl.DataFrame, header: DepositHeader, version: Version) -> None:
    if passages.is_empty():
        raise UsageError("deposit.no_passage_to_write")
    if version == "1.1.2" and header.action is not None:
        raise UsageError("deposit.version_lacks", element="action", version=version)
    if version == "1.1.2" and (passages["branch"] == "identifiant_national").any():
        raise UsageError("deposit.version_lacks", element="identifiantNational", version=version)


def _escaped(value: pl.Expr) -> pl.Expr:
    return value.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def _tag(name: str, value: str | None) -> str:
    """One header element, nothing when the value is None."""
    if value is None:
        return ""
    return f"<cpf:{name}>{pl.select(_escaped(pl.lit(value))).item()}</cpf:{name}>\n"


def _opening(header: DepositHeader) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<cpf:flux xmlns:cpf="{NAMESPACE}" xmlns:xsi="{XSI}">\n'
        + _tag("idFlux", header.id_flux)
        + _tag("horodatage", header.timestamp)
        + _tag("action", header.action)
        + "<cpf:emetteur>\n"
        + _tag("idClient", header.issuer)
        + "<cpf:certificateurs>\n<cpf:certificateur>\n"
        + _tag("idClient", header.certifier)
        + _tag("idContrat", header.contract)
        + "<cpf:certifications>\n"
    )


def _certification_opening(block: pl.DataFrame, header: DepositHeader) -> str:
    """The start of one certification: its type and code are those of its first passage."""
    role = "CERTIFICATEUR" if header.issuer == header.certifier else "TIERS_CONFIANCE"
    return (
        "<cpf:certification>\n"
        + _tag("type", block["certification_type"][0])
        + _tag("code", block["certification_code"][0])
        + _tag("natureDeposant", role)
        + "<cpf:passageCertifications>\n"
    )


def _element(item: Field | Block, version: Version, columns: list[str]) -> pl.Expr:
    """The text of one element for every row: null where a row leaves it out."""
    if isinstance(item, Field):
        return _field(item, columns)
    if item.kind == "choice":
        return _chosen(item, version, columns)
    inside = [_element(child, version, columns) for child in children(item, version) if _is_written(child)]
    return pl.concat_str(pl.lit(f"<cpf:{item.name}>\n"), *inside, pl.lit(f"</cpf:{item.name}>\n"), ignore_nulls=True)


def _is_written(item: Field | Block) -> bool:
    """Optional blocks (the digital level) have no column to come from."""
    return isinstance(item, Field) or item.obligation != "F"


def _field(field: Field, columns: list[str]) -> pl.Expr:
    empty = None if field.obligation != "N" else f'<cpf:{field.name} xsi:nil="true"/>\n'
    if field.column in columns:
        value = _escaped(pl.col(field.column))
        text = pl.concat_str(pl.lit(f"<cpf:{field.name}>"), value, pl.lit(f"</cpf:{field.name}>\n"))
        return text.fill_null(empty) if empty else text
    if field.default is not None:
        return pl.lit(f"<cpf:{field.name}>{field.default}</cpf:{field.name}>\n")
    return pl.lit(empty, dtype=pl.String)


def _chosen(block: Block, version: Version, columns: list[str]) -> pl.Expr:
    """The holder's branch is a column; a birth place is whichever code is there, postal (nil) when none is."""
    texts = {child.name: _element(child, version, columns) for child in children(block, version)}
    if block.name == "codeCommuneNaissance":
        insee, postal = pl.col("raw_insee_code"), pl.col("raw_postal_code")
        inside = [
            pl.when(insee.is_not_null()).then(texts["codeInseeNaissance"]),
            pl.when(insee.is_null() | postal.is_not_null()).then(texts["codePostalNaissance"]),
        ]
    else:
        branch = pl.col("branch").cast(pl.String)
        inside = [pl.when(branch == BRANCHES[name]).then(text) for name, text in texts.items()]
    return pl.concat_str(pl.lit(f"<cpf:{block.name}>\n"), *inside, pl.lit(f"</cpf:{block.name}>\n"), ignore_nulls=True)
