import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from matching.deposit.extraction import by_element, by_pattern, extracted
from matching.deposit.parsing import hardened_parser
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import slices
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, PASSAGE, TEXT, with_passages

FRAGMENTS = [
    "<cpf:prenom2>A&amp;B&lt;&#67;</cpf:prenom2>",
    "<cpf:prenom2>A&amp;lt;</cpf:prenom2>",
    '<cpf:nomUsage xsi:nil="true"/>',
    '<cpf:nomUsage xsi:nil="true"></cpf:nomUsage>',
    "<cpf:nomUsage\n xsi:nil='true' />",
    '<cpf:nomUsage xsi:nil="false">X</cpf:nomUsage>',
    "<cpf:nomUsage></cpf:nomUsage>",
    "<cpf:nomUsage/>",
    "<cpf:nomUsage >X</cpf:nomUsage>",
    "<cpf:nomNaissance>Y</cpf:nomNaissance>",
    '<cpf:nomTitulaire xsi:nil="true"/>',
    "<cpf:nomTitulaire>Z</cpf:nomTitulaire>",
    "<cpf:dossierFormation></cpf:dossierFormation>",
    "<!-- <cpf:prenom3>N</cpf:prenom3> -->",
    "<cpf:prenom3><![CDATA[<cpf:prenom2>]]></cpf:prenom3>",
    "<cpf:prenom3>\r\n</cpf:prenom3>",
    "<cpf:prenom3>/> ></cpf:prenom3>",
    '<prenom3 xmlns="urn:cdc:cpf:pc5:schema:1.0.0">P</prenom3>',
    "<autre><cpf:prenom3>B</cpf:prenom3></autre>",
]


def slice_of(path):
    (part,) = slices(path, Skeleton())
    return part


def walked(part):
    return by_element(etree.fromstring(part.document().data, hardened_parser()))


@pytest.mark.parametrize("path", [DEPOSIT, DEFAULT_NAMESPACE, NEWER])
def test_the_samples_take_the_quick_way_and_give_the_same(path):
    part = slice_of(path)
    quick = by_pattern(part)
    assert quick is not None
    assert quick.equals(walked(part))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(FRAGMENTS)), max_size=3), st.sampled_from(["", "<a/>"]))
@example([(0, FRAGMENTS[-1])], "")
def test_both_ways_give_the_same(tmp_path_factory, insertions, between):
    """Fragments inserted after any end tag, inside the passages or between them."""
    path = tmp_path_factory.getbasetemp() / "both.xml"
    pieces = TEXT[TEXT.index("<cpf:passageCertification>") : TEXT.rindex("</cpf:passageCertifications>")].split("\n")
    for at, fragment in insertions:
        pieces.insert(1 + at % (len(pieces) - 2), fragment)
    path.write_text(with_passages("\n".join(pieces), PASSAGE, between=between), encoding="utf-8", newline="")
    part = slice_of(path)
    assert extracted(part).equals(walked(part))
