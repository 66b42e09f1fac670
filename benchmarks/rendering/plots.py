"""The kinds of chart: dots on rows, bars, a heat map, and curves on a plane.

Example:
    >>> curve = Curve("ours", "green", "dot", [(0.001, 0.99), (0.0001, 0.98)])
    >>> plane("title", [curve], Axis("wrong", 1e-5, 1e-2, ((1e-4, "0.01%"),), is_log=True), share_axis("right", 0.9))
    <benchmarks.rendering.drawing.Drawing object at ...>

They take values and words, and know nothing of what was measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.rendering.axes import Axis, whole_percent
from benchmarks.rendering.drawing import LETTER, SHADES, Drawing

WIDTH = 860
_MARGIN = 20
_TOP = 76
"""Height of the title and of the key."""

_ROW, _HEAD = 18, 25
_NARROWEST = 47
"""Width of a cell under whose name its neighbours' begin."""


@dataclass(frozen=True)
class Series:
    """What a colour and a mark stand for."""

    name: str
    ink: str
    shape: str = "dot"


@dataclass(frozen=True)
class Row:
    """A row of dots.

    Attributes:
        label: At its left.
        values: One per series: value, low and high of its interval; None where it was not measured.
        figures: At its right, one per column of figures.
    """

    label: str
    values: Sequence[tuple[float, float, float] | None]
    figures: Sequence[str] = ()


def dot_rows(
    title: str,
    groups: Sequence[tuple[str, Sequence[Row]]],
    series: Sequence[Series],
    axis: Axis,
    columns: Sequence[str] = (),
    *,
    joins: bool = True,
) -> Drawing:
    """A dot per series on each row, with its interval; ``joins`` draws what is between the first two."""
    rows = [row for _, group in groups for row in group]
    left = _MARGIN + LETTER * max(len(row.label) for row in rows) + 12
    right = WIDTH - _MARGIN - sum(_column(name) for name in columns)
    height = _TOP + len(rows) * _ROW + sum(bool(name) for name, _ in groups) * _HEAD + 44
    drawing = Drawing(WIDTH, height, title)
    _title(drawing, title, series)
    y, bottom = float(_TOP), height - 38
    _across(drawing, axis, (left, right), (_TOP - 6, bottom))
    for rank, name in enumerate(columns):
        drawing.text(right + sum(map(_column, columns[: rank + 1])), _TOP - 12, name, "note", "end")
    for name, group in groups:
        if name:
            y += _HEAD
            drawing.text(_MARGIN, y - 7, name, "head")
        for row in group:
            _dots(drawing, row, series, axis, (left, right, y + _ROW / 2), joins=joins)
            for rank, figure in enumerate(row.figures):
                drawing.text(right + sum(map(_column, columns[: rank + 1])), y + 13.5, figure, "label", "end")
            y += _ROW
    return drawing


def _dots(
    drawing: Drawing, row: Row, series: Sequence[Series], axis: Axis, where: tuple[float, float, float], *, joins: bool
) -> None:
    left, right, y = where
    drawing.text(left - 12, y + 4.5, row.label, "label", "end")
    at = [None if each is None else [left + axis.at(value) * (right - left) for value in each] for each in row.values]
    first, second, *_ = [*at, None, None]
    if joins and first and second:
        drawing.line([(first[0], y), (second[0], y)], "line thick")
    for each, of in zip(at, series, strict=True):
        if each:
            drawing.line([(each[1], y), (each[2], y)], f"{of.ink} wide")
    for each, of in reversed(list(zip(at, series, strict=True))):
        if each:
            drawing.mark(each[0], y, of.shape, of.ink, 4.5)


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: its name, its parts (ink, length), and the figure after it."""

    label: str
    parts: Sequence[tuple[str, float]]
    figure: str


def bars(title: str, panels: Sequence[tuple[str, Sequence[Bar]]], series: Sequence[Series] = ()) -> Drawing:
    """Bars under the name of each panel; the longest of a panel fills it."""
    every = [bar for _, panel in panels for bar in panel]
    left = _MARGIN + LETTER * max(len(bar.label) for bar in every) + 12
    right = WIDTH - _MARGIN - LETTER * max(len(bar.figure) for bar in every) - 10
    top = _TOP if series else _TOP - 26
    drawing = Drawing(WIDTH, top + len(panels) * _HEAD + 24 * len(every) + 14, title)
    _title(drawing, title, series)
    y = float(top)
    for name, panel in panels:
        y += _HEAD
        drawing.text(_MARGIN, y - 8, name, "head")
        longest = max(sum(length for _, length in bar.parts) for bar in panel) or 1
        for bar in panel:
            drawing.text(left - 12, y + 15, bar.label, "label", "end")
            x = left
            for ink, length in bar.parts:
                if length:
                    width = length / longest * (right - left)
                    drawing.rect((x, y + 3), width, 16, ink)
                    x += width
            drawing.text(x + 8, y + 15, bar.figure, "label")
            y += 24
    return drawing


def heat_map(
    title: str,
    columns: Sequence[tuple[str, Sequence[str]]],
    groups: Sequence[tuple[str, Sequence[tuple[str, Sequence[float | None]]]]],
) -> Drawing:
    """Shares as coloured cells with their percent, rows and columns in groups; None where nothing was measured."""
    names = [name for _, group in columns for name in group]
    rows = [row for _, group in groups for row in group]
    left = _MARGIN + LETTER * max(len(label) for label, _ in rows) + 12
    gaps = 8 * (len(columns) - 1)
    cell = max((WIDTH - _MARGIN - left - gaps) / len(names), _NARROWEST)
    width = left + gaps + cell * len(names) + _MARGIN
    starts = _cells(columns, left, cell)
    top = 92 + 14 * (max(name.count(" ") for name in names))
    drawing = Drawing(width, top + 22 * len(rows) + _HEAD * sum(bool(name) for name, _ in groups) + 18, title)
    drawing.text(_MARGIN, 30, title, "title")
    rank = 0
    for name, group in columns:
        drawing.text(starts[rank] + 2, 58, name, "note")
        for each in group:
            words = each.split(" ")
            for line, word in enumerate(words):
                drawing.text(
                    starts[rank] + cell / 2, top - 8 - 14 * (len(words) - 1 - line), word, "note ink", "middle"
                )
            rank += 1
    y = float(top)
    for name, group_rows in groups:
        if name:
            y += _HEAD
            drawing.text(_MARGIN, y - 7, name, "head")
        for label, values in group_rows:
            drawing.text(left - 12, y + 15, label, "label", "end")
            for start, value in zip(starts, values, strict=True):
                if value is not None:
                    _cell(drawing, (start, y), cell, value)
            y += 22
    return drawing


def _cells(columns: Sequence[tuple[str, Sequence[str]]], left: float, cell: float) -> list[float]:
    starts, x = [], left
    for _, group in columns:
        for _ in group:
            starts.append(x)
            x += cell
        x += 8
    return starts


def _cell(drawing: Drawing, corner: tuple[float, float], width: float, value: float) -> None:
    shade = min(int(value * (len(SHADES) - 1) + 0.5), len(SHADES) - 1)
    drawing.rect((corner[0] + 1, corner[1] + 1), width - 2, 20, "cell", SHADES[shade])
    words = whole_percent(value).removesuffix("%")
    on = "on-dark" if shade == len(SHADES) - 1 else "on-light"
    drawing.text(corner[0] + width / 2, corner[1] + 15.5, words, f"label {on}", "middle")


@dataclass(frozen=True)
class Curve:
    """Points of one colour.

    Attributes:
        name: Said in the key; none when empty.
        ink: Its colour.
        shape: Of its marks; none when empty.
        points: From left to right.
        style: Of the line between them: ``thin``, ``dashed``…; no line when empty.
        spans: Vertical intervals, one per point or none.
    """

    name: str
    ink: str
    shape: str
    points: Sequence[tuple[float, float]]
    style: str = ""
    spans: Sequence[tuple[float, float]] = field(default=())
    size: float = 5


def plane(title: str, curves: Sequence[Curve], across: Axis, up: Axis, height: float = 420) -> Drawing:
    """Curves over two axes."""
    drawing = Drawing(WIDTH, height, title)
    named = [Series(curve.name, curve.ink, curve.shape) for curve in curves if curve.name]
    lines = _title(drawing, title, named)
    left = _MARGIN + LETTER * max(len(words) for _, words in up.ticks) + 10
    right, top, bottom = WIDTH - _MARGIN - 12, _TOP + 14 + 20 * (lines - 1), height - 46
    drawing.text(_MARGIN, top - 12, up.name, "note")
    _across(drawing, across, (left, right), (top, bottom))
    for value, words in up.ticks:
        y = bottom - up.at(value) * (bottom - top)
        drawing.line([(left, y), (right, y)], "line thin")
        drawing.text(left - 8, y + 4, words, "note", "end")
    for curve in curves:
        at = [(left + across.at(x) * (right - left), bottom - up.at(y) * (bottom - top)) for x, y in curve.points]
        for (x, _), (low, high) in zip(at, curve.spans, strict=False):
            ends = [bottom - up.at(value) * (bottom - top) for value in (low, high)]
            drawing.line([(x, ends[0]), (x, ends[1])], f"{curve.ink} wide")
        if curve.style:
            drawing.line(at, f"{curve.ink} {curve.style}")
        if curve.shape:
            for x, y in at:
                drawing.mark(x, y, curve.shape, curve.ink, curve.size)
    return drawing


def _across(drawing: Drawing, axis: Axis, ends: tuple[float, float], rows: tuple[float, float]) -> None:
    """The ticks of a horizontal axis as vertical lines, and its name below."""
    for value, words in axis.ticks:
        x = ends[0] + axis.at(value) * (ends[1] - ends[0])
        drawing.line([(x, rows[0]), (x, rows[1])], "line thin")
        drawing.text(x, rows[1] + 15, words, "note", "middle")
    drawing.text((ends[0] + ends[1]) / 2, rows[1] + 31, axis.name, "note", "middle")


def _title(drawing: Drawing, title: str, series: Sequence[Series]) -> int:
    """The title, and the key under it; how many lines the key takes."""
    drawing.text(_MARGIN, 30, title, "title")
    x, line = float(_MARGIN), 0
    for each in series:
        width = LETTER * len(each.name) + 36
        if x + width > WIDTH - _MARGIN and x > _MARGIN:
            x, line = float(_MARGIN), line + 1
        if each.shape:
            drawing.mark(x + 6, 50 + 20 * line, each.shape, each.ink)
        else:
            drawing.line([(x, 50 + 20 * line), (x + 13, 50 + 20 * line)], f"{each.ink} dashed")
        drawing.text(x + 17, 54.5 + 20 * line, each.name, "label")
        x += width
    return line + 1


def _column(name: str) -> float:
    return max(LETTER * len(name), 40) + 12
