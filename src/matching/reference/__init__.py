"""Packaged tables of public facts: communes through time, countries, postal codes, name frequencies.

Importing this package reads nothing; each table is read at its first use and kept. Every table has a provenance
record beside it (``tables/<name>.toml``) and is rebuilt by ``data/build.py``.

Example:
    >>> from matching.reference._load import provenance
    >>> provenance("births")["licence"]
    'Licence Ouverte 2.0'
"""
