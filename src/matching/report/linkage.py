"""Blocking and re-estimated weights in the terminal, from the facts that ``--format json`` prints.

Example:
    >>> print_blocking(facts, "janvier.xml", "fr")
"""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.identity.catalogue import Lang, count, sentence

Facts = Mapping[str, Any]

_COUNTS = ("lookups", "met", "dropped", "rows", "pairs", "only_here")


def print_blocking(facts: Facts, file: str, lang: Lang) -> None:
    """Print how many pairs are left to compare, and what each pass is worth."""
    console = Console(highlight=False)
    _print_title(console, sentence("linkage_report.blocking_title", lang, file=file))
    one_in = round(facts["possible"] / facts["pairs"]) if facts["pairs"] else facts["possible"]
    console.print(sentence("linkage_report.blocking_facts", lang, **facts, one_in=one_in), soft_wrap=True)
    console.print(sentence("linkage_report.blocking_per_passage", lang, **facts["per_passage"]), soft_wrap=True)
    table = _table(lang, "pass", *_COUNTS)
    for row in facts["passes"]:
        table.add_row(row["pass"], *(count(row[name], lang) for name in _COUNTS))
    console.print(table)


def print_weights(facts: Facts, file: str, most: int, lang: Lang) -> None:
    """Print what a file says of presence, and the levels that move most."""
    console = Console(highlight=False)
    _print_title(console, sentence("linkage_report.weights_title", lang, file=file))
    console.print(sentence("linkage_report.weights_facts", lang, **facts["provenance"]), soft_wrap=True)
    if not facts["moved"]:
        console.print(sentence("linkage_report.weights_still", lang), soft_wrap=True)
        return
    console.print("\n" + sentence("linkage_report.weights_moved", lang), soft_wrap=True)
    table = _table(lang, "trait", "level", "stratum", "before", "after", "shift", texts=3)
    for row in facts["moved"][:most]:
        table.add_row(
            sentence(f"linkage_report.trait_{row['trait']}", lang),
            sentence(f"linkage.{row['trait']}_{row['level']}", lang),
            sentence(f"linkage_report.stratum_{row['stratum']}", lang),
            *(_number(100 * row[name], "{:.2f}", lang) + "\u202f%" for name in ("m_before", "m_after")),
            _number(row["bits"], "{:+.1f}", lang),
        )
    console.print(table)


def _print_title(console: Console, title: str) -> None:
    console.print(f"\n[bold]{escape(title)}[/bold]", soft_wrap=True)


def _table(lang: Lang, *columns: str, texts: int = 1) -> Table:
    """A table whose first columns are texts, the others numbers."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for rank, name in enumerate(columns):
        title = sentence(f"linkage_report.head_{name}", lang)
        if rank < texts:
            table.add_column(title, no_wrap=texts == 1, overflow="fold")
        else:
            table.add_column(title, justify="right")
    return table


def _number(value: float, form: str, lang: Lang) -> str:
    text = form.format(value).replace("-", "−")
    return text.replace(".", ",") if lang == "fr" else text
