"""The explained receipt in a few lines of terminal.

Example:
    >>> print_explained(report)
    janvier.xml : 14 refusés sur 120, 13 à renvoyer.
      environ 6 : Le nom envoyé est peut-être le nom d'usage (le titulaire)
"""

from rich.console import Console
from rich.markup import escape

from matching.report.explain_model import ExplainReport, ExplainWords
from matching.report.wording import harmless

_MOST = 8  # causes, or errors, told


def print_explained(report: ExplainReport) -> None:
    """Print what was found: counts, notes, the first causes or the first errors of structure."""
    words, console = ExplainWords(report.lang), Console(highlight=False)
    lines = [words("terminal_structure", file=report.file, n=len(report.faults))]
    if report.form == "B":
        counts = report.counts
        lines = [
            words("terminal_ko", file=report.file, n=counts["ko"], all=counts["passages"], again=counts["to_resend"])
        ]
    console.print(f"[bold]{escape(harmless(lines[0]))}[/bold]", soft_wrap=True)
    told = [*report.notes, *(fault.sentence for fault in report.faults[:_MOST])]
    for group in report.groups[:_MOST]:
        title, who = words.of_kind("title", group.kind), words(f"who_{group.who}")
        told.append(words("terminal_cause", n=max(1, round(group.expected)), title=title, who=who))
    for line in told:
        console.print("  " + escape(harmless(line)), soft_wrap=True)
