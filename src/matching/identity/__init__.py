"""The vocabulary every stage shares: NIR, partial dates, birth places, outcomes, frame contracts, errors, sentences.

A leaf of the import graph: it imports nothing else of the project.
"""
