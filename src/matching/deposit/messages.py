"""The seven sentences of the official receipt, by number: written and read back.

Example:
    >>> message_text(Message.SEVERAL)
    'Plusieurs titulaires ont été identifiés'
    >>> message_number("Aucun titulaire ne correspond aux critères de réconciliation")
    <Message.NOBODY_WITH_PLACE: 3>

The texts are the portal's own and never translated. Source: receipt guide V3 of 2023-03-10, error-resolution guide V4,
receipts found in public code; read on 2026-11-23.
"""

import re

from matching.identity.outcomes import Message

_TEXTS = {
    Message.NOBODY: "Aucun titulaire ne correspond aux critères obligatoires",
    Message.NOBODY_WITH_DATE: (
        "Aucun titulaire ne correspond aux critères obligatoires enrichis du jour et du mois de naissance"
    ),
    Message.NOBODY_WITH_PLACE: "Aucun titulaire ne correspond aux critères de reconciliation",  # sic, no accent
    Message.SEVERAL: "Plusieurs titulaires ont été identifiés",
    Message.ALREADY_ACCEPTED: (
        "Le passage certification avec le bcr émetteur {bcr} et l'id technique partenaire {id_technique} "
        "existe déjà en base"
    ),
    Message.CERTIFICATION: (
        "Le statut de la certification avec le bcr émetteur {bcr}, l'id technique partenaire {id_technique} "
        "et l'index {index} est KO"
    ),
    Message.VALIDITY_DATES: (
        "La date de fin de validité est inférieure à date de début de validité pour le passage certification "
        "avec le bcr émetteur {bcr} et l'id technique partenaire {id_technique}"
    ),
}


def message_text(number: Message | int, *, bcr: str = "", id_technique: str = "", index: int = 0) -> str:
    """The sentence, with the facts that messages 5 to 7 name.

    Args:
        number: 1 to 7.
        bcr: Body that deposits.
        id_technique: Key of the passage.
        index: What the portal counts here is not known; taken as the rank of the certification in the file [h].
    """
    return _TEXTS[Message(number)].format(bcr=bcr, id_technique=id_technique, index=index)


def _reader(text: str) -> re.Pattern[str]:
    """What recognises the sentence: any blanks, any fact, either apostrophe, with or without the accent."""
    pattern = re.escape(text).replace(r"reconciliation", "r[eé]conciliation").replace("'", "['’]")
    words = re.sub(r"\\\{\w+\\\}", ".*", pattern).replace(r"\ ", r"\s+")
    return re.compile(rf"\s*{words}\s*\.?\s*", re.DOTALL)


_READERS = {number: _reader(text) for number, text in _TEXTS.items()}


def message_number(text: str) -> Message | None:
    """The number of a sentence read in a receipt; None when it is none of the seven."""
    return next((number for number, reader in _READERS.items() if reader.fullmatch(text)), None)
