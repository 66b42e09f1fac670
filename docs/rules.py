"""The page of all rules, in French (``rules.md``) and in English (``rules.en.md``), made from their records."""

from collections.abc import Iterator
from pathlib import Path

from matching.identity.catalogue import Lang, sentence
from matching.identity.frames import SEVERITIES
from matching.identity.rules import FAMILIES, TEXTS, Rule, fields_of, rules

FOLDER = Path(__file__).parent
PAGES: dict[Lang, Path] = {"fr": FOLDER / "rules.md", "en": FOLDER / "rules.en.md"}


def page(lang: Lang) -> str:
    """The whole page."""
    known = rules()
    facts = {severity: sum(rule.severity == severity for rule in known.values()) for severity in SEVERITIES}
    parts = [
        f"# {sentence('rules_page.title', lang)}",
        sentence("rules_page.generated", lang),
        sentence("rules_page.intro", lang, n=len(known), **facts),
        *(f"- **{_word(severity, lang)}** : {sentence(f'rules_page.{severity}', lang)}" for severity in SEVERITIES),
    ]
    for family in FAMILIES:
        members = [rule for rule in known.values() if rule.family == family]
        parts += [f"## {sentence(f'quality.family_{family}', lang)}", *(_told(rule, lang) for rule in members)]
    return "\n\n".join(parts) + "\n"


def _told(rule: Rule, lang: Lang) -> str:
    return "\n\n".join([f"### {rule.text('title', lang)}", _facts(rule, lang), *_texts(rule, lang)])


def _facts(rule: Rule, lang: Lang) -> str:
    safe = f" · {sentence('rules_page.safe', lang)}" if rule.is_safe else ""
    return f"`{rule.code}` · **{_word(rule.severity, lang)}** · {fields_of(rule, lang)}{safe}"


def _texts(rule: Rule, lang: Lang) -> Iterator[str]:
    told = [name for name in (*TEXTS, "source") if name not in {"title", "message"}]
    yield "\n".join(f"- *{sentence(f'rules_page.head_{name}', lang)}* {rule.text(name, lang)}" for name in told)


def _word(severity: str, lang: Lang) -> str:
    return sentence(f"quality.severity_{severity}", lang)
