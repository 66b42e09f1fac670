"""Matched or walked, a file reads the same; and ``read_controlled`` says what ``control`` and ``read_deposit`` say."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.extraction import OPTIONAL
from matching.deposit.reader import read_controlled, read_deposit
from matching.identity.errors import DepositError
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
    "<cpf:verbatim>A&amp;B</cpf:verbatim>",
    "<!-- plain but for this -->",
]


def outcome(read, path):
    """What a reading gives, its error being one of the things it can give."""
    try:
        return read(path)
    except DepositError as error:
        return error.code, error.facts


def told(path):
    """Everything that is told of a file, in values."""

    def values(deposit):
        return deposit.header, deposit.version, deposit.passages.rows()

    return outcome(control, path), outcome(lambda file: values(read_deposit(file)), path)


def told_at_once(path):
    found = outcome(read_controlled, path)
    if isinstance(found, tuple):
        return found, None
    deposit = found.deposit
    return found.report, deposit and (deposit.header, deposit.version, deposit.passages.rows())


def check_all_ways(path):
    """The quick way open or closed, in one reading or two: the same report, and the same passages when it is OK."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.deposit.validation.plain_passages", lambda part, *_: [None] * len(part.starts))
        slow, slow_at_once = told(path), told_at_once(path)
    report, passages = slow
    is_read = not isinstance(report, tuple) and report.is_ok
    assert told(path) == slow
    assert told_at_once(path) == slow_at_once == (report, passages if is_read else None)
    return is_read


@pytest.mark.parametrize("path", [DEPOSIT, DEFAULT_NAMESPACE, NEWER])
def test_the_samples_read_the_same_in_all_ways(path):
    assert check_all_ways(path)


def test_columns_beyond_the_contract_are_read_when_asked_for(tmp_path):
    odd = PASSAGE.replace("<cpf:sexe>", "<!-- --><cpf:sexe>")
    path = tmp_path / "two.xml"
    path.write_text(with_passages(PASSAGE, odd), encoding="utf-8")
    read = read_deposit(path, optional=OPTIONAL).passages
    assert read.select(sorted(OPTIONAL)).n_unique() == 1  # matched or walked
    assert read.select("is_certified", "has_language_level", "obtained_by").row(0) == ("true", "true", "PAR_SCORING")
    assert read.drop(OPTIONAL).equals(read_deposit(path).passages)
    assert read_controlled(path, optional=OPTIONAL).deposit.passages.equals(read)


def test_passages_of_all_kinds_keep_their_order(tmp_path):
    """Matched in one version or the other, or walked, over several slices."""
    newer = NEWER.read_text(encoding="utf-8")
    start, stop = newer.index("<cpf:passageCertification>"), newer.rindex("</cpf:passageCertifications>")
    odd = PASSAGE.replace("<cpf:sexe>", "<!-- --><cpf:sexe>")
    passages = [*[PASSAGE] * 7, odd, newer[start:stop].rstrip(), PASSAGE, odd, *[PASSAGE] * 7]
    numbered = [
        one.replace("<cpf:idTechnique>2026", f"<cpf:idTechnique>{rank:02}") for rank, one in enumerate(passages)
    ]
    path = tmp_path / "kinds.xml"
    path.write_text(with_passages(*numbered), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.deposit.decoding._CHUNK_BYTES", 5000)
        patch.setattr("matching.deposit.stream._SLICE_BYTES", 5000)
        assert check_all_ways(path)
        assert read_controlled(path).deposit.passages["id_technique"].is_sorted()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(FRAGMENTS)), max_size=3),
    st.sampled_from(["", "\n", "<a/>", "<!-- -->"]),
    st.integers(150, 9000),
)
@example([(0, '<prenom3 xmlns="urn:cdc:cpf:pc5:schema:1.0.0">P</prenom3>')], "", 9000)
@example([], "", 150)
def test_odd_files_read_the_same_in_all_ways(tmp_path_factory, insertions, between, chunk):
    """Fragments inserted after any end tag, inside the passages or between them; slices of any size."""
    path = tmp_path_factory.getbasetemp() / "odd.xml"
    body = TEXT[TEXT.index("<cpf:passageCertification>") : TEXT.rindex("</cpf:passageCertifications>")]
    pieces = [*body.split("\n"), *PASSAGE.split("\n")]
    for at, fragment in insertions:
        pieces.insert(1 + at % (len(pieces) - 2), fragment)
    path.write_text(with_passages("\n".join(pieces), PASSAGE, between=between), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.deposit.decoding._CHUNK_BYTES", chunk)
        patch.setattr("matching.deposit.stream._SLICE_BYTES", chunk)
        check_all_ways(path)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TEXT.encode()) - 1), st.binary(max_size=3), st.integers(0, 5))
def test_damaged_files_read_the_same_in_all_ways(tmp_path_factory, start, inserted, dropped):
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    content = TEXT.encode()
    path.write_bytes(content[:start] + inserted + content[start + dropped :])
    check_all_ways(path)
