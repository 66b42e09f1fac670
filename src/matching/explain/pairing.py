"""Which deposit of several a receipt answers.

Example:
    >>> paired(read_receipt("accuse.xml"), [Deposited("mars.xml", "6f0c", frozenset({"A-1"}))]).file
    'mars.xml'

A receipt of form B names the ``idFlux`` of its deposit. Where several deposits bear it, as happens when a program
always writes the same one, the name of the file tells them apart, then what the receipt answers. A receipt of form A
has the name only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.explain.returned import ReceiptRead, same_name
from matching.identity.errors import ReceiptError


@dataclass(frozen=True)
class Deposited:
    """What tells a deposit from another.

    Attributes:
        file: Its name today, unique among those at hand.
        id_flux: The ``idFlux`` it holds; "" when not known.
        ids: The ``idTechnique`` of its passages.
    """

    file: str
    id_flux: str = ""
    ids: frozenset[str] = frozenset()


def paired(receipt: ReceiptRead, deposits: Sequence[Deposited]) -> Deposited:
    """The deposit that a receipt answers.

    Raises:
        ReceiptError: none does, or several could.
    """
    flux, answered = receipt.id_flux.strip(), {one.id_technique for one in receipt.ko} | set(receipt.ok)
    named = [one for one in deposits if same_name(one.file, receipt.file_name)]
    found = [one for one in deposits if one.id_flux.strip() == flux] if flux else named
    for likelier in (named, [one for one in deposits if one.ids == answered]):
        if len(found) > 1:
            found = [one for one in found if one in likelier] or found
    if len(found) == 1:
        return found[0]
    facts = {"name": receipt.file_name, "id_flux": flux}
    if found:
        raise ReceiptError("history.several_deposits", files=", ".join(one.file for one in found), **facts)
    raise ReceiptError("history.no_deposit_flux" if flux else "history.no_deposit_named", **facts)
