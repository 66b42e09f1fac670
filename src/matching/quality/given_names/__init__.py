"""Given names: placeholders, initials, several in one field, compounds, spelling, and the sex that they say."""

import polars as pl

from matching.quality.finders import together
from matching.quality.given_names import first, repeated, several, sex, spelling
from matching.quality.submitted import Submitted


def find(submitted: Submitted) -> pl.DataFrame:
    """What the rules of family ``given_names`` find: columns ``FOUND``."""
    return together(part.find(submitted.passages) for part in (first, several, repeated, spelling, sex))
