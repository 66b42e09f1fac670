"""The figures as tables on a terminal, one per section; the long lists are cut, and say so."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from matching.identity.catalogue import Lang, sentence
from sngi_mock.describe.figures import Figure, Section
from sngi_mock.describe.labels import gap_written, name_of, reference_written, section_title, source_of, written

SHOWN = 20  # rows of a section
ON_PAGE_ONLY: frozenset[Section] = frozenset({"births_by_year", "surnames_by_decade", "given_names_by_decade"})


def print_tables(figures: Sequence[Figure], lang: Lang) -> None:
    """Print every section but the longest, which the page and the JSON have."""
    console = Console()
    for section in dict.fromkeys(figure.section for figure in figures):
        if section in ON_PAGE_ONLY:
            continue
        of_section = [figure for figure in figures if figure.section == section]
        console.print(_table(section, of_section[:SHOWN], lang))
        if len(of_section) > SHOWN:
            console.print(sentence("describe.cut", lang, shown=SHOWN, n=len(of_section)))


def _table(section: Section, figures: Sequence[Figure], lang: Lang) -> Table:
    table = Table(title=section_title(section, lang), title_justify="left")
    table.add_column("")
    for column in ("register", "published", "gap"):
        table.add_column(sentence(f"describe.column_{column}", lang), justify="right")
    table.add_column(sentence("describe.column_source", lang), style="dim", overflow="fold")
    above = ""
    for figure in figures:
        source = source_of(figure, lang)
        cells = (
            name_of(figure, lang),
            written(figure, lang),
            reference_written(figure, lang),
            gap_written(figure, lang),
        )
        table.add_row(*cells, source if source != above else "")
        above = source
    return table
