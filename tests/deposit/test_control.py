"""Control 1: every rule, every bad file.

Long because edits of one sample are easier to read in one place.
"""

import subprocess
import sys
from dataclasses import replace
from xml.parsers.expat import ExpatError, ParserCreate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from matching.deposit.control import control
from matching.deposit.dictionary import MAX_PASSAGES
from matching.deposit.parsing import hardened_parser
from matching.deposit.schema import schema_text
from matching.identity.errors import DepositError
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, PASSAGE, TEXT, edited, with_passages
from tests.golden_rows import golden


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "deposit.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize("row", golden("deposit/control.csv"), ids=lambda row: row["id"])
def test_golden_rows(row, written):
    report = control(written(edited(row["find"], row["replace"])), "1.1.2")
    found = [(e.code, e.cvc, e.field_id, str(e.line), str(e.column)) for e in report.errors]
    expected = (row["code"], row["cvc"], row["field_id"], row["line"], row["column"])
    assert found == ([expected] if row["code"] else [])
    assert report.is_ok == (not row["code"])


def test_sentences(written, snapshot):
    """What a person reads, for each golden row: a change of wording shows here."""
    refused = [row for row in golden("deposit/control.csv") if row["code"]]
    errors = {row["id"]: control(written(edited(row["find"], row["replace"])), "1.1.2").errors[0] for row in refused}
    assert {name: [error.sentence("fr"), error.sentence("en")] for name, error in errors.items()} == snapshot


@pytest.mark.parametrize(
    ("path", "asked", "applied", "codes"),
    [
        (DEPOSIT, None, "1.1.2", []),
        (DEPOSIT, "1.1.5", "1.1.5", []),
        (DEFAULT_NAMESPACE, None, "1.1.2", []),
        (NEWER, None, "1.1.5", []),
        (NEWER, "1.1.2", "1.1.2", ["control.newer", "control.newer"]),
    ],
)
def test_versions(path, asked, applied, codes):
    report = control(path, asked)
    assert (report.version, report.is_version_detected, report.passages) == (applied, asked is None, 4)
    assert [error.code for error in report.errors] == codes


def test_a_national_identifier_alone_calls_for_the_newer_version(written):
    text = NEWER.read_text(encoding="utf-8").replace("<cpf:action>CREATION</cpf:action>", "")
    report = control(written(text))
    assert (report.version, report.is_ok) == ("1.1.5", True)


def test_an_error_names_its_passage_and_hides_the_person(written):
    error = control(written(edited("PERRIN", "L" * 72))).errors[0]
    assert (error.passage, error.id_technique, error.value) == (2, "2026-000003", "L…")
    assert "LL" not in error.sentence("fr")
    assert "72" in error.sentence("fr")


@pytest.mark.parametrize("number", ["2671475044123", "2 67 14 75 044 123 45", "267142A044123"])
def test_a_number_that_looks_like_a_nir_is_masked(number, written):
    text = edited("2026-000003", number).replace("<cpf:jourNaissance>4<", f"<cpf:jourNaissance>{number}<")
    error = control(written(text)).errors[0]
    assert error.field_id == "8.8"
    assert not any(number in shown for shown in (error.value, error.id_technique, error.sentence("fr")))
    assert error.value.strip("* ") == "2"


@pytest.mark.parametrize("prefix", ["", "cpf", "déposé", "p"])
@pytest.mark.parametrize("in_one_line", [True, False])
def test_positions_do_not_depend_on_prefix_nor_on_lines(prefix, in_one_line, written):
    tag = f"{prefix}:" if prefix else ""
    text = TEXT.replace("<cpf:", f"<{tag}").replace("</cpf:", f"</{tag}")
    text = text.replace("xmlns:cpf", f"xmlns:{prefix}" if prefix else "xmlns")
    text = text.replace(f"<{tag}sexe>M<", f"<{tag}sexe>X<")
    text = " ".join(line.strip() for line in text.splitlines()) if in_one_line else text
    report = control(written(text))
    assert [e.code for e in report.errors] == ["control.enumeration"] * 2
    starts = [index for index in range(len(text)) if text.startswith(f"<{tag}sexe>X<", index)]
    assert [(e.line, e.column) for e in report.errors] == [
        (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)) for start in starts
    ]


def test_lines_beyond_what_libxml2_counts(written):
    wrong = PASSAGE.replace("<cpf:sexe>F", "<cpf:sexe>X")
    text = with_passages(*[PASSAGE] * 2000, wrong)
    report = control(written(text))
    line = text[: text.index("<cpf:sexe>X")].count("\n") + 1
    assert [(e.line, e.column, e.passage) for e in report.errors] == [(line, 21, 2000)]
    assert line > 65_535
    assert report.passages == 2001


@pytest.mark.parametrize("text", ["x", "\u00a0", " \u2003"])
def test_text_between_passages_is_shown_where_it_stands(text, written):
    content = with_passages(PASSAGE, text + PASSAGE, PASSAGE)
    error = control(written(content)).errors[0]
    before = content[: content.index(text + "<") + len(text) - 1]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert (error.code, error.line, error.column) == ("control.text_between", *place)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends(ending, written):
    text = edited("<cpf:sexe>F", "<cpf:sexe>X").replace("\n", ending)
    error = control(written(text)).errors[0]
    assert (error.line, error.column) == (46, 21)


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-8-sig", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings(codec, declared, written):
    text = edited("Noureddine", "É" * 61).replace("UTF-8", declared)
    error = control(written(text.encode(codec))).errors[0]
    assert (error.code, error.line, error.column) == ("control.too_long", 83, 21)
    assert error.facts["length"] == 61


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (TEXT.encode("iso-8859-1"), "control.encoding", 39, 42),
        (TEXT.replace("UTF-8", "us-ascii").encode(), "control.encoding", 39, 42),
        (TEXT.replace("UTF-8", "UTF-16").encode(), "control.encoding_mismatch", 1, 1),
        (TEXT.replace("UTF-8", "UTF-16").encode("utf-16")[:-1], "control.encoding", 157, 12),
    ],
)
def test_a_file_not_written_as_it_says(content, code, line, column, written):
    errors = control(written(content)).errors
    assert [(e.code, e.line, e.column, e.is_fatal) for e in errors] == [(code, line, column, True)]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_half_a_character_far_from_the_mark_of_the_order_of_bytes(codec, written, monkeypatch):
    monkeypatch.setattr("matching.deposit.decoding._CHUNK_BYTES", 1000)
    text = "\ufeff" + TEXT.replace("UTF-8", "UTF-16").replace("Noureddine", "\udc00")
    error = control(written(text.encode(codec, "surrogatepass"))).errors[0]
    assert (error.code, error.line) == ("control.encoding", 83)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "deposit.empty"),
        (b"\xef\xbb\xbf \n", "deposit.empty"),
        (b"PK\x03\x04rest of an archive", "deposit.zip"),
        (b"nom;prenom\n", "deposit.not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><flux/>', "deposit.encoding"),
        (b'<?xml version="1.0" encoding="rot13"?><flux/>', "deposit.encoding"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><flux/>', "deposit.encoding"),
    ],
)
def test_what_is_no_deposit_at_all(content, code, written):
    with pytest.raises(DepositError) as caught:
        control(written(content))
    assert caught.value.code == code
    assert caught.value.exit_code == 3


def test_missing_file_and_folder(tmp_path):
    for path, code in ((tmp_path / "nothing.xml", "deposit.missing"), (tmp_path, "deposit.folder")):
        with pytest.raises(DepositError) as caught:
            control(path)
        assert caught.value.code == code


BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
FAR = with_passages(*[PASSAGE] * 400)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (edited("<cpf:flux ", BILLION_LAUGHS + "<cpf:flux "), "control.doctype"),
        (edited("<cpf:idFlux>", "<!ENTITY a 'b'><cpf:idFlux>"), "control.bad_character"),
        ("<a>" * 100_000, "control.too_deep"),
        (edited("<cpf:titulaire>", "<cpf:titulaire>" + "<a>" * 100_000), "control.too_deep"),
        (edited("PERRIN", "P" * 3_000_000), "control.passage_too_large"),
        (edited("<cpf:titulaire>", "<cpf:titulaire><!--" + "x" * 3_000_000), "control.passage_too_large"),
        (edited("6f0c1f2e", "6" * 3_000_000), "control.too_much_around"),
        (edited("<cpf:idFlux>", "<!--" + "x" * 3_000_000 + "--><cpf:idFlux>"), "control.too_much_around"),
        (edited("<cpf:idFlux>", f"<a b='{'x' * 1000}'/>" * 5000 + "<cpf:idFlux>"), "control.too_much_around"),
        (with_passages(PASSAGE, PASSAGE, between="<!--" + "x" * 3_000_000 + "-->"), "control.too_much_around"),
        (FAR[: len(FAR) - 2000], "control.truncated"),
        (FAR.replace("</cpf:certifications>", ""), "control.tag_mismatch"),
        (TEXT[:-3] + "\x00</", "control.bad_character"),
        (with_passages("<cpf:autre>" + PASSAGE + "</cpf:autre>"), "control.unknown"),
        (with_passages("<cpf:passageCertifications>" + PASSAGE + "</cpf:passageCertifications>"), "control.unknown"),
        (with_passages(PASSAGE + "</cpf:passageCertification>"), "control.tag_mismatch"),
    ],
    ids=range(16),
)
def test_nasty_files_give_one_clear_error(content, code, written):
    report = control(written(content))
    assert [error.code for error in report.errors] == [code]
    assert report.errors[0].is_fatal
    assert report.errors[0].line > 0
    assert report.errors[0].sentence("fr") != report.errors[0].sentence("en")


@pytest.mark.parametrize(
    ("find", "replace", "code"),
    [
        ("<cpf:sexe>F</cpf:sexe>", "<cpf:sexe\u0700>F</cpf:sexe\u0700>", "control.bad_character"),
        ("<cpf:idFlux>", "<cpf:\u0700/><cpf:idFlux>", "control.bad_character"),
        ("<cpf:idFlux>", "<q:b/><cpf:idFlux>", "control.prefix"),
        ("<cpf:flux ", '<cpf:flux xmlns:q="" ', "control.malformed"),
        ("<cpf:flux ", '<cpf:flux xmlns:q="a b" ', "control.malformed"),
        ("<cpf:sexe>", f"<{'É' * 300}/><cpf:sexe>", "control.other"),
        ("<cpf:sexe>", f"<A{'É' * 300}/><cpf:sexe>", "control.other"),
    ],
)
def test_what_expat_or_lxml_alone_stumbles_on(find, replace, code, written):
    """Names of the fifth edition of XML, prefixes, paths that libxml2 cuts, around the passages and inside."""
    assert [error.code for error in control(written(edited(find, replace))).errors] == [code]


def test_what_stands_before_a_fatal_error_is_told_too(written):
    wrong = PASSAGE.replace("<cpf:sexe>F", "<cpf:sexe>X")
    text = with_passages(wrong, *[PASSAGE] * 400, wrong.replace("PERRIN", ""))
    report = control(written(text[:-300]))
    assert [e.code for e in report.errors] == ["control.enumeration", "control.truncated"]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, len(TEXT.encode()) - 2))
def test_a_file_cut_anywhere_gives_one_fatal_error(tmp_path_factory, stop):
    path = tmp_path_factory.getbasetemp() / "cut.xml"
    path.write_bytes(TEXT.encode()[:stop])
    report = control(path)
    assert [(error.code, error.is_fatal) for error in report.errors] in (
        [("control.truncated", True)],
        [("control.encoding", True)],  # cut inside a character
    )


@example(start=2, inserted=b"\xdc\x80", dropped=0)  # a name of the fifth edition of XML only
@settings(max_examples=40, deadline=None)
@given(start=st.integers(0, len(TEXT.encode()) - 1), inserted=st.binary(max_size=3), dropped=st.integers(0, 5))
def test_a_file_damaged_anywhere_never_breaks_the_control(tmp_path_factory, start, inserted, dropped):
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    content = TEXT.encode()
    path.write_bytes(content[:start] + inserted + content[start + dropped :])
    try:
        report = control(path, "1.1.2")
    except DepositError:
        return
    if parsers_agree(path):
        assert report.is_ok == is_valid_as_a_whole(path)
    assert report.n_errors == len(report.errors)
    assert all(error.sentence("fr") and error.sentence("en") for error in report.errors)


def parsers_agree(path):
    """Expat follows the fourth edition of XML 1.0, as Xerces does, libxml2 the fifth, which allows more names."""

    def refuses(read, refusal):
        try:
            read(path.read_bytes())
        except refusal:
            return True
        return False

    by_expat = refuses(ParserCreate().Parse, ExpatError)
    return by_expat == refuses(lambda content: etree.fromstring(content, hardened_parser()), etree.XMLSyntaxError)


def is_valid_as_a_whole(path):
    """What libxml2 says of the file read at once, with the schema of the files on this page."""
    try:
        root = etree.fromstring(path.read_bytes(), hardened_parser())
    except etree.XMLSyntaxError:
        return False
    return not root.getroottree().docinfo.doctype and etree.XMLSchema(
        etree.fromstring(schema_text("1.1.2").encode())
    ).validate(root)


WRONG = with_passages(
    PASSAGE,
    "<!-- </cpf:passageCertification> -->" + PASSAGE.replace("<cpf:sexe>F", "<cpf:sexe>X"),
    PASSAGE.replace("LEF", "<![CDATA[<cpf:passageCertification>]]>"),
    PASSAGE.replace("<cpf:sexe>F</cpf:sexe>", "<?x <cpf:passageCertifications>?>\r\n\r"),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(150, 3000), st.integers(1, 5000))
def test_where_the_file_is_cut_changes_nothing(tmp_path_factory, chunk, size):
    path = tmp_path_factory.getbasetemp() / "slices.xml"
    path.write_bytes(WRONG.encode())
    whole = control(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.deposit.decoding._CHUNK_BYTES", chunk)
        patch.setattr("matching.deposit.stream._SLICE_BYTES", size)
        assert control(path) == whole
    assert [(e.code, e.passage) for e in whole.errors] == [("control.enumeration", 1), ("control.missing", 3)]


def test_all_errors_are_counted_and_a_few_shown(written):
    wrong = PASSAGE.replace("<cpf:sexe>F", "<cpf:sexe>X").replace("<cpf:moisNaissance>03", "<cpf:moisNaissance>13")
    report = control(written(with_passages(*[wrong] * 1000).replace("RS6042", "")), max_shown=7)
    assert report.n_errors == 2001
    assert [e.field_id for e in report.errors] == ["4.2", "8.7", "8.9", "8.7", "8.9", "8.7", "8.9"]
    assert [e.passage for e in report.errors] == [None, 0, 0, 1, 1, 2, 2]


def test_the_limits_of_the_portal(monkeypatch):
    monkeypatch.setattr("matching.deposit.control.MAX_FILE_BYTES", 1000)
    monkeypatch.setattr("matching.deposit.control.MAX_PASSAGES", 3)
    assert [e.code for e in control(DEPOSIT).errors] == ["control.too_large", "control.too_many_passages"]
    assert MAX_PASSAGES == 200_000


def test_several_lists_keep_their_passages_in_order(written):
    start, stop = TEXT.index("<cpf:certification>"), TEXT.index("</cpf:certifications>")
    wrong = TEXT[start:stop].replace("<cpf:sexe>F", "<cpf:sexe>X")
    report = control(written(TEXT[:stop] + wrong + TEXT[stop:]))
    assert [(e.passage, e.field_id) for e in report.errors] == [(4, "8.9")]


@pytest.fixture
def schema(tmp_path):
    def write(find: str = "", replace: str = ""):
        path = tmp_path / "given.xsd"
        path.write_text(schema_text("1.1.2").replace(find, replace), encoding="utf-8")
        return path

    return write


def test_a_given_schema_adds_what_it_alone_refuses(written, schema):
    text = with_passages(*[PASSAGE] * 300).replace("<cpf:sexe>F", "<cpf:sexe>X", 1)
    given = schema('<xs:minLength value="1"/><xs:maxLength value="100"/>', '<xs:pattern value="RNCP[0-9]+"/>')
    report = control(written(text), xsd=given)
    assert [(e.code, e.element) for e in report.errors] == [
        ("control.too_long", "code"),
        ("control.enumeration", "sexe"),
    ]
    assert (report.n_errors, report.xsd) == (2, "given.xsd")
    report = control(written(text), xsd=schema('name="verbatim" minOccurs="0"', 'name="verbatim"'))
    assert (report.n_errors, report.errors[-1].cvc) == (301, "cvc-complex-type.2.4.b")


def test_a_given_schema_that_agrees_adds_nothing(written, schema):
    assert control(DEPOSIT, xsd=schema()).is_ok
    assert control(DEFAULT_NAMESPACE, xsd=schema()).is_ok
    report = control(written(edited("<cpf:sexe>F", "<cpf:sexe>X")), xsd=schema())
    assert report.n_errors == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<a/>", "deposit.bad_xsd"),
        ("", "deposit.bad_xsd"),
        (
            schema_text("1.1.2").replace('version="1.1.2">', '><xs:include schemaLocation="http://x/y.xsd"/>'),
            "deposit.remote_xsd",
        ),
        (schema_text("1.1.2").replace("<xs:schema", "<!DOCTYPE a><xs:schema"), "deposit.remote_xsd"),
    ],
)
def test_a_given_schema_that_cannot_be_used(content, code, tmp_path):
    path = tmp_path / "given.xsd"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DepositError) as caught:
        control(DEPOSIT, xsd=path)
    assert caught.value.code == code


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read where Linux tells it")
def test_memory_stays_small_and_polars_stays_out(tmp_path):
    path = tmp_path / "text.xml"
    with path.open("wb") as file:
        file.write(TEXT[: TEXT.index("PERRIN")].encode())
        for _ in range(64):
            file.write(b"A" * 1_000_000)
    program = (
        "import sys; from matching.deposit.control import control;"
        "print(control(sys.argv[1]).errors[0].code, 'polars' in sys.modules);"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    code, has_polars, kilobytes = run.stdout.split()
    assert (code, has_polars) == ("control.passage_too_large", "False")
    assert int(kilobytes) < 150_000


def test_an_error_is_a_value():
    report = control(NEWER, "1.1.2")
    assert replace(report.errors[0]) == report.errors[0]
