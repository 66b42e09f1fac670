"""What a register holds, next to the published figures, with the gap: how far the synthetic country is from France.

Example:
    >>> for figure in describe("register"):
    ...     print(figure.section, figure.name, figure.value, figure.published)

Each figure says where its reference comes from, or that it is an assumption of the generator; figures nobody
publishes stand alone. ``terminal`` prints them, ``page`` draws them.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from matching.register.folder import open_register
from sngi_mock.describe import homonyms, names, people, places
from sngi_mock.describe.figures import Figure, Measure

MEASURES: tuple[Measure, ...] = (
    people.births_by_year,
    people.ages,
    people.particulars,
    places.abroad,
    places.communes,
    names.surnames,
    names.given_names,
    names.spelling,
    homonyms.uniqueness,
    homonyms.namesakes,
)
"""Each takes some time; they come in the order of the page."""

MEASURED = len(MEASURES)


def describe(folder: str | Path, progress: Callable[[int], None] = lambda _: None) -> list[Figure]:
    """Every figure of a register, section by section.

    Args:
        folder: The register's.
        progress: Called with 1 after each of the ``MEASURED`` steps.

    Raises:
        RegisterError: the folder is not a register of this contract.
    """
    rows = pl.scan_parquet(list(open_register(folder).files))
    figures = list(people.size(rows))
    for measure in MEASURES:
        figures += measure(rows)
        progress(1)
    return figures
