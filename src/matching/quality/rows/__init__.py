"""What passages of one file say of each other: an identifier or a person that comes twice, a birth that was copied.

Example:
    >>> find(Submitted.of(passages)).select("code", "passage", "detail").row(0)
    ('person_twice', 7, 'T3')
"""

import polars as pl

from matching.quality.finders import together
from matching.quality.rows.contradictions import contradictions
from matching.quality.rows.copies import copied_from_row_above, repeated_dates
from matching.quality.rows.doubles import double_ids, people_twice
from matching.quality.rows.holders import compared_holders
from matching.quality.rows.same_person import pairs_of_one_person, twins
from matching.quality.submitted import Submitted

__all__ = ["find"]


def find(submitted: Submitted) -> pl.DataFrame:
    """What there is to say of passages beside each other.

    Returns:
        Columns ``FOUND``; of two passages the later one is named, unless the earlier one is the likelier to be wrong.
    """
    ids = double_ids(submitted.passages)
    if submitted.holders.is_empty():
        return ids
    compared = compared_holders(submitted)
    pairs = pairs_of_one_person(compared.people)
    return together(
        [
            ids,
            people_twice(compared, pairs),
            contradictions(compared, pairs),
            twins(compared),
            copied_from_row_above(compared),
            repeated_dates(compared),
        ]
    )
