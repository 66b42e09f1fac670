"""What a page of results is made of: sections, tables, charts with the sentence that answers, won and lost.

Example:
    >>> print(table(("linker", "F1"), [("`engine`", "0.9997")]))
    | linker | F1 |
    |---|---|
    | `engine` | 0.9997 |
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.rendering.drawing import Drawing

CHARTS = "charts"
"""Folder of the charts, beside the page."""


@dataclass(frozen=True)
class Chart:
    """A drawing and its answer.

    Attributes:
        name: Of its file.
        drawing: The drawing.
        said: A sentence or two, from the same data.
    """

    name: str
    drawing: Drawing
    said: str

    def markdown(self, folder: str = CHARTS) -> str:
        """The picture, and under it what it says."""
        return f"![{self.said.replace('`', '')}]({folder}/{self.name}.svg)\n\n{self.said}"


@dataclass(frozen=True)
class Section:
    """One question.

    Attributes:
        title: The question.
        how: What was measured, and how.
        parts: Charts and paragraphs or tables, in order.
        measured: When.
        command: That measures it again, after ``python -m benchmarks``.
        won: Sentences on what is better than elsewhere, with figures.
        lost: Sentences on what is worse, or bad.
    """

    title: str
    how: str
    parts: Sequence[Chart | str]
    measured: str
    command: str
    won: Sequence[str] = field(default=())
    lost: Sequence[str] = field(default=())

    @property
    def charts(self) -> list[Chart]:
        """Its charts."""
        return [part for part in self.parts if isinstance(part, Chart)]

    def markdown(self) -> str:
        """The section as text."""
        told = [part.markdown() if isinstance(part, Chart) else part for part in self.parts]
        again = f"*Measured {self.measured}. Again: `python -m benchmarks {self.command}`.*"
        return "\n\n".join([f"## {self.title}", self.how, *told, again])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def people(persons: int) -> str:
    """A size of register in short: 100 k, 10 M."""
    for unit, word in ((1_000_000, "M"), (1_000, "k")):
        if persons >= unit:
            return f"{persons / unit:.4g} {word}"
    return str(persons)


def wrong(count: int, ok: int) -> str:
    """The share of somebody else's among OK; of none seen, what it may still be at 95 % (rule of three)."""
    return f"{count / ok:.3%}" if count else f"none seen, at most {min(3 / max(ok, 1), 1):.3%}"


def listed(words: Sequence[str]) -> str:
    """A, B and C."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"
