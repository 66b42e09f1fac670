"""The deposit file: data dictionary, schema, control 1, streaming reader, writer, and the receipt both ways.

``control`` needs no frame and imports no polars, so it stays small; ``reader`` and ``writer`` speak frames.
"""
