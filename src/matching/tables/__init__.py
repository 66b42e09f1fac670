"""Tables as input: a CSV, XLSX or ODS that a certifier keeps becomes the passages of a deposit file.

``read`` gives the passages and says how the table was understood; ``build`` writes them as a deposit file that control
1 accepts. Fields are named in ``fields``, guessed from headers in ``headers``, and corrected in a TOML (``mapping``).
"""
