"""How an HTML page is made of a template: nothing submitted is taken for HTML, and the page stays light.

Example:
    >>> rendered("explained.html", {"report": report, "words": words}, (50, 15, 4))[:15]
    '<!doctype html>'

A page stays under ``MOST_BYTES`` whatever the file: its template takes fewer rows rather than let it grow. What is
left out is counted by the template, and stands in ``to_fix.xlsx``.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from matching.report.wording import harmless, shortened, visible

MOST_BYTES = 3_000_000
_LONGEST = 60  # characters of a value, unless its template says otherwise


def rendered(template: str, facts: Mapping[str, object], most_rows: Sequence[int]) -> str:
    """A page.

    Args:
        template: File of the ``templates`` folder.
        facts: What the template names, but ``rows_shown``.
        most_rows: Values of ``rows_shown``, the most first; the first that keeps the page light is taken, or the last.
    """
    for rows in most_rows:
        text = _environment().get_template(template).render(facts, rows_shown=rows)
        if len(text.encode()) < MOST_BYTES:
            break
    return text


def templates_of(package: str) -> Environment:
    """The templates of a package: what they are told is never taken for HTML, and what they name must be told."""
    return Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _environment() -> Environment:
    environment = templates_of("matching.report")
    environment.filters |= {"cell": _cell, "told": _told}
    return environment


def _cell(text: str | None, most: int = _LONGEST) -> str:
    return shortened(visible(text or ""), most)


def _told(text: str, most: int | None = None) -> str:
    told = harmless(text)
    return told if most is None else shortened(told, most)
