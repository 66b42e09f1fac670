"""Messages 5, 6 and 7, and what the next deposit must not send again."""

import polars as pl
import pytest

from matching.identity.errors import InputError
from matching.identity.outcomes import Message
from matching.strategies.admission import Admission, admit, newly_accepted
from matching.strategies.lists import read_accepted, read_codes
from matching.strategies.table import strategy
from tests.builders import holder, passages_of, person, register_of


@pytest.fixture
def register(tmp_path):
    return register_of(tmp_path / "register", person(0))


def messages(register, *holders, **known):
    passages = passages_of(*holders)
    decisions = admit(strategy("cdc").run(passages, register), passages, Admission(**known))
    refused = decisions["message"].is_not_null()
    assert decisions.filter(refused)["person"].null_count() == refused.sum()
    return decisions["message"].to_list()


def test_an_accepted_passage_is_not_accepted_twice(register):
    accepted = pl.DataFrame({"issuer": ["41QRT905", "99ZZZ999"], "id_technique": ["A", "B"]})
    told = [holder(id_technique=key) for key in ("A", "B", "C")]
    assert messages(register, *told, accepted=accepted) == [Message.ALREADY_ACCEPTED, None, None]


def test_a_list_without_issuers_stands_for_any(register):
    accepted = pl.DataFrame(
        {"issuer": [None], "id_technique": ["A"]}, schema={"issuer": pl.String, "id_technique": pl.String}
    )
    assert messages(register, holder(id_technique="A"), accepted=accepted) == [Message.ALREADY_ACCEPTED]


def test_in_one_file_the_first_ok_of_a_key_wins(register):
    told = [holder(id_technique="A", birth_name="PERSONNE"), holder(id_technique="A"), holder(id_technique="A")]
    assert messages(register, *told) == [Message.NOBODY, None, Message.ALREADY_ACCEPTED]


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("RS", "RS6042", None),
        ("RNCP", "RNCP35634", None),
        ("RS", "6042", Message.CERTIFICATION),
        ("RS", "RNCP35634", Message.CERTIFICATION),
        ("RNCP", "RS6042", Message.CERTIFICATION),
        ("RS", "RS 6042", Message.CERTIFICATION),
        ("HABILITATION", "H12", None),
        ("RS", None, Message.CERTIFICATION),
    ],
)
def test_a_code_must_be_of_the_declared_type(register, kind, code, expected):
    told = holder(certification_type=kind, certification_code=code)
    assert messages(register, told) == [expected]


def test_with_a_list_an_unknown_code_is_refused(register):
    told = [holder(certification_code=code) for code in ("RS6042", "RS9999")]
    assert messages(register, *told, known_codes=frozenset({"RS6042"})) == [None, Message.CERTIFICATION]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-02-20", "2029-02-19", None),
        ("2026-02-20", "2026-02-20", None),
        ("2026-02-20", None, None),
        ("2026-02-20", "2026-02-19", Message.VALIDITY_DATES),
        ("2026-02-30", "2026-02-19", None),  # what is no date is control 1's business
    ],
)
def test_a_validity_ends_after_it_starts(register, start, end, expected):
    assert messages(register, holder(validity_start=start, validity_end=end)) == [expected]


def test_earlier_reasons_come_first(register):
    told = holder(id_technique="A", certification_code="X", birth_name="PERSONNE", validity_end="1999-01-01")
    accepted = pl.DataFrame({"issuer": ["41QRT905"], "id_technique": ["A"]})
    assert messages(register, told, accepted=accepted) == [Message.ALREADY_ACCEPTED]
    assert messages(register, told) == [Message.CERTIFICATION]
    assert messages(register, {**told, "certification_code": "RS6042"}) == [Message.VALIDITY_DATES]


def test_what_was_accepted_is_refused_when_sent_again(register, tmp_path):
    passages = passages_of(holder(), holder(birth_name="PERSONNE"))
    decisions = admit(strategy("cdc").run(passages, register), passages, Admission())
    newly_accepted(decisions, passages).write_csv(tmp_path / "accepted.csv")
    again = Admission(read_accepted(tmp_path / "accepted.csv"))
    second = admit(strategy("cdc").run(passages, register), passages, again)
    assert second["message"].to_list() == [Message.ALREADY_ACCEPTED, Message.NOBODY]


@pytest.mark.parametrize("text", ["id_technique\nA\n", "\ufeffid_technique;issuer\r\nA;41QRT905\r\n"])
def test_lists_of_accepted_passages_as_spreadsheets_write_them(tmp_path, text):
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    assert read_accepted(file)["id_technique"].to_list() == ["A"]


def test_a_list_without_the_column_says_what_it_has(tmp_path, snapshot):
    file = tmp_path / "list.csv"
    file.write_text("id;date\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_accepted(file)
    assert caught.value.sentence("fr").replace(str(tmp_path), "…") == snapshot


def test_codes_are_one_a_line(tmp_path):
    file = tmp_path / "codes.txt"
    file.write_text("RS6042\n\n  RNCP35634 \n", encoding="utf-8")
    assert read_codes(file) == {"RS6042", "RNCP35634"}


def test_a_missing_list_is_a_clear_error(tmp_path):
    for read in (read_accepted, read_codes):
        with pytest.raises(InputError) as caught:
            read(tmp_path / "nothing")
        assert "nothing" in str(caught.value)
