"""The file to send again: what is kept is kept byte for byte, what is changed is what was asked for."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.reader import read_deposit
from matching.deposit.resend import write_extract, write_resend
from matching.identity.catalogue import LANGS, sentence
from matching.identity.errors import DepositError, UsageError
from tests.deposit.resending import NEW, OLD_FLUX, OLD_TIME, changes, resent_text
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, TEXT, edited, with_passages
from tests.deposit.samples import PASSAGE as XML_PASSAGE

# What is kept, byte for byte.

GAPS = ["", "\n", "\r\n\t  ", " <!-- note --> ", "\n<!-- </cpf:passageCertification> -->", "<?check a > b?>\n"]
ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "UTF-8": ("utf-8", b"\xef\xbb\xbf"),
    "ISO-8859-15": ("iso8859-15", b""),
    "windows-1252": ("cp1252", b""),
    "UTF-16": ("utf-16-le", b"\xff\xfe"),
    "utf-16": ("utf-16-be", b"\xfe\xff"),
}
HEAD, _, _REST = TEXT.removeprefix('<?xml version="1.0" encoding="UTF-8"?>').partition(
    "          <cpf:certification>\n"
)
HEAD = HEAD.rstrip()  # the blanks go with the certification
TAIL = TEXT[TEXT.rindex("</cpf:certification>") + len("</cpf:certification>") :]


@st.composite
def sources(draw):
    """A deposit in parts: for each certification its blanks, and for each passage what precedes it and its text."""
    number = 0
    certifications = []
    for _ in range(draw(st.integers(1, 3))):
        passages = []
        for _ in range(draw(st.integers(1, 4))):
            name = draw(st.sampled_from(["ROUVIERE", "Lefèvre", "<![CDATA[<cpf:passageCertification>]]>", "D&apos;A"]))
            passage = XML_PASSAGE.replace("000001", f"{number:06d}").replace("MONTGAILLARD", name)
            passages.append((draw(st.sampled_from(GAPS)), passage))
            number += 1
        certifications.append((draw(st.sampled_from(["", "\n", "\r\n  "])), passages))
    return certifications


def composed(certifications, declared, head, keep):
    inside = []
    number = 0
    for blanks, passages in certifications:
        kept = []
        for gap, passage in passages:
            kept += [gap + passage] if number in keep else []
            number += 1
        if kept:
            certification = "<cpf:certification><cpf:type>RS</cpf:type><cpf:code>RS6042</cpf:code >\r\n"
            lists = f"<cpf:passageCertifications>{''.join(kept)}\r\n</cpf:passageCertifications >"
            inside.append(f"{blanks}{certification}{lists}</cpf:certification >")
    return f"<?xml version='1.0' encoding='{declared}' ?>{head}{''.join(inside)}{TAIL}"


@settings(max_examples=30, deadline=None)
@given(sources(), st.sampled_from(sorted(ENCODINGS)), st.data())
def test_the_new_file_is_the_source_without_the_passages_left_out(tmp_path_factory, parts, declared, data):
    folder = tmp_path_factory.getbasetemp()
    source, target = folder / "sent.xml", folder / "again.xml"
    codec, bom = ENCODINGS[declared]
    everyone = set(range(sum(len(passages) for _, passages in parts)))
    keep = data.draw(st.sets(st.sampled_from(sorted(everyone)), min_size=1))
    source.write_bytes(bom + composed(parts, declared, HEAD, everyone).encode(codec))

    head = HEAD.replace(OLD_FLUX, NEW["id_flux"]).replace(OLD_TIME, NEW["timestamp"])
    done = write_resend(source, keep, None, target, **NEW)
    assert target.read_bytes() == bom + composed(parts, declared, head, keep).encode(codec)
    assert (done.passages, done.left_out) == (len(keep), len(everyone - keep))
    assert done.report.is_ok

    write_extract(source, keep, target)
    assert target.read_bytes() == bom + composed(parts, declared, HEAD, keep).encode(codec)


@pytest.mark.parametrize("sample", [DEPOSIT, NEWER, DEFAULT_NAMESPACE], ids=lambda path: path.name)
def test_all_the_passages_of_a_sample_are_the_sample(sample, tmp_path):
    everyone = range(read_deposit(sample).passages.height)
    done = write_extract(sample, everyone, tmp_path / "extract.xml")
    assert done.path.read_bytes() == sample.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["extract.xml"]


# The certification.


def two_certifications():
    whole = TEXT[TEXT.index("          <cpf:certification>") : TEXT.index("        </cpf:certifications>")]
    other = whole.replace("RS6042", "6043").replace("2026-", "2027-")
    return TEXT.replace(whole, whole + "          <!-- the other -->\n" + other)


def test_a_certification_left_without_passage_goes_whole(tmp_path):
    done, again = resent_text(tmp_path, two_certifications(), keep={5, 6})
    assert (done.passages, done.left_out, done.certifications_left_out) == (2, 6, 1)
    assert done.report.is_ok
    assert again.count("<cpf:certification>") == 1
    assert "<cpf:certifications>\n          <!-- the other -->\n          <cpf:certification>" in again
    assert read_deposit(done.path).passages["id_technique"].to_list() == ["2027-000002", "2027-000003"]


def test_the_code_of_a_certification_is_changed_when_all_its_kept_passages_agree(tmp_path):
    text = two_certifications()
    done, again = resent_text(tmp_path, text, (5, "code", "RS6043"), (6, "code", "RS6043"), keep={0, 5, 6})
    assert done.not_applied.is_empty()
    assert read_deposit(done.path).passages["certification_code"].to_list() == ["RS6042", "RS6043", "RS6043"]
    done, again = resent_text(tmp_path, text, (5, "code", "RS6043"), keep={0, 5, 6})
    assert done.not_applied.rows() == [(5, "code", "RS6043", "not_all_agree")]
    assert "<cpf:code>6043</cpf:code>" in again


# What is refused.


@pytest.mark.parametrize(
    ("keep", "rows", "new", "code"),
    [
        (set(), [], {}, "deposit.no_passage_to_write"),
        ({4}, [], {}, "explain.resend_no_passage"),
        ({-1}, [], {}, "explain.resend_no_passage"),
        ({0}, [(1, "nomUsage", "X")], {}, "explain.resend_not_kept"),
        ({0}, [(0, "idTechnique", "X")], {}, "explain.resend_element"),
        ({0}, [(0, "birth_name", "X")], {}, "explain.resend_element"),
        ({0}, [], {"id_flux": OLD_FLUX}, "explain.resend_same_flux"),
    ],
)
def test_what_cannot_be_asked(tmp_path, keep, rows, new, code):
    with pytest.raises(UsageError) as caught:
        write_resend(DEPOSIT, keep, changes(*rows), tmp_path / "again.xml", **(NEW | new))
    assert caught.value.code == code
    assert caught.value.sentence("fr") != caught.value.sentence("en")
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_never_the_target(tmp_path):
    source = tmp_path / "source.xml"
    source.write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        write_resend(source, {0}, None, Path(tmp_path, ".", "source.xml"), **NEW)
    assert caught.value.code == "explain.resend_onto_source"
    assert source.read_text(encoding="utf-8") == TEXT


def test_a_source_that_is_no_xml(tmp_path):
    source = tmp_path / "source.xml"
    source.write_text(TEXT[:-30], encoding="utf-8")
    for write in (write_resend, write_extract):
        with pytest.raises(DepositError) as caught:
            write(source, {0}, None, tmp_path / "a.xml", **NEW) if write is write_resend else write(source, {0}, "a")
        assert caught.value.code == "deposit.not_readable"


def test_a_passage_to_change_that_is_no_xml_leaves_no_file(tmp_path):
    with pytest.raises(DepositError) as caught:
        resent_text(tmp_path, edited("Noureddine", "Nour&eacute;ddine"), (1, "sexe", "F"))
    assert (caught.value.code, caught.value.facts["line"]) == ("deposit.not_readable", 83)
    assert [entry.name for entry in tmp_path.iterdir()] == ["source.xml"]


def test_a_source_refused_by_control_1_keeps_its_faults_but_those_changed(tmp_path):
    wrong = XML_PASSAGE.replace("<cpf:sexe>F", "<cpf:sexe>H")
    text = with_passages(wrong, wrong.replace("000001", "000002"))
    done, _ = resent_text(tmp_path, text, (0, "sexe", "F"), keep={0, 1})
    assert [error.passage for error in done.report.errors] == [1]
    assert done.report == control(done.path)


def test_every_reason_has_its_sentence():
    for reason in ("no_block", "mandatory", "both_places", "not_all_agree"):
        assert len({sentence(f"explain.resend_{reason}", lang, element="sexe") for lang in LANGS}) == 2
