"""Errors like those of real files: a catalogue of named types, each a function on the rows it damages.

``catalogue`` is the table read at a glance, ``degrade`` applies it and keeps the log that is the truth, and each
family of errors has its file: ``surnames``, ``given_names``, ``dates``, ``places``, ``sex``.
"""
