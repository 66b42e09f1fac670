"""What control 1 says, as findings of the ``structure`` family; and the same of passages that are no XML yet.

Example:
    >>> control_findings(control("janvier.xml")).select("code", "passage", "field").row(0)
    ('value_not_in_list', 64, 'sex')
    >>> frame_findings(passages).select("code", "passage", "field").row(0)
    ('value_wrong_length', 12, 'insee_code')

A finding's ``detail`` is control 1's own sentence, which shows no identity; its ``value`` is what was submitted, and
the reports mask it.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import polars as pl

from matching.deposit.control import ControlReport
from matching.deposit.dictionary import BLOCKS, BRANCHES, MAX_PASSAGES, PASSAGE, Block, Field, Version
from matching.deposit.violations import SchemaError, shown
from matching.identity.catalogue import Lang, catalogue, count, sentence
from matching.identity.frames import FOUND
from matching.identity.rules import ELEMENTS

_RULES = {
    "xml_malformed": "malformed bad_character tag_mismatch after_root truncated entity doctype prefix",
    "xml_encoding_wrong": "encoding encoding_mismatch",
    "not_a_deposit": "root namespace",
    "element_missing": "missing missing_choice empty_list",
    "element_unknown": "unknown misplaced newer attribute element_in_value text_between other",
    "element_twice": "duplicate both_choices only_one",
    "value_empty": "empty_O empty_N empty_F",
    "nil_misused": "not_nillable_O not_nillable_F nil_with_content nil_prefix nil_value",
    "value_not_in_list": "enumeration boolean",
    "value_wrong_length": "too_long length nir",
    "value_wrong_format": "integer range date timestamp",
    "file_too_large": "too_large too_many_passages too_deep passage_too_large too_much_around",
}
RULE_OF = {f"control.{name}": rule for rule, names in _RULES.items() for name in names.split()}
"""Code of an error of control 1 → code of a rule."""

_UNWRITTEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"  # what XML cannot hold, and the writer leaves out

_PLACE_BLOCKS = {"codeInseeNaissance": "insee_code", "codePostalNaissance": "postal_code"}
_FIELDS = (
    _PLACE_BLOCKS
    | {element: field for field, element in ELEMENTS.items() if "/" not in element}
    | {
        "nomTitulaire": "birth_name",
        "prenom1Titulaire": "given_name_1",
    }
)
_FIELDS_OF_ID = {"2.1": "issuer", "3.1": "certifier"}  # both are spelt idClient


def control_findings(report: ControlReport, lang: Lang = "fr") -> pl.DataFrame:
    """The errors of control 1, in its order; a last finding counts those that it did not describe.

    A block that lacks several elements is one error and as many findings, so that each names its field.

    Args:
        report: What control 1 said; ask it for as many errors as are to be shown (``max_shown``).
        lang: Of the sentences.

    Returns:
        Columns ``FOUND``; ``passage`` is null for what stands around the passages.
    """
    rows = [_row(error, element, lang) for error in report.errors for element in _elements(error)]
    if report.n_errors > len(report.errors):
        rows.append({"code": "errors_not_described", "detail": count(report.n_errors - len(report.errors), lang)})
    return pl.DataFrame(rows, schema=FOUND)


def frame_findings(passages: pl.DataFrame, lang: Lang = "fr", version: Version = "1.1.2") -> pl.DataFrame:
    """What control 1 would refuse in the file that the writer would make of these passages.

    Args:
        passages: Contract PASSAGES, with the optional columns of the deposit file if any.
        lang: Of the sentences.
        version: Schema version to be written.

    Returns:
        Columns ``FOUND``, by element in the order of the dictionary, rows in order; empty when the file would be
        accepted (but for the header, which is not in the frame).
    """
    parts = [
        _of_field(_told(passages, block).select("passage", value=column), field, lang)
        for block, field, column in _written(passages)
    ]
    parts += [_both_places(passages, lang), _too_new(passages, lang, version), _too_many(passages, lang)]
    return pl.concat([pl.DataFrame(schema=FOUND), *parts])


def _elements(error: SchemaError) -> list[str]:
    """The elements that an error speaks of: those that a block lacks, else its own."""
    return str(error.facts.get("missing") or error.element).split(", ")


def _row(error: SchemaError, element: str, lang: Lang) -> dict[str, Any]:
    return {
        "code": RULE_OF[error.code],
        "passage": error.passage,
        "field": _FIELDS_OF_ID.get(error.field_id) or _FIELDS.get(element),
        "value": error.value or None,
        "proposal": _proposal(element, error.value or "") or error.facts.get("closest") or None,
        "detail": error.sentence(lang),
    }


def _proposal(element: str, value: str) -> str | None:
    """What can be proposed from the value alone: the zero that a spreadsheet dropped, a country told by five digits."""
    if element == "codeInsee" and len(value) == 4 and value.isdigit():  # noqa: PLR2004 - one less than a code
        return f"0{value}"
    if element == "codePaysNaissance" and len(value) == 5 and value.startswith("99"):  # noqa: PLR2004 - 99xxx
        return value[2:]
    return None


def _written(passages: pl.DataFrame) -> Iterator[tuple[Block, Field, str]]:
    """The elements that come from a column of the frame, each with its block and that column."""
    for block in (BLOCKS["certification"], *_blocks(PASSAGE)):
        for item in block.children:
            if isinstance(item, Field) and item.column is not None and item.column in passages.columns:
                yield block, item, item.column


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for child in block.children:
        if isinstance(child, Block):
            yield from _blocks(child)


def _told(passages: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The passages in which the writer writes the elements of the block, all of which control 1 then looks at."""
    branch = "titulaire" if block.name in _PLACE_BLOCKS else BRANCHES.get(block.name)
    of_branch = passages if branch is None else passages.filter(pl.col("branch") == branch)
    if block.name in _PLACE_BLOCKS:  # a place without INSEE code is told by a postal code, nil if need be
        has_insee = pl.col("raw_insee_code").is_not_null()
        return of_branch.filter(has_insee if block.name == "codeInseeNaissance" else ~has_insee)
    return of_branch


def _of_field(rows: pl.DataFrame, field: Field, lang: Lang) -> pl.DataFrame:
    """What the element's type and facets refuse of a column ``value``; each distinct value is described once."""
    rows = rows.with_columns(pl.col("value").str.replace_all(_UNWRITTEN, ""))
    found = rows.filter(_refused(field))
    if found.is_empty():
        return pl.DataFrame(schema=FOUND)
    said = pl.DataFrame(
        [_said(field, value, lang) for value in found["value"].unique(maintain_order=True)],
        schema={"value": pl.String, "code": pl.String, "proposal": pl.String, "detail": pl.String},
    )
    name = pl.lit(_FIELDS.get(field.name), pl.String).alias("field")
    return (
        found.join(said, on="value", how="left", nulls_equal=True, maintain_order="left")
        .with_columns(name, pl.col("value").replace("", None), pl.col("passage").cast(pl.UInt32))
        .select(list(FOUND))
    )


def _refused(field: Field) -> pl.Expr:
    """True where the value is not what the dictionary takes. Null is an element left out, or nil where that may be."""
    facets, value = field.facets, pl.col("value")
    trimmed = value.str.strip_chars(" \t\r\n")
    if facets.values:
        wrong = ~value.is_in(facets.values)
    elif facets.base == "int":
        number = trimmed.str.extract(r"^([+-]?[0-9]{1,18})$").cast(pl.Int64)
        wrong = number.is_null() | ~number.is_between(facets.minimum, facets.maximum)
    elif facets.base == "boolean":
        wrong = ~trimmed.is_in(["true", "false", "1", "0"])
    elif facets.base == "date":
        wrong = ~trimmed.str.contains(f"^{facets.pattern}$") | trimmed.str.to_date("%Y-%m-%d", strict=False).is_null()
    elif facets.pattern:
        wrong = ~value.str.contains(f"^(?:{facets.pattern})$")
    else:
        wrong = ~value.str.len_chars().is_between(facets.min_length or 0, facets.max_length)
    return pl.when(value.is_null()).then(field.obligation == "O").otherwise(wrong)


def _said(field: Field, value: str | None, lang: Lang) -> dict[str, str | None]:
    """The rule, the proposal and the sentence for one value."""
    named = sentence("control.numbered", lang, element=field.name, id=field.id) if field.id else field.name
    if value is None:  # control 1 speaks of the block that lacks it, which a frame has not
        detail = sentence("control.empty_O", lang, named=named)
        return {"value": None, "code": RULE_OF["control.missing"], "proposal": None, "detail": detail}
    code, facts = _fault(field, value)
    facts |= {"named": named, "element": field.name, "value": shown(value, is_identity=field.is_identity)}
    hint = "control.hint_closest" if facts.get("closest") else f"control.hint_{field.name}"
    codes = [code, hint] if value and hint in catalogue() else [code]
    proposal = _proposal(field.name, value) or str(facts.get("closest", "")) or None
    detail = " ".join(sentence(each, lang, **facts) for each in codes)
    return {"value": value, "code": RULE_OF[code], "proposal": proposal, "detail": detail}


def _fault(field: Field, value: str) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 - one answer per kind of value
    """Code of control 1 and facts of its sentence, of a value that is refused."""
    facets, length = field.facets, len(value)
    if not value:
        return f"control.empty_{field.obligation}", {}
    if facets.values:
        close = get_close_matches(value.strip().upper().replace(" ", "_"), facets.values, n=1, cutoff=0.75)
        return "control.enumeration", {"expected": ", ".join(facets.values), "closest": "".join(close)}
    if facets.base == "int":
        code = "control.range" if value.strip().lstrip("+-").isdecimal() else "control.integer"
        return code, {"minimum": facets.minimum, "maximum": facets.maximum}
    if facets.base != "string":
        return f"control.{facets.base}", {}
    if facets.pattern:
        return "control.nir", {"length": length}
    if facets.min_length == facets.max_length:
        return "control.length", {"length": length, "exact": facets.max_length}
    return "control.too_long", {"length": length, "most": facets.max_length}


def _both_places(passages: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """Passages with an INSEE code and a postal code, of which the file takes one."""
    both = (
        (pl.col("branch") == "titulaire")
        & pl.col("raw_insee_code").is_not_null()
        & pl.col("raw_postal_code").is_not_null()
    )
    facts = {"parent": "codeCommuneNaissance", "named": "codePostalNaissance"}
    detail = sentence("control.both_choices", lang, **facts, expected="codeInseeNaissance, codePostalNaissance")
    rows = passages.filter(both).select("passage", value="raw_postal_code")
    return _all_alike(rows, "element_twice", "postal_code", detail)


def _too_new(passages: pl.DataFrame, lang: Lang, version: Version) -> pl.DataFrame:
    """Passages told by a NIR, which the older version does not know."""
    since = BLOCKS["identifiantNational"].since
    newer = (pl.col("branch") == "identifiant_national") & (since > version)
    detail = sentence("control.newer", lang, named="identifiantNational", since=since, version=version)
    rows = passages.filter(newer).select("passage", value="declared_nir")
    return _all_alike(rows, "element_unknown", "declared_nir", detail)


def _too_many(passages: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    if passages.height <= MAX_PASSAGES:
        return pl.DataFrame(schema=FOUND)
    detail = sentence("control.too_many_passages", lang, passages=passages.height, most=MAX_PASSAGES)
    return pl.DataFrame([{"code": "file_too_large", "detail": detail}], schema=FOUND)


def _all_alike(rows: pl.DataFrame, code: str, field: str, detail: str) -> pl.DataFrame:
    facts = {"code": code, "field": field, "proposal": None, "detail": detail}
    return rows.with_columns(
        pl.col("passage").cast(pl.UInt32), *(pl.lit(fact, pl.String).alias(name) for name, fact in facts.items())
    ).select(list(FOUND))
