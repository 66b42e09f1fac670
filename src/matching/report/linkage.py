"""Blocking and re-estimated weights in the terminal, from the facts that ``--format json`` prints.

Example:
    >>> print_blocking(facts, "janvier.xml", "fr")
"""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from matching.identity.catalogue import Lang, count, sentence
from matching.report.columns import decimal, print_title, signed, titled_table

Facts = Mapping[str, Any]

_COUNTS = ("lookups", "met", "dropped", "rows", "pairs", "only_here")
_SHARES = ("before", "after", "shift")


def print_blocking(facts: Facts, file: str, lang: Lang) -> None:
    """Print how many pairs are left to compare, and what each pass is worth."""
    console = Console(highlight=False)
    print_title(console, sentence("linkage_report.blocking_title", lang, file=file))
    one_in = round(facts["possible"] / facts["pairs"]) if facts["pairs"] else facts["possible"]
    console.print(sentence("linkage_report.blocking_facts", lang, **facts, one_in=one_in), soft_wrap=True)
    console.print(sentence("linkage_report.blocking_per_passage", lang, **facts["per_passage"]), soft_wrap=True)
    table = titled_table(["pass", *_COUNTS], lang, numbers=_COUNTS)
    for row in facts["passes"]:
        table.add_row(row["pass"], *(count(row[name], lang) for name in _COUNTS))
    console.print(table)
    console.print(sentence("linkage_report.blocking_heads", lang), soft_wrap=True)


def print_weights(facts: Facts, file: str, most: int, lang: Lang) -> None:
    """Print what a file says of presence, and the levels that move most."""
    console = Console(highlight=False)
    print_title(console, sentence("linkage_report.weights_title", lang, file=file))
    console.print(sentence("linkage_report.weights_facts", lang, **facts["provenance"]), soft_wrap=True)
    if not facts["moved"]:
        console.print(sentence("linkage_report.weights_still", lang), soft_wrap=True)
        return
    console.print("\n" + sentence("linkage_report.weights_moved", lang), soft_wrap=True)
    table = titled_table(["trait", "level", "stratum", *_SHARES], lang, numbers=_SHARES)
    for row in facts["moved"][:most]:
        table.add_row(
            sentence(f"linkage_report.trait_{row['trait']}", lang),
            sentence(f"linkage.{row['trait']}_{row['level']}", lang),
            sentence(f"linkage_report.stratum_{row['stratum']}", lang),
            *(decimal(100 * row[name], 2, lang) + "\u202f%" for name in ("m_before", "m_after")),
            signed(row["bits"], lang),
        )
    console.print(table)
