"""The follow-up of several deposits in a screen of terminal.

Example:
    >>> print_history(report)
    Suivi de 3 envois au 20/05/2026
    120 passages : 112 acquis, 8 refusés ou sans réponse, dont 2 hors délai.

It fits 80 columns, and reads the same in a pipe.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.identity.catalogue import Lang
from matching.report.history_model import HistoryReport, HistoryWords, Remark
from matching.report.wording import harmless, visible

_MOST_SENDINGS = 4  # the last ones
_MOST_PASSAGES = 5
_MOST_REMARKS = 3
_NUMBERS = frozenset({"ok", "ko", "absent", "sent", "corrected", "message"})


def print_history(report: HistoryReport) -> None:
    """Print the counts, the sendings, the most pressing passages, and what is to be looked at."""
    words, console = HistoryWords(report.lang), Console(highlight=False)
    title = words("terminal_title", n=len(report.sendings), today=words.day(report.today))
    console.print(f"[bold]{title}[/bold]")
    console.print(words("terminal_counts", n=report.counts["passages"], **report.counts), soft_wrap=True)
    console.print(_sendings(report, words))
    _print_rest(console, words, "terminal_more_sendings", len(report.sendings) - _MOST_SENDINGS)
    if report.pending.height:
        console.print(f"\n[bold]{words('pending', n=report.pending.height)}[/bold]")
        console.print(_passages(report, words))
        _print_rest(console, words, "more", report.pending.height - _MOST_PASSAGES)
    print_remarks(report.remarks, report.lang)


def print_remarks(remarks: Sequence[Remark], lang: Lang) -> None:
    """Print what was left aside, the first files."""
    if not remarks:
        return
    words, console = HistoryWords(lang), Console(highlight=False)
    console.print(f"\n[bold]{words('remarks')}[/bold]")
    for remark in remarks[:_MOST_REMARKS]:
        console.print(f"  {escape(visible(remark.file))} · {escape(harmless(remark.sentence))}", soft_wrap=True)
    _print_rest(console, words, "more_remarks", len(remarks) - _MOST_REMARKS)


def _sendings(report: HistoryReport, words: HistoryWords) -> Table:
    table = _table(("sending", "day", "file", "ok", "ko", "absent"), words)
    for number, one in list(enumerate(report.sendings, start=1))[-_MOST_SENDINGS:]:
        name = visible(one.file) + (f" ({words('answer_structure')})" if one.form == "A" else "")
        counts = [words.count(one.counts[answer]) for answer in ("ok", "ko", "absent")]
        table.add_row(str(number), words.day(one.day), escape(name), *counts)
    return table


def _passages(report: HistoryReport, words: HistoryWords) -> Table:
    table = _table(("id_technique", "left", "sent", "corrected", "message", "next"), words)
    for one in report.passages(report.pending.head(_MOST_PASSAGES)):
        message = "" if one.message is None else str(one.message)
        numbers = (words.count(one.sent), words.count(one.corrected), message)
        table.add_row(escape(visible(one.id_technique)), words.left(one), *numbers, words(f"short_{one.to_do}"))
    return table


def _table(columns: Sequence[str], words: HistoryWords) -> Table:
    """A table without rules, whose texts are cut rather than folded."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(words(f"head_{name}"), justify="right" if name in _NUMBERS else "left", no_wrap=True)
    return table


def _print_rest(console: Console, words: HistoryWords, name: str, hidden: int) -> None:
    if hidden > 0:
        console.print(f"  {words(name, n=hidden)}", soft_wrap=True)
