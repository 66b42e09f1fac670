"""A letter asks its holder, and nobody else, about what was sent, and never says what is supposed."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from matching.explain.corrections.kinds import DOCUMENTS, KINDS, kind
from matching.explain.corrections.letters import LETTERS, letters
from matching.explain.corrections.ranking import CORRECTIONS
from matching.identity.catalogue import LANGS, catalogue, sentence
from matching.identity.outcomes import Message
from tests.builders import holder, passages_of

GOLDEN = Path(__file__).parents[1] / "golden"
TODAY = date(2026, 4, 1)
ASKED = [one for one in KINDS if not one.is_safe]


def refused(message=1, **values):
    """One refused passage: its only holder."""
    context = {"exam_end": "2026-02-10", "validity_start": "2026-02-20"}
    row = passages_of(holder(**context | values))
    return row.with_columns(pl.lit(message, pl.UInt8).alias("message"))


def corrections(*codes, fields=None):
    """Corrections of these kinds, likeliest first, of the fields they ask for, else of the birth name."""
    rows = [
        (0, rank, code, kind(code).is_safe, 0.5, field, "MOREAU", "PROPOSED")
        for rank, code in enumerate(codes, start=1)
        for field in fields or kind(code).fields or ("birth_name",)
    ]
    return pl.DataFrame(rows, schema=CORRECTIONS, orient="row")


def written(*codes, lang="fr", fields=None, message=1, **values):
    """The only letter, as a row."""
    (row,) = letters(corrections(*codes, fields=fields), refused(message, **values), TODAY, lang).to_dicts()
    return row


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.code)
def test_a_letter_of_each_kind(one, lang):
    row = written(one.code, lang=lang)
    assert (row["holder"], row["document"]) == ("Camille ROUVIERE", one.document)
    for text in (f"corrections.question_{one.code}", f"letters.document_{one.document}", "letters.unknown"):
        assert sentence(text, lang) in row["letter"]
    assert "RS6042" in row["subject"]
    assert all(fact in row["letter"] for fact in ("Camille ROUVIERE", "RS6042", "2026"))
    assert not any(text in row["letter"] for text in ("{", "PROPOSED", "null", "None"))


def test_a_safe_correction_asks_nothing():
    safe = [one.code for one in KINDS if one.is_safe]
    found = letters(corrections(*safe), refused(), TODAY)
    assert (found.height, dict(found.schema)) == (0, LETTERS)


@pytest.mark.parametrize("lang", LANGS)
def test_the_whole_letter(lang):
    row = written("day_and_month_exchanged", fields=("birth_month", "birth_day"), lang=lang)
    expected = (GOLDEN / f"letter.{lang}.txt").read_text(encoding="utf-8")
    assert f"{row['subject']}\n\n{row['letter']}\n".replace("\u202f", " ") == expected


def test_all_that_is_asked_stands_in_one_letter_once():
    row = written("surname_letter", "whole_identity_unsure", "surname_sound", "given_name_unsure")
    lines = row["letter"].splitlines()
    questions = [line for line in lines if line.startswith("- ") and line.endswith("?")]
    assert questions == [
        f"- {sentence('corrections.question_surname_letter')}",  # and of surname_sound, which asks the same
        f"- {sentence('corrections.question_given_name_unsure')}",
        f"- {sentence('letters.whole_too')}",
    ]
    assert row["document"] == "birth_certificate", "which tells as much as the certificate of rights"


def test_what_is_only_doubted_is_not_asked_beside_an_exact_question():
    row = written("given_name_spelling", "given_name_unsure", fields=("given_name_1",))
    assert sentence("corrections.question_given_name_unsure") not in row["letter"]


@pytest.mark.parametrize(
    ("codes", "documents"),
    [
        (("further_given_names_lacking", "place_lacking"), "birth_certificate"),
        (("whole_identity_unsure", "usage_name_lacking"), "identity_document"),
        (("usage_name_lacking", "place_lacking"), "birth_certificate,identity_document"),
        (("whole_identity_unsure",), "rights_certificate"),
    ],
)
def test_as_few_documents_as_settle_it(codes, documents):
    assert written(*codes)["document"] == documents


@pytest.mark.parametrize(
    ("values", "field", "line"),
    [
        ({"usage_name": None}, "usage_name", "nom d'usage : (rien)"),
        ({"birth_name": "  MARTIN\x07 "}, "birth_name", "nom de naissance : MARTIN"),
        ({"birth_day": None}, "birth_month", "date de naissance : 3/1967"),
        ({"birth_day": "1"}, "birth_day", "date de naissance : 1er mars 1967"),
        ({"sex": "F"}, "sex", "sexe : féminin"),
        ({"insee_code": "92044"}, "insee_code", "lieu de naissance : Levallois-Perret"),
        ({"insee_code": "92044", "place_label": "LEVALLOIS PERRET"}, "insee_code",
         "lieu de naissance : LEVALLOIS PERRET"),
        ({"insee_code": "92044", "place_label": "Lyon"}, "insee_code", "lieu de naissance : Lyon / Levallois-Perret"),
        ({"insee_code": None, "postal_code": "92300"}, "postal_code", "lieu de naissance : 92300"),
        ({"insee_code": "99352", "country_label": "ALGÉRIE"}, "insee_code", "lieu de naissance : ALGÉRIE"),
        ({"insee_code": None, "place_label": "Oran", "country_code": "352"}, "country_code",
         "lieu de naissance : Oran, Algerie"),
        ({"insee_code": "ABCDE"}, "insee_code", "lieu de naissance : ABCDE"),
        ({"insee_code": None}, "insee_code", "lieu de naissance : (rien)"),
    ],
)  # fmt: skip
def test_what_was_sent_is_told_in_the_holders_words(values, field, line):
    text = written("whole_identity_unsure", fields=(field,), **values)["letter"].replace("\u202f", " ")
    assert f"- {line}\n" in text.replace("’", "'")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"usage_name": "MARTIN"}, "Camille MARTIN"),
        ({"given_name_1": "ANNE-LISE"}, "Anne-Lise ROUVIERE"),
        ({"given_name_1": " "}, "ROUVIERE"),
        ({"given_name_1": None, "birth_name": None}, None),
    ],
)
def test_a_holder_is_called_by_the_name_in_use(values, name):
    row = written("sex", **values)
    assert row["holder"] == name
    assert row["letter"].startswith(f"Bonjour {name}," if name else "Bonjour,")


@pytest.mark.parametrize(
    ("validity_start", "until", "deadline"),
    [
        ("2026-02-20", "16 avril 2026", "20 mai 2026"),  # time enough
        ("2026-01-12", "7 avril 2026", "12 avril 2026"),  # five days are kept to deposit
        ("2026-01-03", "4 avril 2026", None),  # three days are left to the holder, whatever it costs
        ("2025-06-01", "16 avril 2026", None),  # too late: no hurry any more
        ("inconnue", "16 avril 2026", None),
    ],
)
def test_the_answer_is_asked_in_time(validity_start, until, deadline):
    text = written("sex", validity_start=validity_start, exam_end=None)["letter"]
    assert f"avant le {until}, en joignant" in text
    assert ("Nous avons jusqu" in text) == (deadline is not None)
    assert deadline is None or deadline in text


def test_several_namesakes_are_told_so():
    text = written("place_lacking", message=int(Message.SEVERAL))["letter"]
    assert sentence("letters.several") in text
    assert sentence("letters.unknown") not in text


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"certification_code": "6042"}, "certification RS 6042 ("),
        ({"certification_type": None, "certification_code": "RNCP31114"}, "certification RNCP31114 ("),
        ({"exam_end": None}, "certification RS6042 dans"),
    ],
)
def test_the_certification_is_named(values, named):
    assert f"votre {named}" in written("sex", **values)["letter"]


def test_each_holder_has_a_letter_and_only_theirs():
    people = passages_of(*(holder(birth_name=name) for name in ("ALBARET", "BRUNIAUX", "CASTELNAU")))
    people = people.with_columns(pl.lit(1, pl.UInt8).alias("message"))
    asked = corrections("surname_letter")
    told = pl.concat([asked.with_columns(pl.lit(passage, pl.UInt32).alias("passage")) for passage in (2, 0)])
    found = letters(told, people, TODAY)
    assert found["passage"].to_list() == [0, 2]
    for name, text in zip(("ALBARET", "CASTELNAU"), found["letter"], strict=True):
        assert [other for other in people["birth_name"] if other in text] == [name]


def test_every_text_of_the_letters_is_used_and_said():
    texts = {code.removeprefix("letters.") for code in catalogue() if code.startswith("letters.")}
    named = {"letter", "subject", "unknown", "several", "deadline", "exam", "item", "whole_too", "sent", "birth_place",
             "sex_F", "sex_M", "months", "first_of_month"}  # fmt: skip
    assert texts == named | {f"document_{one}" for one in DOCUMENTS}
    assert all(len(sentence("letters.months", lang).split()) == 12 for lang in LANGS)
