"""Birth names and usage names: signs, words, both names, spelling, and the given name in the surname's place.

The rules on signs look at given names as well.
"""

import polars as pl

from matching.quality.finders import together
from matching.quality.names import double_names, inversion, signs, spelling, unreadable, usage, words
from matching.quality.submitted import Submitted


def find(submitted: Submitted) -> pl.DataFrame:
    """What the rules of family ``names`` find: columns ``FOUND``."""
    parts = (signs, unreadable, words, usage, double_names, spelling, inversion)
    return together(part.find(submitted.passages) for part in parts)
