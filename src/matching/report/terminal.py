"""A run told in the terminal: the same story as the files, in 25 lines.

Example:
    >>> print_control(report, "janvier.xml", "fr")
    >>> print_run("janvier.xml", "1.1.2", "cdc", register, summary, "fr")
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from matching.identity.catalogue import Lang, count, percent, sentence
from matching.identity.outcomes import Message
from matching.report.summary import Summary

_PATIENCE_SECONDS = 2.0  # a bar for less is noise

# Messages 1 to 4 are shown as the receipt writes them; 5 to 7 name a passage there, so a heading stands for them.
_HEADINGS = {
    Message.ALREADY_ACCEPTED: "cli.already_accepted",
    Message.CERTIFICATION: "cli.certification",
    Message.VALIDITY_DATES: "cli.validity_dates",
}


def print_run(title: str, facts: str, summary: Summary, texts: dict[Message, str], lang: Lang) -> None:
    """The table of a run.

    Args:
        title: First line: what was done, to which file.
        facts: Second line: what the figures depend on.
        summary: The counts.
        texts: The receipt's sentence of each message.
        lang: Language of everything but the receipt's sentences, which are the official ones.
    """
    console = Console(highlight=False)
    console.print(f"\n[bold]{escape(title)}[/bold]\n{escape(facts)}\n", soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(no_wrap=True)  # a sign for the main rows, the message's number for the others
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)

    def row(sign: str, label: str, n: int, style: str = "") -> None:
        table.add_row(sign, label, count(n, lang), percent(summary.share(n), lang), style=style)

    row("", sentence("cli.row_passages", lang), summary.passages, "bold")
    row("✓", sentence("cli.row_ok", lang), summary.ok, "green")
    if summary.flagged:
        row("  ▲", sentence("cli.row_flagged", lang), summary.flagged, "yellow")
    if summary.assumed:
        row("  ·", sentence("cli.row_assumed", lang), summary.assumed)
    row("✗", sentence("cli.row_ko", lang), summary.ko_total, "red")
    for message, n in summary.ko.items():
        label = sentence(_HEADINGS[message], lang) if message in _HEADINGS else texts[message]
        row(f"  {int(message)}", label, n)
    console.print(table)
    console.print()


def print_outcomes(summary: Summary, lang: Lang) -> None:
    """What the search answered, for a strategy that says more than the receipt's messages."""
    console = Console(highlight=False)
    console.print(f"[bold]{sentence('linkage_report.outcomes_title', lang)}[/bold]")
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for outcome, n in summary.outcomes.items():
        label = sentence(f"linkage_report.outcome_{outcome.lower()}", lang)
        table.add_row(f"  {label}", count(n, lang), percent(summary.share(n), lang))
    console.print(table)
    console.print()


def print_files(paths: Iterable[Path], lang: Lang) -> None:
    """The files that were written, one per line, whole paths so that they can be copied."""
    console = Console(highlight=False)
    console.print(f"[bold]{sentence('cli.files_written', lang)}[/bold]")
    for path in paths:
        console.print(f"  {escape(str(path))}", soft_wrap=True)


def print_strategies(strategies: Mapping[str, str], hypotheses: Mapping[str, str], lang: Lang) -> None:
    """The table of strategies, and what the funnel assumes: name → sentence."""
    console = Console(highlight=False)
    for title, entries in (("cli.strategies_title", strategies), ("cli.hypotheses_title", hypotheses)):
        table = Table(title=sentence(title, lang), box=SIMPLE_HEAD, show_header=False, title_justify="left")
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, text in entries.items():
            table.add_row(name, text)
        console.print(table)


class Bar:
    """A progress bar on stderr, shown when the work lasts, on a terminal only, never in a pipe."""

    def __init__(self, lang: Lang, *, quiet: bool) -> None:
        self._lang = lang
        self._started = time.monotonic()
        self._tasks: dict[str, TaskID] = {}
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell how far a step is; its name is a sentence ``cli.step_<step>``."""
        if time.monotonic() - self._started < _PATIENCE_SECONDS:
            return
        if step not in self._tasks:
            self._bar.start()
            self._tasks[step] = self._bar.add_task(sentence(f"cli.step_{step}", self._lang), total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
