"""Charts as inline SVG: lines, bars and dots, the register beside its reference, readable without colours or scripts.

Example:
    >>> bars([Bar("MARTIN", 0.0033, 0.0032)], label="Noms", number=str).startswith("<svg")
    True

The register is blue and filled, the reference orange, dashed or hollow. Colours keep a contrast of 4.5 on white.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

REGISTER, REFERENCE, GRID, INK = "#1f5fa8", "#a84300", "#dddddd", "#333333"
WIDTH = 760
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 34
_BAR, _LABEL = 22, 260
_TICKS = 5

Number = Callable[[float], str]
"""How a value is written."""


@dataclass(frozen=True)
class Line:
    """A series of points by increasing x; the reference is dashed."""

    name: str
    points: Sequence[tuple[float, float]]
    is_reference: bool = False
    colour: str = REGISTER


@dataclass(frozen=True)
class Bar:
    """A value and, when there is one, its reference."""

    label: str
    value: float
    reference: float | None = None


def lines(series: Sequence[Line], *, label: str, number: Number, height: int = 280) -> str:
    """Lines over years; the scale starts at 0."""
    xs = [x for line in series for x, _ in line.points]
    top = max(y for line in series for _, y in line.points) or 1.0
    step = _step(top)
    first, last = min(xs), max(xs)
    across, down = WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def at(x: float, y: float) -> str:
        return f"{_LEFT + across * (x - first) / (last - first or 1):.1f},{_TOP + down * (1 - y / (step * _TICKS)):.1f}"

    parts = []
    for rank in range(_TICKS + 1):
        y = _TOP + down * (1 - rank / _TICKS)
        parts += [_rule(_LEFT, y, WIDTH - _RIGHT, y), _text(_LEFT - 6, y + 4, number(step * rank), "end")]
    for year in range(math.ceil(first / 10) * 10, int(last) + 1, 10 if last - first <= 80 else 20):  # noqa: PLR2004
        parts.append(_text(_LEFT + across * (year - first) / (last - first or 1), height - 10, str(year), "middle"))
    for line in series:
        colour = REFERENCE if line.is_reference else line.colour
        dash = ' stroke-dasharray="5 4"' if line.is_reference else ""
        path = " ".join(at(x, y) for x, y in line.points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}>'
            f"<title>{escape(line.name)}</title></polyline>"
        )
    return _svg(parts, label, height)


def bars(rows: Sequence[Bar], *, label: str, number: Number) -> str:
    """Horizontal bars, the reference as a hollow diamond on each."""
    top = max(max(row.value, row.reference or 0.0) for row in rows) or 1.0
    scale = (WIDTH - _LABEL - 90) / top
    parts = []
    for rank, row in enumerate(rows):
        y = 6 + rank * _BAR
        parts += [
            _text(_LABEL - 8, y + 13, row.label, "end"),
            f'<rect x="{_LABEL}" y="{y + 3}" width="{row.value * scale:.1f}" height="{_BAR - 8}" fill="{REGISTER}"/>',
        ]
        end = max(row.value, row.reference or 0.0) * scale
        if row.reference is not None:
            x, middle = _LABEL + row.reference * scale, y + _BAR / 2 - 1
            diamond = f"{x:.1f},{middle - 6} {x + 6:.1f},{middle} {x:.1f},{middle + 6} {x - 6:.1f},{middle}"
            parts.append(f'<polygon points="{diamond}" fill="#ffffff" stroke="{REFERENCE}" stroke-width="2"/>')
        parts.append(_text(_LABEL + end + 10, y + 13, number(row.value), "start"))
    return _svg(parts, label, 10 + len(rows) * _BAR)


def dots(rows: Sequence[Bar], *, label: str, axes: tuple[str, str], number: Number, height: int = 360) -> str:
    """One dot per name, the reference across and the register up, on logarithmic scales: the diagonal is agreement."""
    known = [(row, row.reference) for row in rows if row.reference and row.value]
    # Of a register too small to hold any of the names, the diagonal is drawn alone.
    values = [value for row, reference in known for value in (row.value, reference)] or [0.001, 0.01]
    low, high = math.log(min(values) * 0.9), math.log(max(values) * 1.1)
    across, down = WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM - 14

    def x_of(value: float) -> float:
        return _LEFT + across * (math.log(value) - low) / (high - low)

    def y_of(value: float) -> float:
        return _TOP + down * (1 - (math.log(value) - low) / (high - low))

    parts = []
    for tick in _log_ticks(math.exp(low), math.exp(high)):
        parts += [
            _rule(_LEFT, y_of(tick), WIDTH - _RIGHT, y_of(tick)),
            _rule(x_of(tick), _TOP, x_of(tick), _TOP + down),
        ]
        parts += [_text(_LEFT - 6, y_of(tick) + 4, number(tick), "end")]
        parts += [_text(x_of(tick), _TOP + down + 16, number(tick), "middle")]
    corners = f"{_LEFT},{_TOP + down} {_LEFT + across},{_TOP}"
    parts.append(f'<polyline points="{corners}" stroke="{REFERENCE}" stroke-width="1.5" stroke-dasharray="5 4"/>')
    named: list[tuple[float, float]] = []
    for rank, (row, reference) in enumerate(known):
        x, y = x_of(reference), y_of(row.value)
        tip = f"{row.label} : {number(row.value)} / {number(reference)}"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{REGISTER}"><title>{escape(tip)}</title></circle>')
        if rank < _NAMED and all(math.dist((x, y), other) > _APART for other in named):
            named.append((x, y))
            parts.append(_text(x - 8, y - 6, row.label, "end"))
    parts += [
        _text(WIDTH - _RIGHT, height - 4, axes[0] + " →", "end"),
        _text(_LEFT + 6, _TOP + 12, "↑ " + axes[1], "start"),
    ]
    return _svg(parts, label, height)


_NAMED, _APART = 6, 45  # dots that may have their name, when they are that far from one another


def _step(top: float) -> float:
    """A round step such that ``_TICKS`` of them hold the values."""
    rough = top / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * (1 - 1e-9))


def _log_ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [each * 10.0**power for power in powers for each in (1, 2, 5) if low <= each * 10.0**power <= high]


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GRID}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _svg(parts: Sequence[str], label: str, height: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">' + "".join(parts) + "</svg>"
