"""SVG by hand, small: shapes whose colours are named, readable on light and on dark pages.

Example:
    >>> drawing = Drawing(200, 40, "Two words")
    >>> drawing.text(10, 25, "hello", "label")
    >>> drawing.svg().startswith("<svg")
    True

A shape has a *kind*, a class of the one style sheet below; nothing else says a colour. The drawing brings its own
background, since what shows it may be dark while the reader's system is light, or the other way round.
"""

from collections.abc import Mapping, Sequence
from html import escape

INKS: Mapping[str, tuple[str, str]] = {
    "paper": ("#fbfaf6", "#151b21"),
    "ink": ("#1b2632", "#e9e6de"),
    "soft": ("#51606e", "#a9b4be"),
    "line": ("#d9d6cd", "#37424c"),
    "green": ("#1d6a58", "#58c2a5"),
    "rust": ("#9b2c2c", "#ee8a7d"),
    "amber": ("#a06a00", "#e5b251"),
    "slate": ("#3f6392", "#8db3e2"),
    "plum": ("#7b4b86", "#cc9fd6"),
    "faint": ("#a9b6c4", "#5d6b79"),
}
"""Name → colour on a light page, on a dark one: the palette of the reports, contrast at least 4.5 where it is text."""

SHADES = ("#f6e3dd", "#f3ead6", "#e9edd5", "#cfe3d2", "#9fcdb9", "#5aa892", "#1d6a58")
"""From nothing to everything, on either page: a cell carries its own colours."""

_ON_CELLS = ".on-light{fill:#1b2632}.on-dark{fill:#ffffff}"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_TEXTS = {
    "title": ("ink", 15, 650),
    "head": ("ink", 12.5, 650),
    "label": ("ink", 12.5, 400),
    "note": ("soft", 11.5, 400),
}
LETTER = 6.7
"""Width of a letter of a label, about."""


class Drawing:
    """Shapes, first ones below.

    Args:
        width: In pixels.
        height: In pixels.
        title: Its name, for those who cannot see it.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height, self._title = width, height, title
        self._shapes: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "label", anchor: str = "start") -> None:
        """Words on the base line ``y``; ``kind``: title, head, label or note, and an ink if not its own."""
        self._add(f'<text x="{_n(x)}" y="{_n(y)}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>')

    def rect(self, corner: tuple[float, float], width: float, height: float, kind: str, fill: str = "") -> None:
        """A rectangle by its upper left corner; ``fill`` is a colour for both pages, where the kind is not one."""
        colour = f' style="fill:{fill}"' if fill else ""
        self._add(
            f'<rect x="{_n(corner[0])}" y="{_n(corner[1])}" width="{_n(max(width, 0.5))}" height="{_n(height)}" '
            f'class="{kind}"{colour}/>'
        )

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """A line through points; ``kind``: an ink, then ``thin``, ``thick`` or ``dashed``."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._add(f'<polyline points="{path}" class="stroke {kind}"/>')

    def mark(self, x: float, y: float, shape: str, kind: str, size: float = 5) -> None:
        """A mark around a point: ``dot``, ``ring``, ``diamond``, ``square`` or ``triangle``."""
        if shape in {"dot", "ring"}:
            hollow = " hollow" if shape == "ring" else ""
            self._add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" class="{kind}{hollow}"/>')
            return
        corners = {
            "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
            "square": ((-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95)),
            "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        }[shape]
        path = " ".join(f"{_n(x + size * across)},{_n(y + size * down)}" for across, down in corners)
        self._add(f'<polygon points="{path}" class="{kind}"/>')

    def svg(self) -> str:
        """The whole file, same bytes for the same shapes."""
        size = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}" width="{_n(self.width)}" height="{_n(self.height)}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(self._title)}">',
                f"<style>{_style()}</style>",
                f'<rect width="{_n(self.width)}" height="{_n(self.height)}" rx="6" class="paper"/>',
                *self._shapes,
                "</svg>\n",
            ]
        )

    def _add(self, shape: str) -> None:
        self._shapes.append(shape)


def _style() -> str:
    texts = "".join(f".{kind}{{font-size:{size}px;font-weight:{weight}}}" for kind, (_, size, weight) in _TEXTS.items())
    fixed = (
        f"text{{font-family:{_FONT};font-variant-numeric:tabular-nums}}"
        f"{texts}.stroke{{fill:none;stroke-width:1.6;stroke-linejoin:round}}.thin{{stroke-width:1}}.thick{{stroke-width:3}}"
        ".wide{stroke-width:4;stroke-opacity:.26}.dashed{stroke-dasharray:5 4}.hollow{fill:none;stroke-width:2}"
    )
    return fixed + _colours(0) + f"@media (prefers-color-scheme:dark){{{_colours(1)}}}" + _ON_CELLS


def _colours(page: int) -> str:
    inks = "".join(
        f".{name}{{fill:{pair[page]}}}.stroke.{name},.hollow.{name}{{fill:none;stroke:{pair[page]}}}"
        for name, pair in INKS.items()
    )
    texts = "".join(f".{kind}{{fill:{INKS[ink][page]}}}" for kind, (ink, _, _) in _TEXTS.items())
    return texts + inks


def _n(value: float) -> str:
    """A number of at most one decimal, without a needless zero."""
    return f"{value:.1f}".removesuffix(".0")
