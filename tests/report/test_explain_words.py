"""Every code that an explained receipt may name is said, in both languages, and nothing is said of what is no code."""

import re
from pathlib import Path

import pytest

import matching
from matching.deposit.resend import REFUSED
from matching.explain.cause_table import OWN
from matching.explain.corrections.kinds import DOCUMENTS, KINDS
from matching.explain.returned import ANSWERS
from matching.identity.catalogue import LANGS, catalogue
from matching.report.explain_words import ExplainWords

SRC = Path(matching.__file__).parent
MESSAGES = [*(str(n) for n in range(1, 8)), "other"]
WHO = {one.who for one in OWN}
ASKED = [name for name in WHO if name != "nobody"]
REASONS = ("no_block", "mandatory", "both_places", "not_all_agree")
"""Why a change cannot be made: those of ``deposit.passage_edits`` and of ``deposit.resend``."""

FAMILIES = {
    "causes.title_": [one.code for one in OWN],
    "causes.remedy_": [one.code for one in OWN],
    "corrections.title_": [one.code for one in KINDS],
    "corrections.remedy_": [one.code for one in KINDS],
    "corrections.question_": [one.code for one in KINDS if not one.is_safe],
    "causes.message_short_": MESSAGES,
    "causes.message_": [*MESSAGES, "unknown", *(f"short_{message}" for message in MESSAGES)],
    "causes.who_": sorted(WHO),
    "causes.todo_": ["safe", "nothing", "then", "then_page", *ASKED],
    "causes.document_": DOCUMENTS,
    "letters.document_": DOCUMENTS,
    "causes.side_": ["receipt", "file"],
    "causes.count_": ["ok", "to_resend", "acquired", "absent"],
    "explain.resend_": [*REASONS, "same_flux", "onto_source", "no_passage", "not_kept", "element"],
    "history.answer_": [*ANSWERS, "structure"],
}
"""Beginning of the codes → their ends."""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_of_a_family_is_said(family):
    said = {code for code in catalogue() if code.startswith(family)}
    assert said == {f"{family}{end}" for end in FAMILIES[family]}
    assert all(set(catalogue()[code]) == set(LANGS) for code in said)


def test_the_reasons_are_those_that_the_sources_give():
    texts = [(SRC / "deposit" / name).read_text(encoding="utf-8") for name in ("passage_edits.py", "resend.py")]
    assert all(any(f'"{reason}"' in text for text in texts) for reason in REASONS)
    assert "reason" in REFUSED


def test_every_sentence_about_causes_is_used():
    """By name in the sources, or as one of a family."""
    sources = [*SRC.rglob("*.py"), *(SRC / "report" / "templates").glob("*.html")]
    named = set(re.findall(r'"(?:causes\.)?([a-z0-9_]+)"', "\n".join(path.read_text("utf-8") for path in sources)))
    families = (*FAMILIES, "causes.book_")
    lost = [
        code
        for code in catalogue()
        if code.startswith("causes.")
        and not code.startswith(families)
        and code.removeprefix("causes.").removesuffix("_one") not in named
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("probability", "told"),
    [(0.957, "96 %"), (0.9999, "99 %"), (0.01, "1 %"), (0.004, "moins de 1 %"), (0.0, "moins de 1 %")],
)
def test_how_sure_is_never_a_false_certainty(probability, told):
    assert ExplainWords("fr").sure(probability).replace("\u202f", " ") == told
