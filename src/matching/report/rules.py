"""The rules in the terminal: the table of all, or all that is said of one.

Example:
    >>> print_rule(rule("birth_date_impossible"), "fr")
"""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.identity.catalogue import Lang, sentence
from matching.identity.rules import TEXTS, Rule, fields_of


def print_rules(rules: Sequence[Rule], lang: Lang) -> None:
    """Print one table per family: code, severity, title."""
    console = Console(highlight=False)
    for family in dict.fromkeys(rule.family for rule in rules):
        title = sentence(f"quality.family_{family}", lang)
        table = Table(title=f"[bold]{escape(title)}[/bold]", box=SIMPLE_HEAD, show_header=False, title_justify="left")
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for rule in rules:
            if rule.family == family:
                table.add_row(rule.code, _word(rule, lang), escape(rule.text("title", lang)))
        console.print(table)


def print_rule(rule: Rule, lang: Lang) -> None:
    """Print what a rule finds, why it matters, what to do, and where it comes from."""
    console = Console(highlight=False)
    safe = f" · {sentence('rules_page.safe', lang)}" if rule.is_safe else ""
    console.print(f"\n[bold]{escape(rule.text('title', lang))}[/bold]", soft_wrap=True)
    console.print(escape(f"{rule.code} · {_word(rule, lang)} · {fields_of(rule, lang)}{safe}"), soft_wrap=True)
    for name in (*TEXTS[1:], "source"):
        head = sentence(f"rules_page.head_{name}", lang)
        console.print(f"\n[bold]{head}[/bold] {escape(rule.text(name, lang))}")


def _word(rule: Rule, lang: Lang) -> str:
    return sentence(f"quality.severity_{rule.severity}", lang)
