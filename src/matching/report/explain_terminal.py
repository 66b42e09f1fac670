"""The explained receipt in a few lines of terminal.

Example:
    >>> print_explained(report)
    janvier.xml : 14 refusés sur 120, 13 à renvoyer.
      environ 6 : Le nom envoyé est peut-être le nom d'usage (le titulaire)
"""

from rich.console import Console
from rich.markup import escape

from matching.report.explain_model import ExplainReport, ResendShown
from matching.report.explain_words import ExplainWords
from matching.report.wording import harmless

_MOST = 8  # causes, or errors, told


def print_explained(report: ExplainReport) -> None:
    """Print what was found: counts, notes, the first causes or errors of structure, what may be deposited again."""
    words, console = ExplainWords(report.lang), Console(highlight=False)
    console.print(f"[bold]{escape(harmless(_title(report, words)))}[/bold]", soft_wrap=True)
    faults = [
        words("terminal_fault", n=one.n, line=one.faults[0].line, said=one.sentence) for one in report.fault_groups
    ]
    told = [*report.notes, *faults[:_MOST]]
    if len(faults) > _MOST:
        told.append(words("terminal_more", n=len(faults) - _MOST))
    causes = [group for group in report.groups if group.is_told]
    for group in causes[:_MOST]:
        title, who = words.of_kind("title", group.kind), words(f"who_{group.who}")
        told.append(words("terminal_cause", n=group.about, title=title, who=who))
    if len(causes) > _MOST:
        told.append(words("terminal_more", n=len(causes) - _MOST))
    if report.resent is not None:
        told += _again(report.resent, words)
    elif report.form == "B" and not report.counts["to_resend"]:
        told.append(words("terminal_nothing"))
    for line in told:
        console.print("  " + escape(harmless(line)), soft_wrap=True)


def _title(report: ExplainReport, words: ExplainWords) -> str:
    if report.form == "A":
        return words("terminal_structure", file=report.file, n=len(report.faults))
    counts = report.counts
    return words("terminal_ko", file=report.file, n=counts["ko"], all=counts["passages"], again=counts["to_resend"])


def _again(resent: ResendShown, words: ExplainWords) -> list[str]:
    told = []
    if resent.not_applied:
        told = [words("not_applied_n", n=len(resent.not_applied)), *resent.not_applied[:_MOST]]
        if len(resent.not_applied) > _MOST:
            told.append(words("not_applied_more", n=len(resent.not_applied) - _MOST))
    if not resent.errors:
        return [*told, words("again_ok", n=resent.passages, corrected=resent.corrected)]
    told += [words("again_ko", n=resent.errors), *resent.refused[:_MOST]]
    if resent.errors > _MOST:
        told.append(words("again_more", n=resent.errors - _MOST))
    return told
