"""The one way to parse XML that comes from outside.

Example:
    >>> etree.fromstring(b"<a>&lt;</a>", hardened_parser()).text
    '<'
"""

from lxml import etree


def hardened_parser() -> etree.XMLParser:
    """A parser that fetches nothing, expands nothing, and keeps libxml2's bounds on depth and length."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
