"""Stored results → a page of tables and charts. ``drawing`` and ``plots`` draw, ``stored`` reads, the others tell.

Each module of the page holds the sections about one subject; ``benchmarks.render`` puts them together.
"""
