"""What the schema refuses, in plain words: from an entry of libxml2's error log to an error a person can act on.

Example:
    >>> error = control("janvier.xml").errors[0]
    >>> error.code, error.cvc, error.field_id, error.line, error.column
    ('control.enumeration', 'cvc-enumeration-valid', '8.9', 65, 41)
    >>> error.sentence("fr")
    'Ligne 65, colonne 41 : sexe (n° 8.9) vaut « H » ; ...'

A value that tells who a person is (names, NIR, comments) is never shown whole.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from typing import Any

from matching.deposit.dictionary import BLOCKS, FIELDS, NAMESPACE, PASSAGE, Field, Version, children, walk
from matching.deposit.positions import Document, index_path, locate
from matching.identity.catalogue import Lang, catalogue, sentence

_LONGEST_SHOWN = 40
_NIR_LIKE = re.compile(r"(?<!\d)[1-8](?:[ .-]?\d){4}(?:[ .-]?[\dABab]){2}(?:[ .-]?\d){6,8}(?!\d)")


@dataclass(frozen=True)
class SchemaError:
    """One reason why the file is refused.

    Attributes:
        code: Ours, stable: ``control.enumeration``.
        cvc: Name of the rule in the XML Schema recommendation, "" when it is not a rule of it.
        element: Name of the element, "" for the file as a whole.
        field_id: Number in the data dictionary, "" when it gives none.
        value: What was written, shortened, masked when it tells who a person is; None when no value is at stake.
        line: Of the element's start tag, 1-based; 0 for the file as a whole.
        column: In characters, 1-based; 0 for the file as a whole.
        passage: Rank of the passage in the file, 0-based; None outside the passages.
        id_technique: Key of the passage, None when it has none.
        is_fatal: The reading stopped here: what follows was not controlled.
        hint: Code of one more sentence, "" when there is none.
        facts: What the sentences name besides.
    """

    code: str
    cvc: str
    element: str
    field_id: str
    value: str | None
    line: int
    column: int
    passage: int | None = None
    id_technique: str | None = None
    is_fatal: bool = False
    hint: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, lang: Lang = "fr") -> str:
        """Where, what came, what was expected and what to write instead."""
        named = sentence("control.numbered", lang, element=self.element, id=self.field_id)
        named = named if self.field_id else self.element
        facts = {"named": named, "element": self.element, "value": self.value, **self.facts}
        where = [sentence("control.at", lang, line=self.line, column=self.column)] if self.line else []
        hint = [sentence(self.hint, lang, **facts)] if self.hint else []
        return " ".join([*where, sentence(self.code, lang, **facts), *hint])


@dataclass(frozen=True)
class Violation:
    """One entry of libxml2's log, tied to the lxml element it speaks of."""

    type_name: str
    message: str
    element: Any


def violations(log: Iterable[Any], root: Any, most: int) -> tuple[int, list[Violation]]:  # noqa: ANN401 - no types
    """How many elements are at fault, and the first ``most`` of them.

    libxml2 often says two things of the same element (nil not allowed, hence empty): the first one counts.
    """
    first: dict[str, Any] = {}
    for entry in log:
        first.setdefault(_path(entry), entry)
    shown = [_violation(entry, path, root) for path, entry in list(first.items())[:most]]
    return len(first), shown


def explain(found: list[Violation], document: Document, version: Version, first: int | None) -> list[SchemaError]:
    """The violations with their position in the file and our own words.

    Args:
        found: Violations of one document.
        document: The document.
        version: Schema version applied.
        first: Rank in the file of the document's first passage; None when it holds none.
    """
    if not found:
        return []
    paths = [index_path(violation.element) for violation in found]
    texts = {path for path, v in zip(paths, found, strict=True) if v.type_name == "SCHEMAV_CVC_COMPLEX_TYPE_2_3"}
    offsets = locate(document.data, set(paths), texts)
    errors = []
    for violation, path in zip(found, paths, strict=True):
        error = _explained(violation, document.position(offsets.get(path, 0)), version)
        rank, id_technique = passage_of(violation.element)
        if first is not None and rank is not None:
            error = replace(error, passage=first + rank, id_technique=id_technique)
        errors.append(error)
    return errors


def shown(text: str, *, is_identity: bool) -> str:
    """A value as a report may show it: shortened; only its first letter when it tells who a person is."""
    if is_identity and text.strip():
        return f"{text.strip()[0]}…"
    masked = _NIR_LIKE.sub(lambda number: number[0][:1] + re.sub(r"\w", "*", number[0][1:]), text)
    return masked if len(masked) <= _LONGEST_SHOWN else masked[: _LONGEST_SHOWN - 1] + "…"


def _path(entry: Any) -> str:  # noqa: ANN401 - lxml ships no types
    """The path of the element at fault as libxml2 writes it; "" where it cut a long one inside a character."""
    try:
        return str(entry.path)
    except UnicodeDecodeError:
        return ""


def _violation(entry: Any, path: str, root: Any) -> Violation:  # noqa: ANN401 - lxml ships no types
    """The entry with its element; of a path that was cut, the last element there is, and the message alone."""
    element = root
    for step in path.split("/")[2:]:
        inside = _follow(element, step)
        if inside is None:
            return Violation("", entry.message, element)
        element = inside
    return Violation(entry.type_name if path else "", entry.message, element)


def _follow(element: Any, step: str) -> Any:  # noqa: ANN401 - lxml ships no types
    """The child that a step of a path names: ``cpf:emetteur``, ``*[2]``; None when there is none.

    Not XPath: a prefix stands for itself here, even where the file binds it twice.
    """
    name, _, rank = step.rstrip("]").partition("[")
    prefix, _, local = name.rpartition(":")
    alike = (
        child
        for child in element.iterchildren("*")
        if name == "*" or (_local(child) == local and (child.prefix or "") == prefix and (prefix or child.tag == local))
    )
    return next(islice(alike, int(rank or 1) - 1, None), None)


def passage_of(element: Any) -> tuple[int | None, str | None]:  # noqa: ANN401 - lxml ships no types
    """The passage that holds the element: its rank in the document and its key."""
    while element is not None and _local(element) != PASSAGE.name:
        element = element.getparent()
    if element is None:
        return None, None
    rank = sum(1 for other in element.itersiblings("*", preceding=True) if _local(other) == PASSAGE.name)
    keys = (child.text for child in element.iterchildren("*") if _local(child) == "idTechnique")
    key = next(keys, None)
    return rank, None if key is None else shown(key, is_identity=False)


def _local(element: Any) -> str:  # noqa: ANN401 - lxml ships no types
    return str(element.tag).rpartition("}")[2]


def _explained(violation: Violation, position: tuple[int, int], version: Version) -> SchemaError:
    element = violation.element
    parent = element.getparent()
    name = _local(element)
    is_ours = parent is not None and element.tag.startswith(f"{{{NAMESPACE}}}")
    entry = FIELDS.get((_local(parent), name)) if is_ours else None
    value = (element.text or "") if entry is not None and not len(element) else None
    cvc = _cvc(violation)
    hint = ""
    if cvc.startswith("cvc-complex-type.2.4"):
        code, facts = _content(violation, version)
    elif entry is None or value is None or cvc.startswith(("cvc-elt", "cvc-type", "cvc-complex-type")):
        code, facts = _structure(violation, entry)
    elif "', attribute '" in violation.message:
        code, facts = "control.nil_value", {}
    else:
        code, facts = _value(violation, entry, value)
        hint = f"control.hint_{name}" if f"control.hint_{name}" in catalogue() else ""
    return SchemaError(
        code=code,
        cvc=cvc,
        element=name,
        field_id=entry.id if entry else "",
        value=None if value is None or entry is None else shown(value, is_identity=entry.is_identity),
        line=position[0],
        column=position[1],
        hint="control.hint_closest" if facts.get("closest") else hint,
        facts=facts,
    )


def _cvc(violation: Violation) -> str:
    """The rule's own name: SCHEMAV_CVC_DATATYPE_VALID_1_2_1 is cvc-datatype-valid.1.2.1."""
    if violation.type_name == "SCHEMAV_ELEMENT_CONTENT":
        if "Missing child" in violation.message:
            return "cvc-complex-type.2.4.b"
        return "cvc-complex-type.2.4.a" if "Expected" in violation.message else "cvc-complex-type.2.4.d"
    name = violation.type_name.removeprefix("SCHEMAV_").lower()
    return re.sub(r"_(?=[0-9])", ".", name).replace("_", "-")


def _value(  # noqa: PLR0911 - one answer per kind of value
    violation: Violation, entry: Field, value: str
) -> tuple[str, dict[str, object]]:
    """A value that its type or a facet refuses."""
    facets = entry.facets
    if not value:
        return f"control.empty_{entry.obligation}", {}
    if facets.values:
        simple = re.sub(r"\W+", "_", value.strip().upper()).strip("_")
        close = get_close_matches(simple, facets.values, n=1, cutoff=0.75)
        return "control.enumeration", {"expected": ", ".join(facets.values), "closest": "".join(close)}
    if facets.base == "int":
        is_number = "INCLUSIVE" in violation.type_name or re.fullmatch(r"\s*[+-]?[0-9]+\s*", value)
        code = "control.range" if is_number else "control.integer"
        return code, {"minimum": facets.minimum, "maximum": facets.maximum}
    if facets.base != "string":
        return {"boolean": "control.boolean", "date": "control.date", "dateTime": "control.timestamp"}[facets.base], {}
    if facets.pattern:
        return "control.nir", {"length": len(value)}
    if facets.min_length == facets.max_length:
        return "control.length", {"length": len(value), "exact": facets.max_length}
    return "control.too_long", {"length": len(value), "most": facets.max_length}


def _structure(  # noqa: PLR0911 - one answer per rule
    violation: Violation, entry: Field | None
) -> tuple[str, dict[str, object]]:
    """A fault of the element itself: nil, attributes, text or elements where there may be none."""
    element, rule = violation.element, violation.type_name
    if rule == "SCHEMAV_CVC_ELT_1":
        return "control.root", {"expected": NAMESPACE, "found": element.tag}
    if rule == "SCHEMAV_CVC_ELT_3_1":
        return f"control.not_nillable_{entry.obligation if entry else 'O'}", {}
    if rule == "SCHEMAV_CVC_ELT_3_2_1":
        return "control.nil_with_content", {}
    if rule == "SCHEMAV_CVC_COMPLEX_TYPE_2_3":
        return "control.text_between", {}
    if rule == "SCHEMAV_CVC_TYPE_3_1_2":
        return "control.element_in_value", {"child": _local(element[0])}
    attribute = re.search(r"attribute '(?:\{[^}]*\})?([^']*)'", violation.message)
    if attribute:
        is_nil = attribute[1] == "nil" and "{" not in attribute[0]
        return "control.nil_prefix" if is_nil else "control.attribute", {"attribute": attribute[1]}
    return "control.other", {"message": violation.message.replace(f"{{{NAMESPACE}}}", "")}


def _content(violation: Violation, version: Version) -> tuple[str, dict[str, object]]:
    """A block that lacks an element, or an element that a block does not take."""
    element = violation.element
    if "Missing child" in violation.message:
        return _lacking(element, version)
    parent, name = element.getparent(), _local(element)
    block = BLOCKS.get(_local(parent))
    facts: dict[str, object] = {"parent": _local(parent)}
    if not element.tag.startswith(f"{{{NAMESPACE}}}"):
        return "control.namespace", facts | {"expected": NAMESPACE}
    allowed = {child.name: child for child in block.children} if block else {}
    if block and name in allowed:
        if allowed[name].since > version:
            return "control.newer", facts | {"since": allowed[name].since, "version": version}
        names = ", ".join(child.name for child in children(block, version))
        code = {"all": "control.duplicate", "choice": "control.both_choices", "list": "control.only_one"}[block.kind]
        return code, facts | {"expected": names}
    places = [path[-2] for path, _ in walk() if path[-1] == name and len(path) > 1]
    if places:
        return "control.misplaced", facts | {"expected": places[0]}
    close = get_close_matches(name, allowed, n=1, cutoff=0.75)
    return "control.unknown", facts | {"closest": "".join(close)}


def _lacking(element: Any, version: Version) -> tuple[str, dict[str, object]]:  # noqa: ANN401 - lxml ships no types
    block = BLOCKS.get(_local(element))
    if block is None:
        return "control.other", {"message": "missing child element"}
    present = {_local(child) for child in element.iterchildren("*")}
    expected = children(block, version)
    if block.kind == "all":
        lacking = [child.name for child in expected if child.obligation != "F" and child.name not in present]
        return "control.missing", {"missing": ", ".join(lacking)}
    code = "control.missing_choice" if block.kind == "choice" else "control.empty_list"
    return code, {"expected": ", ".join(child.name for child in expected)}
