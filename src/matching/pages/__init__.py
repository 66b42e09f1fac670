"""The page for people: check a file, understand a receipt, try a deposit, see the measures; served beside the portal.

Reading order: ``jobs`` (work on files that were dropped), ``site`` (how a page is made), then a module for each door:
``checking`` (with ``columns`` and ``building`` for tables), ``explaining``, ``depositing``, ``measures``; ``results``
shows what a job made, ``entry`` asks for the token, ``app`` puts them beside the portal.
"""
