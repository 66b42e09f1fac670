"""The birth place of each holder: what is missing, coded otherwise, of another time, or contradicts itself.

Example:
    >>> find(submitted).select("code", "field", "value", "proposal").row(0)
    ('insee_code_of_another_time', 'insee_code', '92044', '75044')

A place is looked at once for all the holders who have it, together with the year of birth, on which codes depend.
"""

import polars as pl

from matching.normalize.places import PLACE
from matching.quality.finders import found_by_value
from matching.quality.places.facts import facts
from matching.quality.places.table import FINDERS
from matching.quality.submitted import Submitted


def find(submitted: Submitted) -> pl.DataFrame:
    """What the rules of places find in the holders: columns ``FOUND``."""
    return found_by_value(submitted.holders, facts(submitted.places), [*PLACE, "birth_year"], FINDERS)
