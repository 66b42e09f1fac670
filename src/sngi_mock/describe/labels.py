"""What figures are called and how they are written, in the language asked for.

Example:
    >>> written(Figure("people", "women", 0.4873, None, "none"), "fr")
    '48,73 %'
"""

from matching.identity.catalogue import Lang, catalogue, count, sentence
from sngi_mock.describe.figures import Figure, Section

_NARROW_SPACE = "\u202f"
_WHOLE = 100  # expected numbers from here on are written without decimals


def section_title(section: Section, lang: Lang) -> str:
    """The title of a section."""
    return sentence(f"describe.section_{section}", lang)


def name_of(figure: Figure, lang: Lang) -> str:
    """What is measured; names and countries are their own label."""
    label = f"describe.figure_{figure.section}_{figure.name}"
    name = sentence(label, lang) if label in catalogue() else figure.name
    group = f"describe.group_{figure.group}"
    return f"{sentence(group, lang)}, {name}" if group in catalogue() else name


def source_of(figure: Figure, lang: Lang) -> str:
    """Where the reference comes from."""
    return sentence(f"describe.source_{figure.source}", lang) if figure.source else ""


def written(figure: Figure, lang: Lang) -> str:
    """The register's value."""
    return _value(figure.value, lang, is_count=figure.is_count)


def reference_written(figure: Figure, lang: Lang) -> str:
    """The reference; nothing where there is none."""
    return "" if figure.published is None else _value(figure.published, lang, is_count=figure.is_count)


def gap_written(figure: Figure, lang: Lang) -> str:
    """The gap in points; nothing for counts."""
    return "" if figure.gap_points is None else decimal(figure.gap_points, 2, lang, sign="+")


def share_written(share: float, lang: Lang, decimals: int = 2) -> str:
    """A share as a percentage; never a false zero or a false hundred."""
    least = 10.0 ** -(decimals + 2) / 2
    if 0 < share < least or 1 - least < share < 1:
        smallest = decimal(10.0**-decimals if share < least else 100 - 10.0**-decimals, decimals, lang)
        return sentence("describe.less_than" if share < least else "describe.more_than", lang, value=smallest)
    return decimal(100 * share, decimals, lang) + (f"{_NARROW_SPACE}%" if lang == "fr" else "%")


def decimal(value: float, decimals: int, lang: Lang, sign: str = "") -> str:
    """A number with its decimals."""
    text = f"{value:{sign}.{decimals}f}".replace("-", "−")
    return text.replace(".", ",") if lang == "fr" else text


def _value(value: float, lang: Lang, *, is_count: bool) -> str:
    if not is_count:
        return share_written(value, lang)
    return count(round(value), lang) if value == int(value) or value >= _WHOLE else decimal(value, 1, lang)
