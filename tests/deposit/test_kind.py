"""What a file is, by its first element, whatever it is called and however it is written."""

import pytest

from matching.deposit.kind import kind_of
from matching.deposit.receipt import Receipt, write_receipt
from matching.deposit.writer import write_deposit
from tests.builders import HEADER, holder, passages_of


def test_what_this_project_writes(tmp_path):
    assert kind_of(write_deposit(tmp_path / "a", passages_of(holder()), HEADER)) == "deposit"
    assert kind_of(write_receipt(Receipt.of_passages("a", "1", "f", ko=[], ok=["T0"]), tmp_path / "b")) == "receipt"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<flux>", "deposit"),
        (b"\n<!-- <rapport/> --><x:flux xmlns:x='urn:x'><x:idFlux>", "deposit"),
        (b'<?xml version="1.0" encoding="windows-1252"?><rapport>\xe9</rapport>', "receipt"),
        ('<?xml version="1.0" encoding="UTF-16"?><Rapport/>'.encode("utf-16"), "receipt"),
        (b"<flux><broken</flux>", "deposit"),
        (b'<?xml version="1.0" encoding="klingon"?><flux/>', None),
        (b"<html><flux/></html>", None),
        (b"<flux", None),
        (b"PK\x03\x04 flux", None),
        (b"idTechnique;nomNaissance", None),
        (b"", None),
    ],
)
def test_the_first_element_tells(tmp_path, content, kind):
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    assert kind_of(path) == kind
