"""The quick expression may say nothing, never say wrong: what it takes is valid for libxml2, and reads the same."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from matching.deposit.dictionary import PASSAGE, VERSIONS, Field, children, walk
from matching.deposit.extraction import CAPTURED, by_element, columns_of, texts_of
from matching.deposit.plain import plain_passages
from matching.deposit.schema import schema_text
from matching.deposit.skeleton import Skeleton
from matching.deposit.stream import Stopped, slices
from matching.deposit.validation import CheckedSlice
from tests.deposit.samples import DEFAULT_NAMESPACE, DEPOSIT, NEWER, with_passages
from tests.deposit.samples import PASSAGE as ONE

SCHEMAS = {version: etree.XMLSchema(etree.fromstring(schema_text(version).encode())) for version in VERSIONS}
FIELDS = {path[-2:]: item for path, item in walk(PASSAGE) if isinstance(item, Field)}
BRANCHES = ("dossierFormation", "titulaire", "identifiantNational")
PLACES = ("codeInseeNaissance", "codePostalNaissance")


def is_taken(path, version):
    """Whether each passage of a file is taken; those that are must be valid, and read as the elements do."""
    found = []
    try:
        parts = list(slices(path, Skeleton()))
    except Stopped:
        return found
    for part in parts:
        matches = plain_passages(part, version, CAPTURED)
        found += [match is not None for match in matches]
        ranks = [rank for rank, match in enumerate(matches) if match is not None]
        if ranks:
            root = etree.fromstring(part.document(ranks).data)
            assert SCHEMAS[version].validate(root), SCHEMAS[version].error_log
            texts = texts_of(CheckedSlice(0, [], version, [matches[rank] for rank in ranks], None))
            assert columns_of([texts]).equals(by_element(root))
    return found


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The same for passages written into the sample."""
    path = tmp_path_factory.mktemp("plain") / "deposit.xml"

    def write(*passages, version="1.1.5", file=None):
        content = with_passages(*passages) if file is None else file
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return is_taken(path, version)

    return write


def passage(values, *choices):
    """Every element of the dictionary in its order, with these values; of a choice, the branch that is named."""

    def element(item, parent):
        if isinstance(item, Field):
            return f"<cpf:{item.name}>{values[parent, item.name]}</cpf:{item.name}>\n"
        inside = children(item, "1.1.5")
        if item.kind == "choice":
            inside = [child for child in inside if child.name in choices]
        content = "".join(element(child, item.name) for child in inside)
        return f"<cpf:{item.name}>\n{content}</cpf:{item.name}>\n"

    return element(PASSAGE, "")


def plain_value(facets):
    if facets.values:
        return facets.values[-1]
    if facets.base == "string":
        return "2670375044123" if facets.pattern else "A" * facets.max_length
    return {"int": str(facets.maximum), "boolean": "true", "date": "2024-12-31"}[facets.base]


PLAIN = {key: plain_value(field.facets) for key, field in FIELDS.items()}

odd_characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "A\t\n\r&<>]É€\ufeff\uffee\ufffe\x00\x7f\x85"
)
odd_texts = st.text(odd_characters, max_size=8) | st.sampled_from(
    ["&amp;", "&#65;", "]]>", "<!-- a -->", "<![CDATA[A]]>", "<a/>", "passageCertification", "</cpf:sexe><cpf:sexe>"]
)


def near_values(facets):
    """Texts on both sides of what the type takes."""
    if facets.values:
        return st.sampled_from([*facets.values, facets.values[0].lower(), facets.values[0] + " ", ""])
    if facets.base == "int":
        edges = st.integers(facets.minimum - 2, facets.minimum + 2) | st.integers(
            facets.maximum - 2, facets.maximum + 2
        )
        numbers = edges | st.integers(facets.minimum, facets.maximum) | st.integers(-1, 3000)
        return st.builds(
            "{}{}{}".format, st.sampled_from(["", "0", "00", "+", " "]), numbers, st.sampled_from(["", " "])
        )
    if facets.base == "date":
        real = st.dates(date(1899, 1, 1), date(2101, 1, 1)).map(str)
        days = st.integers(27, 32) | st.integers(0, 2)
        near = st.builds("{:04}-{:02}-{:02}".format, st.integers(1899, 2100), st.integers(0, 13), days)
        return st.builds("{}{}".format, real | near, st.sampled_from(["", "", "", "Z", " ", "+01:00"]))
    if facets.base == "boolean":
        return st.sampled_from(["true", "false", "0", "1", "TRUE", "2", ""])
    if facets.pattern:
        return st.from_regex(r"[0-3][0-9]{4}(2[A-C]|[0-9]{2})[0-9]{5,7}", fullmatch=True)
    lengths = st.sampled_from(
        [0, 1, facets.min_length, facets.max_length, facets.max_length + 1, facets.max_length // 2]
    )
    return st.builds(lambda letter, length: letter * length, odd_characters, lengths)


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(BRANCHES), st.sampled_from(PLACES), st.sampled_from(VERSIONS))
def test_what_is_taken_is_valid_whatever_the_values(taken, data, branch, place, version):
    keys = data.draw(st.lists(st.sampled_from(list(FIELDS)), max_size=2))
    odd = {key: data.draw(near_values(FIELDS[key].facets) | odd_texts) for key in keys}
    found = taken(ONE, passage(PLAIN | odd, branch, place), version=version)
    if not odd:
        assert found == [True, version == "1.1.5" or branch != "identifiantNational"]


def edges(facets):
    """The last values that a type takes, and the first that it refuses."""
    if facets.values:
        return [*facets.values, *(f"{value} " for value in facets.values), facets.values[0].lower(), ""]
    if facets.base == "int":
        numbers = (0, facets.minimum - 1, facets.minimum, facets.maximum, facets.maximum + 1)
        return [f"{sign}{number}" for sign in ("", "0", "-", "+") for number in numbers]
    if facets.base == "date":
        days = [f"{month:02}-{day:02}" for month in range(14) for day in (0, 1, 28, 29, 30, 31, 32)]
        return [f"{year}-{day}" for year in (1899, 1900, 2023, 2024, 2099, 2100) for day in days]
    if facets.base == "boolean":
        return ["true", "false", "0", "1", "2", "True", ""]
    if facets.pattern:
        return [number for wrong in "0123AB" for number in (wrong + "6" * 12, "26703" + wrong + "5044123", "1" * 12)]
    lengths = {0, facets.min_length - 1, facets.min_length, facets.max_length, facets.max_length + 1}
    return [
        letter * length for letter in "AÉ€\n\r\x7f\ufeff\ufffe\x01" for length in lengths | {facets.max_length // 2}
    ]


@pytest.mark.parametrize("key", FIELDS, ids="/".join)
def test_what_is_taken_is_valid_at_the_edges(taken, key):
    branch = key[0] if key[0] in BRANCHES else "titulaire"
    place = key[0] if key[0] in PLACES else PLACES[0]
    found = taken(*(passage(PLAIN | {key: value}, branch, place) for value in edges(FIELDS[key].facets)))
    assert set(found) == {True, False}


@pytest.mark.parametrize("key", FIELDS, ids="/".join)
def test_every_field_is_taken_with_the_values_that_files_hold(taken, key):
    facets = FIELDS[key].facets
    values = {
        "int": [str(facets.minimum), str(facets.maximum), f"0{facets.minimum}"],
        "boolean": ["true", "false", "1", "0"],
        "date": ["1900-01-01", "2024-02-28", "2024-04-30", "2099-12-31", "2010-10-10"],
        "string": list(facets.values) or [PLAIN[key]],
    }[facets.base]
    if facets.base == "string" and not facets.values and facets.max_length:
        values += ["A" * facets.min_length, "é" * (facets.max_length // 2) or "A", PLAIN[key][:-1] + "'"]
        values = [value for value in values if facets.min_length <= len(value)]
    choices = [(branch, place) for branch in BRANCHES for place in PLACES]
    written = [passage(PLAIN | {key: value}, *choice) for value in values for choice in choices]
    assert all(taken(*written))


LINES = ONE.split("\n")


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["drop", "swap", "copy"]), st.integers(1), st.integers(1)), max_size=3))
def test_what_is_taken_is_valid_whatever_the_elements(taken, changes):
    lines = list(LINES)
    for change, first, second in changes:
        i, j = first % len(lines), second % len(lines)
        if change == "drop":
            del lines[i]
        elif change == "swap":
            lines[i], lines[j] = lines[j], lines[i]
        else:
            lines.insert(j, lines[i])
    taken("\n".join(lines))


INSERTED = st.binary(max_size=2) | st.sampled_from([b"<", b">", b"/>", b'"', b"cpf:", b"<a>", b"</a>", b" ", b"\xc3"])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(ONE.encode())), INSERTED, st.integers(0, 3))
def test_what_is_taken_is_valid_whatever_the_damage(taken, at, inserted, dropped):
    content = with_passages(ONE, ONE).encode()
    at += content.index(b"<cpf:passageCertification>")
    taken(file=content[:at] + inserted + content[at + dropped :])


@pytest.mark.parametrize(("path", "version"), [(DEPOSIT, "1.1.2"), (DEFAULT_NAMESPACE, "1.1.2"), (NEWER, "1.1.5")])
def test_the_samples_are_plain(path, version):
    assert is_taken(path, version) == [True] * 4


USAGE = "<cpf:nomUsage>MONTGAILLARD</cpf:nomUsage>"


@pytest.mark.parametrize(
    ("find", "replace", "is_plain"),
    [
        (USAGE, '<cpf:nomUsage xsi:nil="true"/>', True),
        (USAGE, '<cpf:nomUsage  xsi:nil="1" />', True),
        (USAGE, '<cpf:nomUsage xsi:nil="true"></cpf:nomUsage>', True),
        (USAGE, "<cpf:nomUsage xsi:nil='true'/>", False),
        (USAGE, '<cpf:nomUsage xsi:nil="true"> </cpf:nomUsage>', False),
        (USAGE, '<cpf:nomUsage xsi:nil="false">A</cpf:nomUsage>', False),
        (USAGE, '<cpf:nomUsage xsi:nil="false"/>', False),
        (USAGE, "<cpf:nomUsage>A&amp;B</cpf:nomUsage>", False),
        (USAGE, "<cpf:nomUsage>A\rB</cpf:nomUsage>", False),
        (USAGE, "<cpf:nomUsage>A\n\tB</cpf:nomUsage>", True),
        (USAGE, "<!-- usage -->" + USAGE, False),
        ("\n", "\r\n", True),
        ("\n", "", True),
        ("2026-02-20", "2028-02-29", False),
        ('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', 'xmlns:xsi="urn:other"', False),
        ("urn:cdc:cpf:pc5:schema:1.0.0", "urn:other", False),
    ],
)
def test_what_is_plain(taken, find, replace, is_plain):
    """Short of plain is never wrong, only slower: this says for whom it is fast."""
    text = with_passages(ONE)
    assert find in text
    assert taken(file=text.replace(find, replace), version="1.1.2") == [is_plain]
