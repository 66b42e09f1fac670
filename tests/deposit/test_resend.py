"""The file to send again: what is kept is kept byte for byte, what is changed is what was asked for."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.control import control
from matching.deposit.dictionary import FIELDS
from matching.deposit.reader import read_deposit, with_read_values
from matching.deposit.resend import CHANGES, write_extract, write_resend
from matching.deposit.writer import write_deposit
from matching.identity.catalogue import LANGS, sentence
from matching.identity.errors import DepositError, UsageError
from tests.builders import HEADER, passages_of
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, TEXT, edited, with_passages
from tests.deposit.samples import PASSAGE as XML_PASSAGE
from tests.hypothesis_strategies import deposits

NEW = {"id_flux": "a-new-one", "timestamp": "2026-04-01T08:00:00+02:00"}
OLD_FLUX, OLD_TIME = "6f0c1f2e-7a54-4a0b-9d57-2d3c0b8e4a11", "2026-03-02T09:15:00+01:00"


def changes(*rows):
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def resent_text(tmp_path, text, *rows, keep=frozenset({0, 1, 2, 3})):
    source, target = tmp_path / "source.xml", tmp_path / "resend.xml"
    source.write_bytes(text.encode())
    done = write_resend(source, keep, changes(*rows), target, **NEW)
    return done, target.read_bytes().decode()


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


# What is changed: the same as changing the frame.

ELEMENTS = {
    "nomNaissance": "raw_birth_name",
    "nomUsage": "raw_usage_name",
    "prenom1": "raw_given_name_1",
    "prenom2": "raw_given_name_2",
    "anneeNaissance": "raw_birth_year",
    "moisNaissance": "raw_birth_month",
    "sexe": "raw_sex",
    "codeInsee": "raw_insee_code",
    "codePostal": "raw_postal_code",
    "libellePaysNaissance": "raw_country_label",
}
values = st.none() | st.text(st.sampled_from("Aé<&>\"' \r]-1"), min_size=1, max_size=8)


def with_changes(row, asked):
    """The row as it should read, and the elements that cannot be changed."""
    row, refused = dict(row), set()
    places = {element: asked[element] for element in ("codeInsee", "codePostal") if element in asked}
    for element, value in asked.items():
        column = ELEMENTS[element]
        if element in places:
            continue
        if value is None and FIELDS[("titulaire", element)].obligation == "O" and row[column] is not None:
            refused.add(element)
        else:
            row[column] = value
    if places.get("codeInsee"):
        row |= {"raw_insee_code": places["codeInsee"], "raw_postal_code": None}
        refused |= {"codePostal"} if places.get("codePostal") else set()
    elif places.get("codePostal"):
        row |= {"raw_insee_code": None, "raw_postal_code": places["codePostal"]}
    else:
        row |= dict.fromkeys((ELEMENTS[element] for element in places), None)
    return row, refused


@settings(max_examples=20, deadline=None)
@given(deposits, st.data())
def test_reading_the_new_file_is_reading_the_source_filtered_and_changed(tmp_path_factory, holders, data):
    folder = tmp_path_factory.getbasetemp()
    holders = [one | {"postal_code": None} if one.get("insee_code") else one for one in holders]
    source = write_deposit(folder / "sent.xml", passages_of(*holders), HEADER)
    keep = data.draw(st.sets(st.integers(0, len(holders) - 1), min_size=1))
    asked = data.draw(
        st.dictionaries(st.sampled_from(sorted(keep)), st.dictionaries(st.sampled_from(sorted(ELEMENTS)), values))
    )
    rows = [(passage, element, value) for passage, some in asked.items() for element, value in some.items()]
    done = write_resend(source, keep, changes(*rows), folder / "again.xml", **NEW)

    sent = read_deposit(source).passages
    expected, refused = [], set()
    for row in sent.filter(pl.col("passage").is_in(sorted(keep))).iter_rows(named=True):
        changed, impossible = with_changes(row, asked.get(row["passage"], {}))
        expected.append(changed)
        refused |= {(row["passage"], element) for element in impossible}
    columns = [column for column in sent.columns if column not in {"passage", "line", "certification_index"}]
    frame = with_read_values(pl.DataFrame(expected, schema=sent.schema)).select(columns)
    assert read_deposit(done.path).passages.select(columns).equals(frame)
    assert set(done.not_applied.select("passage", "element").rows()) == refused


CLOSED, NIL = "</cpf:nomUsage>", "<cpf:nomUsage xsi:nil='true'></cpf:nomUsage>"
USAGE, GIVEN = "<cpf:nomUsage>MONTGAILLARD</cpf:nomUsage>", "<cpf:prenom1>Marie-Élodie</cpf:prenom1>"
SECOND = "\n                    <cpf:prenom2>Jeanne</cpf:prenom2>"
END = "<cpf:dateFinValidite>2029-02-19</cpf:dateFinValidite>"


@pytest.mark.parametrize(
    ("find", "sent", "element", "value", "written"),
    [
        (USAGE, USAGE, "nomUsage", "PERRIN", "<cpf:nomUsage>PERRIN</cpf:nomUsage>"),
        (USAGE, USAGE, "nomUsage", None, '<cpf:nomUsage xsi:nil="true"/>'),
        (USAGE, "<cpf:nomUsage xsi:nil = '1' ></cpf:nomUsage >", "nomUsage", "A&B", f"<cpf:nomUsage>A&amp;B{CLOSED}"),
        (USAGE, NIL, "nomUsage", None, NIL),
        (USAGE, "<cpf:nomUsage\n a='>' xsi:nil='1'/>", "nomUsage", "X", "<cpf:nomUsage\n a='>'>X</cpf:nomUsage>"),
        (USAGE, "<cpf:nomUsage><![CDATA[A]]>B</cpf:nomUsage>", "nomUsage", "AC", "<cpf:nomUsage>AC</cpf:nomUsage>"),
        (GIVEN, GIVEN.replace("-", "&#45;"), "prenom1", "Marie-Élodie", GIVEN.replace("-", "&#45;")),
        (GIVEN, GIVEN, "prenom1", None, GIVEN),
        (SECOND, SECOND, "prenom2", "", ""),
        (END, END, "dateFinValidite", None, '<cpf:dateFinValidite xsi:nil="true"/>'),
    ],
)  # fmt: skip
def test_an_element_is_written_where_it_stood(tmp_path, find, sent, element, value, written):
    text = edited(find, sent)
    _, again = resent_text(tmp_path, text, (0, element, value))
    expected = text.replace(sent, written, 1)
    assert again == expected.replace(OLD_FLUX, NEW["id_flux"]).replace(OLD_TIME, NEW["timestamp"])


def test_an_element_that_was_absent_takes_its_place_and_its_indentation(tmp_path):
    done, again = resent_text(tmp_path, TEXT, (0, "prenom3", "Anne"), (2, "moisNaissance", None))
    indent = "\n" + " " * 20
    assert f"<cpf:prenom2>Jeanne</cpf:prenom2>{indent}<cpf:prenom3>Anne</cpf:prenom3>{indent}<cpf:anneeNaiss" in again
    assert '<cpf:moisNaissance xsi:nil="true"/>' in again.partition("2026-000003")[2]
    assert done.report.is_ok


def test_the_place_code_switches_from_one_kind_to_the_other(tmp_path):
    done, again = resent_text(
        tmp_path,
        TEXT,
        (0, "codePostal", "92300"),
        (1, "codeInsee", None),
        (2, "codeInsee", "69387"),
        (2, "codePostal", ""),
    )
    places = read_deposit(done.path).passages.select("place_kind", "place_code").rows()
    assert places[:3] == [("postal", "92300"), ("none", None), ("insee", "69387")]
    assert '<cpf:codePostal xsi:nil="true"/>' in again
    assert again.count("\n                      <cpf:codeInseeNaissance>\n                        <cpf:codeInsee>") == 1
    assert done.report.is_ok


def test_of_two_place_codes_the_insee_code_is_written(tmp_path):
    done, _ = resent_text(tmp_path, TEXT, (0, "codePostal", "92300"), (0, "codeInsee", "92044"))
    assert done.not_applied.rows() == [(0, "codePostal", "92300", "both_places")]
    assert read_deposit(done.path).passages["place_code"][0] == "92044"


def test_a_file_refused_for_both_place_codes_is_repaired(tmp_path):
    both = "<cpf:codePostalNaissance><cpf:codePostal>92300</cpf:codePostal></cpf:codePostalNaissance>"
    text = edited("<cpf:codeInseeNaissance>", f"{both}<cpf:codeInseeNaissance>")
    done, _ = resent_text(tmp_path, text)
    assert not done.report.is_ok
    for change in ((0, "codeInsee", "75044"), (0, "codePostal", "")):
        done, _ = resent_text(tmp_path, text, change)
        assert done.report.is_ok
        assert read_deposit(done.path).passages["place_code"][0] == "75044"


def test_the_holder_of_a_training_file_is_changed_by_the_same_names(tmp_path):
    done, again = resent_text(
        tmp_path,
        TEXT,
        (3, "nomNaissance", "ROUSSELLE"),
        (3, "prenom1", "Camille"),
        (3, "sexe", "F"),
        (3, "codeInsee", "1"),
    )
    assert "<cpf:nomTitulaire>ROUSSELLE</cpf:nomTitulaire>" in again
    assert done.not_applied.select("element", "reason").rows() == [("sexe", "no_block"), ("codeInsee", "no_block")]


def test_two_names_of_one_element_write_it_once(tmp_path):
    done, again = resent_text(tmp_path, TEXT, (3, "nomTitulaire", "ROUSSELLE"), (3, "nomNaissance", "ROUSSELLE"))
    assert again.count("ROUSSELLE") == 1
    assert done.report.is_ok


def test_nil_is_declared_where_no_prefix_is(tmp_path):
    text = DEFAULT_NAMESPACE.read_text(encoding="utf-8")
    assert 'xmlns:xsi="' in text
    bare = text.replace(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', "")
    for one in ("scoring", "mentionValidee", "modaliteAcces", "dateFinValidite", "nomUsage", "jourNaissance"):
        bare = bare.replace(f'<{one} xsi:nil="true"/>', "").replace(f'<{one} xsi:nil="true"></{one}>', "")
    source = tmp_path / "source.xml"
    source.write_text(bare, encoding="utf-8")
    done = write_resend(source, {0}, changes((0, "moisNaissance", None)), tmp_path / "again.xml", **NEW)
    assert done.not_applied.is_empty()
    assert read_deposit(done.path).passages["raw_birth_month"][0] is None
    assert 'xsi:nil="true"/>' in done.path.read_text(encoding="utf-8")


def test_what_an_encoding_lacks_is_written_as_a_reference(tmp_path):
    source = tmp_path / "source.xml"
    source.write_bytes(TEXT.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    done = write_resend(source, {0}, changes((0, "nomUsage", "Œuvrard")), tmp_path / "again.xml", **NEW)
    assert b"<cpf:nomUsage>&#338;uvrard</cpf:nomUsage>" in done.path.read_bytes()
    assert read_deposit(done.path).passages["usage_name"][0] == "Œuvrard"


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
