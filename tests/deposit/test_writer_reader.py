import random
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from matching.deposit.control import control
from matching.deposit.dictionary import FIELDS, PASSAGE, Field, walk
from matching.deposit.header import DepositHeader
from matching.deposit.reader import iter_passages, read_deposit, read_header, with_read_values
from matching.deposit.writer import write_deposit
from matching.identity.errors import ContractError, DepositError, UsageError
from matching.identity.frames import BRANCH, PASSAGES
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, TEXT, edited, with_passages
from tests.deposit.samples import PASSAGE as XML_PASSAGE

HEADER = DepositHeader("0001", "2026-03-02T09:15:00+01:00", "41QRT905", "41QRT905", "MCFCER009041")
NEWER_HEADER = DepositHeader("<&>", "2026-03-02T09:15:00+01:00", "41QRT905", "12ABC345", "MCFCER009041", "CREATION")

# What XML can hold: no surrogates, no control characters but the three blanks, no U+FFFE and U+FFFF.
xml_characters = st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))).filter(
    lambda c: c not in "\ufffe\uffff"
) | st.sampled_from("\t\n\r&<>\"'")


def text(most, least=1):
    return st.text(xml_characters, min_size=least, max_size=most)


dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@st.composite
def rows(draw):
    """One passage with valid raw values, whatever its branch."""
    branch = draw(st.sampled_from(BRANCH.categories.to_list()))
    row = {
        "id_technique": draw(text(255)),
        "branch": branch,
        "certification_index": draw(st.integers(0, 2)),
        "exam_start": draw(st.none() | dates.map(str)),
        "exam_end": draw(st.none() | dates.map(str)),
        "validity_start": str(draw(dates)),
        "validity_end": draw(st.none() | dates.map(str)),
    }
    if branch == "dossier_formation":
        row |= {"file_number": draw(text(13)), "raw_birth_name": draw(text(30)), "raw_given_name_1": draw(text(20))}
    elif branch == "identifiant_national":
        nir = st.from_regex(r"[12][0-9]{4}(2[AB]|[0-9]{2})[0-9]{6}", fullmatch=True)
        row |= {"declared_nir": draw(nir), "raw_birth_name": draw(text(60))}
    else:
        kind = draw(st.sampled_from(["raw_insee_code", "raw_postal_code", None]))
        row |= {
            "raw_birth_name": draw(text(60)),
            "raw_usage_name": draw(st.none() | text(60)),
            "raw_given_name_1": draw(text(60)),
            "raw_given_name_2": draw(st.none() | text(60)),
            "raw_given_name_3": draw(st.none() | text(60)),
            "raw_birth_year": str(draw(st.integers(1900, 2099))),
            "raw_birth_month": draw(st.none() | st.sampled_from(["1", "05", " 12 "])),
            "raw_birth_day": draw(st.none() | st.sampled_from(["1", "05", "\t31\n"])),
            "raw_sex": draw(st.sampled_from("MF")),
            "raw_place_label": draw(st.none() | text(60)),
            "raw_country_code": draw(st.none() | text(3, 3)),
            "raw_country_label": draw(st.none() | text(60)),
        }
        if kind is not None:
            row[kind] = draw(text(5, 5))
    return row


def frame_of(found):
    """The rows as the reader would give them, but for the line."""
    ordered = sorted(found, key=lambda row: row["certification_index"])
    blocks = sorted({row["certification_index"] for row in ordered})
    context = {"line": 0, "issuer": "41QRT905", "certification_type": "RS"}
    complete = [
        context
        | {"passage": number, "certification_code": f"RS{row['certification_index']}"}
        | row
        | {"certification_index": blocks.index(row["certification_index"])}
        for number, row in enumerate(ordered)
    ]
    raw = pl.DataFrame(complete, schema=dict(PASSAGES.columns))
    return PASSAGES.check(with_read_values(raw))


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=6))
def test_what_is_written_is_valid_and_reads_back(tmp_path_factory, found):
    path = tmp_path_factory.getbasetemp() / "written.xml"
    frame = frame_of(found)
    write_deposit(path, frame, NEWER_HEADER, version="1.1.5")
    report = control(path)
    assert report.errors == ()
    deposit = read_deposit(path)
    assert (deposit.header, deposit.version) == (NEWER_HEADER, "1.1.5")
    assert deposit.passages.drop("line").equals(frame.drop("line"))
    assert deposit.passages["line"].is_sorted()


def test_same_frame_same_bytes(tmp_path):
    passages = read_deposit(DEPOSIT).passages
    first = write_deposit(tmp_path / "a.xml", passages, HEADER).read_bytes()
    assert write_deposit(tmp_path / "b.xml", passages, HEADER).read_bytes() == first


@pytest.mark.parametrize("path", [DEPOSIT, DEFAULT_NAMESPACE, NEWER])
def test_samples_survive_being_rewritten(path, tmp_path):
    deposit = read_deposit(path)
    rewritten = write_deposit(tmp_path / "a.xml", deposit.passages, deposit.header, version=deposit.version)
    assert control(rewritten).is_ok
    assert read_deposit(rewritten).passages.drop("line").equals(deposit.passages.drop("line"))


def test_the_sample_as_read():
    passages = read_deposit(DEPOSIT).passages
    assert passages["line"].to_list() == [17, 56, 99, 130]
    assert passages["branch"].to_list() == ["titulaire"] * 3 + ["dossier_formation"]
    assert passages["place_kind"].to_list() == ["insee", "insee", "postal", "none"]
    assert passages["place_code"].to_list() == ["75044", "99352", "69007", None]
    assert passages["raw_birth_month"].to_list() == ["03", None, "11", None]
    assert passages["birth_month"].to_list() == [3, None, 11, None]
    assert passages["usage_name"].to_list() == ["MONTGAILLARD", None, None, None]
    assert passages["validity_end"].to_list() == ["2029-02-19", None, None, None]
    assert passages["raw_birth_name"].to_list() == ["LEFÈVRE-D'ARTEMARE", "ZELLAGUI", "PERRIN", "ROUSSEL"]
    assert passages["certification_code"].unique().to_list() == ["RS6042"]


def test_the_other_samples_say_the_same():
    sample = read_deposit(DEPOSIT)
    default, newer = read_deposit(DEFAULT_NAMESPACE), read_deposit(NEWER)
    assert default.header == sample.header
    assert default.passages.drop("line").equals(sample.passages.drop("line"))
    assert newer.version == "1.1.5"
    assert newer.passages["declared_nir"].to_list() == [None, None, None, "2671475044123"]
    assert newer.passages["raw_birth_name"][3] == "ROUSSEL"


def test_reading_by_chunks_gives_the_same(tmp_path):
    path = tmp_path / "large.xml"
    path.write_text(with_passages(*[XML_PASSAGE] * 1500), encoding="utf-8")
    whole = read_deposit(path).passages
    frames = list(iter_passages(path, chunk=500))
    assert len(frames) > 1
    assert pl.concat(frames).equals(whole)
    assert read_header(path) == read_deposit(path).header


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_children_changes_nothing(tmp_path_factory, chance: random.Random):
    path = tmp_path_factory.getbasetemp() / "shuffled.xml"
    root = etree.fromstring(TEXT.encode())
    for element in root.iter():
        local = etree.QName(element).localname
        if len(element) > 1 and local != "passageCertifications":
            element[:] = chance.sample(list(element), len(element))
    path.write_bytes(etree.tostring(root, encoding="UTF-8"))
    assert control(path).is_ok
    assert read_deposit(path).passages.drop("line").equals(read_deposit(DEPOSIT).passages.drop("line"))


def test_reading_is_tolerant(tmp_path):
    path = tmp_path / "refused.xml"
    bad = (
        XML_PASSAGE.replace("<cpf:idTechnique>2026-000001</cpf:idTechnique>", "")
        .replace(">1967<", "> 19x7 <")
        .replace(">03<", ">13<")
        .replace(">F<", ">H<")
        .replace("<cpf:prenom2>Jeanne</cpf:prenom2>", "<cpf:prenom2> </cpf:prenom2><cpf:civilite>Mme</cpf:civilite>")
        .replace("<cpf:nomUsage>MONTGAILLARD<", "<cpf:nomUsage><")
    )
    path.write_text(with_passages(bad, XML_PASSAGE), encoding="utf-8")
    assert not control(path).is_ok
    first, second = read_deposit(path).passages.rows(named=True)
    assert (first["id_technique"], second["id_technique"]) == ("", "2026-000001")
    assert (first["raw_birth_year"], first["birth_year"]) == (" 19x7 ", None)
    assert (first["raw_birth_month"], first["birth_month"], first["birth_day"]) == ("13", None, 12)
    assert (first["raw_sex"], first["sex"]) == ("H", None)
    assert (first["raw_given_name_2"], first["given_name_2"]) == (" ", None)
    assert (first["raw_usage_name"], first["usage_name"]) == ("", None)


def test_a_certification_may_tell_its_code_after_its_passages(tmp_path):
    code = "<cpf:code>RS6042</cpf:code>"
    path = tmp_path / "after.xml"
    path.write_text(edited(code, "").replace("</cpf:passageCertifications>", "</cpf:passageCertifications>" + code))
    assert pl.concat(iter_passages(path)).equals(read_deposit(path).passages)
    assert read_deposit(path).passages["certification_code"].to_list() == ["RS6042"] * 4


@pytest.mark.parametrize(
    "content", [TEXT[:-30], edited("PERRIN", "&x;"), edited("<cpf:flux ", "<!DOCTYPE a><cpf:flux ")]
)
def test_what_is_no_xml_is_not_read(content, tmp_path):
    path = tmp_path / "broken.xml"
    path.write_text(content, encoding="utf-8")
    for read in (read_deposit, lambda p: list(iter_passages(p))):
        with pytest.raises(DepositError) as caught:
            read(path)
        assert caught.value.code == "deposit.not_readable"
        assert caught.value.facts["line"] == control(path).errors[0].line


def test_optional_columns_are_written(tmp_path):
    fields = {field.column: field for _, field in walk(PASSAGE) if isinstance(field, Field) and field.column}
    values = {
        name: (field.facets.values or ("1",))[0] if field.facets.base != "date" else "2026-01-01"
        for name, field in fields.items()
        if name not in PASSAGES.columns
    }
    passages = read_deposit(DEPOSIT).passages.with_columns(pl.lit(value).alias(name) for name, value in values.items())
    path = write_deposit(tmp_path / "a.xml", passages, HEADER)
    assert control(path).is_ok
    written = path.read_text(encoding="utf-8")
    for name, value in values.items():
        assert written.count(f"<cpf:{fields[name].name}>{value}<") == 4


def test_what_xml_cannot_hold_is_left_out(tmp_path):
    passages = read_deposit(DEPOSIT).passages.with_columns(raw_place_label=pl.lit("A\x00\x0b\ufffeB"))
    path = write_deposit(tmp_path / "a.xml", passages, HEADER)
    assert control(path).is_ok
    assert read_deposit(path).passages["raw_place_label"][0] == "AB"


def test_the_writer_refuses_what_no_file_can_hold(tmp_path):
    newer = read_deposit(NEWER)
    for passages, header, code in (
        (newer.passages, HEADER, "deposit.version_lacks"),
        (newer.passages.head(1), newer.header, "deposit.version_lacks"),
        (PASSAGES.empty(), HEADER, "deposit.no_passage_to_write"),
    ):
        with pytest.raises(UsageError) as caught:
            write_deposit(tmp_path / "a.xml", passages, header)
        assert caught.value.code == code
    with pytest.raises(ContractError):
        write_deposit(tmp_path / "a.xml", newer.passages.drop("branch"), HEADER)
    assert not (tmp_path / "a.xml").exists()


def test_every_column_of_the_contract_has_its_element():
    columns = {field.column for field in FIELDS.values()}
    given_by_position = {"passage", "line", "branch", "certification_index"}
    read = {name for name in PASSAGES.columns if name.startswith("raw_")} | {
        "file_number",
        "declared_nir",
        "id_technique",
    }
    assert read <= columns
    assert not given_by_position & columns
