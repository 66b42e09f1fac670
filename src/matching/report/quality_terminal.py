"""The quality report in the terminal: the same story as the page, in 25 lines.

Example:
    >>> print_quality(report)

It fits 80 columns, and reads the same in a pipe, where it has neither colour nor a terminal's width.
"""

from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from matching.identity.forecast import CONFIDENCE, Forecast
from matching.identity.frames import SEVERITIES
from matching.report.charts import outcome_bar
from matching.report.groups import Group
from matching.report.model import QualityReport
from matching.report.story import SHAPES, facts_line, reason, stages
from matching.report.wording import Words, harmless, visible

_WIDTH, _WIDEST = 80, 100
_LINES = 25
_FEWEST = 3  # findings told, whatever the lines above
_NO_BREAK = "\u00a0"
_STYLES = {"refused": "bold red", "to_fix": "bold yellow", "ready": "bold green", "empty": "bold"}
_BLOCKS = {"ok": "█", "several": "▓", "nobody": "░", "refused": "▒"}


def print_quality(report: QualityReport, console: Console | None = None) -> None:
    """Print the report.

    Args:
        report: The report.
        console: Where; by default the standard output.
    """
    console = console or Console(highlight=False)
    width = min(console.width, _WIDEST) if console.is_terminal else _WIDTH
    for line in _lines(report, Words(report.lang), width):
        console.print(line, width=width, no_wrap=True, overflow="ellipsis")


def _lines(report: QualityReport, words: Words, width: int) -> list[Text | Table]:
    title, file = words("title"), visible(report.source.file)
    verdict = report.verdict.value
    lines: list[Text | Table] = [
        Text(),
        Text.assemble((title, "bold"), " " * max(2, width - len(title) - len(file)), file),
        *(Text(line, "dim") for line in wrap(facts_line(report, words), width)),
        *(Text(line, "dim") for line in wrap(harmless(_reading(report)), width)),
        Text("─" * width, "dim"),
        Text(f"{SHAPES[verdict]} {words(f'verdict_{verdict}').upper()}", _STYLES[verdict]),
        *(Text(line) for line in wrap(reason(report, words), width)),
    ]
    if report.forecast is not None and report.passages:
        lines += [Text(), *_rates(report.forecast, report, words), *_outcomes(report.forecast, report, words, width)]
    lines += [Text(), *_stages(report, words, width), Text()]
    around = 3  # the head of the table, a blank and the sentence below it
    return [*lines, *_groups(report, words, max(_FEWEST, _LINES - len(lines) - around))]


def _reading(report: QualityReport) -> str:
    """How a table was read, in its first sentence; ``nirisation columns`` has the others."""
    source = report.source
    return source.facts[0] if source.kind == "table" and source.facts else ""


def _rates(forecast: Forecast, report: QualityReport, words: Words) -> list[Text]:
    low, high = map(words.percent, forecast.interval)
    interval = words("interval", low=low, high=high, times=round(10 * CONFIDENCE))
    rows = [
        (words("expected_once_valid" if report.source.control else "expected"), forecast.ok, interval),
        (words("corrected"), forecast.corrected, words.points(forecast.corrected - forecast.ok)),
    ]
    wide = max(len(label) for label, _, _ in rows)
    return [
        Text.assemble(f"{label:{wide}}  ", (words.percent(share), "bold"), f"  {beside}")
        for label, share, beside in rows
    ]


def _outcomes(forecast: Forecast, report: QualityReport, words: Words, width: int) -> list[Text]:
    """The bar of outcomes, every kind that is expected at all at least one block wide, and its key."""
    bar = outcome_bar(report, words)
    if bar is None:
        return []
    blocks = {part.kind: max(1, round(part.width * width)) for part in bar.parts}
    blocks[bar.parts[0].kind] += width - sum(blocks.values())
    key = [f"{_BLOCKS[kind]} {words(f'outcome_{kind}')} {words.count(n)}" for kind, n in report.outcomes.items() if n]
    lines = [Text("".join(_BLOCKS[kind] * n for kind, n in blocks.items())), *map(Text, _whole(key, width))]
    if report.wrong_person:
        said = words("wrong_person", n=report.wrong_person, share=forecast.wrong_person)
        lines += [Text(line) for line in wrap(said, width)]
    return lines


def _stages(report: QualityReport, words: Words, width: int) -> list[Text]:
    said = [f"{rank} {stage.name} {stage.said}" for rank, stage in enumerate(stages(report, words), start=1)]
    return [Text(line) for line in _whole(said, width)]


def _whole(parts: list[str], width: int) -> list[str]:
    """The parts side by side, none broken."""
    return wrap("   ".join(part.replace(" ", _NO_BREAK) for part in parts), width)


def _groups(report: QualityReport, words: Words, most: int) -> list[Text | Table]:
    """What pays most, or, when nothing does, the first findings; then how many there are."""
    if not report.groups:
        return [Text(words("findings_none"))]
    shown = report.gains[:most] or report.groups[:most]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", expand=True)
    table.add_column(no_wrap=True)
    table.add_column(words("pays" if report.gains else "findings"), ratio=1, no_wrap=True)
    table.add_column(words("head_lines"), justify="right", no_wrap=True)
    table.add_column(words("head_gain") if report.gains else "", justify="right", no_wrap=True)
    for group in shown:
        table.add_row(SHAPES[group.rule.severity], group.rule.text("title", report.lang), *_figures(group, words))
    severities = {name: report.count(name) for name in SEVERITIES}
    return [table, Text(), Text(words("findings_said", n=report.findings.height, **severities))]


def _figures(group: Group, words: Words) -> tuple[str, str]:
    lines = words.count(group.passages) if group.passages else words("whole_file")
    return lines, words.points(group.gain) if group.pays and group.gain is not None else ""
