"""What the terminal's tables on linkage share: titles, heads, columns of texts and of numbers, signs.

Example:
    >>> signed(-0.04, "fr"), signed(2.25, "fr"), decimal(0.5, 2, "en")
    ('0,0', '+2,2', '0.50')
"""

from collections.abc import Collection, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.identity.catalogue import Lang, sentence


def print_title(console: Console, title: str) -> None:
    """A title in bold, after a blank line."""
    console.print(f"\n[bold]{escape(title)}[/bold]", soft_wrap=True)


def titled_table(columns: Sequence[str], lang: Lang, numbers: Collection[str] = ()) -> Table:
    """A table whose heads are the sentences ``linkage_report.head_…``; numbers stand on the right, in one line."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in columns:
        title = sentence(f"linkage_report.head_{name}", lang)
        if name in numbers:
            table.add_column(title, justify="right", no_wrap=True)
        else:
            table.add_column(title, overflow="fold")
    return table


def decimal(value: float, places: int, lang: Lang) -> str:
    """A number with as many decimals, as the language writes it."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if lang == "fr" else text


def signed(bits: float, lang: Lang) -> str:
    """Bits with one decimal and their sign; a zero has none."""
    text = f"{bits:+.1f}"
    text = text[1:] if float(text) == 0 else text
    return text.replace(".", ",").replace("-", "−") if lang == "fr" else text.replace("-", "−")
