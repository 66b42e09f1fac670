"""A passage is changed where what was asked for stands, and nowhere else: the same as changing the frame."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.deposit.dictionary import FIELDS
from matching.deposit.reader import read_deposit, with_read_values
from matching.deposit.resend import write_resend
from matching.deposit.writer import write_deposit
from tests.builders import HEADER, passages_of
from tests.deposit.resending import NEW, OLD_FLUX, OLD_TIME, changes, resent_text
from tests.deposit.samples import DEFAULT_NAMESPACE, TEXT, edited
from tests.hypothesis_strategies import deposits

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
