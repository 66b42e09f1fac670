"""Which deposit a receipt answers: by idFlux, else by name, else by the passages it speaks of."""

import unicodedata

import pytest

from matching.deposit.receipt import Receipt, StructureError
from matching.explain.pairing import Deposited, paired
from matching.identity.catalogue import LANGS
from matching.identity.errors import ReceiptError

MARCH = Deposited("mars.xml", "flux-1", frozenset({"A", "B"}))
APRIL = Deposited("avril.xml", "flux-2", frozenset({"A"}))
ALIKE = Deposited("dépôt.xml", "flux-2", frozenset({"A", "B"}))  # of a program that always writes the same idFlux


def receipt(name, flux="", ids=()):
    return Receipt.of_passages(name, "1", flux, ko=[(key, "…") for key in ids], ok=[])


def refused(name):
    return Receipt("A", name, "1", errors=(StructureError("cvc-elt.1", 1, 1),))


@pytest.mark.parametrize(
    ("answer", "file"),
    [
        (receipt("x.xml", "flux-1"), "mars.xml"),
        (receipt("mars.xml", " flux-1 "), "mars.xml"),
        (receipt("avril.xml", "flux-2"), "avril.xml"),
        (receipt(unicodedata.normalize("NFD", "DÉPÔT.xml"), "flux-2"), "dépôt.xml"),
        (receipt("x.xml", "flux-2", ["B", "A"]), "dépôt.xml"),
        (receipt("x.xml", "flux-2", ["A"]), "avril.xml"),
        (receipt("mars.xml"), "mars.xml"),
        (refused("avril.xml"), "avril.xml"),
    ],
)
def test_the_deposit_is_found(answer, file):
    assert paired(answer, [MARCH, APRIL, ALIKE]).file == file


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (receipt("mars.xml", "flux-9"), "history.no_deposit_flux", "flux-9"),
        (receipt("juin.xml"), "history.no_deposit_named", "juin.xml"),
        (refused("juin.xml"), "history.no_deposit_named", "juin.xml"),
        (receipt("x.xml", "flux-2", ["C"]), "history.several_deposits", "avril.xml, dépôt.xml"),
    ],
)
def test_none_or_several(answer, code, told):
    with pytest.raises(ReceiptError) as caught:
        paired(answer, [MARCH, APRIL, ALIKE])
    assert caught.value.code == code
    assert all(told in caught.value.sentence(lang) for lang in LANGS)
