"""Benchmarks: one command each, versions and machine printed, results kept as CSV.

Example:
    $ python -m benchmarks control --passages 200000
"""
