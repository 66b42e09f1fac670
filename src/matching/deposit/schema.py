"""The XML Schema of each version, written from the dictionary.

Example:
    >>> text = schema_text("1.1.5")
    >>> 'name="identifiantNational"' in text, 'name="identifiantNational"' in schema_text("1.1.2")
    (True, False)

Two roots are declared: ``flux``, the whole file, and ``passageCertifications``, so that a slice of passages can be
validated without the rest of a file that never sits in memory. In the *hollow* schema a passage may hold anything: it
validates what stands around the passages, which the slices have seen.
"""

from functools import cache

from matching.deposit.dictionary import FLUX, NAMESPACE, PASSAGE, PASSAGES_LIST, Block, Facets, Field, Version, children


@cache
def schema_text(version: Version, *, hollow: bool = False) -> str:
    """The XSD of a version as text."""
    roots = "".join(_element(block, version, hollow=hollow, is_root=True) for block in (FLUX, PASSAGES_LIST))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}" targetNamespace="{NAMESPACE}"'
        f' elementFormDefault="qualified" version="{version}">{roots}\n</xs:schema>\n'
    )


def _element(item: Field | Block, version: Version, *, hollow: bool, is_root: bool = False, occurs: str = "") -> str:
    if isinstance(item, Field):
        optional = ' minOccurs="0"' if item.obligation == "F" else ""
        nillable = ' nillable="true"' if item.obligation == "N" else ""
        return f'\n<xs:element name="{item.name}"{optional}{nillable}>{_simple_type(item.facets)}</xs:element>'
    optional = ' minOccurs="0"' if item.obligation == "F" and not occurs else ""
    if item is PASSAGES_LIST and not is_root:
        return f'\n<xs:element ref="{item.name}"/>'
    if item is PASSAGE and hollow:
        return f'\n<xs:element name="{item.name}" type="xs:anyType"{occurs}/>'
    content = _content(item, version, hollow=hollow)
    return f'\n<xs:element name="{item.name}"{optional}{occurs}><xs:complexType>{content}</xs:complexType></xs:element>'


def _content(block: Block, version: Version, *, hollow: bool) -> str:
    occurs = f' maxOccurs="{block.at_most or "unbounded"}"' if block.kind == "list" else ""
    group = {"all": "all", "choice": "choice", "list": "sequence"}[block.kind]
    inside = "".join(_element(child, version, hollow=hollow, occurs=occurs) for child in children(block, version))
    return f"<xs:{group}>{inside}</xs:{group}>"


def _simple_type(facets: Facets) -> str:
    limits = [
        ("length", facets.min_length if facets.min_length == facets.max_length else None),
        ("minLength", facets.min_length if facets.min_length != facets.max_length else None),
        ("maxLength", facets.max_length if facets.min_length != facets.max_length else None),
        ("minInclusive", facets.minimum),
        ("maxInclusive", facets.maximum),
        ("pattern", facets.pattern),
        *(("enumeration", value) for value in facets.values),
    ]
    inside = "".join(f'<xs:{facet} value="{value}"/>' for facet, value in limits if value is not None)
    return f'<xs:simpleType><xs:restriction base="xs:{facets.base}">{inside}</xs:restriction></xs:simpleType>'
