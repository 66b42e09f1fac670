"""An HTML page read strictly: every element closed where it must be, so that a test can ask what it holds."""

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "col", "wbr"})
_MAY_STAY_OPEN = frozenset({"p", "li", "option", "tr", "td", "th", "dt", "dd", "thead", "tbody"})
_EMPTY_SHAPES = frozenset({"path", "rect", "circle", "line", "polyline", "polygon", "use", "ellipse"})


@dataclass
class Element:
    """An element: its name, its attributes, its text with that of what it holds, and the name of what holds it."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass
class Markup(HTMLParser):
    """A page.

    Raises:
        AssertionError: an element is closed that is not open, or left open.
    """

    page: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.page)
        self.close()
        assert not self._open, [one.name for one in self._open]

    def named(self, *names: str) -> list[Element]:
        """Elements of these names, in the order of the page."""
        return [one for one in self.elements if one.name in names]

    @cached_property
    def ids(self) -> list[str]:
        """All of them, in the order of the page."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(one.name for one in self._open))
        assert len(element.attributes) == len(attrs), f"an attribute stands twice: {tag} {attrs}"
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself: a shape of a drawing."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            assert tag in _EMPTY_SHAPES or "svg" in self.elements[-1].within, tag
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside that need no end of their own."""
        while self._open and self._open[-1].name != tag and self._open[-1].name in _MAY_STAY_OPEN:
            self._open.pop()
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> within {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        for element in self._open:
            element.text += data
