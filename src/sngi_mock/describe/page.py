"""The figures as one self-contained HTML page: charts with a sentence under each, tables, sources; no script.

Example:
    >>> page(describe("register"), {"persons": 1000000, "seed": 7}, "fr").startswith("<!doctype html>")
    True
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from matching.identity.catalogue import Lang, sentence
from matching.identity.errors import UsageError
from matching.register.folder import open_register
from sngi_mock.describe import charts
from sngi_mock.describe.charts import Bar, Line
from sngi_mock.describe.figures import Figure, Section
from sngi_mock.describe.labels import (
    decimal,
    gap_written,
    name_of,
    reference_written,
    section_title,
    share_written,
    source_of,
    written,
)

_STYLE = f"""
:root {{ color-scheme: light; }}
body {{
  font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
}}
h1 {{ font-size: 1.7rem; margin: 0 0 .3rem; }}
h2 {{ font-size: 1.2rem; margin: 2.6rem 0 .4rem; border-top: 1px solid #ccc; padding-top: 1.4rem; }}
h3 {{ font-size: 1rem; margin: 1.2rem 0 .2rem; }}
p {{ margin: .4rem 0; max-width: 46rem; }}
p.source, p.legend {{ color: #555; font-size: .875rem; }}
.register {{ color: {charts.REGISTER}; font-weight: 600; }}
.reference {{ color: {charts.REFERENCE}; font-weight: 600; }}
svg {{ width: 100%; height: auto; display: block; margin: .4rem 0; }}
svg text {{ font: 12px system-ui, sans-serif; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .6rem 0; }}
th, td {{ padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #e3e3e3; text-align: right; vertical-align: top; }}
td:first-child, th.source, td.source {{ text-align: left; }}
details {{ margin: .3rem 0; }}
summary {{ cursor: pointer; color: {charts.REGISTER}; }}
summary:focus-visible {{ outline: 2px solid; }}
@media print {{
  body {{ margin: 0; max-width: none; }}
  h2 {{ break-after: avoid; }}
  svg, table {{ break-inside: avoid; }}
}}
""".strip()

_DOTS: tuple[Section, ...] = ("surnames", "given_names")
_BY_DECADE: dict[Section, Section] = {"surnames": "surnames_by_decade", "given_names": "given_names_by_decade"}
_ORDER: tuple[Section, ...] = (
    "births_by_year", "ages", "alive", "people", "abroad", "communes", "surnames", "given_names", "spelling",
    "homonyms", "bearers", "namesakes",
)  # fmt: skip


def page(figures: Sequence[Figure], register: Mapping[str, Any], lang: Lang) -> str:
    """The page.

    Args:
        figures: Of ``describe``.
        register: What ``register.toml`` says.
        lang: Of the page.
    """
    by_section: dict[Section, list[Figure]] = {}
    for figure in figures:
        by_section.setdefault(figure.section, []).append(figure)
    title = escape(sentence("describe.title", lang))
    body = [_header(by_section["size"], register, lang)]
    body += ["\n".join(_section(section, by_section, lang)) for section in _ORDER if section in by_section]
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>",
            *body,
            "</main>\n</body>\n</html>\n",
        ]
    )


def write_page(file: Path, figures: Sequence[Figure], folder: Path, lang: Lang) -> None:
    """Write the page of a register.

    Raises:
        UsageError: ``file`` is a folder.
        RegisterError: ``folder`` is not a register.
    """
    if file.is_dir():
        raise UsageError("describe.output_is_folder", file=str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(figures, open_register(folder).facts, lang), encoding="utf-8")


def _header(sizes: Sequence[Figure], register: Mapping[str, Any], lang: Lang) -> str:
    facts = {figure.name: int(figure.value) for figure in sizes}
    facts |= {key: register.get(key, "?") for key in ("seed", "generator", "digest")}
    key = "simulated" if register.get("simulated") else "real"
    return "\n".join(
        [
            f"<h1>{escape(sentence('describe.title', lang))}</h1>",
            f"<p>{escape(sentence('describe.facts', lang, **facts))}</p>",
            f"<p><strong>{escape(sentence(f'describe.{key}', lang))}</strong></p>",
            f"<p>{escape(sentence('describe.how_to_read', lang))}</p>",
        ]
    )


def _section(section: Section, by_section: Mapping[Section, Sequence[Figure]], lang: Lang) -> Iterator[str]:
    figures = by_section[section]
    yield f"<h2>{escape(section_title(section, lang))}</h2>"
    if section in ("people", "homonyms", "namesakes", "bearers"):
        yield _table(figures, lang)
    else:
        if any(figure.published is not None for figure in figures):
            yield _legend(lang)
        yield _chart(section, figures, lang)
    yield f"<p>{escape(_answer(section, figures, lang))}</p>"
    yield _sources(figures, lang)
    if section in _BY_DECADE:
        yield _decades(by_section[_BY_DECADE[section]], lang)


def _chart(section: Section, figures: Sequence[Figure], lang: Lang) -> str:
    label = section_title(section, lang)

    def number(share: float) -> str:
        return share_written(share, lang, 0 if not share else 1 if share >= 0.0095 else 2)  # noqa: PLR2004 - 1 %

    if section in ("births_by_year", "spelling"):
        groups = dict.fromkeys(figure.group for figure in figures)
        return "\n".join(
            f"<h3>{escape(sentence(f'describe.group_{group}', lang))}</h3>"
            + charts.lines(
                _lines([each for each in figures if each.group == group], lang), label=label, number=number, height=220
            )
            for group in groups
        )
    rows = [Bar(name_of(figure, lang), figure.value, figure.published) for figure in figures]
    if section in _DOTS:
        axes = (sentence("describe.column_published", lang), sentence("describe.column_register", lang))
        return charts.dots(rows, label=label, axes=axes, number=number)
    return charts.bars(rows, label=label, number=number)


def _lines(figures: Sequence[Figure], lang: Lang) -> list[Line]:
    found = [(float(figure.name), figure.value) for figure in figures]
    published = [(float(figure.name), figure.published) for figure in figures if figure.published is not None]
    return [
        Line(sentence("describe.column_published", lang), published, is_reference=True),
        Line(sentence("describe.column_register", lang), found),
    ]


def _answer(section: Section, figures: Sequence[Figure], lang: Lang) -> str:
    """What the chart says: the largest gap where there is a reference, else what the extremes are."""
    facts: dict[str, object] = {"n": len(figures)}
    compared = [figure for figure in figures if figure.gap_points is not None]
    if compared:
        worst = max(compared, key=lambda figure: abs(figure.gap_points or 0))
        facts |= {"gap": decimal(abs(worst.gap_points or 0), 2, lang), "where": name_of(worst, lang)}
        facts |= {"mean": decimal(sum(abs(f.gap_points or 0) for f in compared) / len(compared), 3, lang)}
    first, last = figures[0], figures[-1]
    facts |= {"first": written(first, lang), "last": written(last, lang)}
    facts["found"] = decimal(sum(figure.value for figure in figures), 0, lang)
    facts["expected"] = decimal(sum(figure.published or 0 for figure in figures), 0, lang)
    return sentence(f"describe.answer_{section}", lang, **facts)


def _table(figures: Sequence[Figure], lang: Lang) -> str:
    """Every figure with its reference, gap and source."""
    has_gap = any(figure.gap_points is not None for figure in figures)
    rows = []
    for figure in figures:
        gap = [gap_written(figure, lang)] if has_gap else []
        cells = [name_of(figure, lang), written(figure, lang), reference_written(figure, lang), *gap]
        rows.append(_row(cells) + f'<td class="source">{escape(source_of(figure, lang))}</td></tr>')
    head = _head(("register", "published", *(("gap",) if has_gap else ()), "source"), lang)
    return '<div class="wide"><table>' + head + "\n".join(rows) + "</table></div>"


def _decades(figures: Sequence[Figure], lang: Lang) -> str:
    """The lists by decade, folded."""
    tables = [f"<h3>{escape(sentence('describe.by_decade', lang))}</h3>"]
    head = _head(("register", "published", "gap"), lang)
    for decade in dict.fromkeys(figure.group for figure in figures):
        rows = "".join(
            _row([each.name, written(each, lang), reference_written(each, lang), gap_written(each, lang)]) + "</tr>"
            for each in figures
            if each.group == decade
        )
        title = escape(sentence("describe.decade", lang, first=decade, last=int(decade) + 9))
        tables.append(f"<details><summary>{title}</summary><table>{head}{rows}</table></details>")
    return "\n".join(tables)


def _head(columns: Sequence[str], lang: Lang) -> str:
    titles = ((each, escape(sentence(f"describe.column_{each}", lang))) for each in columns)
    return "<tr><td></td>" + "".join(f'<th scope="col" class="{each}">{title}</th>' for each, title in titles) + "</tr>"


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)


def _sources(figures: Sequence[Figure], lang: Lang) -> str:
    sources = dict.fromkeys(source_of(figure, lang) for figure in figures if figure.source)
    return f'<p class="source">{escape(sentence("describe.sources", lang, sources=" ; ".join(sources)))}</p>'


def _legend(lang: Lang) -> str:
    register, published = (escape(sentence(f"describe.column_{each}", lang)) for each in ("register", "published"))
    ours, theirs = f'<span class="register">■ {register}</span>', f'<span class="reference">◇ ┄ {published}</span>'
    return f'<p class="legend">{ours} · {theirs}</p>'
