"""Errors like those of real files: a catalogue of named types, each a function on the rows it damages.

``catalogue`` is the table read at a glance, ``degrade`` applies it and keeps the log that is the truth. Each family of
errors has its file: ``surnames``, ``given_names`` and ``variants`` (other forms of a given name), ``dates``, ``places``
and ``place_labels``, ``sex``, ``households`` (a relative's trait), ``unreadable`` (what only a table can carry);
``passages`` says who a passage is (strangers, doubles) and ``files`` how a whole file fails. ``edits`` holds typing
slips, ``substitution`` the rules of sound and of scanners.
"""
