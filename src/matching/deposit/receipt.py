"""The receipt of the portal (accusé de traitement), written and read.

Example:
    >>> receipt = Receipt.of_passages("janvier.xml", "90417", "0001", ko=[("A-1", message_text(4))], ok=["A-2"])
    >>> write_receipt(receipt, receipt_file_name("janvier.xml", date(2026, 3, 2)))
    >>> read_receipt("Accusé de traitement_janvier.xml_20260302.xml") == receipt
    True

Form A says that the structure was refused, form B gives every passage OK or KO. Source: receipt guide V3 of 2023-03-10
and receipts found in public code; read on 2026-11-23. ``[h]`` marks what nothing public settles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from lxml import etree

from matching.deposit.control import ControlReport
from matching.deposit.messages import message_number
from matching.deposit.parsing import hardened_parser
from matching.identity.catalogue import Lang
from matching.identity.errors import ReceiptError
from matching.identity.outcomes import Message

_NS2 = "urn:cdc:cpf:pc5:rapport:schema"  # declared by the portal and used by nothing
_STANDALONE = {"A": "yes", "B": "no"}  # either is seen; these are the ones of the receipts at hand [h]
_MOST_ERRORS = 100
_ESCAPED = re.compile("[&<>\r]")


@dataclass(frozen=True)
class StructureError:
    """One entry of form A. Xerces gives the end of the element, our own control its start."""

    message: str
    line: int
    column: int
    type: str = "XSD"  # the portal says XSD even of malformed XML


@dataclass(frozen=True)
class RefusedPassage:
    """One KO of form B: its key, the sentence as written, its number (None when it is none of the seven)."""

    id_technique: str
    message: str
    number: Message | None = None


@dataclass(frozen=True)
class Receipt:
    """A receipt.

    Attributes:
        form: A when the structure was refused, B when the passages were looked at.
        file_name: Name of the deposited file.
        treatment_id: Number of the treatment (``idTraitement``, formerly ``idDemande``), "" when absent.
        id_flux: Identifier of the deposited file, form B only, "" otherwise.
        errors: Form A.
        ko: Form B, refused passages.
        ok: Form B, keys of the accepted passages.
    """

    form: Literal["A", "B"]
    file_name: str
    treatment_id: str
    id_flux: str = ""
    errors: tuple[StructureError, ...] = ()
    ko: tuple[RefusedPassage, ...] = ()
    ok: tuple[str, ...] = ()

    @classmethod
    def of_passages(
        cls, file_name: str, treatment_id: str, id_flux: str, *, ko: Iterable[tuple[str, str]], ok: Iterable[str]
    ) -> "Receipt":
        """Form B from pairs (key, sentence) and keys."""
        numbers: dict[str, Message | None] = {}  # distinct sentences are read once
        refused = []
        for key, text in ko:
            if text not in numbers:
                numbers[text] = message_number(text)
            refused.append(RefusedPassage(key, text, numbers[text]))
        return cls("B", file_name, treatment_id, id_flux, ko=tuple(refused), ok=tuple(ok))

    @classmethod
    def of_control(
        cls, report: ControlReport, treatment_id: str, *, lang: Lang = "fr", twice: bool = True
    ) -> "Receipt":
        """Form A from the errors of control 1, 100 at most.

        Args:
            report: A report with errors.
            treatment_id: Number of the treatment.
            lang: Language of our sentences.
            twice: Give a value that a facet refuses a second entry, ``cvc-type.3.1.3``, as Xerces does.
        """
        entries = []
        for error in report.errors:
            text = error.sentence(lang)
            entries.append(StructureError(f"{error.cvc}: {text}" if error.cvc else text, error.line, error.column))
            if twice and error.cvc.endswith("-valid"):
                entries.append(StructureError(f"cvc-type.3.1.3: {text}", error.line, error.column))
        return cls("A", report.file, treatment_id, errors=tuple(entries[:_MOST_ERRORS]))


def receipt_file_name(deposited_name: str, day: date) -> str:
    """The portal's name for the receipt; the deposited name is kept whole, its extension included [h]."""
    return f"Accusé de traitement_{deposited_name}_{day:%Y%m%d}.xml"


def write_receipt(receipt: Receipt, path: str | Path, *, empty_sections: bool = False) -> Path:
    """Write a receipt as the portal does: no namespace, UTF-8, indent 4, KO before OK.

    Args:
        receipt: What to write.
        path: The file; replaced when it exists.
        empty_sections: Write a section of form B that holds nothing as an empty element. Whether the portal does, or
            leaves it out, is not known; left out by default [h].

    Returns:
        The path.
    """
    path = Path(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_lines(receipt, empty_sections=empty_sections))
    return path


def read_receipt(path: str | Path) -> Receipt:
    """Read a receipt of either form, with the variations seen: ``idDemande``, sections absent, empty or in lower case.

    Raises:
        ReceiptError: the file is missing, no XML, or no receipt.
    """
    root = _parsed(Path(path))
    fields = {_name(child): child for child in root.iterchildren("*")}
    errors, ko, ok = fields.get("erreurs"), fields.get("passagesKO"), fields.get("passagesOK")
    has_sections = ko is not None or ok is not None or "idFlux" in fields
    is_form_a = next(_items(errors, "erreur"), None) is not None or not has_sections
    file_name = _text(fields.get("nomFichier"))
    treatment_id = _text(fields.get("idTraitement")) or _text(fields.get("idDemande"))
    if is_form_a:
        return Receipt("A", file_name, treatment_id, errors=tuple(_errors(errors)))
    pairs = ((_child(item, "idTechnique"), _child(item, "messageErreur")) for item in _items(ko, "passage"))
    keys = (item.text or "" for item in _items(ok, "idTechnique"))
    return Receipt.of_passages(file_name, treatment_id, _text(fields.get("idFlux")), ko=pairs, ok=keys)


def _parsed(path: Path) -> Any:  # noqa: ANN401 - lxml ships no types
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReceiptError("receipt.unreadable", file=path.name, reason=error.strerror or str(error)) from None
    if not content.strip():
        raise ReceiptError("receipt.empty", file=path.name)
    try:
        root = etree.fromstring(content.lstrip(), hardened_parser())
    except etree.XMLSyntaxError as error:
        raise ReceiptError("receipt.malformed", file=path.name, line=error.lineno or 1) from None
    if root.getroottree().docinfo.doctype:
        raise ReceiptError("receipt.doctype", file=path.name)
    if _name(root) != "rapport":
        raise ReceiptError("receipt.other_root", file=path.name, root=_name(root))
    return root


def _name(element: Any) -> str:  # noqa: ANN401 - lxml ships no types
    """The local name with a lower-case first letter: PassagesKO and passagesKO are both seen."""
    local = etree.QName(element).localname
    return str(local[:1].lower() + local[1:])


def _items(section: Any, name: str) -> Iterator[Any]:  # noqa: ANN401 - lxml ships no types
    if section is not None:
        yield from (item for item in section.iterchildren("*") if _name(item) == name)


def _child(item: Any, name: str) -> str:  # noqa: ANN401 - lxml ships no types
    return next((child.text or "" for child in _items(item, name)), "")


def _text(element: Any) -> str:  # noqa: ANN401 - lxml ships no types
    return "" if element is None else (element.text or "").strip()


def _errors(section: Any) -> Iterator[StructureError]:  # noqa: ANN401 - lxml ships no types
    for item in _items(section, "erreur"):
        line, column = (_number(_child(item, name)) for name in ("ligne", "colonne"))
        yield StructureError(_child(item, "message"), line, column, _child(item, "type"))


def _number(text: str) -> int:
    """A line or column; 0 when the portal gives none."""
    return int(text) if text.strip().isdecimal() else 0


def _lines(receipt: Receipt, *, empty_sections: bool) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="{_STANDALONE[receipt.form]}"?>\n'
    yield f'<rapport xmlns:ns2="{_NS2}">\n'
    yield _leaf(1, "nomFichier", receipt.file_name)
    if receipt.form == "A":
        yield _leaf(1, "idTraitement", receipt.treatment_id)
        yield from _section("erreurs", [_error(error) for error in receipt.errors], is_kept=True)
    else:
        yield _leaf(1, "idFlux", receipt.id_flux)
        yield _leaf(1, "idTraitement", receipt.treatment_id)
        yield from _section("PassagesKO", [_refused(passage) for passage in receipt.ko], is_kept=empty_sections)
        yield from _section("PassagesOK", [_leaf(2, "idTechnique", k) for k in receipt.ok], is_kept=empty_sections)
    yield "</rapport>\n"


def _section(name: str, items: Sequence[str], *, is_kept: bool) -> Iterator[str]:
    if items:
        yield f"    <{name}>\n"
        yield from items
        yield f"    </{name}>\n"
    elif is_kept:
        yield f"    <{name}/>\n"


def _error(error: StructureError) -> str:
    leaves = {"type": error.type, "message": error.message, "ligne": error.line, "colonne": error.column}
    return _group(2, "erreur", leaves)


def _refused(passage: RefusedPassage) -> str:
    return _group(2, "passage", {"idTechnique": passage.id_technique, "messageErreur": passage.message})


def _group(level: int, name: str, leaves: dict[str, object]) -> str:
    indent = "    " * level
    inside = "".join(_leaf(level + 1, leaf, str(value)) for leaf, value in leaves.items())
    return f"{indent}<{name}>\n{inside}{indent}</{name}>\n"


def _leaf(level: int, name: str, text: str) -> str:
    written = escape(text, {"\r": "&#13;"}) if _ESCAPED.search(text) else text
    return f"{'    ' * level}<{name}>{written}</{name}>\n"
